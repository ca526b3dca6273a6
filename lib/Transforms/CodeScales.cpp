//===- CodeScales.cpp - What codes stand for, changed by factors ----------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constraints on classes of codes: the scale of every operand of a combination
// is a number of few bits. Each is met by making one step coarser, that of the
// operand where it is free. Powers of two keep a scale on the grid, so that no
// step has to be twice as coarse, however many combinations hang together.
//
//===----------------------------------------------------------------------===//

#include "CodeScales.h"

#include "Certification.h"
#include "WeightedLayer.h"
#include "rescale/Dialect/Rescale/IR/Snap.h"
#include "rescale/Support/Constants.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::GridPoint;
using ::staircase::Ratio;
using ::staircase::Staircase;

/// Terms of a sum may have any scale, as only their quotient is computed: they
/// are looked for on the grid this many powers of two further down, where it
/// has no end.
constexpr int kTermShift = 16;

/// The widest integers that are codes; wider ones are intermediate.
constexpr unsigned kMaxCodeBits = 16;

static bool isCodes(Type type) {
  Type element = getElementTypeOrSelf(type);
  return element.isSignlessInteger() &&
         element.getIntOrFloatBitWidth() <= kMaxCodeBits &&
         isa<RankedTensorType>(type);
}

/// What `op` multiplies by, where that is one number and nothing more happens
/// to it than a rounding.
static std::optional<Ratio> getPlainScale(RequantizeOp op) {
  if (op.getNumStaircases() != 1 || op.getRounding() == Rounding::Addend ||
      op->hasAttr(kSnappedAttrName) || op->hasAttr(kCertificateAttrName) ||
      op.getUnsignedInput() || op.getUnsignedResult())
    return std::nullopt;
  Staircase staircase = op.getStaircase(0);
  if (staircase.multiplicand == 0)
    return std::nullopt;
  return Ratio(staircase.multiplicand) *
         Ratio::getPowerOfTwo(-int(staircase.shift));
}

bool Combination::isProduct() const { return isa_and_present<tosa::MulOp>(op); }

Ratio Combination::getScale(size_t index) const {
  Ratio scale = operands[index].scale * *getPlainScale(result);
  return isProduct() ? scale * operands[1 - index].scale : scale;
}

/// Follows an operand of a sum or of a product back to the codes.
static std::optional<Combination::Operand> traceOperand(Value value) {
  Combination::Operand operand;
  while (auto requantize = value.getDefiningOp<RequantizeOp>()) {
    std::optional<Ratio> scale = getPlainScale(requantize);
    if (!scale || isCodes(requantize.getType()) ||
        requantize.getZeroPoint() != 0 || requantize.getClamp() ||
        llvm::is_contained(operand.path, requantize))
      return std::nullopt;
    operand.scale = operand.scale * *scale;
    operand.path.push_back(requantize);
    operand.zeroPoint = requantize.getInputZeroPoint();
    operand.codes = value = requantize.getInput();
    if (isCodes(value.getType()))
      return operand;
    if (operand.zeroPoint != 0)
      return std::nullopt;
  }
  return std::nullopt;
}

/// The combination that `op` requantizes, to be given scales of `bits` bits.
static std::optional<Combination> match(RequantizeOp op, unsigned bits) {
  if (!isCodes(op.getType()) || !getPlainScale(op))
    return std::nullopt;
  Combination combination;
  combination.result = op;
  combination.bits = bits;
  Value input = op.getInput();
  if (isCodes(input.getType())) {
    combination.operands.push_back(
        {input, int64_t(op.getInputZeroPoint()), {}, 1});
    return combination;
  }
  Operation *sum = input.getDefiningOp();
  if (!isa_and_present<tosa::AddOp, tosa::SubOp, tosa::MulOp>(sum) ||
      !input.hasOneUse() || op.getInputZeroPoint() != 0)
    return std::nullopt;
  if (isa<tosa::MulOp>(sum)) {
    auto shift = getConstantIntegers(sum->getOperand(2));
    if (!shift || llvm::any_of(*shift, [](int64_t s) { return s != 0; }))
      return std::nullopt;
  }
  combination.op = sum;
  for (Value value : sum->getOperands().take_front(2)) {
    std::optional<Combination::Operand> operand = traceOperand(value);
    if (!operand)
      return std::nullopt;
    combination.operands.push_back(std::move(*operand));
  }
  // A shift to the left brings one operand to the step of the other: what it
  // makes, and the sum, have to fit the type.
  unsigned width = 0;
  for (const Combination::Operand &operand : combination.operands)
    width = std::max(
        width, getElementTypeOrSelf(operand.codes).getIntOrFloatBitWidth());
  int distance = std::abs(combination.operands[0].scale.getLog2() -
                          combination.operands[1].scale.getLog2());
  // A factor of 2 each, a zero point, the sum and the sign: five bits more.
  if (!combination.isProduct() &&
      distance + bits + width + 5 >
          getElementTypeOrSelf(input).getIntOrFloatBitWidth())
    return std::nullopt;
  return combination;
}

//===----------------------------------------------------------------------===//
// Classes
//===----------------------------------------------------------------------===//

unsigned CodeScales::getClass(Value value) {
  auto [it, isNew] = numbers.try_emplace(value, leaders.size());
  unsigned number = it->second;
  if (isNew) {
    leaders.push_back(number);
    classes.push_back({1, false, number});
  }
  while (leaders[number] != number)
    number = leaders[number];
  return number;
}

Ratio CodeScales::getFactor(Value value) const {
  auto it = numbers.find(value);
  if (it == numbers.end())
    return 1;
  unsigned number = it->second;
  while (leaders[number] != number)
    number = leaders[number];
  return classes[number].factor;
}

void CodeScales::unite(Value a, Value b) {
  unsigned first = getClass(a), second = getClass(b);
  leaders[second] = first;
  classes[first].isFixed |= classes[second].isFixed;
}

/// Whether `op` only arranges or compares codes of one step, or takes their
/// mean, which has it too.
static bool keepsStep(Operation *op) {
  return isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp, tosa::ReverseOp,
             tosa::IdentityOp, tosa::TileOp, tosa::ConcatOp, tosa::AvgPool2dOp,
             tosa::MaxPool2dOp, tosa::ReduceMaxOp, tosa::ReduceMinOp,
             tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp>(
      op);
}

void CodeScales::addOp(Operation *op, function_ref<bool(Operation *)> absorbs) {
  if (known.contains(op) || absorbs(op))
    return;
  if (keepsStep(op)) {
    for (Value operand : op->getOperands())
      // Beside the codes there are shapes and zero points.
      if (operand == op->getOperand(0) || isa<tosa::ConcatOp>(op))
        unite(op->getResult(0), operand);
    return;
  }
  for (Value operand : op->getOperands())
    fix(operand);
  for (Value result : op->getResults())
    fix(result);
}

CodeScales::CodeScales(Operation *top,
                       function_ref<unsigned(RequantizeOp)> getBits,
                       function_ref<bool(Operation *)> absorbs) {
  top->walk([&](RequantizeOp op) {
    unsigned bits = getBits(op);
    std::optional<Combination> combination =
        absorbs(op) || bits == 0 ? std::nullopt : match(op, bits);
    if (!combination)
      return;
    known.insert(op);
    if (combination->op)
      known.insert(combination->op);
    getClass(combination->getCodes());
    for (const Combination::Operand &operand : combination->operands) {
      known.insert(operand.path.begin(), operand.path.end());
      getClass(operand.codes);
    }
    combinations.push_back(std::move(*combination));
  });
  top->walk([&](Operation *op) { addOp(op, absorbs); });
  // What else reads the integers in between would get others.
  for (const Combination &combination : combinations)
    for (const Combination::Operand &operand : combination.operands)
      for (RequantizeOp step : operand.path)
        if (!llvm::all_of(step->getUsers(), [&](Operation *user) {
              return known.contains(user);
            }))
          fix(operand.codes);
  top->walk([&](Block *block) {
    for (Value argument : block->getArguments())
      fix(argument);
  });
  while (!solveAll())
    continue;
}

//===----------------------------------------------------------------------===//
// Factors
//===----------------------------------------------------------------------===//

/// Chooses the factors for all combinations but those that are left. Returns
/// false where one is left whose codes were scaled before, with others.
bool CodeScales::solveAll() {
  components.clear();
  for (unsigned i = 0, e = classes.size(); i < e; ++i) {
    classes[i].factor = 1;
    classes[i].component = i;
    components.push_back({{i}, classes[i].isFixed});
  }
  // Results before their operands, which can follow them.
  for (size_t i = combinations.size(); i-- > 0;) {
    bool isSolved = true;
    for (size_t j = 0; j < combinations[i].getNumScales() && isSolved; ++j)
      isSolved = solve(combinations[i], j);
    if (!isSolved && !leave(i))
      return false;
  }
  // A power of two less may be beyond the end of the grid.
  for (size_t i = combinations.size(); i-- > 0;)
    if (!isMet(combinations[i])) {
      leave(i);
      return false;
    }
  return true;
}

/// Leaves a combination as it is, and so its codes. Returns false where these
/// were scaled before.
bool CodeScales::leave(size_t index) {
  const Combination &combination = combinations[index];
  SmallVector<Value> codes = {combination.getCodes()};
  for (const Combination::Operand &operand : combination.operands)
    codes.push_back(operand.codes);
  bool isScaled = false;
  for (Value value : codes) {
    fix(value);
    Component &component = components[classes[getClass(value)].component];
    component.isFixed = true;
    isScaled |= component.isScaled;
  }
  left.push_back(combination);
  combinations.erase(combinations.begin() + index);
  return !isScaled;
}

/// Scale `index` of a combination, with the factors.
Ratio CodeScales::getScale(const Combination &combination, size_t index) const {
  Ratio scale = combination.getScale(index) / getFactor(combination.getCodes());
  if (combination.isSum())
    return scale * getFactor(combination.operands[index].codes) *
           Ratio::getPowerOfTwo(-kTermShift);
  for (const Combination::Operand &operand : combination.operands)
    scale = scale * getFactor(operand.codes);
  return scale;
}

/// Whether all scales have few bits.
bool CodeScales::isMet(const Combination &combination) const {
  return llvm::all_of(llvm::seq(combination.getNumScales()), [&](size_t index) {
    Ratio scale = getScale(combination, index);
    std::optional<GridPoint> point = getPointAbove(scale, combination.bits);
    return point && point->getValue() == scale;
  });
}

/// Makes scale `index` of a combination a number of few bits, and keeps it.
bool CodeScales::solve(const Combination &combination, size_t index) {
  Ratio current = getScale(combination, index);
  std::optional<GridPoint> above = getPointAbove(current, combination.bits);
  std::optional<GridPoint> below = getPointBelow(current, combination.bits);
  if (!above || !below)
    return false;
  unsigned result = getClass(combination.getCodes());
  SmallVector<unsigned> operands;
  for (auto [i, operand] : llvm::enumerate(combination.operands))
    if (!combination.isSum() || i == index)
      operands.push_back(getClass(operand.codes));
  auto getComponent = [&](unsigned number) {
    return classes[number].component;
  };
  auto count = [&](unsigned number) {
    return llvm::count_if(operands, [&](unsigned operand) {
      return getComponent(operand) == getComponent(number);
    });
  };
  auto isFree = [&](unsigned number) {
    return !components[getComponent(number)].isFixed;
  };
  if (!(above->getValue() == current)) {
    auto scaled = llvm::find_if(operands, [&](unsigned operand) {
      return isFree(operand) && count(operand) == 1 &&
             getComponent(operand) != getComponent(result);
    });
    if (scaled != operands.end())
      scale(*scaled, above->getValue() / current);
    else if (isFree(result) && count(result) == 0)
      scale(result, current / below->getValue());
    else
      return false;
  }
  for (unsigned operand : operands)
    join(result, operand);
  // One factor for all of them would be one of the scale as well.
  if (operands.size() > 1)
    components[getComponent(result)].isFixed = true;
  return true;
}

/// Multiplies the steps of all classes that hang together with class `number`.
void CodeScales::scale(unsigned number, const Ratio &factor) {
  Component &component = components[classes[number].component];
  component.isScaled = true;
  for (unsigned member : component.classes) {
    Ratio &own = classes[member].factor;
    own = own * factor;
    own = own * Ratio::getPowerOfTwo(-own.getLog2());
  }
}

/// From now on the classes are scaled together only.
void CodeScales::join(unsigned a, unsigned b) {
  unsigned to = classes[a].component, from = classes[b].component;
  if (to == from)
    return;
  if (components[to].classes.size() < components[from].classes.size())
    std::swap(to, from);
  for (unsigned member : components[from].classes)
    classes[member].component = to;
  components[to].classes.append(components[from].classes);
  components[to].isFixed |= components[from].isFixed;
  components[to].isScaled |= components[from].isScaled;
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

void mlir::rescale::scaleClamp(RequantizeOp op, const Ratio &factor) {
  if (factor == Ratio(1))
    return;
  Staircase staircase = op.getStaircase(0);
  auto scale = [&](int64_t bound) {
    return staircase.outputZeroPoint +
           int64_t((Ratio(bound - staircase.outputZeroPoint) / factor).round());
  };
  op.setClamp(
      ArrayRef<int64_t>{scale(staircase.clampMin), scale(staircase.clampMax)});
}

/// Records on `op` what `original` was, or another op with the same parameters.
static void setSnapped(RequantizeOp op, RequantizeOp original, unsigned bits,
                       const Ratio &inputFactor, const Ratio &resultFactor) {
  Builder builder(op);
  Staircase staircase = original.getStaircase(0);
  DenseF64ArrayAttr none = builder.getDenseF64ArrayAttr(0.0);
  op->setAttr(
      kSnappedAttrName,
      SnapAttr::get(op.getContext(), bits,
                    builder.getDenseI64ArrayAttr(staircase.multiplicand),
                    builder.getDenseI64ArrayAttr(staircase.shift),
                    original.getRoundingAttr(), none, none, none, none,
                    builder.getDenseI64ArrayAttr(0),
                    builder.getF64FloatAttr(inputFactor.toDouble()),
                    builder.getF64FloatAttr(resultFactor.toDouble())));
  for (StringRef name : {kProvedRangeAttrName, kObservedRangeAttrName,
                         kObservedHistogramAttrName})
    op->removeAttr(name);
}

/// Gives `op` one scale.
static void setScale(RequantizeOp op, const GridPoint &point, unsigned bits) {
  Staircase staircase = op.getStaircase(0);
  staircase.multiplicand = point.multiplicand;
  staircase.shift = point.shift;
  if (staircase.rounding == ::staircase::Rounding::Double)
    staircase.rounding = ::staircase::Rounding::HalfUp;
  setParameters(op, staircase,
                IntegerType::get(op.getContext(), bits, IntegerType::Unsigned));
}

/// The codes of an operand less their zero point, times a multiplicand.
static RequantizeOp widen(OpBuilder &builder, Combination::Operand operand,
                          uint64_t multiplicand, unsigned bits) {
  RequantizeOp last = operand.path.front();
  auto port =
      IntegerType::get(builder.getContext(), bits, IntegerType::Unsigned);
  return RequantizeOp::create(
      builder, last.getLoc(), last.getType(), operand.codes,
      getMultiplicands(port, multiplicand), builder.getDenseI8ArrayAttr(0),
      /*axis=*/IntegerAttr(),
      RoundingAttr::get(builder.getContext(), Rounding::Floor),
      /*addends=*/DenseI64ArrayAttr(), /*negative_addends=*/DenseI64ArrayAttr(),
      builder.getI64IntegerAttr(operand.zeroPoint),
      builder.getI64IntegerAttr(0), /*clamp=*/DenseI64ArrayAttr(),
      /*unsigned_input=*/UnitAttr(), /*unsigned_result=*/UnitAttr());
}

static Value shiftLeft(OpBuilder &builder, Value value, unsigned amount) {
  if (amount == 0)
    return value;
  auto type = cast<RankedTensorType>(value.getType());
  auto one = type.clone(SmallVector<int64_t>(type.getRank(), 1));
  auto width = type.getElementTypeBitWidth();
  Value shift =
      tosa::ConstOp::create(builder, value.getLoc(), one,
                            DenseElementsAttr::get(one, APInt(width, amount)));
  return tosa::LogicalLeftShiftOp::create(builder, value.getLoc(), type, value,
                                          shift);
}

/// Erases the requantizations of operands that nothing reads any more. Both may
/// have the same.
static void erasePaths(const Combination &combination) {
  llvm::SmallSetVector<Operation *, 4> ops;
  for (const Combination::Operand &operand : combination.operands)
    ops.insert(operand.path.begin(), operand.path.end());
  // An op is erased before those that it reads.
  auto isUnused = [](Operation *op) { return op->use_empty(); };
  for (auto it = llvm::find_if(ops, isUnused); it != ops.end();
       it = llvm::find_if(ops, isUnused)) {
    Operation *op = *it;
    ops.remove(op);
    op->erase();
  }
}

/// Each operand is multiplied exactly, and only the sum is rounded.
void CodeScales::rewriteSum(const Combination &combination) const {
  RequantizeOp result = combination.result;
  unsigned bits = combination.bits;
  Ratio resultFactor = getFactor(result.getResult());
  SmallVector<GridPoint> points;
  unsigned shift = kTermShift;
  for (size_t i = 0; i < combination.operands.size(); ++i) {
    points.push_back(*getPointAbove(getScale(combination, i), bits));
    shift = std::max(shift, points.back().shift);
  }
  OpBuilder builder(combination.op);
  SmallVector<Value> terms;
  for (auto [operand, point] : llvm::zip_equal(combination.operands, points)) {
    RequantizeOp term = widen(builder, operand, point.multiplicand, bits);
    setSnapped(term, operand.path.front(), bits, getFactor(operand.codes), 1);
    terms.push_back(shiftLeft(builder, term, shift - point.shift));
  }
  for (auto [i, term] : llvm::enumerate(terms))
    combination.op->setOperand(i, term);
  erasePaths(combination);
  setSnapped(result, result, bits, 1, resultFactor);
  setScale(result, {1, shift - kTermShift}, bits);
  scaleClamp(result, resultFactor);
}

/// A product of codes, or codes: one scale behind it.
void CodeScales::rewriteOther(const Combination &combination) const {
  RequantizeOp result = combination.result;
  unsigned bits = combination.bits;
  Ratio resultFactor = getFactor(result.getResult()), inputFactor = 1;
  for (const Combination::Operand &operand : combination.operands)
    inputFactor = inputFactor * getFactor(operand.codes);
  GridPoint point = *getPointAbove(getScale(combination, 0), bits);
  OpBuilder builder(result);
  if (combination.op)
    builder.setInsertionPoint(combination.op);
  for (auto [i, operand] : llvm::enumerate(combination.operands)) {
    if (!combination.op)
      continue;
    RequantizeOp factor = widen(builder, operand, 1, bits);
    setSnapped(factor, operand.path.front(), bits, getFactor(operand.codes), 1);
    combination.op->setOperand(i, factor);
  }
  erasePaths(combination);
  setSnapped(result, result, bits, inputFactor, resultFactor);
  setScale(result, point, bits);
  scaleClamp(result, resultFactor);
}

void CodeScales::rewrite(
    function_ref<void(RequantizeOp, StringRef)> leave) const {
  for (const Combination &combination : left)
    leave(combination.result,
          "the steps of its codes are fixed, or its scale is too large");
  for (const Combination &combination : combinations) {
    if (combination.isSum())
      rewriteSum(combination);
    else
      rewriteOther(combination);
  }
}
