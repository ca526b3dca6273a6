//===- Pipelines.cpp - From TOSA to linalg and LLVM -----------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's passes and ours in the order that they need, and why.
//
//===----------------------------------------------------------------------===//

#include "rescale/Pipelines/Pipelines.h"

#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Conversion/Passes.h"
#include "rescale/Conversion/RescaleKernelToLoops/Blocking.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"
#include "rescale/Dialect/RescaleKernel/Transforms/BufferizableOpInterfaceImpl.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/FuncBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/Func/Extensions/InlinerExtension.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Linalg/Transforms/SubsetInsertionOpInterfaceImpl.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/AllocationOpInterfaceImpl.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/IR/TensorTilingInterfaceImpl.h"
#include "mlir/Dialect/Tensor/IR/ValueBoundsOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/Transforms/SubsetInsertionOpInterfaceImpl.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

static void addCleanup(OpPassManager &pm) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void rescale::buildTosaToRescalePipeline(
    OpPassManager &pm, const RescaleToLinalgOptions &options) {
  // After inference, which makes static what follows from static arguments.
  pm.addNestedPass<func::FuncOp>(tosa::createTosaInferShapesPass());
  RescaleVerifyInputOptions input;
  input.indexBitwidth = options.indexBitwidth;
  pm.addPass(createRescaleVerifyInput(input));
  pm.addPass(createRescaleRecordOrigins());
  // Before the first fold.
  pm.addPass(createRescaleSaturateNegate());
  // On TOSA still, so that the error stands at an op of the model.
  if (options.integerOnly) {
    VerifyIntegerOnlyOptions verify;
    verify.wayOut = options.wayOut;
    pm.addPass(createVerifyIntegerOnly(verify));
  }
  pm.addPass(createConvertTosaToRescale());
  addCleanup(pm);
  ShiftSharing shift =
      options.oneShift ? ShiftSharing::Layer : ShiftSharing::Channel;
  // First, so that what follows speaks of the network that is left.
  if (options.snap || !options.snapLayers.empty()) {
    RescaleSnapOptions snap;
    snap.bits = options.snap;
    snap.layers.assign(options.snapLayers.begin(), options.snapLayers.end());
    snap.grid = options.snapGrid;
    snap.shift = shift;
    snap.lastLayer = options.snapLastLayer;
    snap.operands = options.snapOperands;
    snap.perChannel = options.snapPerChannel;
    snap.correctBias = options.snapCorrectBias;
    pm.addPass(createRescaleSnap(snap));
  }
  if (!options.narrow.getValue().isOff()) {
    RescaleNarrowOptions narrow;
    narrow.shift = shift;
    pm.addPass(createRescaleNarrow(narrow));
  }
  if (std::optional<unsigned> bits = options.narrow.getValue().getBits()) {
    RescaleApproximateOptions approximate;
    approximate.bits = *bits;
    approximate.shift = shift;
    pm.addPass(createRescaleApproximate(approximate));
  }
  // Last before any lowering, and without narrowing too: a model may come with
  // certificates.
  pm.addPass(createRescaleVerifyCertificates());
}

/// What accumulates becomes kernels.
static void addTosaToKernels(OpPassManager &function) {
  function.addPass(tosa::createTosaLayerwiseConstantFoldPass());
  // Before the decompositions, which would make a multiplication of a depthwise
  // convolution.
  function.addPass(rescale::createConvertTosaToRescaleKernel());
}

/// Everything that is TOSA still becomes linalg but requantizations.
static void addLowerTosa(OpPassManager &function) {
  function.addPass(tosa::createTosaOptionalDecompositionsPass());
  function.addPass(tosa::createTosaMakeBroadcastablePass());
  rescale::RescaleLowerTosaOptions named;
  named.named = true;
  function.addPass(rescale::createRescaleLowerTosa(named));
  function.addPass(createCanonicalizerPass());
  function.addPass(tosa::createTosaLayerwiseConstantFoldPass());
  function.addPass(rescale::createRescaleLowerTosa());
  // A tosa.mul with a shift has become a tosa.apply_scale, which is a
  // requantization too.
  function.addPass(rescale::createConvertTosaToRescale());
  function.addPass(createTosaToArithPass());
  function.addPass(createTosaToTensorPass());
  function.addPass(rescale::createRescaleLowerTosaControlFlow());
}

static rescale::ConvertRescaleToLinalgOptions
getArithmetic(const rescale::RescaleToLinalgOptions &options) {
  rescale::ConvertRescaleToLinalgOptions arithmetic;
  if (!options.narrow.getValue().isOff())
    arithmetic.target = options.target;
  arithmetic.rung = options.rung;
  return arithmetic;
}

/// And requantizations, as rescale.apply in bodies.
static void addTosaToLinalg(OpPassManager &function,
                            const rescale::RescaleToLinalgOptions &options) {
  addLowerTosa(function);
  function.addPass(
      rescale::createConvertRescaleToLinalg(getArithmetic(options)));
  // What a model has of arith and math on tensors.
  function.addPass(createConvertElementwiseToLinalgPass());
  addCleanup(function);
}

void rescale::buildRescaleToLinalgPipeline(
    OpPassManager &pm, const RescaleToLinalgOptions &options) {
  buildTosaToRescalePipeline(pm, options);
  buildRequantizedToLinalgPipeline(pm, options);
}

void rescale::buildRequantizedToLinalgPipeline(
    OpPassManager &pm, const RescaleToLinalgOptions &options) {
  OpPassManager &function = pm.nest<func::FuncOp>();
  addTosaToLinalg(function, options);
  // Chains of requantizations become one loop, and transposed weights
  // constants. Before rescale.apply is lowered, so that fusion moves one op
  // instead of ten.
  function.addPass(createLinalgElementwiseOpFusionPass());
  function.addPass(createConvertRescaleToArith());
  addCleanup(function);
  pm.addPass(createRescaleVerifyLowered());
  pm.addPass(createRescaleDropTosaTarget());
}

void rescale::buildRescaleToKernelPipeline(
    OpPassManager &pm, const RescaleToLinalgOptions &options) {
  buildTosaToRescalePipeline(pm, options);
  buildRequantizedToKernelPipeline(pm, options);
}

void rescale::buildRequantizedToKernelPipeline(
    OpPassManager &pm, const RescaleToLinalgOptions &options) {
  pm.addPass(createRescaleRecordClaims());
  OpPassManager &function = pm.nest<func::FuncOp>();
  addTosaToKernels(function);
  addTosaToLinalg(function, options);
  function.addPass(createRescaleFuseEpilogues());
  function.addPass(createRescaleDecomposeTransposeConv());
  addCleanup(function);
  RescaleVerifyLoweredOptions lowered;
  lowered.dialects = {"tosa"};
  pm.addPass(createRescaleVerifyLowered(lowered));
  pm.addPass(createRescaleDropTosaTarget());
}

void rescale::buildRequantizedToCertifiedPipeline(
    OpPassManager &pm, const RescaleToLinalgOptions &options, bool hasKernels) {
  OpPassManager &function = pm.nest<func::FuncOp>();
  if (hasKernels)
    addTosaToKernels(function);
  addLowerTosa(function);
  function.addPass(createRescaleCertify());
  ConvertRescaleToLinalgOptions arithmetic = getArithmetic(options);
  arithmetic.keepCertificates = true;
  function.addPass(createConvertRescaleToLinalg(arithmetic));
}

void rescale::buildLinalgToLoopsPipeline(OpPassManager &pm,
                                         const LinalgToLoopsOptions &options) {
  RescaleCreateEntryPointOptions entry;
  entry.name = options.entryPoint;
  entry.function = options.function;
  pm.addPass(createRescaleCreateEntryPoint(entry));
  // So that each operation of the model is a layer, wherever it stands.
  pm.addPass(createInlinerPass());
  pm.addPass(createSymbolDCEPass());
  OpPassManager &tensors = pm.nest<func::FuncOp>();
  tensors.addPass(createRescaleVerifyBufferizable());
  tensors.addPass(createRescaleUpdateInPlace());
  tensors.addPass(createRescaleVerifyLoops());
  // Both first, since the analysis of elimination and bufferization takes more
  // than linear time in the users of one buffer.
  tensors.addPass(createRescaleSplitEmptyTensors());
  tensors.addPass(createRescalePlaceParts());
  pm.addPass(bufferization::createEmptyTensorEliminationPass());

  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  // Of constants: enough for a vector of every target.
  bufferize.bufferAlignment = 16;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  bufferization::BufferResultsToOutParamsPassOptions outParams;
  outParams.hoistStaticAllocs = true;
  outParams.modifyPublicFunctions = true;
  pm.addPass(bufferization::createBufferResultsToOutParamsPass(outParams));
  OpPassManager &buffers = pm.nest<func::FuncOp>();
  // In this order: only of two equal views it is known that they are the same,
  // and that a copy from one to the other does nothing.
  buffers.addPass(createCSEPass());
  buffers.addPass(createCanonicalizerPass());
  buffers.addPass(createRescaleForwardResults());
  buffers.addPass(createRescaleLowerCopies());
  buffers.addPass(createRescalePackKernelInputs());
  const Blocking &blocking = lookupBlocking(options.target);
  RescaleOrderLoopsOptions order;
  order.scalar = !blocking.vectors;
  buffers.addPass(createRescaleOrderLoops(order));
  buffers.addPass(createCSEPass());

  pm.addPass(createRescaleOutlineLayers());
  if (options.dumpLayers)
    pm.addPass(createRescaleDumpLayers());
  // Before kernels, which flatten buffers: folding into a view of other
  // dimensions would cost a division for each.
  OpPassManager &generic = pm.nest<func::FuncOp>();
  generic.addPass(createConvertLinalgToLoopsPass());
  generic.addPass(memref::createFoldMemRefAliasOpsPass());
  RescaleUnrollLoopsOptions unroll;
  unroll.factor = blocking.elementwise;
  generic.addPass(createRescaleUnrollLoops(unroll));
  ConvertRescaleKernelToLoopsOptions kernels;
  kernels.target = options.target;
  pm.addPass(createConvertRescaleKernelToLoops(kernels));
  OpPassManager &layers = pm.nest<func::FuncOp>();
  // In the functions of epilogues, so once for each layer.
  layers.addPass(createConvertRescaleToArith());
  layers.addPass(createLowerAffinePass());
  addCleanup(layers);
  // Before buffers get their sizes.
  pm.addPass(createRescaleWidenIntegers());
  RescalePlanArenaOptions arena;
  arena.staticArena = options.staticArena;
  pm.addPass(createRescalePlanArena(arena));
  addCleanup(pm.nest<func::FuncOp>());
  pm.addPass(createSymbolDCEPass());
}

void rescale::buildLoopsToLLVMPipeline(OpPassManager &pm,
                                       const LoopsToLLVMOptions &options) {
  pm.addPass(createRescaleLowerLayerAttributes());
  OpPassManager &function = pm.nest<func::FuncOp>();
  function.addPass(createRescaleSelectBySign());
  function.addPass(memref::createExpandStridedMetadataPass());
  function.addPass(createLowerAffinePass());
  addCleanup(function);
  function.addPass(createSCFToControlFlowPass());
  addCleanup(function);

  // Math first, since what has no intrinsic becomes a function of libm.
  pm.addNestedPass<func::FuncOp>(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  ArithToLLVMConversionPassOptions arith;
  arith.indexBitwidth = options.indexBitwidth;
  pm.addPass(createArithToLLVMConversionPass(arith));
  ConvertIndexToLLVMPassOptions index;
  index.indexBitwidth = options.indexBitwidth;
  pm.addPass(createConvertIndexToLLVMPass(index));
  FinalizeMemRefToLLVMConversionPassOptions memref;
  memref.indexBitwidth = options.indexBitwidth;
  pm.addPass(createFinalizeMemRefToLLVMConversionPass(memref));
  ConvertFuncToLLVMPassOptions func;
  func.useBarePtrCallConv = true;
  pm.addPass(createConvertFuncToLLVMPass(func));
  ConvertControlFlowToLLVMPassOptions cf;
  cf.indexBitwidth = options.indexBitwidth;
  pm.addPass(createConvertControlFlowToLLVMPass(cf));
  pm.addPass(createReconcileUnrealizedCastsPass());
  addCleanup(pm);
}

template <typename T>
static void buildFromTosa(OpPassManager &pm,
                          const rescale::FromTosaOptions<T> &options,
                          unsigned indexBitwidth) {
  rescale::RescaleToLinalgOptions toLinalg;
  toLinalg.integerOnly = options.integerOnly;
  toLinalg.indexBitwidth = indexBitwidth;
  toLinalg.target = options.target;
  toLinalg.copyFrom(options);
  rescale::buildRescaleToKernelPipeline(pm, toLinalg);
  rescale::LinalgToLoopsOptions toLoops;
  toLoops.entryPoint = options.entryPoint;
  toLoops.function = options.function;
  toLoops.dumpLayers = options.dumpLayers;
  toLoops.staticArena = options.staticArena;
  toLoops.target = options.target;
  rescale::buildLinalgToLoopsPipeline(pm, toLoops);
}

void rescale::buildRescaleToLoopsPipeline(
    OpPassManager &pm, const RescaleToLoopsOptions &options) {
  buildFromTosa(pm, options, /*indexBitwidth=*/64);
}

void rescale::buildRescaleToLLVMPipeline(OpPassManager &pm,
                                         const RescaleToLLVMOptions &options) {
  buildFromTosa(pm, options, options.indexBitwidth);
  LoopsToLLVMOptions toLLVM;
  toLLVM.indexBitwidth = options.indexBitwidth;
  buildLoopsToLLVMPipeline(pm, toLLVM);
}

void rescale::registerPipelineDependencies(DialectRegistry &registry) {
  // Only what a model and its lowering are made of: registering all of
  // upstream's dialects would take longer than compiling a small network.
  registry.insert<arith::ArithDialect, bufferization::BufferizationDialect,
                  DLTIDialect, func::FuncDialect, linalg::LinalgDialect,
                  math::MathDialect, memref::MemRefDialect, RescaleDialect,
                  kernel::RescaleKernelDialect, scf::SCFDialect,
                  tensor::TensorDialect, tosa::TosaDialect>();
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(
      registry);
  cf::registerBufferizableOpInterfaceExternalModels(registry);
  func::registerInlinerExtension(registry);
  linalg::registerBufferizableOpInterfaceExternalModels(registry);
  linalg::registerSubsetOpInterfaceExternalModels(registry);
  // Without it, buffer-results-to-out-params sees no allocation to hoist, and
  // every result costs a buffer and a copy.
  memref::registerAllocationOpInterfaceExternalModels(registry);
  kernel::registerBufferizableOpInterfaceExternalModels(registry);
  registerAccumulatorRangeModels(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerSubsetOpInterfaceExternalModels(registry);
  tensor::registerTilingInterfaceExternalModels(registry);
  tensor::registerValueBoundsOpInterfaceExternalModels(registry);
}

void rescale::registerRescalePipelines() {
  PassPipelineRegistration<RescaleToLinalgOptions>(
      "tosa-to-rescale", "Puts every requantization into the rescale dialect",
      buildTosaToRescalePipeline);
  PassPipelineRegistration<RescaleToLinalgOptions>(
      "rescale-to-linalg", "Lowers TOSA and rescale to linalg and arith",
      buildRescaleToLinalgPipeline);
  PassPipelineRegistration<RescaleToLinalgOptions>(
      "rescale-to-kernel",
      "Lowers TOSA and rescale to kernels with epilogues, and linalg",
      buildRescaleToKernelPipeline);
  PassPipelineRegistration<RescaleToLoopsOptions>(
      "rescale-to-loops",
      "Lowers TOSA and rescale to loops, a function for each layer, and one "
      "arena",
      buildRescaleToLoopsPipeline);
  PassPipelineRegistration<RescaleToLoopsOptions>(
      "rescale-to-c", "Lowers TOSA and rescale to what C is printed from",
      buildRescaleToCPipeline);
  PassPipelineRegistration<RescaleToLLVMOptions>(
      "rescale-to-llvm", "Lowers TOSA and rescale to the LLVM dialect",
      buildRescaleToLLVMPipeline);
}
