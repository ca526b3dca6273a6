//===- TargetMachine.h - What code is generated for -------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a triple, a processor and its features to LLVM's target machine.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TARGET_LLVM_TARGETMACHINE_H
#define RESCALE_TARGET_LLVM_TARGETMACHINE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace llvm {
class TargetMachine;
class Triple;
} // namespace llvm

namespace mlir::rescale {

/// The machine to generate code for.
struct TargetOptions {
  /// `host`, the name of a preset, or an LLVM triple.
  std::string triple = "host";
  /// A processor's name as in clang's -mcpu; `native` is the one that runs
  /// this, empty that of the preset or the oldest that the triple covers.
  std::string cpu;
  /// Features to add and remove, as in `+m,-a`, after those of a preset. Where
  /// neither they nor a processor are given, RISC-V has those that clang gives
  /// it.
  std::string features;
  /// 0 to 3, as in clang's -O.
  unsigned optLevel = 2;
};

/// A microcontroller core by its common name.
struct TargetPreset {
  llvm::StringLiteral name, triple, cpu, features;
};

/// The preset `name`, or null.
const TargetPreset *findTargetPreset(llvm::StringRef name);

/// The target machine for `options`, or an error that names what is known.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(TargetOptions options);

/// Whether no operating system is under the program: such targets are held to
/// integers, since their floats are slow or absent.
bool isBareMetal(const llvm::Triple &triple);

} // namespace mlir::rescale

#endif // RESCALE_TARGET_LLVM_TARGETMACHINE_H
