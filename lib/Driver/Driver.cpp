//===- Driver.cpp - From a model file to outputs --------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads, runs the pipelines as far as is asked for, and writes at the very end.
//
//===----------------------------------------------------------------------===//

#include "rescale/Driver/Driver.h"

#include "OutputFiles.h"
#include "Verification.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/Rescale/IR/Snap.h"
#include "rescale/Dialect/Rescale/IR/Source.h"
#include "rescale/Dialect/Rescale/IR/Target.h"
#include "rescale/Pipelines/Pipelines.h"
#include "rescale/Support/Buffers.h"
#include "rescale/Support/CNames.h"
#include "rescale/Support/OutputPath.h"
#include "rescale/Target/C/CHeader.h"
#include "rescale/Target/C/CPrinter.h"
#include "rescale/Target/LLVM/Export.h"
#include "rescale/Target/Parameters/Parameters.h"
#include "rescale/Transforms/Claims.h"
#include "rescale/Transforms/EntryPoint.h"
#include "rescale/Transforms/ModelNames.h"
#include "rescale/Transforms/Passes.h"
#include "rescale/Transforms/ReadTarget.h"
#include "rescale/Transforms/Report.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Target/TargetMachine.h"

#include <csignal>

using namespace mlir;
using namespace mlir::rescale;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

/// The stem of a path as a C identifier: `my-net.mlir` is `my_net`.
static std::string makeIdentifier(StringRef path) {
  std::string name;
  for (char c : llvm::sys::path::stem(path)) {
    bool isLetter = llvm::isAlnum(c);
    // C and C++ reserve names with `_` in front and with `__`.
    if (isLetter || (!name.empty() && name.back() != '_'))
      name.push_back(isLetter ? c : '_');
  }
  if (name.empty() || llvm::isDigit(name.front()))
    name.insert(0, "net_");
  return name;
}

namespace {

/// Says in which of the model's layers a diagnostic is: the lines of imported
/// files are all 0.
class LayerDiagnosticHandler : public SourceMgrDiagnosticHandler {
public:
  LayerDiagnosticHandler(llvm::SourceMgr &sources, MLIRContext *context)
      : SourceMgrDiagnosticHandler(sources, context) {
    setHandler([this](Diagnostic &diagnostic) {
      StringRef name = getModelName(diagnostic.getLocation());
      if (!name.empty())
        diagnostic.attachNote() << "in layer '" << name << "'";
      emitDiagnostic(diagnostic);
    });
  }
};

/// A run of the driver, step by step.
class Driver {
public:
  Driver(const DriverOptions &options, TimingScope &timing)
      : options(options), timing(timing) {
    DialectRegistry registry;
    registerPipelineDependencies(registry);
    context.appendDialectRegistry(registry);
    // Errors point at the model's text; the op with all its weights would bury
    // them.
    context.printOpOnDiagnostic(false);
  }

  llvm::Error run();

private:
  bool isSnapping() const {
    return options.snap || !options.snapLayers.empty();
  }
  llvm::Error chooseName();
  llvm::Error read();
  llvm::Error runPipeline(StringRef name,
                          function_ref<void(OpPassManager &)> build) {
    return runPipeline(name, *module, build);
  }
  llvm::Error runPipeline(StringRef name, ModuleOp module,
                          function_ref<void(OpPassManager &)> build);
  void printModule(StringRef suffix);
  llvm::Error setRescaler();
  llvm::Error verifySnapped();
  llvm::Error legalize();
  llvm::Error verify(const RescaleToLinalgOptions &toLinalg);
  llvm::Error describe();
  Provenance getProvenance();
  llvm::Error lowerToLoops();
  unsigned getIndexBitwidth() const;
  llvm::Error verifyMemory();
  void printHeader();
  llvm::Error emitC();
  llvm::Error emitNative();
  llvm::Error printTables();

  const DriverOptions &options;
  TimingScope &timing;
  MLIRContext context{MLIRContext::Threading::DISABLED};
  llvm::SourceMgr sources;
  std::unique_ptr<llvm::TargetMachine> machine;
  OwningOpRef<ModuleOp> module;
  std::string name;
  /// Of the input's bytes, in hexadecimal.
  std::string hash;
  /// What certificates say, which lowering drops.
  std::string claims;
  CInterface interface;
  OutputFiles files;
  /// For the standard output, once all files can be written.
  std::string tables;
  /// For the standard error, once all files have been written.
  std::string differences;
};

/// The option that says where the report goes.
constexpr StringLiteral kReportOption = "--report";

} // namespace

/// What has been reported as a diagnostic already, at its location.
static llvm::Error makeReportedError() { return makeError(""); }

llvm::Error Driver::chooseName() {
  name = options.name;
  if (name.empty() && options.input == "-")
    return makeError("requires a name for what comes from the standard input; "
                     "give one with --name");
  if (name.empty())
    name = makeIdentifier(options.input);
  // Of MLIR and of parameters it is the name of a file only.
  bool isFileName = options.emit == EmitKind::Rescale ||
                    options.emit == EmitKind::Linalg ||
                    options.emit == EmitKind::Parameters;
  StringRef fault = findNetworkNameFault(name);
  if (!fault.empty() && !(isFileName && isCIdentifier(name)))
    return makeError("requires a name that C takes, got '" + name + "', " +
                     fault + "; give another with --name");
  if (options.emit == EmitKind::CMake && isReservedInCMake(name))
    return makeError("requires a name that CMake has no target of its own for, "
                     "got '" +
                     name + "'; give another with --name");
  return llvm::Error::success();
}

llvm::Error Driver::read() {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(options.input);
  if (std::error_code error = buffer.getError())
    return makeError("cannot read '" + options.input + "': " + error.message() +
                     "; give the path of a model");
  StringRef contents = (*buffer)->getBuffer();
  if (contents.substr(4, 4) == "TFL3")
    return makeError("requires MLIR, got the TensorFlow Lite model '" +
                     options.input + "'; run `rescale import " + options.input +
                     " -o " + name + ".mlir` first");
  hash = llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(contents)),
                     /*LowerCase=*/true);
  sources.AddNewSourceBuffer(std::move(*buffer), llvm::SMLoc());
  TimingScope parsing = timing.nest("Parser");
  module = parseSourceFile<ModuleOp>(sources, &context);
  if (module)
    return llvm::Error::success();
  return makeError("requires text or bytecode that MLIR " LLVM_VERSION_STRING
                   " reads, of the dialects rescale, tosa and those of "
                   "linalg on tensors, got '" +
                   options.input + "'; import a .tflite with `rescale import`");
}

llvm::Error Driver::runPipeline(StringRef name, ModuleOp module,
                                function_ref<void(OpPassManager &)> build) {
  PassManager passes(&context);
  // A scope for each, since timers know passes by their addresses, which those
  // of the next pipeline may have again.
  TimingScope pipeline = timing.nest(name);
  passes.enableTiming(pipeline);
  build(passes);
  return succeeded(passes.run(module)) ? llvm::Error::success()
                                       : makeReportedError();
}

void Driver::printModule(StringRef suffix) {
  llvm::raw_svector_ostream os(files.add(name + suffix.str()));
  module->print(os);
  os << "\n";
}

/// Finds out early what is wrong with the option.
static llvm::Error verifyRescaler(StringRef rescaler) {
  if (rescaler.empty() || getTargetPreset(rescaler) ||
      llvm::sys::fs::is_regular_file(rescaler))
    return llvm::Error::success();
  return makeError("requires a preset or a file for --rescaler, got '" +
                   rescaler + "'; the presets are " +
                   llvm::join(getTargetPresetNames(), ", "));
}

/// Hangs the option's target on the module, before narrowing, which reads what
/// its instructions cost.
llvm::Error Driver::setRescaler() {
  StringRef rescaler = options.rescaler;
  if (rescaler.empty())
    return llvm::Error::success();
  llvm::Expected<TargetAttr> target = readTarget(rescaler, &context);
  if (!target)
    return target.takeError();
  (*module)->setAttr(kTargetAttrName, *target);
  return llvm::Error::success();
}

/// A network that is as it was must not pass for one that was snapped.
llvm::Error Driver::verifySnapped() {
  bool isSnapped = !isSnapping();
  module->walk(
      [&](RequantizeOp op) { isSnapped |= op->hasAttr(kSnappedAttrName); });
  if (isSnapped)
    return llvm::Error::success();
  return makeError("requires layers with integer weights that can be snapped, "
                   "got none in '" +
                   options.input +
                   "'; quantize the model, or leave out --snap");
}

/// Makes requantizations fit the targets that hold for them.
llvm::Error Driver::legalize() {
  bool hasTarget = false;
  module->walk(
      [&](Operation *op) { hasTarget |= op->hasAttr(kTargetAttrName); });
  if (!hasTarget)
    return llvm::Error::success();
  RescaleLegalizeForTargetOptions target;
  target.allowApproximate = options.allowApproximate;
  return runPipeline("Rescaler", [&](OpPassManager &passes) {
    passes.addPass(createRescaleLegalizeForTarget(target));
    passes.addPass(createRescaleVerifyCertificates());
  });
}

/// On a copy, whose requantizations get the arithmetic of the module's.
llvm::Error Driver::verify(const RescaleToLinalgOptions &toLinalg) {
  if (options.verify.kind == VerifyKind::Off)
    return llvm::Error::success();
  OwningOpRef<ModuleOp> copy(module->clone());
  if (llvm::Error error = runPipeline(
          "Requantizations to verify", *copy, [&](OpPassManager &passes) {
            buildRequantizedToCertifiedPipeline(
                passes, toLinalg, options.emit != EmitKind::Linalg);
          }))
    return error;
  TimingScope verification = timing.nest("Verification");
  return verifyRequantizations(*copy, options.verify, llvm::errs());
}

/// Of the module before any requantization is lowered.
llvm::Error Driver::describe() {
  claims = describeClaims(*module);
  std::optional<unsigned> bits = options.narrow.getBits();
  if (!bits && options.report.empty() && options.emit != EmitKind::Parameters)
    return llvm::Error::success();
  TimingScope reporting = timing.nest("Report");
  std::optional<ReportTarget> target;
  if (!options.report.empty())
    target = {options.narrow.isOff() ? "" : options.target.triple,
              options.rung};
  FailureOr<Report> report = computeReport(*module, target);
  if (failed(report))
    return makeReportedError();
  if (options.emit == EmitKind::Parameters) {
    FailureOr<PackedParameters> packed = packParameters(*report);
    if (failed(packed))
      return makeReportedError();
    std::string packedFile = name + ".parameters.bin";
    if (!packed->bytes.empty())
      files.add(packedFile) = packed->bytes;
    llvm::raw_svector_ostream os(files.add(name + ".parameters.json"));
    printParametersJSON(*report, *packed, name, packedFile, os);
  }
  if (bits) {
    llvm::raw_string_ostream os(differences);
    printDifferences(*report, *bits, os);
  }
  if (options.report == "-") {
    llvm::raw_string_ostream os(tables);
    printReportTable(*report, options.reportChannels, os);
  } else if (!options.report.empty()) {
    llvm::raw_svector_ostream os(files.addAt(options.report, kReportOption));
    if (StringRef(options.report).ends_with(".txt"))
      printReportTable(*report, options.reportChannels, os);
    else
      printReportJSON(*report, os);
  }
  return llvm::Error::success();
}

Provenance Driver::getProvenance() {
  Provenance provenance;
  provenance.version = RESCALE_VERSION " with LLVM " LLVM_VERSION_STRING;
  provenance.input = {options.input == "-"
                          ? "standard input"
                          : llvm::sys::path::filename(options.input).str(),
                      hash};
  if (auto source = (*module)->getAttrOfType<DictionaryAttr>(kSourceAttrName)) {
    auto get = [&](StringRef name) {
      return source.getAs<StringAttr>(name).str();
    };
    provenance.model = {get(kSourceFile), get(kSourceHash)};
    provenance.importer = get(kSourceImporter);
  }
  const TargetOptions &target = options.target;
  provenance.options = "--target=" + target.triple;
  // C knows the target only.
  if (options.emit == EmitKind::Object) {
    provenance.options += " -O" + std::to_string(target.optLevel);
    if (!target.cpu.empty())
      provenance.options += " --cpu=" + target.cpu;
    if (!target.features.empty())
      provenance.options += " --features=" + target.features;
  }
  if (options.narrow != NarrowMode())
    (llvm::raw_string_ostream(provenance.options) << " --narrow=")
        << options.narrow;
  if (isSnapping()) {
    if (options.snap)
      provenance.options += " --snap=" + std::to_string(*options.snap);
    if (!options.snapLayers.empty())
      provenance.options +=
          " --snap-layers=" + llvm::join(options.snapLayers, ",");
    if (options.snapGrid != SnapGrid::Above)
      provenance.options += options.snapGrid == SnapGrid::Best
                                ? " --snap-grid=best"
                                : " --snap-grid=nearest";
    if (options.snapLastLayer == LastLayer::Keep)
      provenance.options += " --snap-last-layer=keep";
    if (!options.snapOperands)
      provenance.options += " --snap-operands=false";
    if (!options.snapPerChannel)
      provenance.options += " --snap-per-channel=false";
    if (options.snapCorrectBias)
      provenance.options += " --snap-correct-bias";
  }
  if (options.oneShift)
    provenance.options += " --one-shift";
  if (!options.rung.empty())
    provenance.options += " --rescale-rung=" + options.rung;
  if (!options.rescaler.empty())
    provenance.options +=
        " --rescaler=" + llvm::sys::path::filename(options.rescaler).str();
  if (options.allowApproximate)
    provenance.options += " --allow-approximate";
  if (!options.function.empty())
    provenance.options += " --function=" + options.function;
  if (options.dumpLayers)
    provenance.options += " --dump-layers";
  if (options.staticArena)
    provenance.options += " --static-arena";
  provenance.requantizations = claims;
  return provenance;
}

llvm::Error Driver::lowerToLoops() {
  FailureOr<func::FuncOp> model = findModelFunction(*module, options.function);
  if (failed(model))
    return makeReportedError();
  FailureOr<CInterface> found = getCInterface(*model, name);
  if (failed(found))
    return makeReportedError();
  interface = std::move(*found);
  interface.provenance = getProvenance();

  LinalgToLoopsOptions toLoops;
  toLoops.entryPoint = interface.getEntryPoint();
  toLoops.function = model->getName().str();
  toLoops.dumpLayers = options.dumpLayers;
  toLoops.staticArena = options.staticArena;
  toLoops.target = options.target.triple;
  if (llvm::Error error = runPipeline("Loops", [&](OpPassManager &passes) {
        buildLinalgToLoopsPipeline(passes, toLoops);
      }))
    return error;
  auto entry = module->lookupSymbol<func::FuncOp>(interface.getEntryPoint());
  addPlan(interface, entry);
  return verifyMemory();
}

/// C has one width for all targets.
unsigned Driver::getIndexBitwidth() const {
  bool isC = options.emit == EmitKind::C || options.emit == EmitKind::CMake;
  return isC ? 32 : machine->getPointerSizeInBits(/*AS=*/0);
}

llvm::Error Driver::verifyMemory() {
  // Indices, which are signed, count the bytes.
  uint64_t ram = interface.arena.size;
  if (unsigned width = getIndexBitwidth(); !llvm::isUIntN(width - 1, ram))
    return makeError("requires a network whose arena has less than 2^" +
                     llvm::Twine(width - 1) + " bytes, got " +
                     llvm::Twine(ram) +
                     "; compile an object for a target of 64 bits, or a "
                     "smaller network");
  uint64_t constants = 0;
  for (auto global : module->getOps<memref::GlobalOp>())
    if (global.getConstant())
      constants =
          llvm::SaturatingAdd<uint64_t>(constants, getBytes(global.getType()));
  auto entry = module->lookupSymbol<func::FuncOp>(interface.getEntryPoint());
  for (auto [i, type] : llvm::enumerate(entry.getArgumentTypes()))
    if (!entry.getArgAttr(i, kArenaAttrName))
      ram =
          llvm::SaturatingAdd<uint64_t>(ram, getBytes(cast<MemRefType>(type)));
  // Both at once, so that one board is chosen and not two.
  SmallVector<std::string> faults;
  auto check = [&](StringRef what, uint64_t needed,
                   std::optional<uint64_t> limit, StringRef memory,
                   const llvm::Twine &detail = "") {
    if (limit && needed > *limit)
      faults.push_back((what + " fit into " + llvm::Twine(*limit) +
                        " bytes of " + memory + ", got " + llvm::Twine(needed) +
                        " bytes" + detail)
                           .str());
  };
  check("constants", constants, options.flash, "flash");
  check("arena, inputs and outputs", ram, options.ram, "RAM",
        ", of which the arena has " + llvm::Twine(interface.arena.size));
  if (faults.empty())
    return llvm::Error::success();
  return makeError("requires a network whose " +
                   llvm::join(faults, ", and whose ") +
                   "; choose a larger board, or a smaller network");
}

void Driver::printHeader() {
  llvm::raw_svector_ostream header(files.add(name + ".h"));
  printCHeader(interface, header);
}

llvm::Error Driver::emitC() {
  if (llvm::Error error = lowerToLoops())
    return error;
  if (llvm::Error error =
          runPipeline("Loops for C", [&](OpPassManager &passes) {
            buildLoopsToCPipeline(passes);
          }))
    return error;
  TimingScope printing = timing.nest("C");
  CPrinterOptions printer;
  printer.name = name;
  printer.header = name + ".h";
  printer.provenance = interface.provenance;
  llvm::raw_svector_ostream os(files.add(name + ".c"));
  printC(*module, printer, os);
  printHeader();
  if (options.emit != EmitKind::CMake)
    return llvm::Error::success();
  llvm::raw_svector_ostream cmake(files.add("CMakeLists.txt"));
  printCMakeLists(interface, cmake);
  return llvm::Error::success();
}

llvm::Error Driver::emitNative() {
  // Half of upstream's conversions look for the width in the module, half in
  // their options.
  setDataLayout(*module, *machine);
  if (llvm::Error error = lowerToLoops())
    return error;
  LoopsToLLVMOptions toLLVM;
  toLLVM.indexBitwidth = getIndexBitwidth();
  if (llvm::Error error =
          runPipeline("LLVM dialect", [&](OpPassManager &passes) {
            buildLoopsToLLVMPipeline(passes, toLLVM);
          }))
    return error;

  TimingScope translation = timing.nest("LLVM IR");
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> llvmModule = translateToLLVMIR(
      *module, interface.getEntryPoint(), *machine, llvmContext);
  if (!llvmModule)
    return makeReportedError();
  // Not the path, so that the object depends on the model alone.
  llvmModule->setSourceFileName(name);
  translation.stop();
  TimingScope optimization = timing.nest("Optimization");
  optimize(*llvmModule, *machine);
  optimization.stop();
  if (options.emit == EmitKind::LLVM) {
    llvm::raw_svector_ostream os(files.add(name + ".ll"));
    llvmModule->print(os, /*AAW=*/nullptr);
    return llvm::Error::success();
  }

  TimingScope generation = timing.nest("Code generation");
  llvm::raw_svector_ostream object(files.add(name + ".o"));
  if (failed(emitObject(*llvmModule, *machine, object)))
    return makeError("requires a target that has object files, got '" +
                     options.target.triple + "'; use --emit=llvm");
  printHeader();
  return llvm::Error::success();
}

namespace {

/// Makes it an error to write to a pipe that nobody reads, instead of the end
/// of the process, which would leave the temporary files.
class PipeSignalIgnorer {
public:
  PipeSignalIgnorer() {
    struct sigaction ignored = {};
    ignored.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignored, &old);
  }
  ~PipeSignalIgnorer() { sigaction(SIGPIPE, &old, nullptr); }

private:
  struct sigaction old = {};
};

} // namespace

llvm::Error Driver::printTables() {
  PipeSignalIgnorer ignorer;
  llvm::outs() << tables;
  if (std::error_code error = flush(llvm::outs()))
    return makeError("cannot write to the standard output: " + error.message() +
                     "; give a file with --report");
  return llvm::Error::success();
}

llvm::Error Driver::run() {
  if (llvm::Error error = chooseName())
    return error;
  if (llvm::Error error = verifyOutputDirectory(options.outputDirectory))
    return error;
  files.addInput(options.input);
  if (!getTargetPreset(options.rescaler))
    files.addInput(options.rescaler);
  if (!options.report.empty() && options.report != "-")
    if (auto path = files.resolveFile(options.report, kReportOption); !path)
      return path.takeError();
  if (options.reportChannels && options.report.empty())
    return makeError("requires a report for --report-channels, got none; add "
                     "--report=- or --report=FILE.txt");
  if (options.snap && (*options.snap < 1 || *options.snap > 16))
    return makeError("requires bits from 1 to 16 for --snap, got " +
                     llvm::Twine(*options.snap) +
                     "; leave it out for the model's own weights");
  bool hasSnapOption = options.snapGrid != SnapGrid::Above ||
                       options.snapLastLayer != LastLayer::Snap ||
                       !options.snapOperands || !options.snapPerChannel ||
                       options.snapCorrectBias;
  if (!isSnapping() && hasSnapOption)
    return makeError("requires --snap=K for the options of snapping, got one "
                     "of them without; add it or leave them out");
  if (options.oneShift && options.narrow.isOff() && !isSnapping())
    return makeError("requires narrowing for --one-shift, got --narrow=off; "
                     "leave out the one or the other");
  if (llvm::Error error = verifyRescaler(options.rescaler))
    return error;
  if (llvm::Error error = checkVerifyOptions(options.verify))
    return error;
  auto target = createTargetMachine(options.target);
  if (!target)
    return target.takeError();
  machine = std::move(*target);
  if (options.checkOptions)
    return llvm::Error::success();

  LayerDiagnosticHandler diagnostics(sources, &context);
  if (llvm::Error error = read())
    return error;
  if (llvm::Error error = setRescaler())
    return error;

  RescaleToLinalgOptions toLinalg;
  bool isC = options.emit == EmitKind::C || options.emit == EmitKind::CMake;
  toLinalg.integerOnly =
      options.integerOnly || isC || isBareMetal(machine->getTargetTriple());
  if (isC)
    toLinalg.wayOut = "compile with --emit=obj for a target with an operating "
                      "system";
  else if (!isBareMetal(machine->getTargetTriple()))
    toLinalg.wayOut = "leave out --integer-only";
  toLinalg.indexBitwidth = getIndexBitwidth();
  toLinalg.narrow = options.narrow;
  toLinalg.oneShift = options.oneShift;
  toLinalg.snap = options.snap.value_or(0);
  toLinalg.snapLayers = options.snapLayers;
  toLinalg.snapGrid = options.snapGrid;
  toLinalg.snapLastLayer = options.snapLastLayer;
  toLinalg.snapOperands = options.snapOperands;
  toLinalg.snapPerChannel = options.snapPerChannel;
  toLinalg.snapCorrectBias = options.snapCorrectBias;
  toLinalg.target = options.target.triple;
  toLinalg.rung = options.rung;
  if (llvm::Error error = runPipeline("TOSA", [&](OpPassManager &passes) {
        buildTosaToRescalePipeline(passes, toLinalg);
      }))
    return error;
  if (llvm::Error error = verifySnapped())
    return error;
  if (llvm::Error error = legalize())
    return error;
  if (llvm::Error error = verify(toLinalg))
    return error;
  if (llvm::Error error = describe())
    return error;
  if (options.emit != EmitKind::Rescale && options.emit != EmitKind::Parameters)
    if (llvm::Error error =
            runPipeline("Requantizations", [&](OpPassManager &passes) {
              options.emit == EmitKind::Linalg
                  ? buildRequantizedToLinalgPipeline(passes, toLinalg)
                  : buildRequantizedToKernelPipeline(passes, toLinalg);
            }))
      return error;
  switch (options.emit) {
  case EmitKind::Rescale:
    printModule(".rescale.mlir");
    break;
  case EmitKind::Linalg:
    printModule(".linalg.mlir");
    break;
  case EmitKind::Parameters:
    break;
  case EmitKind::C:
  case EmitKind::CMake:
    if (llvm::Error error = emitC())
      return error;
    break;
  case EmitKind::LLVM:
  case EmitKind::Object:
    if (llvm::Error error = emitNative())
      return error;
    break;
  }
  if (llvm::Error error =
          files.write(options.outputDirectory, [&] { return printTables(); }))
    return error;
  llvm::errs() << differences;
  return llvm::Error::success();
}

LogicalResult rescale::compile(const DriverOptions &options,
                               TimingScope &timing) {
  llvm::Error error = Driver(options, timing).run();
  if (!error)
    return success();
  std::string message = llvm::toString(std::move(error));
  if (!message.empty())
    llvm::WithColor::error(llvm::errs(), "rescale-compile") << message << "\n";
  return failure();
}
