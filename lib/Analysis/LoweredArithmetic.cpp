//===- LoweredArithmetic.cpp - What a requantization became ---------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads bodies, and says what fits.
//
//===----------------------------------------------------------------------===//

#include "rescale/Analysis/LoweredArithmetic.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/Constants.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::Interval;
using ::staircase::Staircase;

Int128 mlir::rescale::wrapSigned(Int128 value, unsigned width) {
  using Bits = unsigned __int128;
  unsigned unused = 128 - width;
  return Int128(Bits(value) << unused) >> unused;
}

Int128 mlir::rescale::readUnsigned(Int128 value, unsigned width) {
  return value < 0 ? value + (Int128(1) << width) : value;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static std::optional<ArithOpcode> getOpcode(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<ArithOpcode>>(op)
      .Case<arith::AddIOp>([](auto) { return ArithOpcode::Add; })
      .Case<arith::SubIOp>([](auto) { return ArithOpcode::Sub; })
      .Case<arith::MulIOp>([](auto) { return ArithOpcode::Mul; })
      .Case<arith::ShLIOp>([](auto) { return ArithOpcode::ShiftLeft; })
      .Case<arith::ShRSIOp>([](auto) { return ArithOpcode::ShiftRightSigned; })
      .Case<arith::ShRUIOp>(
          [](auto) { return ArithOpcode::ShiftRightUnsigned; })
      .Case<arith::AndIOp>([](auto) { return ArithOpcode::And; })
      .Case<arith::OrIOp>([](auto) { return ArithOpcode::Or; })
      .Case<arith::XOrIOp>([](auto) { return ArithOpcode::Xor; })
      .Case<arith::CmpIOp>([](auto) { return ArithOpcode::Compare; })
      .Case<arith::SelectOp>([](auto) { return ArithOpcode::Select; })
      .Case<arith::MinSIOp>([](auto) { return ArithOpcode::MinSigned; })
      .Case<arith::MaxSIOp>([](auto) { return ArithOpcode::MaxSigned; })
      .Case<arith::MinUIOp>([](auto) { return ArithOpcode::MinUnsigned; })
      .Case<arith::MaxUIOp>([](auto) { return ArithOpcode::MaxUnsigned; })
      .Case<arith::ExtSIOp>([](auto) { return ArithOpcode::ExtendSigned; })
      .Case<arith::ExtUIOp>([](auto) { return ArithOpcode::ExtendUnsigned; })
      .Case<arith::TruncIOp>([](auto) { return ArithOpcode::Truncate; })
      .Default(std::nullopt);
}

/// What the flags of `op` promise. Without any, a result has to fit all the
/// same, one way or the other, unless it says that it wraps: what a lowering
/// computes are numbers.
static Fit getFit(Operation *op) {
  auto flags = arith::IntegerOverflowFlags::none;
  if (auto flagged = dyn_cast<arith::ArithIntegerOverflowFlagsInterface>(op))
    flags = flagged.getOverflowAttr().getValue();
  using Flags = arith::IntegerOverflowFlags;
  bool isUnsigned = bitEnumContainsAll(flags, Flags::nuw);
  if (bitEnumContainsAll(flags, Flags::nsw))
    return isUnsigned ? Fit::Both : Fit::Signed;
  if (isUnsigned)
    return Fit::Unsigned;
  // A truncation cuts by its nature.
  if (isa<arith::TruncIOp>(op) || op->hasAttr(kWrapsAttrName))
    return Fit::None;
  return Fit::Either;
}

class LoweredArithmetic::Reader {
public:
  Reader(linalg::GenericOp op, LoweredArithmetic &arithmetic)
      : op(op), arithmetic(arithmetic) {}

  LogicalResult read();

private:
  LogicalResult readOperand(unsigned number);
  LogicalResult readStep(Operation *step);
  /// The number of `value`, which is a constant where it has none yet.
  FailureOr<unsigned> getNumber(Value value, Operation *user);
  unsigned addValue(Value value, SmallVector<Int128, 1> constants = {}) {
    arithmetic.values.push_back(
        {value.getType().getIntOrFloatBitWidth(), std::move(constants)});
    return numbers[value] = arithmetic.values.size() - 1;
  }

  linalg::GenericOp op;
  LoweredArithmetic &arithmetic;
  llvm::DenseMap<Value, unsigned> numbers;
  /// Of the tables so far.
  AffineExpr axis;
};

/// What can be read.
static bool isInteger(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  return integer && integer.getWidth() <= 128;
}

/// What may make a result poison, and is not known here: `exact` and `nneg`.
static StringRef findUnknownFlag(Operation *op) {
  for (NamedAttribute attr : op->getAttrs()) {
    StringRef name = attr.getName();
    if (name != "overflowFlags" && name != "predicate" && !name.contains('.'))
      return name;
  }
  return "";
}

LogicalResult LoweredArithmetic::Reader::readOperand(unsigned number) {
  DenseIntElementsAttr table;
  Value tensor = op.getDpsInputs()[number];
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInputOperand(number));
  bool isConstant = matchPattern(tensor, m_Constant(&table)) &&
                    isInteger(table.getElementType());
  // All along the axis of the channels.
  bool hasAxis = map.getNumResults() == 1 &&
                 isa<AffineDimExpr>(map.getResult(0)) &&
                 (!axis || axis == map.getResult(0));
  bool isTable = isConstant && !table.isSplat() && hasAxis;
  if (!isTable && !(isConstant && table.isSplat()))
    return op.emitError() << "requires accumulators as the first operand and "
                             "constant tables along one dimension as the "
                             "others, got another operand with the number "
                          << number
                          << "; verify before tables are moved or joined";
  SmallVector<Int128, 1> constants;
  if (table.isSplat()) {
    constants.push_back(toInt128(table.getSplatValue<APInt>()));
  } else {
    axis = map.getResult(0);
    for (const APInt &value : table.getValues<APInt>())
      constants.push_back(toInt128(value));
    arithmetic.numChannels = constants.size();
  }
  addValue(op.getBody()->getArgument(number), std::move(constants));
  return success();
}

FailureOr<unsigned> LoweredArithmetic::Reader::getNumber(Value value,
                                                         Operation *user) {
  auto known = numbers.find(value);
  if (known != numbers.end())
    return known->second;
  APInt constant;
  if (isInteger(value.getType()) &&
      matchPattern(value, m_ConstantInt(&constant)))
    return addValue(value, {toInt128(constant)});
  return user->emitError()
         << "requires operands made of the accumulator and of constants, got "
            "another; verify before bodies are fused";
}

LogicalResult LoweredArithmetic::Reader::readStep(Operation *operation) {
  std::optional<ArithOpcode> opcode = getOpcode(operation);
  if (!opcode || !llvm::all_of(operation->getOperandTypes(), isInteger))
    return operation->emitError()
           << "requires integer arithmetic of at most 128 bits, got "
           << operation->getName() << "; verify what convert-rescale-to-arith "
           << "made before other passes change it";
  if (StringRef flag = findUnknownFlag(operation); !flag.empty())
    return operation->emitError()
           << "requires operations without flags but those of overflow, got '"
           << flag << "'; verify what convert-rescale-to-arith made before "
           << "other passes change it";
  ArithStep step;
  step.opcode = *opcode;
  step.op = operation;
  step.fit = getFit(operation);
  if (auto compare = dyn_cast<arith::CmpIOp>(operation))
    step.predicate = compare.getPredicate();
  for (auto [i, operand] : llvm::enumerate(operation->getOperands())) {
    FailureOr<unsigned> number = getNumber(operand, operation);
    if (failed(number))
      return failure();
    step.operands[i] = *number;
  }
  step.result = addValue(operation->getResult(0));
  arithmetic.steps.push_back(step);
  return success();
}

LogicalResult LoweredArithmetic::Reader::read() {
  Block *body = op.getBody();
  if (op.getNumDpsInputs() == 0 || op->getNumResults() != 1 ||
      !isInteger(body->getArgument(0).getType()))
    return op.emitError() << "requires one tensor of accumulators and one of "
                             "codes; verify before operations are fused";
  AffineMap accumulators = op.getMatchingIndexingMap(op.getDpsInputOperand(0));
  AffineMap codes = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (!accumulators.isIdentity() || !codes.isIdentity())
    return op.emitError() << "requires an accumulator for each code at the "
                             "same place, got other maps; verify before "
                             "operations are fused";
  addValue(body->getArgument(0));
  for (unsigned i = 1, e = op.getNumDpsInputs(); i < e; ++i)
    if (failed(readOperand(i)))
      return failure();
  for (Operation &operation : body->without_terminator())
    if (!isa<arith::ConstantOp>(operation) && failed(readStep(&operation)))
      return failure();
  Operation *yield = body->getTerminator();
  FailureOr<unsigned> result = getNumber(yield->getOperand(0), yield);
  if (failed(result))
    return failure();
  arithmetic.result = *result;
  return success();
}

FailureOr<LoweredArithmetic> LoweredArithmetic::read(linalg::GenericOp op) {
  LoweredArithmetic arithmetic;
  if (failed(Reader(op, arithmetic).read()))
    return failure();
  return arithmetic;
}

FailureOr<LoweredRequantize>
mlir::rescale::readLoweredRequantize(linalg::GenericOp op) {
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  FailureOr<LoweredArithmetic> arithmetic = LoweredArithmetic::read(op);
  if (failed(arithmetic))
    return failure();
  if (certificate.getRange().getKind() != RangeKind::Proved)
    return op.emitError() << "requires a certificate of proved accumulators, "
                             "got one of observed ones; write it with "
                             "rescale-certify";
  if (!certificate.isExact())
    return op.emitError() << "requires a certificate of what is to be computed "
                             "exactly, got one with differences; write it with "
                             "rescale-certify";
  int64_t claimed = certificate.getNumChannels();
  int64_t channels = arithmetic->getNumChannels();
  if (claimed > 1 && channels > 1 && claimed != channels)
    return op.emitError() << "requires a certificate of " << channels
                          << " channels, got one of " << claimed
                          << "; write it with rescale-certify";
  LoweredRequantize requantize{op, std::move(*arithmetic), {}};
  for (int64_t i = 0, e = std::max(claimed, channels); i < e; ++i) {
    Staircase original = certificate.getClaim(i, Staircase()).original;
    // m*d >= j*2^s is asked for j in order.
    if (original.multiplicand < 0 || !isMonotone(original))
      return op.emitError() << "requires an original that does not fall, got a "
                               "falling one in channel "
                            << i << "; write it with rescale-certify";
    requantize.channels.push_back(
        {original, certificate.getRange().getInterval(i)});
  }
  return requantize;
}

//===----------------------------------------------------------------------===//
// What fits
//===----------------------------------------------------------------------===//

std::optional<Int128> mlir::rescale::getExact(ArithOpcode opcode, Int128 a,
                                              Int128 b) {
  Int128 exact;
  bool overflows = false;
  switch (opcode) {
  case ArithOpcode::Add:
    overflows = __builtin_add_overflow(a, b, &exact);
    break;
  case ArithOpcode::Sub:
    overflows = __builtin_sub_overflow(a, b, &exact);
    break;
  case ArithOpcode::Mul:
    overflows = __builtin_mul_overflow(a, b, &exact);
    break;
  case ArithOpcode::ShiftLeft:
    if (b < 0 || b > 126)
      return std::nullopt;
    overflows = __builtin_mul_overflow(a, Int128(1) << int(b), &exact);
    break;
  default:
    llvm_unreachable("not an operation that overflows");
  }
  if (overflows)
    return std::nullopt;
  return exact;
}

bool mlir::rescale::isShift(ArithOpcode opcode) {
  return opcode == ArithOpcode::ShiftLeft ||
         opcode == ArithOpcode::ShiftRightSigned ||
         opcode == ArithOpcode::ShiftRightUnsigned;
}

bool mlir::rescale::mayOverflow(ArithOpcode opcode) {
  return opcode == ArithOpcode::Add || opcode == ArithOpcode::Sub ||
         opcode == ArithOpcode::Mul || opcode == ArithOpcode::ShiftLeft ||
         opcode == ArithOpcode::Truncate;
}

bool mlir::rescale::fits(Fit fit, function_ref<bool()> fitsSigned,
                         function_ref<bool()> fitsUnsigned) {
  switch (fit) {
  case Fit::None:
    return true;
  case Fit::Either:
    return fitsSigned() || fitsUnsigned();
  case Fit::Signed:
    return fitsSigned();
  case Fit::Unsigned:
    return fitsUnsigned();
  case Fit::Both:
    return fitsSigned() && fitsUnsigned();
  }
  llvm_unreachable("unknown kind of number");
}

bool mlir::rescale::fits(const LoweredArithmetic &arithmetic,
                         const ArithStep &step, Int128 a, Int128 b) {
  unsigned width = arithmetic.getWidth(step.result);
  if (isShift(step.opcode) && (b < 0 || b >= width))
    return false;
  if (step.fit == Fit::None || !mayOverflow(step.opcode))
    return true;
  auto fitsSigned = [&] {
    if (step.opcode == ArithOpcode::Truncate)
      return wrapSigned(a, width) == a;
    std::optional<Int128> exact = getExact(step.opcode, a, b);
    return exact && wrapSigned(*exact, width) == *exact;
  };
  auto fitsUnsigned = [&] {
    unsigned from = arithmetic.getWidth(step.operands[0]);
    if (from > 126)
      return false;
    Int128 left = readUnsigned(a, from);
    std::optional<Int128> exact = left;
    if (step.opcode != ArithOpcode::Truncate)
      exact = getExact(step.opcode, left, readUnsigned(b, width));
    return exact && *exact >= 0 && *exact >> int(width) == 0;
  };
  return fits(step.fit, fitsSigned, fitsUnsigned);
}
