//===- Pipelines.h - From TOSA to loops and LLVM ----------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pipelines as library functions. All want static shapes and signless
// integers, and report what they cannot lower at the op.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_PIPELINES_PIPELINES_H
#define RESCALE_PIPELINES_PIPELINES_H

#include "rescale/Pipelines/NarrowMode.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Pass/PassOptions.h"

namespace mlir {
class DialectRegistry;
class OpPassManager;

namespace rescale {

/// What becomes of requantizations, for all pipelines that begin with TOSA: a
/// part of their options.
class RequantizationOptions {
  ::mlir::detail::PassOptions &options;
  template <typename T>
  using PassOption = ::mlir::detail::PassOptions::Option<T>;

public:
  PassOption<std::string> rung{
      options, "rung",
      llvm::cl::desc("The arithmetic of all requantizations: multiply_32, "
                     "two_limbs, estimate, multiply_high, rounding_high, "
                     "rounding_high_16 or multiply_64, and "
                     "',fallback' for the cheapest where that is not exact; "
                     "empty takes the cheapest by the costs of the target"),
      llvm::cl::init("")};
  PassOption<NarrowMode> narrow{
      options, "narrow",
      llvm::cl::desc("Multiplicands: lossless, as narrow as is provably equal; "
                     "off, as the model has them; or a number of bits, with "
                     "the least difference where no equal one has so few"),
      llvm::cl::init(NarrowMode())};
  PassOption<bool> oneShift{
      options, "one-shift",
      llvm::cl::desc("One shift for all channels of a layer, where there is "
                     "one; not with narrow=off, which changes none"),
      llvm::cl::init(false)};
  PassOption<unsigned> snap{
      options, "snap",
      llvm::cl::desc("Move scales to numbers of so many bits, 1 to 16, which "
                     "weights absorb: another network; 0 moves none"),
      llvm::cl::init(0)};
  ::mlir::detail::PassOptions::ListOption<std::string> snapLayers{
      options, "snap-layers",
      llvm::cl::desc("Layers with other bits than snap, by their names in the "
                     "report: NAME:BITS, or NAME:BITS:layer for one shift")};
  PassOption<SnapGrid> snapGrid{
      options, "snap-grid",
      llvm::cl::desc("Which number of so many bits a scale becomes"),
      llvm::cl::init(SnapGrid::Above),
      llvm::cl::values(
          clEnumValN(SnapGrid::Above, "above", "The least at or above"),
          clEnumValN(SnapGrid::Nearest, "nearest",
                     "The nearest; weights may clip"),
          clEnumValN(SnapGrid::Best, "best",
                     "Of five the best for the moments of the "
                     "inputs, where a layer has them"))};
  PassOption<LastLayer> snapLastLayer{
      options, "snap-last-layer",
      llvm::cl::desc("What happens to layers behind which no weights follow"),
      llvm::cl::init(LastLayer::Snap),
      llvm::cl::values(
          clEnumValN(LastLayer::Snap, "snap", "They are snapped as the others"),
          clEnumValN(LastLayer::Keep, "keep", "They stay as they are"))};
  PassOption<bool> snapPerChannel{
      options, "snap-per-channel",
      llvm::cl::desc("Give layers with one scale one for each channel"),
      llvm::cl::init(true)};
  PassOption<bool> snapCorrectBias{
      options, "snap-correct-bias",
      llvm::cl::desc("Take the mean error off the bias, where a layer has the "
                     "moments of its inputs"),
      llvm::cl::init(false)};
  PassOption<bool> snapOperands{
      options, "snap-operands",
      llvm::cl::desc("Scale codes so that additions and the like have scales "
                     "of so many bits too"),
      llvm::cl::init(true)};

  /// Takes the values of another pipeline's.
  void copyFrom(const RequantizationOptions &other) {
    rung = other.rung;
    narrow = other.narrow;
    oneShift = other.oneShift;
    snap = other.snap;
    snapLayers = other.snapLayers;
    snapGrid = other.snapGrid;
    snapLastLayer = other.snapLastLayer;
    snapPerChannel = other.snapPerChannel;
    snapCorrectBias = other.snapCorrectBias;
    snapOperands = other.snapOperands;
  }

protected:
  explicit RequantizationOptions(::mlir::detail::PassOptions *options)
      : options(*options) {}
};

/// Options of the pipelines up to linalg.
struct RescaleToLinalgOptions
    : public PassPipelineOptions<RescaleToLinalgOptions>,
      public RequantizationOptions {
  RescaleToLinalgOptions() : RequantizationOptions(this) {}

  Option<bool> integerOnly{
      *this, "integer-only",
      llvm::cl::desc("Refuse floats, at the first op that has one"),
      llvm::cl::init(false)};
  Option<std::string> wayOut{
      *this, "way-out",
      llvm::cl::desc("What allows floats, for the error; empty where nothing "
                     "does"),
      llvm::cl::init("compile for a target with an operating system")};
  Option<unsigned> indexBitwidth{
      *this, "index-bitwidth",
      llvm::cl::desc("Width of an index on the target, which has to count the "
                     "bytes of every tensor"),
      llvm::cl::init(64)};
  Option<std::string> target{
      *this, "target",
      llvm::cl::desc(
          "Whose costs choose the arithmetic: host, or a core by its "
          "name, such as cortex-m4; empty, or narrow=off, keeps the "
          "parameters of the requantizations"),
      llvm::cl::init("")};
};

/// What the pipelines to loops and further have in common.
template <typename T>
struct ToLoopsOptions : public PassPipelineOptions<T> {
  template <typename U>
  using Option = ::mlir::detail::PassOptions::Option<U>;

  Option<std::string> entryPoint{
      *this, "entry-point",
      llvm::cl::desc("Name that C calls; empty keeps the function's")};
  Option<std::string> function{
      *this, "function",
      llvm::cl::desc("The model's function; empty takes the only public one, "
                     "or main")};
  Option<bool> dumpLayers{
      *this, "dump-layers",
      llvm::cl::desc("Add what each layer computes to the outputs"),
      llvm::cl::init(false)};
  Option<bool> staticArena{
      *this, "static-arena",
      llvm::cl::desc("Keep the arena in the module, instead of an argument"),
      llvm::cl::init(false)};
  Option<std::string> target{
      *this, "target",
      llvm::cl::desc("Whose registers loops are unrolled for: host, or a core "
                     "by its name, such as cortex-m4"),
      llvm::cl::init("default")};
};

/// Options of the pipeline from linalg to loops.
struct LinalgToLoopsOptions : public ToLoopsOptions<LinalgToLoopsOptions> {};

/// Options of the pipeline from loops to LLVM.
struct LoopsToLLVMOptions : public PassPipelineOptions<LoopsToLLVMOptions> {
  Option<unsigned> indexBitwidth{
      *this, "index-bitwidth",
      llvm::cl::desc("Width of a pointer; where it is not 64, the module's "
                     "`dlti.dl_spec` must say so too"),
      llvm::cl::init(64)};
};

/// What the pipelines from TOSA to loops and further have in common.
template <typename T>
struct FromTosaOptions : public ToLoopsOptions<T>,
                         public RequantizationOptions {
  FromTosaOptions() : RequantizationOptions(this) {}

  typename ToLoopsOptions<T>::template Option<bool> integerOnly{
      *this, "integer-only",
      llvm::cl::desc("Refuse floats, at the first op that has one"),
      llvm::cl::init(false)};
};

/// Options of the pipeline from TOSA to loops.
struct RescaleToLoopsOptions : public FromTosaOptions<RescaleToLoopsOptions> {};

/// Options of the pipeline from TOSA to LLVM.
struct RescaleToLLVMOptions : public FromTosaOptions<RescaleToLLVMOptions> {
  Option<unsigned> indexBitwidth{
      *this, "index-bitwidth",
      llvm::cl::desc("Width of a pointer; where it is not 64, the module's "
                     "`dlti.dl_spec` must say so too"),
      llvm::cl::init(64)};
};

/// TOSA to TOSA with every requantization in the rescale dialect, narrowed, and
/// with every certificate verified.
void buildTosaToRescalePipeline(OpPassManager &pm,
                                const RescaleToLinalgOptions &options);

/// TOSA and rescale to linalg, arith, tensor and scf: what an IREE-style
/// compiler takes. Convolutions come in hwcf layout, and nothing in the result
/// is newer than it needs to be, so that its text parses in other versions.
void buildRescaleToLinalgPipeline(OpPassManager &pm,
                                  const RescaleToLinalgOptions &options);

/// The same from what `buildTosaToRescalePipeline` leaves, which can be looked
/// at in between.
void buildRequantizedToLinalgPipeline(OpPassManager &pm,
                                      const RescaleToLinalgOptions &options);

/// TOSA and rescale to kernels whose epilogues hold what follows them, and
/// linalg for the rest, with `rescale.apply` in both: where our own back ends
/// begin.
void buildRescaleToKernelPipeline(OpPassManager &pm,
                                  const RescaleToLinalgOptions &options);

/// The same from what `buildTosaToRescalePipeline` leaves.
void buildRequantizedToKernelPipeline(OpPassManager &pm,
                                      const RescaleToLinalgOptions &options);

/// From the same, the requantizations as `buildRequantizedToKernelPipeline` or,
/// without kernels, `buildRequantizedToLinalgPipeline` makes them, each in a
/// linalg.generic with a certificate of what it has to compute: what is left is
/// `convert-rescale-to-arith`, and to verify what that makes.
void buildRequantizedToCertifiedPipeline(OpPassManager &pm,
                                         const RescaleToLinalgOptions &options,
                                         bool hasKernels);

/// Linalg on tensors to what both back ends take: the function that C calls,
/// which only calls layers and views one arena; a private function of loops for
/// each layer; constants as globals. Attributes as in docs/spec.md, section 4.
void buildLinalgToLoopsPipeline(OpPassManager &pm,
                                const LinalgToLoopsOptions &options);

/// The loops to the LLVM dialect, with bare pointers and without a heap.
void buildLoopsToLLVMPipeline(OpPassManager &pm,
                              const LoopsToLLVMOptions &options);

/// `buildRescaleToLinalgPipeline`, then `buildLinalgToLoopsPipeline`.
void buildRescaleToLoopsPipeline(OpPassManager &pm,
                                 const RescaleToLoopsOptions &options);

/// `buildRescaleToLoopsPipeline`, then `buildLoopsToLLVMPipeline`.
void buildRescaleToLLVMPipeline(OpPassManager &pm,
                                const RescaleToLLVMOptions &options);

/// The loops to what `printC` takes: overflow proved, tables named, and an
/// error at everything that has no form in C.
void buildLoopsToCPipeline(OpPassManager &pm);

/// `buildRescaleToLoopsPipeline`, then `buildLoopsToCPipeline`.
void buildRescaleToCPipeline(OpPassManager &pm,
                             const RescaleToLoopsOptions &options);

/// Adds to `registry` the dialects that the pipelines read, and upstream's
/// interfaces without which their passes do less, or nothing. Whoever builds a
/// pipeline without registering all of upstream needs it.
void registerPipelineDependencies(DialectRegistry &registry);

/// Registers `tosa-to-rescale`, `rescale-to-linalg`, `rescale-to-kernel`,
/// `rescale-to-loops`, `rescale-to-c` and `rescale-to-llvm`.
void registerRescalePipelines();

} // namespace rescale
} // namespace mlir

#endif // RESCALE_PIPELINES_PIPELINES_H
