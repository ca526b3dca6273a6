//===- TargetMachine.cpp - What code is generated for ---------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Looks targets up, and checks the names that LLVM would only warn of.
//
//===----------------------------------------------------------------------===//

#include "rescale/Target/LLVM/TargetMachine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

// Without floating-point registers, through which LLVM would pass integers too
// and which firmware without floats leaves switched off. Those of the
// Cortex-M55 are its vector registers.
static constexpr rescale::TargetPreset presets[] = {
    {"cortex-m0", "thumbv6m-none-eabi", "cortex-m0", ""},
    {"cortex-m3", "thumbv7m-none-eabi", "cortex-m3", ""},
    {"cortex-m4", "thumbv7em-none-eabi", "cortex-m4", "-fpregs"},
    {"cortex-m7", "thumbv7em-none-eabi", "cortex-m7", "-fpregs"},
    {"cortex-m33", "thumbv8m.main-none-eabi", "cortex-m33", "-fpregs"},
    {"cortex-m55", "thumbv8.1m.main-none-eabihf", "cortex-m55", ""},
    {"rv32im", "riscv32-unknown-elf", "", "+m"},
    {"rv32imc", "riscv32-unknown-elf", "", "+m,+c"},
};

const rescale::TargetPreset *rescale::findTargetPreset(llvm::StringRef name) {
  const TargetPreset *preset = llvm::find_if(
      presets, [&](const TargetPreset &preset) { return preset.name == name; });
  return preset == std::end(presets) ? nullptr : preset;
}

/// The name that `name` may have been meant to be, or an empty string.
static llvm::StringRef findNearestName(llvm::StringRef name) {
  std::string lower = name.lower();
  llvm::StringRef nearest;
  // A third of the letters may be others.
  unsigned best = name.size() / 3 + 1;
  auto consider = [&](llvm::StringRef known) {
    unsigned distance = llvm::StringRef(lower).edit_distance(known);
    if (distance >= best)
      return;
    best = distance;
    nearest = known;
  };
  consider("host");
  for (const rescale::TargetPreset &preset : presets)
    consider(preset.name);
  return nearest;
}

/// Puts what a preset stands for into `options`; what is given goes first.
static void applyPreset(rescale::TargetOptions &options) {
  const rescale::TargetPreset *preset =
      rescale::findTargetPreset(options.triple);
  if (!preset)
    return;
  options.triple = preset->triple.str();
  if (options.cpu.empty())
    options.cpu = preset->cpu.str();
  if (options.features.empty())
    options.features = preset->features.str();
  else if (!preset->features.empty())
    options.features = preset->features.str() + "," + options.features;
}

bool rescale::isBareMetal(const llvm::Triple &triple) {
  return triple.getOS() == llvm::Triple::UnknownOS && !triple.isWasm();
}

/// The host's features, which `native` includes: the name of a processor alone
/// promises what a virtual machine may have masked.
static std::string getHostFeatures() {
  llvm::SubtargetFeatures features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    features.AddFeature(feature.first(), feature.second);
  return features.getString();
}

/// What a processor has of which nothing is said: as in clang, a RISC-V one has
/// more than the base instruction set. The ABI follows from the features.
static llvm::StringRef getDefaultFeatures(const llvm::Triple &triple) {
  if (!triple.isRISCV())
    return "";
  return rescale::isBareMetal(triple) ? "+m,+a,+c" : "+m,+a,+f,+d,+c";
}

/// Checks the names that LLVM ignores with a warning on its own.
static llvm::Error verifyNames(const llvm::Target &target,
                               const llvm::Triple &triple, llvm::StringRef cpu,
                               llvm::StringRef features) {
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      target.createMCSubtargetInfo(triple, "", ""));
  if (!cpu.empty() && !info->isCPUStringValid(cpu))
    return makeError("requires a processor of " + triple.str() + ", got '" +
                     cpu + "'; `llc -mtriple=" + triple.str() +
                     " -mcpu=help` lists them");
  llvm::SmallVector<llvm::StringRef> names;
  features.split(names, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (llvm::StringRef name : names) {
    bool hasSign = llvm::SubtargetFeatures::hasFlag(name);
    llvm::StringRef bare = llvm::SubtargetFeatures::StripFlag(name);
    bool isKnown =
        llvm::any_of(info->getAllProcessorFeatures(),
                     [&](const auto &known) { return bare == known.Key; });
    if (!hasSign || !isKnown)
      return makeError("requires features of " + triple.str() +
                       " with + or - before each, got '" + name +
                       "'; `llc -mtriple=" + triple.str() +
                       " -mattr=help` lists them");
  }
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
rescale::createTargetMachine(TargetOptions options) {
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargets();
  llvm::InitializeAllTargetMCs();
  llvm::InitializeAllAsmPrinters();

  std::string name = options.triple;
  applyPreset(options);
  bool isHost = name == "host";
  llvm::Triple triple(isHost ? llvm::sys::getDefaultTargetTriple()
                             : llvm::Triple::normalize(options.triple));
  std::string ignored;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, ignored);
  if (!target || !target->hasTargetMachine()) {
    llvm::StringRef nearest = findNearestName(name);
    if (!nearest.empty())
      return makeError("requires a target that LLVM knows, got '" + name +
                       "'; did you mean " + nearest + "?");
    std::string names;
    for (const TargetPreset &preset : presets)
      names += preset.name.str() + ", ";
    return makeError("requires a target that LLVM knows, got '" + name +
                     "'; say host, " + names +
                     "or a triple such as aarch64-linux-gnu");
  }

  std::string cpu = options.cpu, features = options.features;
  if (options.optLevel > 3)
    return makeError("requires an optimization level from 0 to 3, got " +
                     llvm::Twine(options.optLevel) + "; say -O2");
  if (cpu == "native") {
    llvm::Triple process(llvm::sys::getProcessTriple());
    if (triple.getArch() != process.getArch())
      return makeError("requires a processor of " + triple.str() +
                       ", got 'native' on " + process.str() +
                       "; name one with --cpu");
    cpu = llvm::sys::getHostCPUName().str();
    features = getHostFeatures() + (features.empty() ? "" : "," + features);
  } else if (cpu.empty() && features.empty()) {
    features = getDefaultFeatures(triple);
  }
  if (llvm::Error error = verifyNames(*target, triple, cpu, features))
    return std::move(error);

  llvm::TargetOptions machineOptions;
  // One section a function and table, so that linkers drop what is unused.
  machineOptions.FunctionSections = machineOptions.DataSections = true;
  llvm::Reloc::Model relocation =
      isBareMetal(triple) ? llvm::Reloc::Static : llvm::Reloc::PIC_;
  auto level = llvm::CodeGenOpt::getLevel(static_cast<int>(options.optLevel));
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, cpu, features, machineOptions, relocation, std::nullopt,
      level.value_or(llvm::CodeGenOptLevel::Default)));
  return machine;
}
