//===- Driver.h - From a model file to outputs ------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What rescale-compile does, as a library.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DRIVER_DRIVER_H
#define RESCALE_DRIVER_DRIVER_H

#include "rescale/Pipelines/NarrowMode.h"
#include "rescale/Target/LLVM/TargetMachine.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Support/LLVM.h"

#include <optional>

namespace mlir {
class TimingScope;

namespace rescale {

/// What is written: each stage stands in a file of its own.
enum class EmitKind {
  /// `NAME.rescale.mlir`: TOSA with rescale.requantize.
  Rescale,
  /// `NAME.linalg.mlir`: linalg and arith.
  Linalg,
  /// `NAME.parameters.json`: what requantizers of hardware need; beside it
  /// `NAME.parameters.bin`, as they have it in memory, where there is a target.
  Parameters,
  /// `NAME.ll`: optimized LLVM IR.
  LLVM,
  /// `NAME.o` and `NAME.h`.
  Object,
  /// `NAME.c` and `NAME.h`.
  C,
  /// These and a `CMakeLists.txt` that makes a library of them.
  CMake
};

/// How to prove that requantizations become arithmetic with their codes.
enum class VerifyKind {
  Off,
  /// By evaluating all accumulators that can occur.
  Exhaustive,
  /// By a solver of linear integer arithmetic.
  SMT
};

struct VerifyOptions {
  VerifyKind kind = VerifyKind::Off;
  /// A program that reads SMT-LIB from a file; empty takes z3 in the PATH.
  std::string solver;
  /// The seconds that the solver may take for a layer, kSolverTimeout where it
  /// is absent.
  std::optional<unsigned> timeout;
};

inline constexpr unsigned kSolverTimeout = 300;

/// One run of the driver.
struct DriverOptions {
  /// A file, or `-` for the standard input.
  std::string input;
  std::string outputDirectory = ".";
  /// Empty takes the input's stem, made a C identifier.
  std::string name;
  /// The model's function; empty takes main, or the only public one.
  std::string function;
  EmitKind emit = EmitKind::Object;
  /// Where to write what narrowing did, beside the outputs: JSON, tables where
  /// it ends in `.txt`, or `-` for tables on the standard output. May be empty.
  std::string report;
  /// Whether tables of the report have a row for each channel as well.
  bool reportChannels = false;
  TargetOptions target;
  NarrowMode narrow;
  /// Look for one shift for all channels of a layer while narrowing.
  bool oneShift = false;
  /// Move scales to numbers of so many bits, 1 to 16, which weights absorb:
  /// another network. Narrowing follows.
  std::optional<int> snap;
  /// Layers with other bits, NAME:BITS or NAME:BITS:layer for one shift;
  /// without `snap` the others are left.
  std::vector<std::string> snapLayers;
  SnapGrid snapGrid = SnapGrid::Above;
  LastLayer snapLastLayer = LastLayer::Snap;
  /// Whether additions and the like get scales of so many bits too.
  bool snapOperands = true;
  /// Whether layers with one scale get one for each channel.
  bool snapPerChannel = true;
  /// Whether biases make up for the mean error of calibrated layers.
  bool snapCorrectBias = false;
  /// The arithmetic of all requantizations, with `,fallback` only where it is
  /// exact; empty takes the cheapest.
  std::string rung;
  /// What requantizations have to fit: a preset of docs/Targets.md, or a file
  /// with a `#rescale.target`. Empty takes what the module says, if anything.
  std::string rescaler;
  /// Take the least error where no parameters that fit give the same codes.
  bool allowApproximate = false;
  VerifyOptions verify;
  /// Add what each layer computes to the outputs.
  bool dumpLayers = false;
  /// Keep the memory of intermediate tensors in the object, instead of taking
  /// it as the first argument of the entry point.
  bool staticArena = false;
  /// Refuse floats even where the target allows them; C has none anyway.
  bool integerOnly = false;
  /// Check the other options alone: read no model and write nothing.
  bool checkOptions = false;
  /// The bytes that the board has; a network that needs more is an error.
  std::optional<uint64_t> flash, ram;
};

/// Compiles a model. Either every file of the stage is written, or an error is
/// reported on `llvm::errs()` and none is. The phases are timed below `timing`.
LogicalResult compile(const DriverOptions &options, TimingScope &timing);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_DRIVER_DRIVER_H
