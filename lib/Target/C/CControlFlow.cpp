//===- CControlFlow.cpp - Loops and branches in C -------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a loop carries is a variable; where each of its values has one use, as
// the partial sums of an accumulator have, they all are that variable.
//
//===----------------------------------------------------------------------===//

#include "FunctionPrinter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::rescale;

/// Whether `text` names the variable `name`.
static bool mentions(StringRef text, StringRef name) {
  auto isPart = [&](size_t i) {
    return i < text.size() && (llvm::isAlnum(text[i]) || text[i] == '_');
  };
  for (size_t i = 0; (i = text.find(name, i)) != StringRef::npos; ++i)
    if ((i == 0 || !isPart(i - 1)) && !isPart(i + name.size()))
      return true;
  return false;
}

/// Declares the pointers that a nested block uses, since they outlive it.
void FunctionPrinter::declareViews(Operation *op) {
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      if (isa<MemRefType>(operand.getType()) &&
          !op->isAncestor(operand.getParentBlock()->getParentOp()))
        getBase(operand);
  });
}

std::string FunctionPrinter::declare(Value value, StringRef hint,
                                     StringRef init) {
  CType type = getCType(value.getType());
  std::string name = makeName(hint);
  out.line(getCTypeName(type) + " " + name +
           (init.empty() ? "" : " = " + init.str()) + ";");
  return name;
}

/// Assigns all `values` at the same time.
void FunctionPrinter::assign(ArrayRef<std::string> variables,
                             ValueRange values) {
  SmallVector<CExpr> exprs = takeAll(values);
  // What a variable loses before it is read is kept in a name.
  for (unsigned i = 0, e = values.size(); i < e; ++i)
    for (unsigned j = 0; j < i; ++j)
      if (exprs[j].text != variables[j] && exprs[i].text != variables[i] &&
          mentions(exprs[i].text, variables[j])) {
        exprs[i] = nameValue(values[i], exprs[i]);
        break;
      }
  for (auto [variable, value, expr] : llvm::zip_equal(variables, values, exprs))
    if (expr.text != variable)
      out.line(variable + " = " + convertTo(expr, getCType(value.getType())) +
               ";");
}

/// Marks the values on the way from a loop's argument to what it yields in its
/// place, if each has one use: nobody sees that they are one variable.
void FunctionPrinter::collectUpdates(scf::ForOp op, unsigned number,
                                     StringRef variable) {
  SmallVector<Value> chain;
  Value value = op.getRegionIterArg(number);
  while (true) {
    if (!value.hasOneUse())
      return;
    OpOperand &use = *value.use_begin();
    Operation *user = use.getOwner();
    if (user->getBlock() != op.getBody())
      return;
    if (isa<scf::YieldOp>(user)) {
      if (use.getOperandNumber() != number)
        return;
      break;
    }
    if (auto loop = dyn_cast<scf::ForOp>(user)) {
      auto inits = loop.getInitsMutable();
      if (inits.empty() ||
          use.getOperandNumber() < inits.begin()->getOperandNumber())
        return;
      value = loop.getResult(use.getOperandNumber() -
                             inits.begin()->getOperandNumber());
    } else if (isComputation(user)) {
      value = user->getResult(0);
    } else {
      return;
    }
    if (value.getType() != op.getRegionIterArg(number).getType())
      return;
    chain.push_back(value);
  }
  for (Value update : chain)
    updates[update] = variable.str();
}

void FunctionPrinter::printFor(scf::ForOp op) {
  declareViews(op);
  SmallVector<std::string> variables;
  for (auto [i, init] : llvm::enumerate(op.getInits())) {
    BlockArgument argument = op.getRegionIterArg(i);
    CType type = getCType(argument.getType());
    CExpr expr = take(init);
    auto it = updates.find(op.getResult(i));
    if (it != updates.end() && it->second == expr.text) {
      variables.push_back(it->second);
    } else {
      std::string hint = getHint(argument);
      if (hint == "value")
        hint = getHint(op.getYieldedValues()[i]);
      // What is subtracted from goes on to be the sum.
      if (hint == "difference")
        hint = "sum";
      variables.push_back(declare(argument, hint, convertTo(expr, type)));
    }
    exprs[argument] = {variables.back(), type};
    collectUpdates(op, i, variables.back());
  }

  // The bound is evaluated again and again.
  CExpr lower = take(op.getLowerBound());
  CExpr upper = take(op.getUpperBound());
  if (!upper.isSimple() && !upper.isLiteral())
    upper = nameValue(op.getUpperBound(), upper);
  if (isWriting(op))
    nameReads();
  APInt step;
  matchPattern(op.getStep(), m_ConstantInt(&step));
  scopes.emplace_back();
  Value counter = op.getInductionVar();
  CType type = getCType(counter.getType());
  static constexpr StringLiteral names[] = {"i", "j", "k", "m", "n", "p", "q"};
  std::string hint = getHint(counter);
  if (hint == "value")
    hint = names[std::min<size_t>(loopDepth, std::size(names) - 1)].str();
  std::string name = makeName(hint);
  exprs[counter] = {name, type};
  std::string increment = "++" + name;
  if (!step.isOne())
    increment = name + " += " + makeLiteral(step, type).text;
  out.open("for (" + getCTypeName(type) + " " + name + " = " +
           convertTo(lower, type) + "; " + name + " < " + upper.text + "; " +
           increment + ")");
  ++loopDepth;
  printBlock(*op.getBody());
  assign(variables, op.getYieldedValues());
  --loopDepth;
  scopes.pop_back();
  out.close();
  for (auto [result, variable] : llvm::zip_equal(op.getResults(), variables))
    exprs[result] = {variable, getCType(result.getType())};
}

/// The value of a block that computes one short expression.
std::optional<CExpr> FunctionPrinter::foldBlock(Block &block,
                                                CHelpers &helpers) {
  for (Operation &op : block.without_terminator()) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      printOp(constant);
      continue;
    }
    auto load = dyn_cast<memref::LoadOp>(op);
    if ((!isComputation(&op) && !load) || !isInlined(&op))
      return std::nullopt;
    if (isInnerClamp(&op))
      continue;
    CExpr expr;
    if (load) {
      SmallVector<CExpr> indices = takeAll(load.getIndices());
      expr = makeElement(getBase(load.getMemRef()),
                         getIndex(load.getMemRefType(), indices),
                         getCType(load.getType()));
    } else {
      SmallVector<CExpr> operands = takeAll(getComputedOperands(&op));
      expr = compute(&op, operands, helpers);
    }
    if (expr.text.size() > kLongestExpression)
      return std::nullopt;
    exprs[op.getResult(0)] = expr;
  }
  return exprs.at(block.getTerminator()->getOperand(0));
}

/// Makes `condition ? yes : no` of an if that only chooses a number.
bool FunctionPrinter::foldIf(scf::IfOp op) {
  if (op.getNumResults() != 1 || op->use_empty())
    return false;
  CHelpers helpers;
  std::optional<CExpr> yes = foldBlock(*op.thenBlock(), helpers);
  std::optional<CExpr> no =
      yes ? foldBlock(*op.elseBlock(), helpers) : std::nullopt;
  if (!no)
    return false;
  CExpr condition = exprs.at(op.getCondition());
  CExpr result = makeTernary(condition, *yes, *no);
  if (result.text.size() > kLongestExpression + 8)
    return false;
  module.helpers.insert(helpers.begin(), helpers.end());
  take(op.getCondition());
  bind(op, op.getResult(0), result);
  return true;
}

void FunctionPrinter::printIf(scf::IfOp op) {
  declareViews(op);
  if (foldIf(op))
    return;
  CExpr condition = take(op.getCondition());
  if (isWriting(op))
    nameReads();
  SmallVector<std::string> variables;
  for (Value result : op.getResults()) {
    variables.push_back(declare(result, getHint(result), ""));
    exprs[result] = {variables.back(), getCType(result.getType())};
  }
  auto printRegion = [&](Block &block) {
    scopes.emplace_back();
    printBlock(block);
    assign(variables, block.getTerminator()->getOperands());
    scopes.pop_back();
  };
  out.open("if (" + condition.text + ")");
  printRegion(*op.thenBlock());
  if (Block *otherwise = op.elseBlock()) {
    out.close("else");
    printRegion(*otherwise);
  }
  out.close();
}

void FunctionPrinter::printWhile(scf::WhileOp op) {
  declareViews(op);
  SmallVector<std::string> variables, results;
  for (auto [init, argument] :
       llvm::zip_equal(op.getInits(), op.getBeforeArguments())) {
    CType type = getCType(argument.getType());
    variables.push_back(
        declare(argument, getHint(argument), convertTo(take(init), type)));
    exprs[argument] = {variables.back(), type};
  }
  for (auto [result, argument] :
       llvm::zip_equal(op.getResults(), op.getAfterArguments())) {
    CType type = getCType(result.getType());
    results.push_back(declare(result, "result", ""));
    exprs[result] = exprs[argument] = {results.back(), type};
  }
  if (isWriting(op))
    nameReads();
  scopes.emplace_back();
  out.open("for (;;)");
  ++loopDepth;
  printBlock(*op.getBeforeBody());
  scf::ConditionOp condition = op.getConditionOp();
  CExpr goesOn = take(condition.getCondition());
  if (!goesOn.isSimple() && !condition.getArgs().empty())
    goesOn = nameValue(condition.getCondition(), goesOn);
  assign(results, condition.getArgs());
  out.open("if (!" +
           (goesOn.isSimple() ? goesOn.text : "(" + goesOn.text + ")") + ")");
  out.line("break;");
  out.close();
  printBlock(*op.getAfterBody());
  assign(variables, op.getYieldOp().getResults());
  --loopDepth;
  scopes.pop_back();
  out.close();
}
