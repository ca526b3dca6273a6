//===- Export.cpp - LLVM dialect to LLVM IR and objects -------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What clang does after its front end, for one entry point and no exceptions.
//
//===----------------------------------------------------------------------===//

#include "rescale/Target/LLVM/Export.h"

#include "RoundingMultiply.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/IPO/Internalize.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"

using namespace mlir;

void rescale::setDataLayout(ModuleOp module,
                            const llvm::TargetMachine &machine) {
  module.getContext()->loadDialect<DLTIDialect>();
  OpBuilder b(module.getContext());
  unsigned width = machine.createDataLayout().getPointerSizeInBits();
  auto entry = DataLayoutEntryAttr::get(
      b.getIndexType(), b.getI32IntegerAttr(static_cast<int32_t>(width)));
  module->setAttr(DLTIDialect::kDataLayoutAttrName,
                  DataLayoutSpecAttr::get(module.getContext(), {entry}));
}

std::unique_ptr<llvm::Module>
rescale::translateToLLVMIR(ModuleOp module, StringRef entryPoint,
                           llvm::TargetMachine &machine,
                           llvm::LLVMContext &context) {
  registerBuiltinDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  std::unique_ptr<llvm::Module> result =
      translateModuleToLLVMIR(module, context, entryPoint);
  if (!result)
    return nullptr;

  result->setTargetTriple(machine.getTargetTriple());
  result->setDataLayout(machine.createDataLayout());
  if (machine.isPositionIndependent())
    result->setPICLevel(llvm::PICLevel::BigPIC);
  for (llvm::Function &function : *result) {
    if (function.isDeclaration())
      continue;
    // Nothing throws, so no unwind tables.
    function.setDoesNotThrow();
    if (!machine.getTargetCPU().empty())
      function.addFnAttr("target-cpu", machine.getTargetCPU());
    if (!machine.getTargetFeatureString().empty())
      function.addFnAttr("target-features", machine.getTargetFeatureString());
  }
  llvm::internalizeModule(*result, [&](const llvm::GlobalValue &value) {
    return value.getName() == entryPoint;
  });
  return result;
}

static llvm::OptimizationLevel getLevel(llvm::CodeGenOptLevel level) {
  switch (level) {
  case llvm::CodeGenOptLevel::None:
    return llvm::OptimizationLevel::O0;
  case llvm::CodeGenOptLevel::Less:
    return llvm::OptimizationLevel::O1;
  case llvm::CodeGenOptLevel::Default:
    return llvm::OptimizationLevel::O2;
  case llvm::CodeGenOptLevel::Aggressive:
    return llvm::OptimizationLevel::O3;
  }
  llvm_unreachable("unknown optimization level");
}

void rescale::optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::OptimizationLevel level = getLevel(machine.getOptLevel());
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.SLPVectorization =
      level.getSpeedupLevel() > 1;
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callGraph;
  llvm::ModuleAnalysisManager modules;
  llvm::TargetLibraryInfoImpl library(machine.getTargetTriple());
  addRoundingMultiplies(library, machine.getTargetTriple());
  functions.registerPass([&] { return llvm::TargetLibraryAnalysis(library); });
  llvm::PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  llvm::ModulePassManager passes;
  if (level == llvm::OptimizationLevel::O0) {
    passes = builder.buildO0DefaultPipeline(level);
  } else {
    passes.addPass(RaiseRoundingMultiplies(machine));
    passes.addPass(builder.buildPerModuleDefaultPipeline(level));
    passes.addPass(LowerRoundingMultiplies(machine));
    passes.addPass(
        llvm::createModuleToFunctionPassAdaptor(llvm::InstCombinePass()));
  }
  passes.run(module, modules);
}

LogicalResult rescale::emitObject(llvm::Module &module,
                                  llvm::TargetMachine &machine,
                                  llvm::raw_pwrite_stream &os) {
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, os, /*DwoOut=*/nullptr,
                                  llvm::CodeGenFileType::ObjectFile))
    return failure();
  passes.run(module);
  return success();
}
