//===- Jit.cpp - Compile and call functions over buffers ------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The lowering is the shortest one to LLVM, without optimizations that could
// hide a wrong operation by folding it.
//
//===----------------------------------------------------------------------===//

#include "Jit.h"

#include "rescale/Conversion/Passes.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/FuncBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/TargetSelect.h"

using namespace mlir;
using namespace conformance;
using staircase::Int128;

//===----------------------------------------------------------------------===//
// Buffer
//===----------------------------------------------------------------------===//

Buffer::Buffer(staircase::IntegerFormat format, size_t size)
    : format(format),
      stride(llvm::PowerOf2Ceil(llvm::divideCeil(format.width, 8))),
      bytes(size * stride) {}

void Buffer::set(size_t index, Int128 value) {
  uint64_t bits =
      uint64_t(value) & llvm::maskTrailingOnes<uint64_t>(format.width);
  std::memcpy(&bytes[index * stride], &bits, stride);
}

Int128 Buffer::get(size_t index) const {
  uint64_t bits = 0;
  std::memcpy(&bits, &bytes[index * stride], stride);
  bits &= llvm::maskTrailingOnes<uint64_t>(format.width);
  return format.isUnsigned ? Int128(bits)
                           : Int128(llvm::SignExtend64(bits, format.width));
}

//===----------------------------------------------------------------------===//
// Jit
//===----------------------------------------------------------------------===//

void Jit::registerDialects(DialectRegistry &registry) {
  registry.insert<arith::ArithDialect, func::FuncDialect, linalg::LinalgDialect,
                  memref::MemRefDialect, rescale::RescaleDialect,
                  scf::SCFDialect, vector::VectorDialect>();
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(
      registry);
  linalg::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

static void buildPipeline(OpPassManager &pm) {
  pm.addPass(rescale::createConvertRescaleToLinalg());
  pm.addPass(rescale::createConvertRescaleToArith());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  bufferization::BufferResultsToOutParamsPassOptions results;
  results.hoistStaticAllocs = true;
  results.modifyPublicFunctions = true;
  pm.addPass(bufferization::createBufferResultsToOutParamsPass(results));
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createConvertFuncToLLVMPass({/*useBarePtrCallConv=*/true}));
  pm.addPass(createReconcileUnrealizedCastsPass());
}

std::unique_ptr<Jit> Jit::compile(ModuleOp module) {
  static const bool isInitialized = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)isInitialized;
  PassManager pm(module.getContext());
  pm.enableVerifier(false);
  buildPipeline(pm);
  if (failed(pm.run(module)))
    return nullptr;
  ExecutionEngineOptions options;
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel::None;
  options.enableGDBNotificationListener = false;
  options.enablePerfNotificationListener = false;
  auto engine = ExecutionEngine::create(module, options);
  if (!engine) {
    module.emitError() << llvm::toString(engine.takeError());
    return nullptr;
  }
  auto jit = std::make_unique<Jit>();
  jit->engine = std::move(*engine);
  return jit;
}

void Jit::call(StringRef function, ArrayRef<Buffer *> buffers) {
  // The packed interface takes the address of every argument.
  std::vector<void *> data, arguments;
  for (Buffer *buffer : buffers)
    data.push_back(buffer->data());
  for (void *&pointer : data)
    arguments.push_back(&pointer);
  auto entry = engine->lookupPacked(function);
  if (!entry)
    llvm::report_fatal_error(entry.takeError());
  (*entry)(arguments.data());
}
