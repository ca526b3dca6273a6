//===- RoundingMultiply.cpp - Multiplications that round ------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The instructions saturate where both factors are -2^(w-1), so that the result
// does not fit. Arithmetic is taken only where that cannot be: its truncation
// has nsw, or a factor has bits to spare.
//
//===----------------------------------------------------------------------===//

#include "RoundingMultiply.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/Analysis/VectorUtils.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsAArch64.h"
#include "llvm/IR/IntrinsicsARM.h"
#include "llvm/IR/IntrinsicsRISCV.h"
#include "llvm/IR/IntrinsicsX86.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

#include <array>
#include <deque>
#include <numeric>
#include <string>

using namespace mlir;
using namespace llvm::PatternMatch;

static constexpr llvm::StringLiteral kPrefix = "rescale.rounding_multiply.";

/// What the function of scalars is called, or of lanes such as v4 and nxv4.
static std::string getName(unsigned width, const llvm::Twine &lanes = "") {
  return (kPrefix + lanes + "i" + llvm::Twine(width)).str();
}

/// The instruction for vectors of `bits` bits in lanes of `width`.
static llvm::Intrinsic::ID getInstruction(const llvm::TargetMachine &machine,
                                          unsigned width, unsigned bits) {
  const llvm::Triple &triple = machine.getTargetTriple();
  auto has = [&](StringRef feature) {
    return machine.getMCSubtargetInfo()->checkFeatures(feature);
  };
  if (triple.isX86() && width == 16) {
    if (bits == 128 && has("+ssse3"))
      return llvm::Intrinsic::x86_ssse3_pmul_hr_sw_128;
    if (bits == 256 && has("+avx2"))
      return llvm::Intrinsic::x86_avx2_pmul_hr_sw;
  }
  if (triple.isAArch64() && bits <= 128 && has("+neon"))
    return llvm::Intrinsic::aarch64_neon_sqrdmulh;
  if ((triple.isARM() || triple.isThumb()) && bits == 128 && has("+mve"))
    return llvm::Intrinsic::arm_mve_vqrdmulh;
  if (triple.isRISCV() && has("+v"))
    return llvm::Intrinsic::riscv_vsmul;
  return llvm::Intrinsic::not_intrinsic;
}

//===----------------------------------------------------------------------===//
// From arithmetic to calls
//===----------------------------------------------------------------------===//

/// The factors of a rounding multiplication, in their narrow type.
static std::optional<std::pair<llvm::Value *, llvm::Value *>>
match(llvm::TruncInst &trunc, unsigned width) {
  llvm::Value *u, *v;
  if (!trunc.getType()->isIntegerTy(width) ||
      !trunc.getSrcTy()->isIntegerTy(2 * width) ||
      !llvm::PatternMatch::match(
          trunc.getOperand(0),
          m_Shr(m_Add(m_Mul(m_Value(u), m_Value(v)),
                      m_SpecificInt(uint64_t(1) << (width - 2))),
                m_SpecificInt(width - 1))))
    return std::nullopt;
  const llvm::DataLayout &layout = trunc.getDataLayout();
  auto [least, most] = std::minmax(
      {ComputeNumSignBits(u, layout), ComputeNumSignBits(v, layout)});
  if (least <= width || (most == width + 1 && !trunc.hasNoSignedWrap()))
    return std::nullopt;
  return std::pair(u, v);
}

llvm::PreservedAnalyses
rescale::RaiseRoundingMultiplies::run(llvm::Module &module,
                                      llvm::ModuleAnalysisManager &) {
  for (unsigned width : {16, 32}) {
    if (!getInstruction(machine, width, /*bits=*/128))
      continue;
    llvm::Type *type = llvm::IntegerType::get(module.getContext(), width);
    for (llvm::Function &function : module)
      for (llvm::Instruction &op :
           llvm::make_early_inc_range(llvm::instructions(function))) {
        auto *trunc = dyn_cast<llvm::TruncInst>(&op);
        auto factors = trunc ? match(*trunc, width) : std::nullopt;
        if (!factors)
          continue;
        llvm::FunctionCallee callee = module.getOrInsertFunction(
            getName(width), llvm::FunctionType::get(type, {type, type},
                                                    /*isVarArg=*/false));
        auto *multiply = cast<llvm::Function>(callee.getCallee());
        multiply->setDoesNotAccessMemory();
        multiply->setDoesNotThrow();
        multiply->setWillReturn();
        multiply->setSpeculatable();
        llvm::IRBuilder<> builder(trunc);
        auto [u, v] = *factors;
        llvm::Value *call =
            builder.CreateCall(callee, {builder.CreateTrunc(u, type),
                                        builder.CreateTrunc(v, type)});
        trunc->replaceAllUsesWith(call);
        trunc->eraseFromParent();
      }
  }
  return llvm::PreservedAnalyses::none();
}

void rescale::addRoundingMultiplies(llvm::TargetLibraryInfoImpl &library,
                                    const llvm::Triple &triple) {
  // Descriptions refer to their strings.
  static std::deque<std::string> names;
  static const auto functions = [] {
    std::array<std::vector<llvm::VecDesc>, 2> functions;
    auto add = [&](unsigned width, unsigned count, bool isScalable,
                   const std::string &abi) {
      std::string lanes = (isScalable ? "nxv" : "v") + llvm::utostr(count);
      functions[isScalable].emplace_back(
          names.emplace_back(getName(width)),
          names.emplace_back(getName(width, lanes)),
          llvm::ElementCount::get(count, isScalable), /*Masked=*/false,
          names.emplace_back("_ZGV" + abi + "vv"), std::nullopt);
    };
    for (unsigned width : {16, 32}) {
      for (unsigned count : {2, 4, 8, 16, 32})
        add(width, count, /*isScalable=*/false,
            "_LLVM_N" + llvm::utostr(count));
      // The ABI has names for one register each.
      add(width, 128 / width, /*isScalable=*/true, "rNx");
    }
    return functions;
  }();
  library.addVectorizableFunctions(functions[false]);
  if (triple.isRISCV())
    library.addVectorizableFunctions(functions[true]);
}

//===----------------------------------------------------------------------===//
// From calls to instructions
//===----------------------------------------------------------------------===//

static llvm::Value *emitArithmetic(llvm::IRBuilder<> &b, llvm::Value *u,
                                   llvm::Value *v) {
  unsigned width = u->getType()->getScalarSizeInBits();
  llvm::Type *wide = u->getType()->getExtendedType();
  llvm::Value *product =
      b.CreateNSWMul(b.CreateSExt(u, wide), b.CreateSExt(v, wide));
  llvm::Value *sum = b.CreateNSWAdd(
      product, llvm::ConstantInt::get(wide, uint64_t(1) << (width - 2)));
  return b.CreateTrunc(b.CreateAShr(sum, width - 1), u->getType(), "",
                       /*IsNUW=*/false, /*IsNSW=*/true);
}

/// Lanes from `start` on; what there is not of is poison.
static llvm::Value *getLanes(llvm::IRBuilder<> &b, llvm::Value *value,
                             unsigned start, unsigned count) {
  unsigned end =
      cast<llvm::FixedVectorType>(value->getType())->getNumElements();
  SmallVector<int> mask(count);
  std::iota(mask.begin(), mask.end(), int(start));
  for (int &lane : mask)
    if (lane >= int(end))
      lane = llvm::PoisonMaskElem;
  return b.CreateShuffleVector(value, mask);
}

/// Of all elements of a scalable vector; one of known length is the beginning
/// of one that every machine has room for, with registers of 128 bits.
static llvm::Value *emitVsmul(llvm::IRBuilder<> &b, llvm::Value *u,
                              llvm::Value *v,
                              const llvm::TargetMachine &machine) {
  llvm::Type *type = u->getType(), *own = type;
  llvm::Type *word =
      b.getIntNTy(machine.createDataLayout().getPointerSizeInBits());
  llvm::Value *length = llvm::Constant::getAllOnesValue(word);
  auto *fixed = dyn_cast<llvm::FixedVectorType>(type);
  if (fixed) {
    own = llvm::ScalableVectorType::get(fixed->getElementType(),
                                        fixed->getNumElements() / 2);
    length = llvm::ConstantInt::get(word, fixed->getNumElements());
    llvm::Value *none = llvm::PoisonValue::get(own);
    u = b.CreateInsertVector(own, none, u, uint64_t(0));
    v = b.CreateInsertVector(own, none, v, uint64_t(0));
  }
  // Round to nearest, up: vxrm is 0.
  llvm::Value *product =
      b.CreateIntrinsic(llvm::Intrinsic::riscv_vsmul, {own, own, word},
                        {llvm::PoisonValue::get(own), u, v,
                         llvm::ConstantInt::get(word, 0), length});
  return fixed ? b.CreateExtractVector(type, product, uint64_t(0)) : product;
}

/// In parts of the widest vector that there is, and one that is not filled.
static llvm::Value *emitInstructions(llvm::IRBuilder<> &b, llvm::Value *u,
                                     llvm::Value *v,
                                     const llvm::TargetMachine &machine) {
  if (machine.getTargetTriple().isRISCV())
    return emitVsmul(b, u, v, machine);
  auto *type = cast<llvm::FixedVectorType>(u->getType());
  unsigned width = type->getScalarSizeInBits();
  unsigned count = type->getNumElements();
  unsigned bits = 64;
  while (!getInstruction(machine, width, bits) ||
         (bits < width * count && getInstruction(machine, width, 2 * bits)))
    bits *= 2;
  llvm::Intrinsic::ID instruction = getInstruction(machine, width, bits);
  unsigned numLanes = bits / width;
  auto *own = llvm::FixedVectorType::get(type->getElementType(), numLanes);
  bool isOverloaded = llvm::Intrinsic::isOverloaded(instruction);
  SmallVector<llvm::Value *> parts;
  for (unsigned start = 0; start < count; start += numLanes)
    parts.push_back(b.CreateIntrinsic(
        instruction,
        isOverloaded ? ArrayRef<llvm::Type *>(own) : ArrayRef<llvm::Type *>(),
        {getLanes(b, u, start, numLanes), getLanes(b, v, start, numLanes)}));
  return getLanes(b, llvm::concatenateVectors(b, parts), 0, count);
}

llvm::PreservedAnalyses
rescale::LowerRoundingMultiplies::run(llvm::Module &module,
                                      llvm::ModuleAnalysisManager &) {
  for (llvm::Function &function : llvm::make_early_inc_range(module)) {
    if (!function.getName().starts_with(kPrefix))
      continue;
    for (llvm::User *user : llvm::make_early_inc_range(function.users())) {
      // What is not a call keeps the declaration alive for vectorizers.
      auto *call = dyn_cast<llvm::CallInst>(user);
      if (!call)
        continue;
      llvm::IRBuilder<> builder(call);
      llvm::Value *u = call->getArgOperand(0), *v = call->getArgOperand(1);
      call->replaceAllUsesWith(u->getType()->isVectorTy()
                                   ? emitInstructions(builder, u, v, machine)
                                   : emitArithmetic(builder, u, v));
      call->eraseFromParent();
    }
  }
  llvm::removeFromUsedLists(module, [&](llvm::Constant *constant) {
    return constant->getName().starts_with(kPrefix);
  });
  for (llvm::Function &function : llvm::make_early_inc_range(module))
    if (function.getName().starts_with(kPrefix))
      function.eraseFromParent();
  return llvm::PreservedAnalyses::none();
}
