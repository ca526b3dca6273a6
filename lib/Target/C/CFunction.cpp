//===- CFunction.cpp - Functions in C -------------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value with one use becomes part of the expression that uses it, while that
// stays short; others get a name. An expression that reads memory is named
// before the next write.
//
//===----------------------------------------------------------------------===//

#include "FunctionPrinter.h"

#include "CTables.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/CNames.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rescale;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

std::string FunctionPrinter::makeName(StringRef base) {
  std::string name = base.str();
  auto isTaken = [&](StringRef name) {
    return isReservedInC(name) || module.isSymbol(name) ||
           llvm::any_of(scopes, [&](const llvm::StringSet<> &scope) {
             return scope.contains(name);
           });
  };
  for (unsigned i = 2; isTaken(name); ++i)
    name = (base + "_" + std::to_string(i)).str();
  scopes.back().insert(name);
  return name;
}

std::string FunctionPrinter::getHint(Value value) {
  if (auto loc = dyn_cast<NameLoc>(value.getLoc())) {
    StringRef name = loc.getName().getValue();
    // Short names are those that passes give; an importer's are paths.
    if (isCIdentifier(name) && name.size() <= 24 &&
        llvm::isLower(name.front()) && loc != function.getLoc())
      return name.str();
  }
  Operation *op = value.getDefiningOp();
  if (!op)
    return "value";
  return llvm::TypeSwitch<Operation *, std::string>(op)
      .Case<arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp, arith::IndexCastOp,
            arith::IndexCastUIOp>(
          [&](auto) { return getHint(op->getOperand(0)); })
      .Case([&](memref::LoadOp load) {
        return getElementName(getBase(load.getMemRef()), function.getSymName(),
                              module.isConstant(load.getMemRef()));
      })
      .Case<arith::AddIOp>(
          [&](auto) { return value.getType().isIndex() ? "position" : "sum"; })
      .Case<arith::SubIOp>([](auto) { return "difference"; })
      .Case<arith::MulIOp>([&](auto) {
        return value.getType().isIndex() ? "offset" : "product";
      })
      .Case<arith::ShRSIOp, arith::ShRUIOp, arith::ShLIOp>(
          [](auto) { return "shifted"; })
      .Case<arith::CmpIOp>([](auto) { return "condition"; })
      .Case<arith::SelectOp>([](auto) { return "selected"; })
      .Case<arith::MinSIOp, arith::MaxSIOp, arith::MinUIOp, arith::MaxUIOp>(
          [](auto) { return "bounded"; })
      .Case<arith::DivSIOp, arith::DivUIOp>([](auto) { return "quotient"; })
      .Case<arith::RemSIOp, arith::RemUIOp>([](auto) { return "rest"; })
      .Case<arith::AndIOp, arith::OrIOp, arith::XOrIOp>([&](auto) {
        return value.getType().isInteger(1) ? "condition" : "bits";
      })
      .Case<math::AbsIOp>([](auto) { return "magnitude"; })
      .Case<math::CountLeadingZerosOp>([](auto) { return "zeros"; })
      .Case<func::CallOp>([](auto) { return "result"; })
      .Case([&](scf::ForOp loop) {
        unsigned number = cast<OpResult>(value).getResultNumber();
        return getHint(loop.getYieldedValues()[number]);
      })
      .Default([](auto) { return "value"; });
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

CExpr FunctionPrinter::take(Value value) {
  pendingReads.remove(value);
  return exprs.at(value);
}

SmallVector<CExpr> FunctionPrinter::takeAll(ValueRange values) {
  return llvm::map_to_vector(values, [&](Value value) { return take(value); });
}

CExpr FunctionPrinter::nameValue(Value value, const CExpr &expr) {
  CType type = getCType(value.getType());
  // What was only widened is kept in the narrow type.
  if (expr.type != CType::Bool)
    type = std::min(type, expr.type);
  std::string text = convertTo(expr, type);
  std::string name = makeName(getHint(value));
  out.line("const " + getCTypeName(type) + " " + name + " = " + text + ";");
  return exprs[value] = {name, type, Precedence::Primary, false};
}

/// Names the longest of `exprs` that is worth it; false where none is.
bool FunctionPrinter::nameLongest(ArrayRef<Value> values,
                                  MutableArrayRef<CExpr> exprs) {
  // A name would not be shorter.
  size_t length = 16;
  std::optional<size_t> longest;
  for (auto [i, expr] : llvm::enumerate(exprs)) {
    if (expr.isSimple() || expr.isLiteral() || expr.text.size() <= length)
      continue;
    longest = i;
    length = expr.text.size();
  }
  if (longest)
    exprs[*longest] = nameValue(values[*longest], exprs[*longest]);
  return longest.has_value();
}

/// Gives a name to what has been read and would be read again after a write.
void FunctionPrinter::nameReads() {
  for (Value value : pendingReads)
    nameValue(value, exprs.at(value));
  pendingReads.clear();
}

bool FunctionPrinter::isInlined(Operation *op) {
  return op->hasOneUse() && op->user_begin()->getBlock() == op->getBlock();
}

bool FunctionPrinter::isWriting(Operation *op) {
  WalkResult result = op->walk([&](Operation *inner) {
    auto call = dyn_cast<func::CallOp>(inner);
    if (isa<memref::StoreOp, memref::CopyOp>(inner) ||
        (call && module.writes(module.getCallee(call))))
      return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return result.wasInterrupted();
}

/// Whether `value` is the counter of a loop, an argument, or a name for what
/// has been computed, and no variable.
bool FunctionPrinter::isFixed(Value value) {
  if (updates.contains(value))
    return false;
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return !isa<scf::ForOp, scf::IfOp, scf::WhileOp>(value.getDefiningOp());
  Operation *parent = argument.getOwner()->getParentOp();
  auto loop = dyn_cast<scf::ForOp>(parent);
  return isa<func::FuncOp>(parent) ||
         (loop && argument == loop.getInductionVar());
}

/// Lets `result` be `expr`: updates its variable, keeps the expression for the
/// one use, or names it.
void FunctionPrinter::bind(Operation *op, Value result, const CExpr &expr) {
  if (auto it = updates.find(result); it != updates.end()) {
    CType type = getCType(result.getType());
    StringRef name = it->second;
    if (expr.text != name)
      out.line(name + " = " + convertTo(expr, type) + ";");
    exprs[result] = {name.str(), type, Precedence::Primary, false};
    return;
  }
  // i + 1 is shorter than a name for it. A variable would have moved on.
  auto add = dyn_cast<arith::AddIOp>(op);
  if (add && add.getType().isIndex() && expr.text.size() <= 14 &&
      isFixed(add.getLhs()) && matchPattern(add.getRhs(), m_Constant()) &&
      exprs.at(add.getLhs()).isSimple()) {
    exprs[result] = expr;
    return;
  }
  bool isShort = expr.text.size() <= kLongestExpression;
  if (!expr.isSimple() && !expr.isLiteral() && !(isInlined(op) && isShort)) {
    nameValue(result, expr);
    return;
  }
  exprs[result] = expr;
  if (expr.reads)
    pendingReads.insert(result);
}

CExpr FunctionPrinter::computeShort(Operation *op) {
  SmallVector<Value> values = getComputedOperands(op);
  SmallVector<CExpr> operands = takeAll(values);
  CExpr result = compute(op, operands, module.helpers);
  while (result.text.size() > kLongestExpression &&
         nameLongest(values, operands))
    result = compute(op, operands, module.helpers);
  return result;
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

std::string FunctionPrinter::getSignature() {
  std::string text;
  bool hasBuffers =
      llvm::any_of(function.getArgumentTypes(), llvm::IsaPred<MemRefType>);
  if (function.isPrivate())
    text += hasBuffers ? "static " : "static inline ";
  if (function.getNumResults() == 0)
    text += "void";
  else if (function.isPublic() && function.getResultTypes()[0].isInteger(32))
    text += "int"; // A status, as the header declares it.
  else
    text += getCTypeName(getCType(function.getResultTypes()[0]));
  text += " " + function.getSymName().str() + "(";
  llvm::ListSeparator comma;
  for (BlockArgument argument : function.getArguments()) {
    unsigned i = argument.getArgNumber();
    std::string name = module.getArgumentName(function, i);
    scopes.back().insert(name);
    text += StringRef(comma);
    auto buffer = dyn_cast<MemRefType>(argument.getType());
    if (!buffer) {
      CType type = getCType(argument.getType());
      text += (getCTypeName(type) + " " + name).str();
      exprs[argument] = {name, type};
      continue;
    }
    exprs[argument] = {name, CType::Pointer};
    if (isArena(argument)) {
      text += "void *" + name;
      continue;
    }
    if (!module.isWritten(argument))
      text += "const ";
    text += getCTypeName(getCType(buffer.getElementType()));
    text += function.getArgAttr(i, "llvm.noalias") && function.isPrivate()
                ? " *restrict "
                : " *";
    text += name;
  }
  return text + (function.getNumArguments() == 0 ? "void)" : ")");
}

void FunctionPrinter::print() {
  scopes.emplace_back();
  std::string signature = getSignature();
  // One call of it would be reason enough for GCC to inline a layer, and the
  // registers of its inner loops then go to what the entry point keeps.
  if (function.isPrivate() && function->hasAttr(kLayerAttrName))
    out.line(module.prefix + "_NOINLINE");
  out.open(signature);
  for (BlockArgument argument : function.getArguments()) {
    std::string name = exprs.at(argument).text;
    if (argument.use_empty()) {
      out.line("(void)" + name + ";");
    } else if (isArena(argument) &&
               !llvm::all_of(argument.getUsers(),
                             llvm::IsaPred<memref::ViewOp>)) {
      std::string bytes = makeName("bytes");
      out.line("int8_t *const " + bytes + " = " + name + ";");
      exprs[argument].text = bytes;
    }
  }
  printBlock(function.getBody().front());
  auto terminator =
      cast<func::ReturnOp>(function.getBody().front().getTerminator());
  if (terminator.getNumOperands() != 0) {
    CType type = getCType(function.getResultTypes()[0]);
    out.line("return " + convertTo(take(terminator.getOperand(0)), type) + ";");
  }
  out.close();
}

void FunctionPrinter::printBlock(Block &block) {
  for (Operation &op : block.without_terminator())
    printOp(&op);
}

/// Whether an access to a buffer of `type` has to add the offset; otherwise it

void FunctionPrinter::printOp(Operation *op) {
  if (isComputation(op))
    return printComputation(op);
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](arith::ConstantOp constant) {
        exprs[constant] =
            makeLiteral(cast<IntegerAttr>(constant.getValue()).getValue(),
                        getCType(constant.getType()));
      })
      .Case([&](memref::GetGlobalOp get) {
        memref::GlobalOp global = module.getGlobal(get);
        std::string name = global.getSymName().str();
        if (isUnion(global))
          name += "." + getMember(CType::I8);
        exprs[get] = {std::move(name), CType::Pointer};
      })
      .Case([&](memref::LoadOp load) {
        if (!load->use_empty())
          bind(load, load, makeLoad(load));
      })
      .Case([&](memref::StoreOp store) { printStore(store); })
      .Case([&](memref::CopyOp copy) { printCopy(copy); })
      .Case([&](memref::ViewOp) {}) // Where it is used.
      .Case([&](memref::SubViewOp view) { printSubView(view); })
      .Case([&](memref::CastOp cast) { printCast(cast); })
      .Case<memref::CollapseShapeOp, memref::ExpandShapeOp,
            memref::ReinterpretCastOp>([](auto) {}) // Only the type changes.
      .Case([&](func::CallOp call) { printCall(call); })
      .Case([&](scf::ForOp loop) { printFor(loop); })
      .Case([&](scf::IfOp branch) { printIf(branch); })
      .Case([&](scf::WhileOp loop) { printWhile(loop); })
      .DefaultUnreachable("not in the closed set");
}

void FunctionPrinter::printComputation(Operation *op) {
  if (op->use_empty() || isInnerClamp(op))
    return;
  Value result = op->getResult(0);
  auto it = updates.find(result);
  auto flags = dyn_cast<arith::ArithIntegerOverflowFlagsInterface>(op);
  // sum += product
  if (it != updates.end() && flags && flags.hasNoSignedWrap() &&
      isa<arith::AddIOp, arith::SubIOp>(op) &&
      getCType(result.getType()) >= CType::I32) {
    bool isSum = isa<arith::AddIOp>(op);
    for (unsigned i = 0; i < (isSum ? 2 : 1); ++i) {
      if (exprs.at(op->getOperand(i)).text != it->second)
        continue;
      out.line(makeUpdate(it->second, isSum ? "+" : "-",
                          take(op->getOperand(1 - i))) +
               ";");
      // A copy, since the map may grow.
      exprs[result] = CExpr(exprs.at(op->getOperand(i)));
      return;
    }
  }
  bind(op, result, computeShort(op));
}

void rescale::printFunction(func::FuncOp function, CModule &module,
                            CWriter &out) {
  FunctionPrinter(function, module, out).print();
}
