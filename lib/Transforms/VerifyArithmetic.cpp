//===- VerifyArithmetic.cpp - Lowered codes against the staircase ---------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs what a requantization became on all accumulators that can occur.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/VerifyArithmetic.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Staircase/Integers.h"
#include "rescale/Staircase/Thresholds.h"
#include "rescale/Transforms/Passes.h"

#include <array>

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEVERIFYARITHMETIC
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::Interval;
using ::staircase::Staircase;
using ::staircase::stringify;
using ::staircase::Thresholds;

/// Up to which every accumulator is evaluated, although intervals would do.
static constexpr Int128 kAlwaysEvaluated = Int128(1) << 24;
/// Up to which every accumulator is evaluated where intervals would not do:
/// half a minute.
static constexpr Int128 kMaxEvaluated = Int128(1) << 32;
/// An interval that is not halved any more.
static constexpr Int128 kLeaf = 8 * ChannelLanes::kMaxLanes;

std::optional<ArithmeticFault>
mlir::rescale::findFault(const LoweredRequantize &requantize, int64_t channel,
                         Int128 accumulator) {
  const LoweredArithmetic &arithmetic = requantize.arithmetic;
  ChannelLanes lanes(arithmetic, channel);
  lanes.evaluate(accumulator, 1);
  ArithmeticFault fault;
  fault.channel = channel;
  fault.accumulator = accumulator;
  fault.expected = evaluate(requantize.channels[channel].original, accumulator);
  fault.found = lanes.get(arithmetic.getResult(), 0);
  // An unsigned code.
  unsigned width = arithmetic.getWidth(arithmetic.getResult());
  if (fault.expected >= 0 && width < 64 && fault.expected >> (width - 1))
    fault.found = readUnsigned(fault.found, width);
  for (const ArithStep &step : arithmetic.getSteps())
    if (lanes.findOverflow(step)) {
      fault.overflow = step.op;
      return fault;
    }
  if (fault.found == fault.expected)
    return std::nullopt;
  return fault;
}

namespace {

/// The test of one channel.
class ChannelTest {
public:
  ChannelTest(const LoweredRequantize &requantize, int64_t channel)
      : arithmetic(requantize.arithmetic), claim(requantize.channels[channel]),
        intervals(arithmetic, channel), lanes(arithmetic, channel) {}

  /// The first accumulator found that is wrong, if any.
  std::optional<Int128> run();
  /// Whether there is a way to test all accumulators.
  bool isFeasible();

private:
  bool findThresholds();
  bool isProved(const Interval &part, int64_t code);
  std::optional<Int128> testPieces();
  std::optional<Int128> halve(Interval part, int64_t code);
  std::optional<Int128> evaluateAll(const Interval &part);
  std::optional<unsigned> findFault(Int128 first, unsigned count);
  std::optional<unsigned> compare(Int128 first, unsigned count);
  std::optional<unsigned> compareWithThresholds(Int128 first, unsigned count);

  const LoweredArithmetic &arithmetic;
  const ChannelClaim &claim;
  ChannelIntervals intervals;
  ChannelLanes lanes;
  std::optional<Thresholds> thresholds;
  /// The steps for which the interval of all accumulators proves nothing.
  SmallVector<const ArithStep *> doubtful;
  /// The thresholds that are not above the accumulators evaluated last.
  size_t reached = 0;
};

} // namespace

bool ChannelTest::isFeasible() {
  Int128 zeroPoint = claim.original.inputZeroPoint;
  auto [low, high] = claim.accumulators;
  if (auto found =
          getThresholds(claim.original, {low - zeroPoint, high - zeroPoint, 1}))
    thresholds = std::move(*found);
  else
    llvm::consumeError(found.takeError()); // As of too many codes.
  return thresholds || high - low < kMaxEvaluated;
}

std::optional<Int128> ChannelTest::run() {
  intervals.evaluate(claim.accumulators);
  for (const ArithStep &step : arithmetic.getSteps())
    if (!intervals.fits(step))
      doubtful.push_back(&step);
  auto [low, high] = claim.accumulators;
  return thresholds && high - low >= kAlwaysEvaluated
             ? testPieces()
             : evaluateAll(claim.accumulators);
}

/// Whether interval arithmetic says that all of `part` have `code`, and that
/// nothing overflows.
bool ChannelTest::isProved(const Interval &part, int64_t code) {
  intervals.evaluate(part);
  unsigned result = arithmetic.getResult();
  Int128 expected = wrapSigned(code, arithmetic.getWidth(result));
  return intervals[result] == Interval{expected, expected} &&
         llvm::all_of(doubtful, [&](const ArithStep *step) {
           return intervals.fits(*step);
         });
}

std::optional<Int128> ChannelTest::halve(Interval part, int64_t code) {
  SmallVector<Interval> parts = {part};
  while (!parts.empty()) {
    part = parts.pop_back_val();
    if (isProved(part, code))
      continue;
    if (part.high - part.low < kLeaf) {
      reached = size_t(code - thresholds->firstCode);
      if (std::optional<Int128> x = evaluateAll(part))
        return x;
      continue;
    }
    // At a multiple of the greatest power of two that has one, so that upper
    // bits become constants.
    int bits = ::staircase::getMagnitudeBits(uint64_t(part.high - part.low));
    Int128 middle = part.high >> (bits - 1) << (bits - 1);
    parts.push_back({middle, part.high});
    parts.push_back({part.low, middle - 1});
  }
  return std::nullopt;
}

std::optional<Int128> ChannelTest::testPieces() {
  Int128 zeroPoint = claim.original.inputZeroPoint;
  Int128 begin = claim.accumulators.low;
  int64_t code = thresholds->firstCode;
  auto test = [&](Int128 end) -> std::optional<Int128> {
    return begin < end ? halve({begin, end - 1}, code) : std::nullopt;
  };
  for (Int128 step : thresholds->steps) {
    if (std::optional<Int128> x = test(step + zeroPoint))
      return x;
    begin = step + zeroPoint;
    ++code;
  }
  return test(claim.accumulators.high + 1);
}

std::optional<Int128> ChannelTest::evaluateAll(const Interval &part) {
  for (Int128 x = part.low; x <= part.high; x += ChannelLanes::kMaxLanes) {
    Int128 count = std::min<Int128>(part.high - x + 1, ChannelLanes::kMaxLanes);
    if (std::optional<unsigned> lane = findFault(x, unsigned(count)))
      return x + *lane;
  }
  return std::nullopt;
}

std::optional<unsigned> ChannelTest::findFault(Int128 first, unsigned count) {
  lanes.evaluate(first, count);
  for (const ArithStep *step : doubtful)
    if (std::optional<unsigned> lane = lanes.findOverflow(*step))
      return lane;
  return thresholds ? compareWithThresholds(first, count)
                    : compare(first, count);
}

std::optional<unsigned> ChannelTest::compareWithThresholds(Int128 first,
                                                           unsigned count) {
  ArrayRef<Int128> steps = thresholds->steps;
  first -= claim.original.inputZeroPoint;
  for (unsigned begin = 0; begin < count;) {
    while (reached < steps.size() && steps[reached] <= first + begin)
      ++reached;
    unsigned end = count;
    if (reached < steps.size())
      end = unsigned(std::min<Int128>(count, steps[reached] - first));
    if (auto lane = lanes.findOther(begin, end,
                                    thresholds->firstCode + int64_t(reached)))
      return lane;
    begin = end;
  }
  return std::nullopt;
}

/// With the reference semantics itself, in 64 bits where they are enough.
std::optional<unsigned> ChannelTest::compare(Int128 first, unsigned count) {
  const Staircase &s = claim.original;
  ::staircase::Addends addends = getAddends(s);
  first -= s.inputZeroPoint;
  Interval differences = {first, first + count - 1};
  Interval addend = {std::min(addends.positive, addends.negative),
                     std::max(addends.positive, addends.negative)};
  Interval product = differences * Interval{s.multiplicand, s.multiplicand};
  bool isNarrow = !addends.tiesToEven && differences.fits(64) &&
                  addend.fits(64) && product.fits(64) &&
                  (product + addend).fits(64);
  std::array<int64_t, ChannelLanes::kMaxLanes> codes;
  if (isNarrow) {
    int64_t positive = int64_t(addends.positive);
    int64_t negative = int64_t(addends.negative);
    Int128 low = s.clampMin - Int128(s.outputZeroPoint);
    Int128 high = s.clampMax - Int128(s.outputZeroPoint);
    int64_t least = int64_t(std::max<Int128>(low, INT64_MIN));
    int64_t greatest = int64_t(std::min<Int128>(high, INT64_MAX));
    for (unsigned i = 0; i < count; ++i) {
      int64_t d = int64_t(first) + i;
      int64_t quotient =
          (s.multiplicand * d + (d < 0 ? negative : positive)) >> s.shift;
      codes[i] = s.outputZeroPoint + std::clamp(quotient, least, greatest);
    }
  } else {
    for (unsigned i = 0; i < count; ++i)
      codes[i] = evaluate(s, first + i + s.inputZeroPoint);
  }
  return lanes.findOther(ArrayRef(codes).take_front(count));
}

FailureOr<std::optional<ArithmeticFault>>
mlir::rescale::findFault(const LoweredRequantize &requantize, int64_t channel) {
  ChannelTest test(requantize, channel);
  linalg::GenericOp op = requantize.op;
  if (!test.isFeasible()) {
    const Interval &x = requantize.channels[channel].accumulators;
    return op.emitError()
           << "requires at most 2^32 accumulators or 2^20 codes to evaluate "
              "them all, got accumulators from "
           << stringify(x.low) << " to " << stringify(x.high) << " in channel "
           << channel
           << "; verify it by a solver, with --verify=smt or "
              "convert-rescale-to-smt";
  }
  std::optional<Int128> accumulator = test.run();
  if (!accumulator)
    return std::optional<ArithmeticFault>();
  return findFault(requantize, channel, *accumulator);
}

void mlir::rescale::report(const LoweredRequantize &requantize,
                           const ArithmeticFault &fault) {
  linalg::GenericOp op = requantize.op;
  InFlightDiagnostic diagnostic = op.emitError();
  auto addPlace = [&] {
    diagnostic << " at accumulator " << stringify(fault.accumulator)
               << " of channel " << fault.channel;
  };
  if (fault.overflow) {
    diagnostic << "requires arithmetic without overflow, got one of "
               << fault.overflow->getName() << " in "
               << fault.overflow->getResult(0).getType();
    addPlace();
    diagnostic << ", and the code " << stringify(fault.found) << " for "
               << fault.expected;
  } else {
    diagnostic << "requires the codes of the requantization, got "
               << stringify(fault.found) << " instead of " << fault.expected;
    addPlace();
  }
  diagnostic << "; force another rung, and report this one";
}

LogicalResult
mlir::rescale::verifyArithmetic(const LoweredRequantize &requantize) {
  for (int64_t i = 0, e = requantize.channels.size(); i < e; ++i) {
    FailureOr<std::optional<ArithmeticFault>> fault = findFault(requantize, i);
    if (failed(fault))
      return failure();
    if (!*fault)
      continue;
    report(requantize, **fault);
    return failure();
  }
  return success();
}

namespace {

struct RescaleVerifyArithmeticPass
    : public rescale::impl::RescaleVerifyArithmeticBase<
          RescaleVerifyArithmeticPass> {
  void runOnOperation() override {
    markAllAnalysesPreserved();
    bool isEmpty = true;
    // Every wrong one is reported.
    getOperation()->walk([&](linalg::GenericOp op) {
      if (!op->hasAttr(kCertificateAttrName))
        return;
      isEmpty = false;
      FailureOr<LoweredRequantize> requantize = readLoweredRequantize(op);
      if (failed(requantize) || failed(verifyArithmetic(*requantize)))
        signalPassFailure();
    });
    if (isEmpty)
      getOperation()->emitWarning()
          << "found no requantization with a certificate to verify; run "
             "rescale-certify and convert-rescale-to-linalg with "
             "keep-certificates before";
  }
};

} // namespace
