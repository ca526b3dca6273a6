//===- CExpr.h - Expressions of C -------------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The text of a value with what is needed to put it into a larger one: how
// tightly it binds, and the type that C computes it in.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TARGET_C_CEXPR_H
#define RESCALE_LIB_TARGET_C_CEXPR_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/MapVector.h"

#include <set>
#include <string>

namespace mlir::rescale {

/// The types of values. An index is an int32_t: every buffer has less than 2^31
/// elements.
enum class CType { Bool, I8, I16, I32, I64, Pointer };

/// The type of C for a type of the closed set.
CType getCType(Type type);
/// The name of a type that is not a pointer.
StringRef getCTypeName(CType type);
/// The bytes of an element of `type`.
unsigned getCBytes(CType type);

/// How tightly C's operators bind, the tightest first.
enum class Precedence {
  Primary,
  Unary,
  Mul,
  Add,
  Shift,
  Relation,
  Equality,
  BitAnd,
  BitXor,
  BitOr,
  LogicalAnd,
  LogicalOr,
  Ternary
};

/// An expression. Its value is the signed value of what it stands for; a bool
/// is 0 or 1.
struct CExpr {
  std::string text;
  /// The type that holds the value. C computes in int32_t where it is narrower,
  /// and the value may belong to a wider one: C widens when it is needed.
  CType type = CType::I32;
  Precedence precedence = Precedence::Primary;
  /// Whether memory is read, so that the expression may not move past a write.
  bool reads = false;

  /// Whether nothing is computed: a name or a literal.
  bool isSimple() const;
  bool isLiteral() const;
};

/// The helper functions that a file needs, by name.
using CHelpers = std::set<std::string>;

/// `value` as a literal of `type`.
CExpr makeLiteral(const APInt &value, CType type);
/// `expr` where a value of `type` is stored: a cast where C would have to
/// narrow.
std::string convertTo(const CExpr &expr, CType type);
/// A call that computes a value of `type`.
CExpr makeCall(StringRef function, ArrayRef<CExpr> arguments, CType type);
/// `condition ? yes : no`.
CExpr makeTernary(const CExpr &condition, const CExpr &yes, const CExpr &no);
/// `base[index]`.
CExpr makeElement(StringRef base, StringRef index, CType type);
/// The index of an element in a buffer with the given strides and offset, each
/// index being a non-negative number within its dimension.
std::string makeIndex(ArrayRef<CExpr> indices, ArrayRef<int64_t> strides,
                      int64_t offset);
/// `name += rhs` and `name -= rhs` without the semicolon.
std::string makeUpdate(StringRef name, StringRef sign, const CExpr &rhs);

/// Whether `op` computes a value of the closed set from its operands alone.
bool isComputation(Operation *op);
/// The value of such an op. What C leaves undefined goes through unsigned
/// numbers, in the helpers that are added to `helpers`.
CExpr compute(Operation *op, ArrayRef<CExpr> operands, CHelpers &helpers);
/// Whether `op` is a minimum or maximum that its only user turns into a clamp;
/// then `compute` takes the operand of the first for the one of both.
bool isInnerClamp(Operation *op);
/// The values that `compute` wants for `op`: its operands, or what a clamp is
/// made of.
SmallVector<Value> getComputedOperands(Operation *op);

/// Writes the helpers, each with what it needs. `PREFIX_PORTABLE` is the macro
/// that turns off what is not C99.
void printHelpers(const CHelpers &helpers, StringRef prefix, raw_ostream &os);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TARGET_C_CEXPR_H
