//===- CPrinter.cpp - From loops to C -------------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The file: what it relies on, helpers, and for each function its tables and
// its comment. Callees stand before callers, so nothing is declared ahead.
//
//===----------------------------------------------------------------------===//

#include "rescale/Target/C/CPrinter.h"

#include "CComments.h"
#include "CExpr.h"
#include "CFunction.h"
#include "CTables.h"
#include "CText.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"

using namespace mlir;
using namespace mlir::rescale;

namespace {

/// Prints one module.
class ModulePrinter {
public:
  ModulePrinter(ModuleOp module, const CPrinterOptions &options);

  void print(raw_ostream &os);

private:
  void printFunction(func::FuncOp function);
  void printPreamble(raw_ostream &os) const;

  ModuleOp module;
  std::string name, prefix, header;
  const Provenance &provenance;
  CModule context;
  std::string body;
  llvm::raw_string_ostream bodyStream{body};
  llvm::SmallPtrSet<Operation *, 32> printed;
};

} // namespace

ModulePrinter::ModulePrinter(ModuleOp module, const CPrinterOptions &options)
    : module(module), name(options.name), header(options.header),
      provenance(options.provenance), context(module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (name.empty() && function.isPublic()) {
      StringRef symbol = function.getSymName();
      symbol.consume_back("_run");
      name = symbol.str();
    }
  if (name.empty())
    name = "network";
  prefix = StringRef(name).upper();
  context.prefix = prefix;
}

void ModulePrinter::print(raw_ostream &os) {
  for (auto function : module.getOps<func::FuncOp>())
    printFunction(function);
  printPreamble(os);
  printHelpers(context.helpers, prefix, os);
  os << StringRef(body).rtrim() << "\n";
}

void ModulePrinter::printFunction(func::FuncOp function) {
  if (!printed.insert(function).second)
    return;
  function.walk(
      [&](func::CallOp call) { printFunction(context.getCallee(call)); });
  function.walk([&](memref::GetGlobalOp get) {
    memref::GlobalOp global = context.getGlobal(get);
    if (printed.insert(global).second)
      printGlobal(global, context.getTypesIn(global), prefix, bodyStream);
  });
  CWriter out(bodyStream);
  printComment(function, context, out);
  rescale::printFunction(function, context, out);
  bodyStream << "\n";
}

void ModulePrinter::printPreamble(raw_ostream &os) const {
  CWriter out(os);
  SmallVector<std::string> lines = provenance.describe(name);
  if (std::string tables = describeParameterTables(module); !tables.empty())
    lines.push_back(std::move(tables));
  lines.append({"", "C99 without floating point, heap or recursion. Nothing "
                    "depends on the byte order of the machine: what is written "
                    "as one type is read as the same type. No function "
                    "reads memory as one type and writes it as another, but "
                    "where one of both is of bytes."});
  out.comment(lines);
  os << "\n";
  if (!header.empty())
    os << "#include \"" << header << "\"\n\n";
  if (llvm::Regex("(^|[^A-Za-z0-9_])(bool|true|false)($|[^A-Za-z0-9_])")
          .match(body))
    os << "#include <stdbool.h>\n";
  os << "#include <stdint.h>\n";
  if (StringRef(body).contains("memcpy("))
    os << "#include <string.h>\n";
  os << "\n";
  out.comment({"Where constants and buffers are placed, as in",
               "-D'" + prefix +
                   "_CONST_SECTION=__attribute__((section(\".flash\")))'"});
  os << "#ifndef " << prefix << "_CONST_SECTION\n#define " << prefix
     << "_CONST_SECTION\n#endif\n";
  if (StringRef(body).contains(prefix + "_ARENA_SECTION"))
    os << "#ifndef " << prefix << "_ARENA_SECTION\n#define " << prefix
       << "_ARENA_SECTION\n#endif\n";
  if (StringRef(body).contains(prefix + "_ALIGNED("))
    os << "#ifdef __GNUC__\n#define " << prefix
       << "_ALIGNED(bytes) __attribute__((aligned(bytes)))\n#else\n#define "
       << prefix << "_ALIGNED(bytes)\n#endif\n";
  if (StringRef(body).contains(prefix + "_NOINLINE\n")) {
    os << "\n";
    out.comment({"Layers are functions of their own also where they are called "
                 "once, so that each has all registers; unless the code shall "
                 "be small."});
    os << "#if defined(__GNUC__) && !defined(__OPTIMIZE_SIZE__) && \\\n"
       << "    !defined(" << prefix << "_PORTABLE)\n#define " << prefix
       << "_NOINLINE __attribute__((noinline))\n#else\n#define " << prefix
       << "_NOINLINE\n#endif\n";
  }
  if (context.layers)
    os << "\n/* What is done before and after each layer, such as measuring. "
          "*/\n"
       << "#ifndef " << prefix << "_LAYER_BEGIN\n#define " << prefix
       << "_LAYER_BEGIN(index, layer)\n#endif\n#ifndef " << prefix
       << "_LAYER_END\n#define " << prefix
       << "_LAYER_END(index, layer)\n#endif\n";
  os << "\n";
  out.comment(
      {"C99 leaves to the compiler what this file relies on: ints of 32 "
       "bits, right shifts that keep the sign, and conversions to "
       "narrower integers that drop bits."});
  os << "typedef char " << name << "_requires_usual_integers\n"
     << "    [sizeof(int) == 4 && (-1 >> 1) == -1 && (int8_t)255 == -1 &&\n"
     << "             (int16_t)65535 == -1 && (int32_t)4294967295u == -1\n"
     << "         ? 1\n         : -1];\n\n";
}

void rescale::printC(ModuleOp module, const CPrinterOptions &options,
                     raw_ostream &os) {
  ModulePrinter(module, options).print(os);
}

void rescale::registerRescaleToCTranslation() {
  static TranslateFromMLIRRegistration registration(
      "rescale-to-c", "Prints the closed set of loop operations as C99",
      [](Operation *op, raw_ostream &os) -> LogicalResult {
        auto module = dyn_cast<ModuleOp>(op);
        if (!module)
          return op->emitOpError("requires a module to print as C, got "
                                 "another operation; wrap it");
        if (failed(verifyC(module)))
          return failure();
        printC(module, {}, os);
        return success();
      },
      [](DialectRegistry &registry) {
        registry
            .insert<arith::ArithDialect, func::FuncDialect, math::MathDialect,
                    memref::MemRefDialect, RescaleDialect, scf::SCFDialect>();
      });
}
