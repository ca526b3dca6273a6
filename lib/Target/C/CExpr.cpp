//===- CExpr.cpp - Expressions of C ---------------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// C computes int8_t and int16_t in int, which has 32 bits, so nothing of theirs
// overflows before it is narrowed. In 32 and 64 bits, what may wrap goes
// through unsigned numbers, in helpers.
//
//===----------------------------------------------------------------------===//

#include "CExpr.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::rescale;

//===----------------------------------------------------------------------===//
// Types and literals
//===----------------------------------------------------------------------===//

CType rescale::getCType(Type type) {
  if (isa<MemRefType>(type))
    return CType::Pointer;
  if (type.isIndex())
    return CType::I32;
  switch (cast<IntegerType>(type).getWidth()) {
  case 1:
    return CType::Bool;
  case 8:
    return CType::I8;
  case 16:
    return CType::I16;
  case 32:
    return CType::I32;
  case 64:
    return CType::I64;
  }
  llvm_unreachable("not in the closed set");
}

StringRef rescale::getCTypeName(CType type) {
  switch (type) {
  case CType::Bool:
    return "bool";
  case CType::I8:
    return "int8_t";
  case CType::I16:
    return "int16_t";
  case CType::I32:
    return "int32_t";
  case CType::I64:
    return "int64_t";
  case CType::Pointer:
    break;
  }
  llvm_unreachable("has no name of its own");
}

static unsigned getWidth(CType type) {
  switch (type) {
  case CType::Bool:
    return 1;
  case CType::I8:
    return 8;
  case CType::I16:
    return 16;
  case CType::I32:
    return 32;
  case CType::I64:
    return 64;
  case CType::Pointer:
    break;
  }
  llvm_unreachable("not a number");
}

unsigned rescale::getCBytes(CType type) {
  return llvm::divideCeil(getWidth(type), 8);
}

bool CExpr::isSimple() const {
  return precedence == Precedence::Primary && llvm::all_of(text, [](char c) {
           return llvm::isAlnum(c) || c == '_';
         });
}

bool CExpr::isLiteral() const {
  // No name begins with a digit, and what is computed has more than one word.
  StringRef digits = text;
  digits.consume_front("-");
  if (digits.contains(' ') || digits.contains('['))
    return false;
  return (!digits.empty() && llvm::isDigit(digits.front())) ||
         digits.starts_with("INT32_") || digits.starts_with("INT64_") ||
         text == "true" || text == "false";
}

CExpr rescale::makeLiteral(const APInt &value, CType type) {
  CExpr result;
  if (type == CType::Bool) {
    result.text = value.isZero() ? "false" : "true";
    result.type = CType::Bool;
    return result;
  }
  // An index beyond 32 bits has been refused.
  int64_t number = value.getSExtValue();
  if (number == INT64_MIN) {
    result.text = "INT64_MIN";
    result.type = CType::I64;
  } else if (number == INT32_MIN) {
    result.text = "INT32_MIN";
  } else if (!llvm::isInt<32>(number)) {
    result.text = "INT64_C(" + std::to_string(number) + ")";
    result.type = CType::I64;
  } else {
    result.text = std::to_string(number);
    if (number < 0)
      result.precedence = Precedence::Unary;
    result.type = llvm::isInt<8>(number)    ? CType::I8
                  : llvm::isInt<16>(number) ? CType::I16
                                            : CType::I32;
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

/// `expr` as an operand of an operator that binds as tightly as `parent`.
static std::string asOperand(const CExpr &expr, Precedence parent,
                             bool isRight = false) {
  // Compilers warn where precedence is right, but few readers know it.
  bool isShiftOrBits =
      parent == Precedence::Shift ||
      (parent >= Precedence::BitAnd && parent <= Precedence::BitOr);
  bool isComparison =
      parent == Precedence::Relation || parent == Precedence::Equality;
  bool isObscure = (isShiftOrBits && expr.precedence > Precedence::Unary) ||
                   (isComparison && expr.precedence >= Precedence::Relation) ||
                   (parent >= Precedence::LogicalAnd &&
                    expr.precedence >= Precedence::LogicalAnd);
  bool bindsLess =
      expr.precedence > parent || (expr.precedence == parent && isRight);
  if (bindsLess || isObscure)
    return "(" + expr.text + ")";
  return expr.text;
}

static CExpr makeBinary(const CExpr &lhs, StringRef sign, const CExpr &rhs,
                        Precedence precedence, CType type) {
  std::string right = asOperand(rhs, precedence, /*isRight=*/true);
  // a + -5; but -5 * b may be what 5 * b is too large for.
  bool isNegative = rhs.isLiteral() && StringRef(right).starts_with("-");
  if (isNegative && (sign == "+" || sign == "-")) {
    sign = sign == "+" ? "-" : "+";
    right.erase(0, 1);
  }
  return {(asOperand(lhs, precedence) + " " + sign + " " + right).str(), type,
          precedence, lhs.reads || rhs.reads};
}

static CExpr makeCast(StringRef type, const CExpr &expr, CType result) {
  return {("(" + type + ")" + asOperand(expr, Precedence::Unary)).str(), result,
          Precedence::Unary, expr.reads};
}

/// `expr`, which C then computes in 64 bits.
static CExpr widen(const CExpr &expr) {
  if (expr.type == CType::I64)
    return expr;
  return makeCast("int64_t", expr, CType::I64);
}

/// The unsigned number with the bits of `expr` in `width` bits.
static CExpr asUnsigned(const CExpr &expr, unsigned width) {
  if (expr.isLiteral() && llvm::isDigit(expr.text.front()) && width == 32)
    return {expr.text + "u", CType::I32, Precedence::Primary, false};
  return makeCast("uint" + std::to_string(width) + "_t", expr,
                  width > 32 ? CType::I64 : CType::I32);
}

/// A number that need not be in the range of `type`, with its low bits.
static CExpr wrap(const CExpr &expr, CType type) {
  return makeCast(getCTypeName(type), expr, type);
}

std::string rescale::convertTo(const CExpr &expr, CType type) {
  if (type == CType::Pointer || expr.type <= type)
    return expr.text;
  return wrap(expr, type).text;
}

CExpr rescale::makeCall(StringRef function, ArrayRef<CExpr> arguments,
                        CType type) {
  CExpr result{function.str() + "(", type, Precedence::Primary, false};
  llvm::ListSeparator comma;
  for (const CExpr &argument : arguments) {
    result.text += StringRef(comma);
    result.text += argument.text;
    result.reads |= argument.reads;
  }
  result.text += ")";
  return result;
}

CExpr rescale::makeTernary(const CExpr &condition, const CExpr &yes,
                           const CExpr &no) {
  return {asOperand(condition, Precedence::LogicalOr) + " ? " +
              asOperand(yes, Precedence::LogicalOr) + " : " +
              asOperand(no, Precedence::LogicalOr),
          std::max(yes.type, no.type), Precedence::Ternary,
          condition.reads || yes.reads || no.reads};
}

CExpr rescale::makeElement(StringRef base, StringRef index, CType type) {
  return {(base + "[" + index + "]").str(), type, Precedence::Primary, true};
}

std::string rescale::makeIndex(ArrayRef<CExpr> indices,
                               ArrayRef<int64_t> strides, int64_t offset) {
  CExpr sum;
  int64_t sumStride = 0;
  auto scale = [](const CExpr &expr, int64_t factor) {
    if (factor == 1)
      return expr;
    return makeBinary(expr, "*", {std::to_string(factor)}, Precedence::Mul,
                      CType::I32);
  };
  for (auto [index, stride] : llvm::zip_equal(indices, strides)) {
    int64_t constant;
    if (!StringRef(index.text).getAsInteger(10, constant)) {
      offset += constant * stride;
      continue;
    }
    if (sumStride == 0) {
      sum = index;
    } else if (sumStride % stride == 0) {
      // (y * 32 + x) * 3 + c: less than the whole, which is in bounds.
      sum = makeBinary(scale(sum, sumStride / stride), "+", index,
                       Precedence::Add, CType::I32);
    } else {
      sum = makeBinary(scale(sum, sumStride), "+", scale(index, stride),
                       Precedence::Add, CType::I32);
      sumStride = 1;
      continue;
    }
    sumStride = stride;
  }
  if (sumStride == 0)
    return std::to_string(offset);
  sum = scale(sum, sumStride);
  if (offset != 0)
    sum = makeBinary(sum, "+", {std::to_string(offset)}, Precedence::Add,
                     CType::I32);
  return sum.text;
}

std::string rescale::makeUpdate(StringRef name, StringRef sign,
                                const CExpr &rhs) {
  std::string right = rhs.text;
  if (rhs.isLiteral() && StringRef(right).starts_with("-")) {
    sign = sign == "+" ? "-" : "+";
    right.erase(0, 1);
  }
  return (name + " " + sign + "= " + right).str();
}

//===----------------------------------------------------------------------===//
// Computations
//===----------------------------------------------------------------------===//

bool rescale::isComputation(Operation *op) {
  return isa<arith::AddIOp, arith::AndIOp, arith::CmpIOp, arith::DivSIOp,
             arith::DivUIOp, arith::ExtSIOp, arith::ExtUIOp, arith::IndexCastOp,
             arith::IndexCastUIOp, arith::MaxSIOp, arith::MaxUIOp,
             arith::MinSIOp, arith::MinUIOp, arith::MulIOp, arith::OrIOp,
             arith::RemSIOp, arith::RemUIOp, arith::SelectOp, arith::ShLIOp,
             arith::ShRSIOp, arith::ShRUIOp, arith::SubIOp, arith::TruncIOp,
             arith::XOrIOp, math::AbsIOp, math::CountLeadingZerosOp>(op);
}

/// The clamp that ends in `op`: the value, and the bounds in order.
static bool matchClamp(Operation *op, Value &value, APInt &low, APInt &high) {
  bool isUpper = isa<arith::MinSIOp>(op);
  if (!isUpper && !isa<arith::MaxSIOp>(op))
    return false;
  Operation *inner = op->getOperand(0).getDefiningOp();
  bool fits = isUpper ? isa_and_present<arith::MaxSIOp>(inner)
                      : isa_and_present<arith::MinSIOp>(inner);
  if (!fits || !inner->hasOneUse() || inner->getBlock() != op->getBlock() ||
      !matchPattern(op->getOperand(1), m_ConstantInt(isUpper ? &high : &low)) ||
      !matchPattern(inner->getOperand(1),
                    m_ConstantInt(isUpper ? &low : &high)))
    return false;
  value = inner->getOperand(0);
  return low.sle(high);
}

bool rescale::isInnerClamp(Operation *op) {
  Value value;
  APInt low, high;
  // Of a chain, pairs are made from the end: what is inner to one has none.
  return isa<arith::MinSIOp, arith::MaxSIOp>(op) && op->hasOneUse() &&
         matchClamp(*op->user_begin(), value, low, high) &&
         op->getResult(0) == op->user_begin()->getOperand(0) &&
         !isInnerClamp(*op->user_begin());
}

SmallVector<Value> rescale::getComputedOperands(Operation *op) {
  Value value;
  APInt low, high;
  // The bounds are literals.
  if (!isInnerClamp(op) && matchClamp(op, value, low, high))
    return {value};
  return llvm::to_vector(op->getOperands());
}

/// The clamp to `low` and `high` as the instruction that saturates, where a
/// processor may have it: to all numbers of some width, or to those of them
/// that are on one side of a bound.
static std::optional<CExpr> computeSaturation(const CExpr &value,
                                              const APInt &low,
                                              const APInt &high,
                                              CHelpers &helpers) {
  auto call = [&](const Twine &name, ArrayRef<CExpr> arguments) {
    helpers.insert(name.str());
    return makeCall(name.str(), arguments, CType::I32);
  };
  auto isSaturation = [](unsigned width) { return width > 1 && width < 32; };
  if (low.isZero() && high.isMask() && high.getActiveBits() < 32)
    return call("saturate_u" + Twine(high.getActiveBits()), {value});
  unsigned width = high.getSignificantBits();
  if (high.isMask() && isSaturation(width) && low.sge(~high)) {
    if (low == ~high)
      return call("saturate_i" + Twine(width), {value});
    return call("saturate_from_i" + Twine(width),
                {value, makeLiteral(low, CType::I32)});
  }
  width = low.getSignificantBits();
  if (low.isNegatedPowerOf2() && isSaturation(width) && high.slt(~low))
    return call("saturate_to_i" + Twine(width),
                {value, makeLiteral(high, CType::I32)});
  return std::nullopt;
}

static CExpr computeClamp(const CExpr &value, const APInt &low,
                          const APInt &high, CType type, CHelpers &helpers) {
  if (type == CType::I32)
    if (auto saturation = computeSaturation(value, low, high, helpers))
      return *saturation;
  std::string name = type == CType::I64 ? "clamp_i64" : "clamp_i32";
  helpers.insert(name);
  return makeCall(name,
                  {value, makeLiteral(low, type), makeLiteral(high, type)},
                  std::max(type, CType::I32));
}

/// Addition, subtraction and multiplication.
static CExpr computeRing(Operation *op, StringRef sign, StringRef helper,
                         Precedence precedence, CType type, CExpr lhs,
                         CExpr rhs, CHelpers &helpers) {
  // In 32 bits, nothing of fewer bits overflows.
  if (type <= CType::I16)
    return wrap(makeBinary(lhs, sign, rhs, precedence, CType::I32), type);
  auto flags = cast<arith::ArithIntegerOverflowFlagsInterface>(op);
  if (flags.hasNoSignedWrap()) {
    if (type == CType::I64 && rhs.type != CType::I64)
      lhs = widen(lhs);
    return makeBinary(lhs, sign, rhs, precedence, type);
  }
  std::string name = (helper + (type == CType::I64 ? "_i64" : "_i32")).str();
  helpers.insert(name);
  return makeCall(name, {lhs, rhs}, type);
}

static CExpr computeShift(Operation *op, CType type, const CExpr &value,
                          CExpr amount) {
  unsigned width = getWidth(type);
  APInt constant;
  bool isInRange = op->hasAttr(kInRangeAttrName) ||
                   (matchPattern(op->getOperand(1), m_ConstantInt(&constant)) &&
                    constant.ult(width));
  // Beyond the width anything will do, but C must not see it.
  if (!isInRange)
    amount = makeBinary(amount, "&", {std::to_string(width - 1)},
                        Precedence::BitAnd, CType::I32);
  if (isa<arith::ShRSIOp>(op))
    return makeBinary(type == CType::I64 ? widen(value) : value, ">>", amount,
                      Precedence::Shift, std::max(type, CType::I32));
  CExpr bits =
      asUnsigned(value, isa<arith::ShRUIOp>(op) ? width : std::max(width, 32u));
  StringRef sign = isa<arith::ShLIOp>(op) ? "<<" : ">>";
  return wrap(makeBinary(bits, sign, amount, Precedence::Shift, type), type);
}

/// `&`, `|` and `^`, which on bools are `&&`, `||` and `!=`.
static CExpr computeBits(Operation *op, CType type, const CExpr &lhs,
                         const CExpr &rhs) {
  bool isBool = type == CType::Bool;
  CType result = isBool ? type : std::max({lhs.type, rhs.type, CType::I32});
  if (isa<arith::AndIOp>(op))
    return makeBinary(lhs, isBool ? "&&" : "&", rhs,
                      isBool ? Precedence::LogicalAnd : Precedence::BitAnd,
                      result);
  if (isa<arith::OrIOp>(op))
    return makeBinary(lhs, isBool ? "||" : "|", rhs,
                      isBool ? Precedence::LogicalOr : Precedence::BitOr,
                      result);
  if (!isBool)
    return makeBinary(lhs, "^", rhs, Precedence::BitXor, result);
  if (rhs.text == "true")
    return {"!" + asOperand(lhs, Precedence::Unary), type, Precedence::Unary,
            lhs.reads};
  return makeBinary(lhs, "!=", rhs, Precedence::Equality, type);
}

static CExpr computeComparison(arith::CmpIOp op, CExpr lhs, CExpr rhs) {
  using Predicate = arith::CmpIPredicate;
  CType type = getCType(op.getLhs().getType());
  Predicate predicate = op.getPredicate();
  bool isUnsigned = predicate >= Predicate::ult;
  // A signed true is -1, less than false.
  if (type == CType::Bool && predicate >= Predicate::slt)
    isUnsigned ? void() : std::swap(lhs, rhs);
  else if (isUnsigned) {
    lhs = asUnsigned(lhs, getWidth(type));
    rhs = asUnsigned(rhs, getWidth(type));
  }
  switch (predicate) {
  case Predicate::eq:
    return makeBinary(lhs, "==", rhs, Precedence::Equality, CType::Bool);
  case Predicate::ne:
    return makeBinary(lhs, "!=", rhs, Precedence::Equality, CType::Bool);
  case Predicate::slt:
  case Predicate::ult:
    return makeBinary(lhs, "<", rhs, Precedence::Relation, CType::Bool);
  case Predicate::sle:
  case Predicate::ule:
    return makeBinary(lhs, "<=", rhs, Precedence::Relation, CType::Bool);
  case Predicate::sgt:
  case Predicate::ugt:
    return makeBinary(lhs, ">", rhs, Precedence::Relation, CType::Bool);
  case Predicate::sge:
  case Predicate::uge:
    return makeBinary(lhs, ">=", rhs, Precedence::Relation, CType::Bool);
  }
  llvm_unreachable("unknown predicate");
}

static CExpr computeDivision(Operation *op, CType type, CExpr lhs, CExpr rhs) {
  StringRef sign = isa<arith::DivSIOp, arith::DivUIOp>(op) ? "/" : "%";
  if (isa<arith::DivSIOp, arith::RemSIOp>(op)) {
    if (type == CType::I64)
      lhs = widen(lhs);
    CExpr result =
        makeBinary(lhs, sign, rhs, Precedence::Mul, std::max(type, CType::I32));
    return type < CType::I32 ? wrap(result, type) : result;
  }
  unsigned width = getWidth(type);
  return wrap(makeBinary(asUnsigned(lhs, width), sign, asUnsigned(rhs, width),
                         Precedence::Mul, type),
              type);
}

/// Minima, maxima, absolute values and leading zeros: a helper each.
static CExpr computeHelper(StringRef name, bool isUnsigned, CType type,
                           ArrayRef<CExpr> operands, CHelpers &helpers) {
  std::string helper =
      (name + (isUnsigned ? "_u" : "_i") + (type == CType::I64 ? "64" : "32"))
          .str();
  helpers.insert(helper);
  SmallVector<CExpr> arguments(operands);
  // A narrow number is the same in 32 bits, but not its leading zeros.
  bool isNarrow = type < CType::I32 && type != CType::Bool;
  if (isNarrow && name == "clz")
    arguments[0] = asUnsigned(arguments[0], getWidth(type));
  CExpr result = makeCall(helper, arguments, std::max(type, CType::I32));
  if (isNarrow && name == "clz")
    return makeBinary(result, "-", {std::to_string(32 - getWidth(type))},
                      Precedence::Add, CType::I32);
  return isNarrow && name == "abs" ? wrap(result, type) : result;
}

CExpr rescale::compute(Operation *op, ArrayRef<CExpr> operands,
                       CHelpers &helpers) {
  CType type = getCType(op->getResult(0).getType());
  const CExpr &lhs = operands.front();
  const CExpr &rhs = operands.back();
  Value clamped;
  APInt low, high;
  if (matchClamp(op, clamped, low, high))
    return computeClamp(lhs, low, high, type, helpers);
  return llvm::TypeSwitch<Operation *, CExpr>(op)
      .Case([&](arith::AddIOp) {
        return computeRing(op, "+", "add", Precedence::Add, type, lhs, rhs,
                           helpers);
      })
      .Case([&](arith::SubIOp) {
        return computeRing(op, "-", "sub", Precedence::Add, type, lhs, rhs,
                           helpers);
      })
      .Case([&](arith::MulIOp) {
        return computeRing(op, "*", "mul", Precedence::Mul, type, lhs, rhs,
                           helpers);
      })
      .Case<arith::ShLIOp, arith::ShRSIOp, arith::ShRUIOp>(
          [&](auto) { return computeShift(op, type, lhs, rhs); })
      .Case<arith::AndIOp, arith::OrIOp, arith::XOrIOp>(
          [&](auto) { return computeBits(op, type, lhs, rhs); })
      .Case([&](arith::CmpIOp cmp) { return computeComparison(cmp, lhs, rhs); })
      .Case<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp>(
          [&](auto) { return computeDivision(op, type, lhs, rhs); })
      .Case([&](arith::SelectOp) {
        return makeTernary(operands[0], operands[1], operands[2]);
      })
      .Case([&](arith::MinSIOp) {
        return computeHelper("min", false, type, operands, helpers);
      })
      .Case([&](arith::MaxSIOp) {
        return computeHelper("max", false, type, operands, helpers);
      })
      .Case([&](arith::MinUIOp) {
        return computeHelper("min", true, type, operands, helpers);
      })
      .Case([&](arith::MaxUIOp) {
        return computeHelper("max", true, type, operands, helpers);
      })
      .Case([&](math::AbsIOp) {
        return computeHelper("abs", false, type, operands, helpers);
      })
      .Case([&](math::CountLeadingZerosOp) {
        return computeHelper("clz", false, type, operands, helpers);
      })
      .Case<arith::ExtUIOp, arith::IndexCastUIOp>([&](auto ext) {
        CType from = getCType(ext.getIn().getType());
        if (from == CType::Bool || from >= type)
          return from > type ? wrap(lhs, type) : lhs;
        // A uint32_t is an int64_t only after a conversion.
        CExpr bits = asUnsigned(lhs, getWidth(from));
        if (from == CType::I32)
          return wrap(bits, type);
        bits.type = CType::I32;
        return bits;
      })
      .Case<arith::ExtSIOp, arith::IndexCastOp, arith::TruncIOp>([&](auto) {
        if (op->getOperand(0).getType().isInteger(1))
          return makeTernary(lhs, {"-1", CType::I8, Precedence::Unary},
                             {"0", CType::I8});
        if (type == CType::Bool)
          return makeBinary(
              makeBinary(lhs, "&", {"1"}, Precedence::BitAnd, CType::I32),
              "!=", {"0"}, Precedence::Equality, CType::Bool);
        return lhs.type > type ? wrap(lhs, type) : lhs;
      })
      .DefaultUnreachable("not in the closed set");
}

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

static void printRing(StringRef name, StringRef what, StringRef sign,
                      StringRef width, raw_ostream &os) {
  os << "/* The " << what << " modulo 2^" << width << ". */\n"
     << "static inline int" << width << "_t " << name << "_i" << width << "(int"
     << width << "_t a, int" << width << "_t b) {\n"
     << "  return (int" << width << "_t)((uint" << width << "_t)a " << sign
     << " (uint" << width << "_t)b);\n}\n\n";
}

static void printOrder(StringRef name, StringRef sign, bool isUnsigned,
                       StringRef width, raw_ostream &os) {
  std::string bits =
      isUnsigned ? ("(uint" + width + "_t)").str() : std::string();
  os << "static inline int" << width << "_t " << name
     << (isUnsigned ? "_u" : "_i") << width << "(int" << width << "_t a, int"
     << width << "_t b) {\n  return " << bits << "a " << sign << " " << bits
     << "b ? a : b;\n}\n\n";
}

static void printClamp(StringRef width, raw_ostream &os) {
  os << "/* The number from low to high that is nearest to x. */\n"
     << "static inline int" << width << "_t clamp_i" << width << "(int" << width
     << "_t x, int" << width << "_t low, int" << width << "_t high) {\n"
     << "  if (x < low) {\n    return low;\n  }\n"
     << "  return x > high ? high : x;\n}\n\n";
}

static void printLeadingZeros(StringRef width, StringRef builtin,
                              StringRef prefix, raw_ostream &os) {
  os << "/* The number of zeros before the first one. */\n"
     << "static inline int" << width << "_t clz_i" << width << "(int" << width
     << "_t x) {\n"
     << "#if defined(__GNUC__) && !defined(" << prefix << "_PORTABLE)\n"
     << "  return x == 0 ? " << width << " : " << builtin << "((uint" << width
     << "_t)x);\n#else\n"
     << "  uint" << width << "_t bits = (uint" << width << "_t)x;\n"
     << "  int" << width << "_t zeros = " << width << ";\n"
     << "  while (bits != 0) {\n    bits >>= 1;\n    --zeros;\n  }\n"
     << "  return zeros;\n#endif\n}\n\n";
}

static void printAbsolute(StringRef width, raw_ostream &os) {
  os << "/* The absolute value; that of the least number is itself. */\n"
     << "static inline int" << width << "_t abs_i" << width << "(int" << width
     << "_t x) {\n  return x < 0 ? (int" << width << "_t)(0u - (uint" << width
     << "_t)x) : x;\n}\n\n";
}

/// The helper `name`, and how its parameters and bounds are written.
struct Saturation {
  std::string name, what;
  StringRef instruction, parameters;
  std::string low, high;
  /// The statement after the instruction, which leaves `y`.
  StringRef bounded;
};

/// The instruction takes the width as a literal. GCC's `__ssat` warns of a
/// sign.
static void printSaturation(const Saturation &saturation, unsigned width,
                            StringRef prefix, raw_ostream &os) {
  os << "/* The nearest " << saturation.what << ". */\n"
     << "static inline int32_t " << saturation.name << "(int32_t x"
     << saturation.parameters << ") {\n"
     << "#if defined(__GNUC__) && defined(__ARM_FEATURE_SAT) && \\\n"
     << "    !defined(" << prefix << "_PORTABLE)\n";
  std::string call = ("(int32_t)__builtin_arm_" + saturation.instruction +
                      "(x, " + Twine(width) + ")")
                         .str();
  if (saturation.bounded.empty())
    os << "  return " << call << ";\n";
  else
    os << "  const int32_t y = " << call << ";\n  return " << saturation.bounded
       << ";\n";
  os << "#else\n  if (x < " << saturation.low << ") {\n    return "
     << saturation.low << ";\n  }\n  return x > " << saturation.high << " ? "
     << saturation.high << " : x;\n#endif\n}\n\n";
}

static void printSaturations(unsigned width, const CHelpers &helpers,
                             StringRef prefix, raw_ostream &os) {
  std::string bits = std::to_string(width);
  std::string low = std::to_string(llvm::minIntN(width));
  std::string high = std::to_string(llvm::maxIntN(width));
  const Saturation saturations[] = {
      {"saturate_i" + bits,
       "number of " + bits +
           " bits: one instruction where the processor has it",
       "ssat", "", low, high, ""},
      {"saturate_u" + bits, "unsigned number of " + bits + " bits", "usat", "",
       "0", std::to_string(llvm::maxUIntN(width)), ""},
      {"saturate_from_i" + bits,
       "number of " + bits + " bits that is not below low", "ssat",
       ", int32_t low", "low", high, "y < low ? low : y"},
      {"saturate_to_i" + bits,
       "number of " + bits + " bits that is not above high", "ssat",
       ", int32_t high", low, "high", "y > high ? high : y"}};
  for (const Saturation &saturation : saturations)
    if (helpers.count(saturation.name))
      printSaturation(saturation, width, prefix, os);
}

void rescale::printHelpers(const CHelpers &helpers, StringRef prefix,
                           raw_ostream &os) {
  for (StringRef width : {"32", "64"}) {
    auto isUsed = [&](StringRef name) {
      return helpers.count((name + width).str()) != 0;
    };
    if (isUsed("add_i"))
      printRing("add", "sum", "+", width, os);
    if (isUsed("sub_i"))
      printRing("sub", "difference", "-", width, os);
    if (isUsed("mul_i"))
      printRing("mul", "product", "*", width, os);
    if (isUsed("min_i"))
      printOrder("min", "<", /*isUnsigned=*/false, width, os);
    if (isUsed("max_i"))
      printOrder("max", ">", /*isUnsigned=*/false, width, os);
    if (isUsed("min_u"))
      printOrder("min", "<", /*isUnsigned=*/true, width, os);
    if (isUsed("max_u"))
      printOrder("max", ">", /*isUnsigned=*/true, width, os);
    if (isUsed("abs_i"))
      printAbsolute(width, os);
    if (isUsed("clz_i"))
      printLeadingZeros(width,
                        width == "32" ? "__builtin_clz" : "__builtin_clzll",
                        prefix, os);
    if (isUsed("clamp_i"))
      printClamp(width, os);
  }
  for (unsigned width = 1; width < 32; ++width)
    printSaturations(width, helpers, prefix, os);
}
