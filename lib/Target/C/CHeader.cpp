//===- CHeader.cpp - The C header of a compiled network -------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// C99, and C++ as well.
//
//===----------------------------------------------------------------------===//

#include "rescale/Target/C/CHeader.h"

#include "CText.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/Rescale/IR/Source.h"
#include "rescale/Support/Roles.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"

#include <charconv>

using namespace mlir;
using namespace mlir::rescale;

/// The C type of `type`, or an empty string.
static StringRef getCType(Type type) {
  if (type.isF32())
    return "float";
  if (type.isF64())
    return "double";
  if (type.isSignlessInteger(1))
    return "bool";
  if (type.isSignlessInteger(8))
    return "int8_t";
  if (type.isSignlessInteger(16))
    return "int16_t";
  if (type.isSignlessInteger(32))
    return "int32_t";
  if (type.isSignlessInteger(64))
    return "int64_t";
  return "";
}

FailureOr<CInterface> rescale::getCInterface(func::FuncOp function,
                                             StringRef name) {
  CInterface interface;
  interface.name = name.str();
  auto addPorts = [&](TypeRange types, bool isInput,
                      auto getAttr) -> LogicalResult {
    StringRef kind = isInput ? roles::kInput : roles::kOutput;
    for (unsigned i = 0, e = types.size(); i < e; ++i) {
      auto tensor = dyn_cast<RankedTensorType>(types[i]);
      StringRef type = tensor ? getCType(tensor.getElementType()) : "";
      if (type.empty())
        return function.emitOpError() << "requires tensors of i1, i8, i16, "
                                         "i32, i64, f32 or f64 for C, "
                                         "got "
                                      << types[i] << " as " << kind << " " << i
                                      << "; convert it in the model";
      if (tensor.hasStaticShape() && tensor.getNumElements() == 0)
        return function.emitOpError()
               << "requires tensors with elements, got " << types[i] << " as "
               << kind << " " << i << "; remove it from the model";
      Port port{kind.str() + (e > 1 ? std::to_string(i) : ""),
                type.str(),
                isInput,
                llvm::to_vector(tensor.getShape()),
                std::nullopt,
                std::nullopt};
      if (auto scale = dyn_cast_or_null<FloatAttr>(getAttr(i, kScaleAttrName)))
        port.scale = scale.getValueAsDouble();
      if (auto zeroPoint =
              dyn_cast_or_null<IntegerAttr>(getAttr(i, kZeroPointAttrName)))
        port.zeroPoint = zeroPoint.getInt();
      if (auto offset =
              dyn_cast_or_null<IntegerAttr>(getAttr(i, kCodeOffsetAttrName)))
        port.codeOffset = offset.getInt();
      interface.ports.push_back(std::move(port));
    }
    return success();
  };
  if (failed(addPorts(function.getArgumentTypes(), /*isInput=*/true,
                      [&](unsigned i, StringRef attr) {
                        return function.getArgAttr(i, attr);
                      })) ||
      failed(addPorts(function.getResultTypes(), /*isInput=*/false,
                      [&](unsigned i, StringRef attr) {
                        return function.getResultAttr(i, attr);
                      })))
    return failure();
  return interface;
}

void rescale::addPlan(CInterface &interface, func::FuncOp entryPoint) {
  auto plan = entryPoint->getAttrOfType<DictionaryAttr>(kArenaAttrName);
  auto get = [&](StringRef name) {
    return plan.getAs<IntegerAttr>(name).getInt();
  };
  interface.arena.size = get("size");
  interface.arena.alignment = get("alignment");
  interface.arena.lowerBound = get("lower_bound");
  interface.arena.isStatic = entryPoint.getNumArguments() == 0 ||
                             !entryPoint.getArgAttr(0, kArenaAttrName);

  // What the model itself has is known.
  unsigned first = interface.ports.size() + !interface.arena.isStatic;
  for (unsigned i = first, e = entryPoint.getNumArguments(); i < e; ++i) {
    auto type = cast<MemRefType>(entryPoint.getArgumentTypes()[i]);
    auto layer = entryPoint.getArgAttrOfType<StringAttr>(i, kNameAttrName);
    interface.ports.push_back(
        {layer.str(), getCType(type.getElementType()).str(),
         /*isInput=*/false, llvm::to_vector(type.getShape()), std::nullopt,
         std::nullopt});
  }
}

/// Writes a union, so that each type that lies in the arena is declared there
/// (C99, 6.5), and the widest of them aligns it.
static void printArenaType(const Arena &arena, StringRef name,
                           raw_ostream &os) {
  int64_t size = std::max<int64_t>(arena.size, 1);
  os << "/* Such memory, of which the address is the arena:\n"
     << " * static union " << name << "_arena arena; */\n"
     << "union " << name << "_arena {\n";
  for (int64_t bytes = 1; bytes <= arena.alignment && bytes <= 8; bytes *= 2)
    os << "  int" << 8 * bytes << "_t i" << 8 * bytes << "["
       << llvm::divideCeil(size, bytes) << "];\n";
  os << "};\n";
}

static void printArena(const Arena &arena, StringRef name, StringRef prefix,
                       raw_ostream &os) {
  CWriter out(os);
  os << "\n/* Memory for intermediate tensors, in bytes"
     << (arena.isStatic ? ", which the object has" : "") << ". */\n"
     << "#define " << prefix << "_ARENA_SIZE " << arena.size << "\n"
     << "#define " << prefix << "_ARENA_ALIGNMENT " << arena.alignment << "\n";
  out.comment({"The most that intermediate tensors take at one layer, in "
               "buffers of their own: more than ARENA_SIZE where layers write "
               "over what they have read."});
  os << "#define " << prefix << "_ARENA_LOWER_BOUND " << arena.lowerBound
     << "\n";
  if (!arena.isStatic)
    printArenaType(arena, name, os);
}

/// `value` in the shortest digits that read back to it. Models store scales as
/// float32; what one of those holds is a float in C.
static std::string makeFloatLiteral(double value) {
  char digits[32];
  auto write = [&](auto number) {
    auto [end, error] =
        std::to_chars(std::begin(digits), std::end(digits), number);
    assert(error == std::errc() && "17 digits and an exponent fit");
    return std::string(digits, end);
  };
  bool isFloat = static_cast<float>(value) == value;
  std::string text = isFloat ? write(static_cast<float>(value)) : write(value);
  if (text.find_first_of(".e") == std::string::npos)
    text += ".0";
  return isFloat ? text + "f" : text;
}

static void printPort(const Port &port, StringRef prefix, raw_ostream &os) {
  std::string macro = (prefix + "_" + StringRef(port.name).upper()).str();
  int64_t size = 1;
  for (int64_t dim : port.shape)
    size *= dim;
  os << "\n#define " << macro << "_RANK " << port.shape.size() << "\n";
  if (!port.shape.empty()) {
    os << "#define " << macro << "_SHAPE {";
    llvm::interleaveComma(port.shape, os);
    os << "}\n";
  }
  os << "/* Number of elements. */\n"
     << "#define " << macro << "_SIZE " << size << "\n";
  if (port.codeOffset)
    os << "/* The model's codes are unsigned: these are less by "
       << -port.codeOffset << ". */\n";
  if (!port.scale && !port.zeroPoint)
    return;
  os << "/* real = SCALE * (code - ZERO_POINT) */\n";
  if (port.scale)
    os << "#define " << macro << "_SCALE " << makeFloatLiteral(*port.scale)
       << "\n";
  if (port.zeroPoint)
    os << "#define " << macro << "_ZERO_POINT (" << *port.zeroPoint << ")\n";
}

static constexpr StringLiteral kStaticArenaComment =
    "Intermediate tensors are static: the function is not re-entrant, so no "
    "two threads may run it at the same time.";

static constexpr StringLiteral kArenaComment =
    "The arena is memory for intermediate tensors, of ARENA_SIZE bytes at a "
    "multiple of ARENA_ALIGNMENT, such as the union above. It may hold "
    "anything before and holds "
    "nothing of use afterwards. It must not overlap inputs and outputs. Where "
    "its size is 0, it may be null. Runs with different arenas may go on at "
    "the same time.";

void rescale::printCHeader(const CInterface &interface, raw_ostream &os) {
  std::string upper = StringRef(interface.name).upper();
  bool hasBool = llvm::any_of(
      interface.ports, [](const Port &port) { return port.type == "bool"; });
  // Not in capitals, so that of two names that differ in case alone no header
  // is left out without a word.
  std::string guard = "RESCALE_" + interface.name + "_H";
  CWriter out(os);
  out.comment(interface.provenance.describe(interface.name));
  os << "\n#ifndef " << guard << "\n#define " << guard << "\n\n"
     << (hasBool ? "#include <stdbool.h>\n" : "") << "#include <stdint.h>\n";
  for (const Port &port : interface.ports)
    printPort(port, upper, os);
  printArena(interface.arena, interface.name, upper, os);
  os << "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  out.comment(
      {"Runs the network once.", "",
       "Tensors are dense and row-major, dimensions in the order of the model: "
       "NHWC for images. No alignment is needed beyond that of the element "
       "type. Inputs are not written to, and must not overlap outputs.",
       "",
       (interface.arena.isStatic ? kStaticArenaComment : kArenaComment).str(),
       "", "Returns 0."});
  SmallVector<std::string> parameters;
  if (!interface.arena.isStatic)
    parameters.push_back("void *arena");
  for (const Port &port : interface.ports)
    parameters.push_back((port.isInput ? "const " : "") + port.type + " *" +
                         port.name);
  out.line("int " + interface.getEntryPoint() + "(" +
           (parameters.empty() ? "void" : llvm::join(parameters, ", ")) + ");");
  os << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* " << guard << " */\n";
}

void rescale::printCMakeLists(const CInterface &interface, raw_ostream &os) {
  StringRef name = interface.name;
  std::string comment;
  llvm::raw_string_ostream commentStream(comment);
  CWriter(commentStream).comment(interface.provenance.describe(name));
  // The same lines as in C: " * text", the first and the last with a slash.
  SmallVector<StringRef> lines;
  StringRef(comment).rtrim().drop_front(2).drop_back(3).split(lines, "\n *");
  for (StringRef line : lines)
    os << "#" << line << "\n";
  os << "#\n# For a board, in the CMakeLists.txt of its firmware:\n#\n"
     << "#   add_subdirectory(" << name << ")\n"
     << "#   target_link_libraries(firmware PRIVATE " << name << ")\n\n"
     << "cmake_minimum_required(VERSION 3.13)\n"
     << "project(" << name << " LANGUAGES C)\n\n"
     << "add_library(" << name << " STATIC " << name << ".c)\n"
     << "target_include_directories(" << name
     << " PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})\n"
     << "set_target_properties(" << name
     << " PROPERTIES\n  C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS "
        "OFF)\n\n"
     // What a board's build says comes first on the command line, so that this
     // would override it.
     << "# Without a build type CMake says nothing of optimization, and "
        "compilers do none.\n"
     << "get_target_property(options " << name << " COMPILE_OPTIONS)\n"
     << "if(CMAKE_C_COMPILER_ID MATCHES \"GNU|Clang\" AND\n"
     << "   NOT \"${CMAKE_C_FLAGS} ${options}\" MATCHES \"(^|[ ;])-O\")\n"
     << "  target_compile_options(" << name << " PRIVATE $<$<CONFIG:>:-O2>)\n"
     << "endif()\n";
}
