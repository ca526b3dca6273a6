//===- rescale-compile.cpp - Compiler driver ------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiles a quantized network: TOSA in, any stage of the lowering out.
//
//===----------------------------------------------------------------------===//

#include "rescale/Driver/Driver.h"
#include "rescale/Support/OutputPath.h"

#include "mlir/Support/Timing.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

#include <cstdlib>
#include <limits>

using namespace mlir::rescale;
namespace cl = llvm::cl;

/// LLVM's code generators end the process where features of a target exclude
/// each other; nothing has been written by then.
static void reportFatalError(void *options, const char *reason, bool) {
  auto *target = &static_cast<DriverOptions *>(options)->target;
  llvm::WithColor::error(llvm::errs(), "rescale-compile")
      << "requires a target, a processor and features that go together, got '"
      << target->triple << "', '" << target->cpu << "' and '"
      << target->features << "': " << reason
      << "; choose others with --target, --cpu and --features\n";
  std::_Exit(1);
}

/// Reads `text`, the value of the option `name`, as a number of bytes.
static bool parseBytes(llvm::StringRef name, llvm::StringRef text,
                       std::optional<uint64_t> &bytes) {
  llvm::StringRef digits = text;
  uint64_t unit = 1;
  if (digits.consume_back("KiB") || digits.consume_back("K"))
    unit = 1 << 10;
  else if (digits.consume_back("MiB") || digits.consume_back("M"))
    unit = 1 << 20;
  unsigned radix = digits.consume_front("0x") ? 16 : 10;
  uint64_t number;
  // As many as an int64_t holds: what is computed with them is signed.
  if (!digits.getAsInteger(radix, number) &&
      number <= uint64_t(std::numeric_limits<int64_t>::max()) / unit) {
    bytes = number * unit;
    return true;
  }
  llvm::WithColor::error(llvm::errs(), "rescale-compile")
      << "requires a number of bytes below 2^63 for --" << name << ", got '"
      << text << "'; say 65536, 0x10000, 64K or 64KiB, or 1M or 1MiB\n";
  return false;
}

/// Whether `option`, where it is there, has a value, which an empty one would
/// otherwise be taken for the default of.
static bool hasValue(const cl::opt<std::string, true> &option,
                     llvm::StringRef what, llvm::StringRef wayOut) {
  if (!option.getNumOccurrences() || !option.getValue().empty())
    return true;
  llvm::WithColor::error(llvm::errs(), "rescale-compile")
      << "requires " << what << " for --" << option.ArgStr << ", got none; "
      << wayOut << "\n";
  return false;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  mlir::rescale::occupyStandardDescriptors();
  DriverOptions options;
  cl::OptionCategory category("rescale-compile options");

  cl::opt<std::string, true> input(
      cl::Positional, cl::Required, cl::desc("<model.mlir, or - for stdin>"),
      cl::location(options.input), cl::cat(category));
  cl::opt<std::string, true> output(
      "o", cl::desc("Output directory, created where missing (default: .)"),
      cl::value_desc("directory"), cl::location(options.outputDirectory),
      cl::cat(category));
  cl::opt<EmitKind, true> emit(
      "emit", cl::desc("What to write:"), cl::location(options.emit),
      cl::values(
          clEnumValN(EmitKind::Rescale, "rescale",
                     "NAME.rescale.mlir: TOSA with rescale.requantize"),
          clEnumValN(EmitKind::Linalg, "linalg",
                     "NAME.linalg.mlir: linalg and arith, for other compilers"),
          clEnumValN(EmitKind::Parameters, "parameters",
                     "NAME.parameters.json: multiplicands, shifts, addends and "
                     "thresholds of all channels, for hardware"),
          clEnumValN(EmitKind::LLVM, "llvm", "NAME.ll: optimized LLVM IR"),
          clEnumValN(EmitKind::Object, "obj",
                     "NAME.o and NAME.h (the default)"),
          clEnumValN(EmitKind::C, "c", "NAME.c, in C99, and NAME.h"),
          clEnumValN(EmitKind::CMake, "cmake",
                     "these and CMakeLists.txt, which makes a library")),
      cl::cat(category));
  cl::opt<std::string, true> target(
      "target",
      cl::desc("host (the default), a core of cortex-m0, -m3, -m4, -m7, -m33, "
               "-m55, rv32im or rv32imc, or an LLVM triple; one without an "
               "operating system takes integers only"),
      cl::value_desc("name"), cl::location(options.target.triple),
      cl::cat(category));
  cl::opt<NarrowMode, true> narrow(
      "narrow",
      cl::desc("Multiplicands: lossless (the default), as narrow as is "
               "provably equal; off, as the model has them; or a number of "
               "bits, 1 to 32, which may change codes and tells how many"),
      cl::value_desc("mode"), cl::location(options.narrow), cl::cat(category));
  cl::opt<bool, true> oneShift(
      "one-shift",
      cl::desc("While narrowing, one shift for all channels of a layer, where "
               "there is one: a constant in the code instead of a table, for "
               "some bits of multiplicands"),
      cl::location(options.oneShift), cl::cat(category));
  cl::opt<int> snap(
      "snap",
      cl::desc("Before narrowing, move the scales of layers with weights to "
               "numbers of so many bits, 1 to 16, and let the weights absorb "
               "it: another network, whose codes differ from the model's"),
      cl::value_desc("bits"), cl::cat(category));
  cl::list<std::string> snapLayers(
      "snap-layers",
      cl::desc("Move the scales of some layers to numbers of other bits than "
               "--snap, or only theirs without it: NAME:BITS, or "
               "NAME:BITS:layer for one shift, with the report's names"),
      cl::value_desc("layers"), cl::CommaSeparated, cl::cat(category));
  cl::opt<SnapGrid, true> snapGrid(
      "snap-grid", cl::desc("With --snap, which number a scale becomes:"),
      cl::location(options.snapGrid),
      cl::values(clEnumValN(SnapGrid::Above, "above",
                            "the least at or above (the default)"),
                 clEnumValN(SnapGrid::Nearest, "nearest",
                            "the nearest; weights may clip"),
                 clEnumValN(SnapGrid::Best, "best",
                            "of five the best for the inputs that rescale "
                            "calibrate has seen")),
      cl::cat(category));
  cl::opt<LastLayer, true> snapLastLayer(
      "snap-last-layer",
      cl::desc("With --snap, what happens to layers behind which no weights "
               "follow:"),
      cl::location(options.snapLastLayer),
      cl::values(
          clEnumValN(LastLayer::Snap, "snap", "as to the others (the default)"),
          clEnumValN(LastLayer::Keep, "keep", "nothing")),
      cl::cat(category));
  cl::opt<bool, true> snapOperands(
      "snap-operands",
      cl::desc("With --snap, scale codes so that additions and the like have "
               "scales of so many bits too (default: true)"),
      cl::location(options.snapOperands), cl::init(true), cl::cat(category));
  cl::opt<bool, true> snapPerChannel(
      "snap-per-channel",
      cl::desc("With --snap, give layers with one scale one for each channel "
               "(default: true)"),
      cl::location(options.snapPerChannel), cl::init(true), cl::cat(category));
  cl::opt<bool, true> snapCorrectBias(
      "snap-correct-bias",
      cl::desc("With --snap, take the mean error off the biases of layers that "
               "rescale calibrate has seen"),
      cl::location(options.snapCorrectBias), cl::cat(category));
  cl::opt<std::string, true> rung(
      "rescale-rung",
      cl::desc("Compute all requantizations in one arithmetic instead of the "
               "cheapest one: multiply_32, two_limbs, estimate, multiply_high, "
               "rounding_high, rounding_high_16 or multiply_64; an error where "
               "it is not proved exact, or the "
               "cheapest one with ',fallback' behind it"),
      cl::value_desc("name"), cl::location(options.rung), cl::cat(category));
  cl::opt<std::string, true> rescaler(
      "rescaler",
      cl::desc("Make requantizations fit what hardware can do: a preset of "
               "docs/Targets.md, such as ne16, or a file with a "
               "#rescale.target<...>"),
      cl::value_desc("name or file"), cl::location(options.rescaler),
      cl::cat(category));
  cl::opt<bool, true> allowApproximate(
      "allow-approximate",
      cl::desc("Take the least error where no parameters that fit give the "
               "same codes, instead of an error"),
      cl::location(options.allowApproximate), cl::cat(category));
  cl::opt<std::string, true> report(
      "report",
      cl::desc("Write what narrowing did, channel by channel: JSON, tables "
               "where the file ends in .txt, or with - tables to the standard "
               "output"),
      cl::value_desc("file"), cl::location(options.report), cl::cat(category));
  cl::opt<bool, true> reportChannels(
      "report-channels",
      cl::desc("In the report's tables, a row for each channel as well; JSON "
               "has them always"),
      cl::location(options.reportChannels), cl::cat(category));
  cl::opt<VerifyKind, true> verify(
      "verify",
      cl::desc("Prove that each requantization becomes arithmetic that gives "
               "its codes, for all accumulators that can occur:"),
      cl::ValueOptional, cl::location(options.verify.kind),
      cl::values(clEnumValN(VerifyKind::Exhaustive, "", ""),
                 clEnumValN(VerifyKind::Exhaustive, "exhaustive",
                            "by evaluating them (the default of --verify)"),
                 clEnumValN(VerifyKind::SMT, "smt",
                            "by a solver of linear integer arithmetic")),
      cl::cat(category));
  cl::opt<std::string, true> solver(
      "smt-solver",
      cl::desc("The solver of --verify=smt, which reads SMT-LIB from a file; "
               "default: z3 in the PATH"),
      cl::value_desc("program"), cl::location(options.verify.solver),
      cl::cat(category));
  cl::opt<unsigned> solverTimeout(
      "smt-timeout",
      cl::desc("Seconds that the solver may take for a layer (default: 300)"),
      cl::value_desc("seconds"), cl::cat(category));
  cl::opt<std::string> flash(
      "flash",
      cl::desc("Bytes of flash; more bytes of constants are an error. K and "
               "KiB are 1024, M and MiB 1048576: 256K"),
      cl::value_desc("bytes"), cl::cat(category));
  cl::opt<std::string> ram(
      "ram",
      cl::desc("Bytes of RAM, likewise; more for the arena, inputs and outputs "
               "are an error"),
      cl::value_desc("bytes"), cl::cat(category));
  cl::opt<std::string, true> cpu(
      "cpu", cl::desc("Processor, or native; default: any that the triple has"),
      cl::value_desc("name"), cl::location(options.target.cpu),
      cl::cat(category));
  cl::opt<std::string, true> features(
      "features", cl::desc("Processor features, such as +m,+c"),
      cl::value_desc("list"), cl::location(options.target.features),
      cl::cat(category));
  cl::opt<unsigned, true> optLevel(
      "O", cl::desc("Optimization level, 0 to 3 (default: 2)"), cl::Prefix,
      cl::location(options.target.optLevel), cl::cat(category));
  cl::opt<std::string, true> name(
      "name",
      cl::desc("Name of files and entry point; default: the input's stem"),
      cl::value_desc("identifier"), cl::location(options.name),
      cl::cat(category));
  cl::opt<std::string, true> function(
      "function",
      cl::desc("The model's function; default: main, or the only public one"),
      cl::value_desc("symbol"), cl::location(options.function),
      cl::cat(category));
  cl::opt<bool, true> dumpLayers(
      "dump-layers",
      cl::desc("Add what each layer computes to the outputs, named after the "
               "layers, to find where two results part"),
      cl::location(options.dumpLayers), cl::cat(category));
  cl::opt<bool, true> staticArena(
      "static-arena",
      cl::desc("Keep the memory of intermediate tensors in the object, instead "
               "of taking it as the first argument"),
      cl::location(options.staticArena), cl::cat(category));
  cl::opt<bool, true> integerOnly(
      "integer-only", cl::desc("Refuse floats on every target"),
      cl::location(options.integerOnly), cl::cat(category));

  cl::opt<bool, true> checkOptions(
      "check-options",
      cl::desc("Check the other options and end, without a look at the model"),
      cl::location(options.checkOptions), cl::Hidden, cl::cat(category));

  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "rescale-compile " RESCALE_VERSION " with LLVM " LLVM_VERSION_STRING
          "\n";
  });
  mlir::registerDefaultTimingManagerCLOptions();
  cl::ParseCommandLineOptions(
      argc, argv,
      "Compiles a quantized network from TOSA, as text or bytecode, to native "
      "code\n");
  if (solverTimeout.getNumOccurrences())
    options.verify.timeout = solverTimeout;
  if (snap.getNumOccurrences())
    options.snap = snap;
  options.snapLayers = snapLayers;
  if (flash.getNumOccurrences() && !parseBytes("flash", flash, options.flash))
    return 1;
  if (ram.getNumOccurrences() && !parseBytes("ram", ram, options.ram))
    return 1;
  if (!hasValue(report, "a file",
                "name one, or say --report=- for tables on the standard "
                "output") ||
      !hasValue(rung, "a rung", "leave it out for the cheapest arithmetic") ||
      !hasValue(rescaler, "a preset or a file",
                "leave it out for no hardware but what the model names") ||
      !hasValue(name, "a name", "leave it out for the input's stem") ||
      !hasValue(function, "a symbol",
                "leave it out for main, or the only public function"))
    return 1;
  llvm::install_fatal_error_handler(reportFatalError, &options);
  mlir::DefaultTimingManager timingManager;
  mlir::applyDefaultTimingManagerCLOptions(timingManager);
  mlir::TimingScope timing = timingManager.getRootScope();
  return failed(compile(options, timing));
}
