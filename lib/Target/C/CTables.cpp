//===- CTables.cpp - Constant tables and buffers in C ---------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights are most of a file, so they are written number by number.
//
//===----------------------------------------------------------------------===//

#include "CTables.h"

#include "CExpr.h"
#include "CText.h"
#include "rescale/Support/Buffers.h"
#include "rescale/Support/Roles.h"

#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace mlir::rescale;

std::string rescale::getCShape(MemRefType type) {
  std::string text;
  for (int64_t dim : type.getShape())
    text += "[" + std::to_string(dim) + "]";
  return text.empty() ? "[1]" : text;
}

DenseElementsAttr rescale::getTableValues(memref::GlobalOp global) {
  Attribute attr = global.getInitialValueAttr();
  if (auto values = dyn_cast_or_null<DenseElementsAttr>(attr))
    return values;
  auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(attr);
  AsmResourceBlob *blob =
      resource ? resource.getRawHandle().getBlob() : nullptr;
  bool isSplat;
  if (!blob || !DenseElementsAttr::isValidRawBuffer(resource.getType(),
                                                    blob->getData(), isSplat))
    return nullptr;
  return DenseElementsAttr::getFromRawBuffer(resource.getType(),
                                             blob->getData());
}

/// Whether `global` has the multiplicands, addends or shifts of channels, which
/// is what its name says.
static bool isParameterTable(memref::GlobalOp global) {
  StringRef name = global.getSymName().rtrim("0123456789");
  name.consume_back("_");
  return global.getConstant() &&
         llvm::any_of(ArrayRef<StringRef>{roles::kMultiplicand, roles::kAddend,
                                          roles::kShift},
                      [&](StringRef role) {
                        return name.ends_with(("_" + role).str());
                      });
}

std::string rescale::describeParameterTables(ModuleOp module) {
  int64_t bytes = 0, wide = 0;
  for (auto global : module.getOps<memref::GlobalOp>())
    if (isParameterTable(global)) {
      bytes += getBytes(global.getType());
      wide += 4 * global.getType().getNumElements();
    }
  if (wide == 0)
    return "";
  return ("Tables of multiplicands, addends and shifts: " + Twine(bytes) +
          " bytes. With 32 bits for each number they would be " + Twine(wide) +
          ".")
      .str();
}

static void printValues(DenseElementsAttr values, CType type, raw_ostream &os) {
  constexpr unsigned indent = 4;
  unsigned column = 0;
  auto print = [&](StringRef text, bool isLast) {
    // The blank before, the comma after.
    if (column != 0 && column + text.size() + 2 > kColumns) {
      os << "\n";
      column = 0;
    }
    if (column == 0)
      os.indent(indent);
    else
      os << " ";
    column += (column == 0 ? indent : 1) + text.size() + 1;
    os << text << (isLast ? "" : ",");
  };
  int64_t rest = values.getNumElements();
  for (const APInt &value : values.getValues<APInt>())
    print(makeLiteral(value, type).text, --rest == 0);
  os << "\n";
}

bool rescale::isUnion(memref::GlobalOp global) {
  return !global.getConstant() &&
         global.getType().getElementType().isSignlessInteger(8);
}

std::string rescale::getMember(CType type) {
  return "i" + std::to_string(type == CType::Bool ? 1 : 8 * getCBytes(type));
}

/// The widest type aligns the union, which needs no more than C99.
static void printUnion(memref::GlobalOp global, std::set<CType> types,
                       StringRef prefix, raw_ostream &os) {
  uint64_t alignment = global.getAlignment().value_or(1);
  types.insert(CType::I8);
  for (CType type : {CType::I16, CType::I32, CType::I64})
    if (getCBytes(type) == std::min<uint64_t>(alignment, 8))
      types.insert(type);
  int64_t bytes = std::max<int64_t>(global.getType().getNumElements(), 1);
  CWriter out(os);
  out.open("static union");
  for (CType type : types)
    out.line((getCTypeName(type) + " " + getMember(type) + "[" +
              Twine(llvm::divideCeil(bytes, getCBytes(type))) + "];")
                 .str());
  std::string name = global.getSymName().str();
  if (alignment > 8)
    name += (" " + prefix + "_ALIGNED(" + Twine(alignment) + ")").str();
  os << "} " << name << " " << prefix << "_ARENA_SECTION;\n\n";
}

void rescale::printGlobal(memref::GlobalOp global, const std::set<CType> &types,
                          StringRef prefix, raw_ostream &os) {
  if (isUnion(global))
    return printUnion(global, types, prefix, os);
  MemRefType type = global.getType();
  CType element = getCType(type.getElementType());
  if (type.getRank() > 1)
    os << "/* " << getCShape(type) << " */\n";
  std::string head = global.getConstant() ? "static const " : "static ";
  head += getCTypeName(element);
  head += " " + global.getSymName().str() + "[" +
          std::to_string(std::max<int64_t>(type.getNumElements(), 1)) + "] ";
  if (!global.getConstant()) {
    os << head << prefix << "_ARENA_SECTION;\n\n";
    return;
  }
  // The line goes on with `{0};` at most.
  StringRef section = "_CONST_SECTION = {";
  if (head.size() + prefix.size() + section.size() + 6 > kColumns)
    head.back() = '\n';
  os << head << (head.back() == '\n' ? "    " : "") << prefix << section;
  DenseElementsAttr values = getTableValues(global);
  // What is not written is zero.
  if (values.isSplat() && values.getSplatValue<APInt>().isZero()) {
    os << (element == CType::Bool ? "false" : "0") << "};\n\n";
    return;
  }
  os << "\n";
  printValues(values, element, os);
  os << "};\n\n";
}
