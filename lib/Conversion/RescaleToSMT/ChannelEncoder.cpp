//===- ChannelEncoder.cpp - One channel in linear integer arithmetic ------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What has to fit its type is asked, not assumed: the solver looks for an
// accumulator for which anything does not fit, or a code is wrong. Behind an
// operation that has to fit, its result is taken to fit: else the solver has
// found a fault already.
//
//===----------------------------------------------------------------------===//

#include "Terms.h"
#include "rescale/Analysis/LoweredArithmetic.h"
#include "rescale/Conversion/RescaleToSMT/RescaleToSMT.h"
#include "rescale/Staircase/Thresholds.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Addends;
using ::staircase::Int128;
using ::staircase::Interval;
using ::staircase::Staircase;
using ::staircase::Thresholds;

/// Up to which each code is a question of its own. Solvers answer these by
/// linear arithmetic alone, as a threshold is a constant.
static constexpr int64_t kMaxCodes = 4096;

namespace {

class ChannelEncoder : TermBuilder {
public:
  ChannelEncoder(OpBuilder &builder, const LoweredRequantize &requantize,
                 int64_t channel)
      : TermBuilder(requantize.op->getLoc(), builder),
        arithmetic(requantize.arithmetic), channel(channel),
        claim(requantize.channels[channel]), terms(arithmetic.getNumValues()),
        conditions(terms.size()) {}

  LogicalResult encode();

private:
  Term readSigned(unsigned value);
  Term readUnsigned(unsigned value);

  LogicalResult encodeStep(const ArithStep &step);
  LogicalResult encodeCondition(const ArithStep &step);
  LogicalResult encodeBits(const ArithStep &step);
  Value encodeCompare(const ArithStep &step);
  /// The exact result for operands read in one way.
  std::optional<Term> apply(const ArithStep &step, Term lhs, Term rhs);
  std::optional<Term> applyExactly(const ArithStep &step, Term lhs, Term rhs);
  LogicalResult encodeOverflowing(const ArithStep &step);
  void requireFit(Term &term, const Interval &fitting);
  Term extremum(const ArithStep &step);
  void compareCodes();
  void compareFormula(Term code);
  LogicalResult reportUnsupported(const ArithStep &step, const Twine &got);

  const LoweredArithmetic &arithmetic;
  int64_t channel;
  const ChannelClaim &claim;
  Value accumulator;
  /// Of values of more than one bit.
  SmallVector<Term> terms;
  /// Of values of one bit.
  SmallVector<Value> conditions;
  /// What the solver looks for.
  SmallVector<Value> faults;
};

} // namespace

Term ChannelEncoder::readSigned(unsigned value) {
  unsigned width = arithmetic.getWidth(value);
  return reduce(terms[value], -(Int128(1) << (width - 1)), width);
}

Term ChannelEncoder::readUnsigned(unsigned value) {
  return reduce(terms[value], 0, arithmetic.getWidth(value));
}

LogicalResult ChannelEncoder::reportUnsupported(const ArithStep &step,
                                                const Twine &got) {
  return step.op->emitError()
         << "requires linear arithmetic to ask a solver, got " << got
         << "; use rescale-verify-arithmetic, which evaluates it";
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

std::optional<Term> ChannelEncoder::apply(const ArithStep &step, Term lhs,
                                          Term rhs) {
  if (std::optional<Term> term = applyExactly(step, lhs, rhs))
    return term->range.isConstant() ? getConstant(term->range.low) : *term;
  return std::nullopt;
}

std::optional<Term> ChannelEncoder::applyExactly(const ArithStep &step,
                                                 Term lhs, Term rhs) {
  switch (step.opcode) {
  case ArithOpcode::Add:
    return Term{add(lhs.value, rhs.value), lhs.range + rhs.range};
  case ArithOpcode::Sub:
    return Term{subtract(lhs.value, rhs.value), lhs.range - rhs.range};
  case ArithOpcode::Mul:
    if (lhs.range.isConstant())
      std::swap(lhs, rhs);
    if (!rhs.range.isConstant())
      return std::nullopt;
    return Term{multiply(rhs.range.low, lhs.value), lhs.range * rhs.range};
  case ArithOpcode::ShiftLeft: {
    if (!rhs.range.isConstant() || rhs.range.low < 0 || rhs.range.low > 63)
      return std::nullopt;
    Int128 factor = Int128(1) << int(rhs.range.low);
    return Term{multiply(factor, lhs.value),
                lhs.range * Interval{factor, factor}};
  }
  case ArithOpcode::Truncate:
    return lhs;
  default:
    llvm_unreachable("not an operation that overflows");
  }
}

/// Asks whether `term` can be outside of `fitting`, and then takes it to be
/// inside.
void ChannelEncoder::requireFit(Term &term, const Interval &fitting) {
  // What fits by itself is no question.
  if (term.range.isConstant() && fitting.contains(term.range))
    return;
  term = name(term, "exact");
  faults.push_back(compare(Predicate::lt, term.value, constant(fitting.low)));
  faults.push_back(compare(Predicate::gt, term.value, constant(fitting.high)));
  term.range = {std::max(term.range.low, fitting.low),
                std::min(term.range.high, fitting.high)};
  // What never fits is a fault whatever is taken of it.
  if (term.range.low > term.range.high)
    term.range = fitting;
}

LogicalResult ChannelEncoder::encodeOverflowing(const ArithStep &step) {
  unsigned width = arithmetic.getWidth(step.result);
  bool isUnary = step.opcode == ArithOpcode::Truncate;
  auto applyTo = [&](auto read) {
    return apply(step, read(step.operands[0]),
                 isUnary ? Term() : read(step.operands[1]));
  };
  auto raw = [&](unsigned value) { return terms[value]; };
  auto asSigned = [&](unsigned value) { return readSigned(value); };
  auto asUnsigned = [&](unsigned value) { return readUnsigned(value); };
  Interval signedRange = ::staircase::getInterval({width});
  Interval unsignedRange = getUnsigned(width);

  std::optional<Term> exact;
  switch (step.fit) {
  case Fit::None:
    // The amount of a shift is no number modulo anything.
    exact =
        step.opcode == ArithOpcode::ShiftLeft
            ? apply(step, raw(step.operands[0]), readUnsigned(step.operands[1]))
            : applyTo(raw);
    break;
  case Fit::Signed:
    if ((exact = applyTo(asSigned)))
      requireFit(*exact, signedRange);
    break;
  case Fit::Unsigned:
    if ((exact = applyTo(asUnsigned)))
      requireFit(*exact, unsignedRange);
    break;
  case Fit::Both: {
    std::optional<Term> other = applyTo(asUnsigned);
    if (other)
      requireFit(*other, unsignedRange);
    if ((exact = applyTo(asSigned)))
      requireFit(*exact, signedRange);
    break;
  }
  case Fit::Either: {
    // One of the two readings fits always, so that it is the one to ask for.
    exact = applyTo(asSigned);
    if (!exact || signedRange.contains(exact->range)) {
      if (exact)
        requireFit(*exact, signedRange);
      break;
    }
    Term other = *applyTo(asUnsigned);
    if (unsignedRange.contains(other.range)) {
      exact = other;
      requireFit(*exact, unsignedRange);
      break;
    }
    exact = name(*exact, "exact");
    other = name(other, "exact");
    auto leaves = [&](Term term, Interval range) {
      return smt::OrOp::create(
          b, compare(Predicate::lt, term.value, constant(range.low)),
          compare(Predicate::gt, term.value, constant(range.high)));
    };
    faults.push_back(smt::AndOp::create(b, leaves(*exact, signedRange),
                                        leaves(other, unsignedRange)));
    break;
  }
  }
  if (!exact || !exact->range.fits(100))
    return reportUnsupported(step, "'" + step.op->getName().getStringRef() +
                                       "' of two that are no constants");
  terms[step.result] = *exact;
  return success();
}

Value ChannelEncoder::encodeCompare(const ArithStep &step) {
  using ArithPredicate = arith::CmpIPredicate;
  unsigned lhs = step.operands[0], rhs = step.operands[1];
  auto compareSigned = [&](Predicate predicate) {
    return compare(predicate, readSigned(lhs).value, readSigned(rhs).value);
  };
  auto compareUnsigned = [&](Predicate predicate) {
    return compare(predicate, readUnsigned(lhs).value, readUnsigned(rhs).value);
  };
  switch (step.predicate) {
  case ArithPredicate::eq:
    return smt::EqOp::create(b, readSigned(lhs).value, readSigned(rhs).value);
  case ArithPredicate::ne:
    return distinct(readSigned(lhs).value, readSigned(rhs).value);
  case ArithPredicate::slt:
    return compareSigned(Predicate::lt);
  case ArithPredicate::sle:
    return compareSigned(Predicate::le);
  case ArithPredicate::sgt:
    return compareSigned(Predicate::gt);
  case ArithPredicate::sge:
    return compareSigned(Predicate::ge);
  case ArithPredicate::ult:
    return compareUnsigned(Predicate::lt);
  case ArithPredicate::ule:
    return compareUnsigned(Predicate::le);
  case ArithPredicate::ugt:
    return compareUnsigned(Predicate::gt);
  case ArithPredicate::uge:
    return compareUnsigned(Predicate::ge);
  }
  llvm_unreachable("unknown predicate");
}

/// Results of one bit are truth values.
LogicalResult ChannelEncoder::encodeCondition(const ArithStep &step) {
  Value &result = conditions[step.result];
  Value lhs = conditions[step.operands[0]], rhs = conditions[step.operands[1]];
  switch (step.opcode) {
  case ArithOpcode::Compare:
    // Of truth values only these two say something else than a formula does.
    if (arithmetic.getWidth(step.operands[0]) > 1)
      result = encodeCompare(step);
    else if (step.predicate == arith::CmpIPredicate::eq)
      result = smt::EqOp::create(b, lhs, rhs);
    else if (step.predicate == arith::CmpIPredicate::ne)
      result = distinct(lhs, rhs);
    break;
  case ArithOpcode::And:
    result = smt::AndOp::create(b, lhs, rhs);
    break;
  case ArithOpcode::Or:
    result = smt::OrOp::create(b, lhs, rhs);
    break;
  case ArithOpcode::Xor:
    result = smt::XOrOp::create(b, lhs, rhs);
    break;
  case ArithOpcode::Select:
    result = smt::IteOp::create(b, lhs, rhs, conditions[step.operands[2]]);
    break;
  case ArithOpcode::Truncate:
    if (step.fit == Fit::None)
      result = smt::EqOp::create(
          b, divide(terms[step.operands[0]], 1).second.value, constant(1));
    break;
  default:
    break;
  }
  return result
             ? success()
             : reportUnsupported(step, "'" + step.op->getName().getStringRef() +
                                           "' of one bit");
}

/// A mask of the lower bits is a remainder, one of the upper bits what is left;
/// a mask of all bits or none, as of a sign, selects.
LogicalResult ChannelEncoder::encodeBits(const ArithStep &step) {
  Term lhs = terms[step.operands[0]], rhs = terms[step.operands[1]];
  // Such as of a channel with one accumulator.
  if (lhs.range.isConstant() && rhs.range.isConstant()) {
    Int128 a = lhs.range.low, b = rhs.range.low;
    Int128 bits = step.opcode == ArithOpcode::And  ? a & b
                  : step.opcode == ArithOpcode::Or ? a | b
                                                   : a ^ b;
    terms[step.result] =
        getConstant(wrapSigned(bits, arithmetic.getWidth(step.result)));
    return success();
  }
  const Interval sign = {-1, 0};
  if (step.opcode == ArithOpcode::And &&
      (sign.contains(lhs.range) || sign.contains(rhs.range))) {
    if (!sign.contains(lhs.range))
      std::swap(lhs, rhs);
    terms[step.result] = select(compare(Predicate::lt, lhs.value, constant(0)),
                                rhs, getConstant(0));
    return success();
  }
  unsigned other = step.operands[0];
  if (lhs.range.isConstant()) {
    std::swap(lhs, rhs);
    other = step.operands[1];
  }
  Int128 mask = rhs.range.low;
  bool isLower = mask >= 0 && (mask & (mask + 1)) == 0;
  bool isUpper = mask < 0 && (-mask & (-mask - 1)) == 0;
  if (step.opcode != ArithOpcode::And || !rhs.range.isConstant() ||
      !(isLower || isUpper))
    return reportUnsupported(step, "'" + step.op->getName().getStringRef() +
                                       "' without a mask of lower bits, of "
                                       "upper bits or of a sign");
  Term value = isLower ? lhs : readSigned(other);
  Int128 modulus = isLower ? mask + 1 : -mask;
  Term remainder =
      divide(value, ::staircase::getMagnitudeBits(uint64_t(modulus)) - 1)
          .second;
  terms[step.result] = isLower ? remainder
                               : Term{subtract(value.value, remainder.value),
                                      value.range - remainder.range};
  return success();
}

Term ChannelEncoder::extremum(const ArithStep &step) {
  bool isUnsigned = step.opcode == ArithOpcode::MinUnsigned ||
                    step.opcode == ArithOpcode::MaxUnsigned;
  bool isMin = step.opcode == ArithOpcode::MinUnsigned ||
               step.opcode == ArithOpcode::MinSigned;
  auto read = [&](unsigned value) {
    return isUnsigned ? readUnsigned(value) : readSigned(value);
  };
  Term lhs = read(step.operands[0]), rhs = read(step.operands[1]);
  Term result = select(
      compare(isMin ? Predicate::lt : Predicate::gt, lhs.value, rhs.value), lhs,
      rhs);
  auto choose = [&](Int128 a, Int128 b) {
    return isMin ? std::min(a, b) : std::max(a, b);
  };
  result.range = {choose(lhs.range.low, rhs.range.low),
                  choose(lhs.range.high, rhs.range.high)};
  return name(result, isMin ? "min" : "max");
}

LogicalResult ChannelEncoder::encodeStep(const ArithStep &step) {
  auto [lhs, rhs, other] = step.operands;
  // 128 bits hold the intervals of a sum and a modulus of values of these.
  constexpr unsigned kMostBits = 100;
  auto isWide = [](Type type) {
    return type.getIntOrFloatBitWidth() > kMostBits;
  };
  if (llvm::any_of(step.op->getOperandTypes(), isWide) ||
      llvm::any_of(step.op->getResultTypes(), isWide))
    return reportUnsupported(step, "a value of more than " + Twine(kMostBits) +
                                       " bits");
  if (arithmetic.getWidth(step.result) == 1)
    return encodeCondition(step);
  Term &result = terms[step.result];
  switch (step.opcode) {
  case ArithOpcode::Add:
  case ArithOpcode::Sub:
  case ArithOpcode::Mul:
  case ArithOpcode::ShiftLeft:
  case ArithOpcode::Truncate:
    return encodeOverflowing(step);
  case ArithOpcode::ShiftRightSigned:
  case ArithOpcode::ShiftRightUnsigned: {
    Term amount = terms[rhs];
    if (!amount.range.isConstant() || amount.range.low < 0 ||
        amount.range.low >= arithmetic.getWidth(step.result))
      return reportUnsupported(step, "a shift by what is no constant, or more "
                                     "than the type has bits");
    Term value = step.opcode == ArithOpcode::ShiftRightSigned
                     ? readSigned(lhs)
                     : readUnsigned(lhs);
    result = amount.range.low ? divide(value, unsigned(amount.range.low)).first
                              : value;
    return success();
  }
  case ArithOpcode::And:
  case ArithOpcode::Or:
  case ArithOpcode::Xor:
    return encodeBits(step);
  case ArithOpcode::Select:
    result = select(conditions[lhs], terms[rhs], terms[other]);
    return success();
  case ArithOpcode::MinSigned:
  case ArithOpcode::MaxSigned:
  case ArithOpcode::MinUnsigned:
  case ArithOpcode::MaxUnsigned:
    result = extremum(step);
    return success();
  case ArithOpcode::ExtendSigned:
  case ArithOpcode::ExtendUnsigned: {
    bool isSigned = step.opcode == ArithOpcode::ExtendSigned;
    if (arithmetic.getWidth(lhs) == 1)
      result = select(conditions[lhs], getConstant(isSigned ? -1 : 1),
                      getConstant(0));
    else
      result = isSigned ? readSigned(lhs) : readUnsigned(lhs);
    return success();
  }
  case ArithOpcode::Compare:
    break;
  }
  llvm_unreachable("a comparison has one bit");
}

//===----------------------------------------------------------------------===//
// Codes
//===----------------------------------------------------------------------===//

/// For every code of the clamp, also one that no accumulator reaches: that the
/// original reaches it and that the arithmetic does are two different things.
void ChannelEncoder::compareCodes() {
  const Staircase &original = claim.original;
  unsigned result = arithmetic.getResult();
  unsigned width = arithmetic.getWidth(result);
  bool isUnsigned = original.clampMax > ::staircase::getInterval({width}).high;
  Term code =
      name(isUnsigned ? readUnsigned(result) : readSigned(result), "code");
  auto [low, high] = claim.accumulators;
  Int128 zeroPoint = original.inputZeroPoint;
  llvm::Expected<Thresholds> thresholds =
      getThresholds(original, {low - zeroPoint, high - zeroPoint, 1});
  bool hasThresholds = static_cast<bool>(thresholds);
  if (!hasThresholds)
    llvm::consumeError(thresholds.takeError()); // As of too many codes.
  Int128 last = Int128(original.clampMax) + 1;
  if (!hasThresholds || last - original.clampMin > kMaxCodes)
    return compareFormula(code);
  for (Int128 j = original.clampMin; j <= last; ++j) {
    Int128 step = j - thresholds->firstCode;
    Int128 threshold = high + 1;
    if (step <= 0)
      threshold = low;
    else if (step <= Int128(thresholds->steps.size()))
      threshold = thresholds->steps[size_t(step) - 1] + zeroPoint;
    faults.push_back(
        distinct(compare(Predicate::ge, accumulator, constant(threshold)),
                 compare(Predicate::ge, code.value, constant(j))));
  }
}

/// Of too many codes to ask for each: the original's formula gives another one.
void ChannelEncoder::compareFormula(Term code) {
  const Staircase &s = claim.original;
  auto [low, high] = claim.accumulators;
  Int128 zeroPoint = s.inputZeroPoint;
  Term difference = {subtract(accumulator, constant(zeroPoint)),
                     {low - zeroPoint, high - zeroPoint}};
  Addends addends = getAddends(s);
  Term addend = getConstant(addends.positive);
  if (addends.positive != addends.negative)
    addend = select(compare(Predicate::lt, difference.value, constant(0)),
                    getConstant(addends.negative), addend);
  Term sum = {add(multiply(s.multiplicand, difference.value), addend.value),
              difference.range * Interval{s.multiplicand, s.multiplicand} +
                  addend.range};
  auto [quotient, remainder] = divide(sum, s.shift);
  // A tie has no remainder, as half of the divisor has been added.
  if (addends.tiesToEven && s.shift > 0) {
    Value isOdd =
        smt::EqOp::create(b, divide(quotient, 1).second.value, constant(1));
    Value isTie = smt::EqOp::create(b, remainder.value, constant(0));
    Interval lower = {quotient.range.low - 1, quotient.range.high};
    quotient =
        select(smt::AndOp::create(b, isOdd, isTie),
               Term{subtract(quotient.value, constant(1)), lower}, quotient);
  }
  Term unclamped =
      name({add(quotient.value, constant(s.outputZeroPoint)),
            quotient.range + Interval{s.outputZeroPoint, s.outputZeroPoint}},
           "original");
  faults.push_back(
      distinct(clamp(unclamped, s.clampMin, s.clampMax).value, code.value));
}

LogicalResult ChannelEncoder::encode() {
  auto solver = smt::SolverOp::create(b, TypeRange(), ValueRange());
  solver->setAttr("channel", b.getI64IntegerAttr(channel));
  b.createBlock(&solver.getBodyRegion());
  smt::SetLogicOp::create(b, "QF_LIA");
  auto [low, high] = claim.accumulators;
  accumulator = declare(kSMTAccumulatorName);
  assertThat(compare(Predicate::ge, accumulator, constant(low)));
  assertThat(compare(Predicate::le, accumulator, constant(high)));
  terms[0] = {accumulator, claim.accumulators};
  for (unsigned i = 1, e = terms.size(); i < e; ++i)
    if (arithmetic.isConstant(i)) {
      Int128 value = arithmetic.getConstant(i, channel);
      if (arithmetic.getWidth(i) == 1)
        conditions[i] = smt::BoolConstantOp::create(b, value != 0);
      else
        terms[i] = getConstant(value);
    }
  for (const ArithStep &step : arithmetic.getSteps())
    if (failed(encodeStep(step)))
      return failure();
  compareCodes();
  assertThat(smt::OrOp::create(b, faults));
  auto check = smt::CheckOp::create(b, TypeRange());
  for (Region &region : check->getRegions()) {
    OpBuilder::InsertionGuard guard(b);
    b.createBlock(&region);
    smt::YieldOp::create(b);
  }
  smt::YieldOp::create(b);
  return success();
}

LogicalResult mlir::rescale::buildChannelSolver(
    OpBuilder &builder, const LoweredRequantize &requantize, int64_t channel) {
  OpBuilder::InsertionGuard guard(builder);
  return ChannelEncoder(builder, requantize, channel).encode();
}
