//===- Verification.cpp - Proofs of what requantizations became -----------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layer by layer, by evaluation or by a solver. What a solver finds is
// evaluated before it is believed.
//
//===----------------------------------------------------------------------===//

#include "Verification.h"

#include "Solver.h"
#include "rescale/Conversion/Passes.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Staircase/Integers.h"
#include "rescale/Transforms/ModelNames.h"
#include "rescale/Transforms/VerifyArithmetic.h"

#include "mlir/Dialect/SMT/IR/SMTDialect.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/SMTLIB/ExportSMTLIB.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"

#include <chrono>

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

/// What has been reported as a diagnostic already, at its location.
static llvm::Error makeReportedError() { return makeError(""); }

static llvm::Expected<Solver> findSolver(const VerifyOptions &options) {
  return Solver::find(options.solver, options.timeout.value_or(kSolverTimeout));
}

llvm::Error rescale::checkVerifyOptions(const VerifyOptions &options) {
  if (options.kind == VerifyKind::SMT) {
    if (options.timeout == 0u)
      return makeError("requires at least 1 second for --smt-timeout, got 0; "
                       "leave it out for the default");
    return findSolver(options).takeError();
  }
  StringRef option = !options.solver.empty() ? "--smt-solver"
                     : options.timeout       ? "--smt-timeout"
                                             : "";
  if (option.empty())
    return llvm::Error::success();
  return makeError("requires --verify=smt for " + option +
                   ", got it without; add the one or leave out the other");
}

/// Channels as the text of an smt.solver each, that is satisfiable where the
/// channel is wrong; empty where one cannot be asked for, which is reported.
static std::string makeScript(const LoweredRequantize &requantize,
                              int64_t begin, int64_t end) {
  linalg::GenericOp op = requantize.op;
  op.getContext()->loadDialect<smt::SMTDialect>();
  OwningOpRef<ModuleOp> module(ModuleOp::create(op.getLoc()));
  auto builder = OpBuilder::atBlockEnd(module->getBody());
  for (int64_t i = begin; i < end; ++i)
    if (failed(buildChannelSolver(builder, requantize, i)))
      return "";
  std::string script;
  llvm::raw_string_ostream os(script);
  smt::SMTEmissionOptions emission;
  emission.inlineSingleUseValues = true;
  if (failed(smt::exportSMTLIB(*module, os, emission)))
    return "";
  return script;
}

static llvm::Error solve(const LoweredRequantize &requantize,
                         const Solver &solver) {
  int64_t channels = requantize.channels.size();
  std::string script = makeScript(requantize, 0, channels);
  if (script.empty())
    return makeReportedError();
  llvm::Expected<SmallVector<bool>> answers = solver.solve(script, channels);
  if (!answers)
    return answers.takeError();
  auto *found = llvm::find(*answers, true);
  if (found == answers->end())
    return llvm::Error::success();
  int64_t channel = found - answers->begin();
  llvm::Expected<Int128> accumulator = solver.getValue(
      makeScript(requantize, channel, channel + 1), kSMTAccumulatorName);
  if (!accumulator)
    return accumulator.takeError();
  std::optional<ArithmeticFault> fault;
  if (requantize.channels[channel].accumulators.contains(
          {*accumulator, *accumulator}))
    fault = findFault(requantize, channel, *accumulator);
  if (!fault)
    return makeError("requires a solver whose counterexamples are some, got "
                     "accumulator " +
                     ::staircase::stringify(*accumulator) + " of channel " +
                     llvm::Twine(channel) +
                     ", at which nothing is wrong; report this");
  report(requantize, *fault);
  return makeReportedError();
}

/// What the model calls the layer, or its operation's place.
static std::string getLabel(Location loc) {
  StringRef name = getModelName(loc);
  if (!name.empty())
    return name.str();
  std::string text;
  llvm::raw_string_ostream os(text);
  if (auto place = loc->findInstanceOf<FileLineColLoc>())
    os << "line " << place.getLine();
  else
    os << "a layer without a name";
  return text;
}

llvm::Error rescale::verifyRequantizations(ModuleOp module,
                                           const VerifyOptions &options,
                                           raw_ostream &os) {
  std::optional<Solver> solver;
  if (options.kind == VerifyKind::SMT) {
    llvm::Expected<Solver> found = findSolver(options);
    if (!found)
      return found.takeError();
    solver = std::move(*found);
  }
  // Rungs stand on what the lowering replaces.
  llvm::MapVector<Operation *, std::string> layers;
  int64_t others = 0;
  module.walk([&](ApplyOp apply) {
    auto generic = dyn_cast<linalg::GenericOp>(apply->getParentOp());
    if (!generic || !generic->hasAttr(kCertificateAttrName)) {
      ++others;
      return;
    }
    std::string &rung = layers[generic];
    if (apply.getRung())
      rung = (", " + stringifyRung(*apply.getRung())).str();
  });
  PassManager passes(module.getContext());
  passes.addPass(createConvertRescaleToArith());
  if (failed(passes.run(module)))
    return makeReportedError();

  for (auto &[op, rung] : layers) {
    auto start = std::chrono::steady_clock::now();
    FailureOr<LoweredRequantize> requantize =
        readLoweredRequantize(cast<linalg::GenericOp>(op));
    if (failed(requantize))
      return makeReportedError();
    if (solver) {
      if (llvm::Error error = solve(*requantize, *solver))
        return error;
    } else if (failed(verifyArithmetic(*requantize))) {
      return makeReportedError();
    }
    std::chrono::duration<double> time =
        std::chrono::steady_clock::now() - start;
    size_t channels = requantize->channels.size();
    os << "proved " << getLabel(op->getLoc()) << ": " << channels
       << (channels == 1 ? " channel" : " channels") << rung
       << llvm::formatv(", {0:f2} s\n", time.count());
  }
  if (others)
    os << "not proved: " << others << (others == 1 ? " scaling" : " scalings")
       << " by numbers that are known at run time only\n";
  return llvm::Error::success();
}
