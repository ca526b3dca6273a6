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
// before the next write. What a loop carries is a variable; where each of its
// values has one use, as the partial sums of an accumulator have, they all are
// that variable.
//
//===----------------------------------------------------------------------===//

#include "CFunction.h"

#include "CTables.h"
#include "CText.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/CNames.h"
#include "rescale/Support/Roles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rescale;

/// Expressions that are longer get their parts named.
static constexpr size_t kLongestExpression = 56;

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

namespace {

class FunctionPrinter {
public:
  FunctionPrinter(func::FuncOp function, CModule &module, CWriter &out)
      : function(function), module(module), out(out) {}

  void print();

private:
  // Names.
  std::string makeName(StringRef base);
  std::string getHint(Value value);

  // Values.
  CExpr take(Value value);
  SmallVector<CExpr> takeAll(ValueRange values);
  void bind(Operation *op, Value result, const CExpr &expr);
  CExpr nameValue(Value value, const CExpr &expr);
  bool nameLongest(ArrayRef<Value> values, MutableArrayRef<CExpr> exprs);
  void nameReads();
  CExpr computeShort(Operation *op);
  bool isInlined(Operation *op);
  bool isFixed(Value value);
  bool isWriting(Operation *op);

  // Statements.
  std::string getSignature();
  void printBlock(Block &block);
  void printOp(Operation *op);
  void printComputation(Operation *op);
  CExpr makeLoad(memref::LoadOp op);
  void printStore(memref::StoreOp op);
  void printCopy(memref::CopyOp op);
  bool isArena(Value value);
  std::string getPlace(Value memory, CType type, int64_t offset);
  void declareView(memref::ViewOp op, StringRef hint);
  std::string getBase(Value buffer, OpOperand *operand = nullptr);
  void printSubView(memref::SubViewOp op);
  void printCall(func::CallOp op);
  void printFor(scf::ForOp op);
  void printIf(scf::IfOp op);
  void printWhile(scf::WhileOp op);
  std::optional<CExpr> foldBlock(Block &block, CHelpers &helpers);
  bool foldIf(scf::IfOp op);
  void collectUpdates(scf::ForOp op, unsigned number, StringRef variable);
  void declareViews(Operation *op);
  std::string declare(Value value, StringRef hint, StringRef init);
  void assign(ArrayRef<std::string> variables, ValueRange values);

  func::FuncOp function;
  CModule &module;
  CWriter &out;
  /// What the values that are in scope are in C.
  llvm::DenseMap<Value, CExpr> exprs;
  /// Expressions without a name that read memory.
  llvm::SetVector<Value> pendingReads;
  /// The names of the views that have been used.
  llvm::DenseMap<Operation *, std::string> pointers;
  /// The variable that takes a value as soon as it is computed.
  llvm::DenseMap<Value, std::string> updates;
  SmallVector<llvm::StringSet<>> scopes;
  unsigned loopDepth = 0;
};

} // namespace

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
  out.open(getSignature());
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
/// is zero, or part of the pointer.
static bool hasOffset(MemRefType type) {
  int64_t offset = type.getStridesAndOffset().second;
  return !ShapedType::isDynamic(offset) && offset != 0;
}

/// The pointer to the first element.
static std::string getPointer(StringRef base, MemRefType type) {
  if (!hasOffset(type))
    return base.str();
  return (base + " + " + Twine(type.getStridesAndOffset().second)).str();
}

/// Whether an offset that is in the type becomes a part of the pointer.
static bool movesPointer(memref::CastOp op) {
  return hasOffset(cast<MemRefType>(op.getSource().getType())) &&
         !hasOffset(cast<MemRefType>(op.getType()));
}

/// The value that has the pointer of `buffer`: views that change the type alone
/// have it from their source.
static Value getPointerOwner(Value buffer) {
  while (Operation *op = buffer.getDefiningOp()) {
    auto cast = dyn_cast<memref::CastOp>(op);
    if ((!cast || movesPointer(cast)) &&
        !isa<memref::CollapseShapeOp, memref::ExpandShapeOp,
             memref::ReinterpretCastOp>(op))
      break;
    buffer = op->getOperand(0);
  }
  return buffer;
}

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
      .Case([&](memref::CastOp cast) {
        if (movesPointer(cast))
          exprs[cast] = {
              getPointer(getBase(cast.getSource()),
                         ::cast<MemRefType>(cast.getSource().getType())),
              CType::Pointer};
      })
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

/// The index of an access to `memref`, in elements.
template <typename Op>
static std::string getIndex(Op op, ArrayRef<CExpr> indices) {
  auto [strides, offset] = op.getMemRefType().getStridesAndOffset();
  return makeIndex(indices, strides,
                   hasOffset(op.getMemRefType()) ? offset : 0);
}

CExpr FunctionPrinter::makeLoad(memref::LoadOp op) {
  SmallVector<Value> values(op.getIndices());
  SmallVector<CExpr> indices = takeAll(values);
  CExpr base{getBase(op.getMemRef())};
  CType type = getCType(op.getType());
  CExpr result = makeElement(base.text, getIndex(op, indices), type);
  while (result.text.size() > kLongestExpression &&
         nameLongest(values, indices))
    result = makeElement(base.text, getIndex(op, indices), type);
  result.reads = !module.isConstant(op.getMemRef());
  return result;
}

void FunctionPrinter::printStore(memref::StoreOp op) {
  CExpr value = take(op.getValueToStore());
  SmallVector<Value> values(op.getIndices());
  SmallVector<CExpr> indices = takeAll(values);
  nameReads();
  CType type = getCType(op.getMemRefType().getElementType());
  CExpr base{getBase(op.getMemRef())};
  auto makeText = [&] {
    CExpr element = makeElement(base.text, getIndex(op, indices), type);
    return element.text + " = " + convertTo(value, type) + ";";
  };
  if (!out.fits(makeText()) && !value.isSimple() && !value.isLiteral())
    value = nameValue(op.getValueToStore(), value);
  while (!out.fits(makeText()) && nameLongest(values, indices))
    continue;
  out.line(makeText());
}

void FunctionPrinter::printCopy(memref::CopyOp op) {
  nameReads();
  auto source = cast<MemRefType>(op.getSource().getType());
  auto target = cast<MemRefType>(op.getTarget().getType());
  CType type = getCType(source.getElementType());
  std::string size = std::to_string(source.getNumElements());
  if (type != CType::I8)
    size += (" * sizeof(" + getCTypeName(type) + ")").str();
  std::string to = getPointer(getBase(op.getTarget()), target);
  std::string from = getPointer(getBase(op.getSource()), source);
  out.line("memcpy(" + to + ", " + from + ", " + size + ");");
}

/// Whether `value` is a pointer to void in C.
bool FunctionPrinter::isArena(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  return argument && function.isPublic() &&
         argument.getOwner() == &function.getBody().front() &&
         function.getArgAttr(argument.getArgNumber(), kArenaAttrName);
}

/// What lies `offset` bytes, a multiple of what `type` has, after the start of
/// `memory`. No cast is from a pointer that is less aligned, as -Wcast-align
/// asks for.
std::string FunctionPrinter::getPlace(Value memory, CType type,
                                      int64_t offset) {
  memory = getPointerOwner(memory);
  std::string text;
  auto get = memory.getDefiningOp<memref::GetGlobalOp>();
  if (get && isUnion(module.getGlobal(get))) {
    text = get.getName().str() + "." + getMember(type);
  } else if (isArena(memory)) {
    text = module.getArgumentName(function,
                                  cast<BlockArgument>(memory).getArgNumber());
    if (offset != 0)
      text = ("(" + getCTypeName(type) + " *)" + text).str();
  } else {
    text = getBase(memory);
    if (type != CType::I8)
      text = ("(" + getCTypeName(type) + " *)(void *)" + text).str();
  }
  if (offset != 0)
    text += " + " + std::to_string(offset / getCBytes(type));
  return text;
}

/// Declares a pointer to a buffer of the arena.
void FunctionPrinter::declareView(memref::ViewOp op, StringRef hint) {
  APInt offset;
  matchPattern(op.getByteShift(), m_ConstantInt(&offset));
  CType type = getCType(op.getType().getElementType());
  std::string text = getPlace(op.getSource(), type, offset.getZExtValue());
  std::string name = makeName(hint);
  out.line((module.isWritten(op) ? "" : "const ") + getCTypeName(type) +
           " *const " + name + " = " + text + ";");
  pointers[op] = name;
}

/// The pointer to `buffer`; with a call, that of its operand. A view gets a
/// name with its first use, and another one with each layer that fills it anew:
/// views of one place and type are one value.
std::string FunctionPrinter::getBase(Value buffer, OpOperand *operand) {
  Value owner = getPointerOwner(buffer);
  auto view = owner.getDefiningOp<memref::ViewOp>();
  if (!view)
    return exprs.at(owner).text;
  bool isKnown = pointers.count(view) != 0;
  if (!operand) {
    if (!isKnown)
      declareView(view, "buffer");
    return pointers[view];
  }
  func::FuncOp callee =
      module.getCallee(cast<func::CallOp>(operand->getOwner()));
  unsigned number = operand->getOperandNumber();
  Value argument = callee.getArgument(number);
  // What is in scratch memory before does not matter.
  bool isFilled = module.isWritten(argument) &&
                  (!module.isRead(argument) ||
                   module.getArgumentName(callee, number) == roles::kScratch) &&
                  operand->getOwner()->getParentOp() == function;
  if (!isKnown || isFilled)
    declareView(view, callee.getSymName().str() + "_" +
                          module.getArgumentName(callee, number));
  return pointers[view];
}

/// A view whose offset is computed is a pointer of its own.
void FunctionPrinter::printSubView(memref::SubViewOp op) {
  CExpr base{getBase(op.getSource()), CType::Pointer};
  auto [strides, offset] = op.getSourceType().getStridesAndOffset();
  if (!ShapedType::isDynamic(op.getType().getStridesAndOffset().second)) {
    exprs[op] = base;
    return;
  }
  SmallVector<CExpr> indices;
  for (OpFoldResult position : op.getMixedOffsets()) {
    if (auto value = dyn_cast<Value>(position))
      indices.push_back(take(value));
    else
      indices.push_back(makeLiteral(
          cast<IntegerAttr>(cast<Attribute>(position)).getValue(), CType::I32));
  }
  std::string index =
      makeIndex(indices, strides, hasOffset(op.getSourceType()) ? offset : 0);
  if (index == "0") {
    exprs[op] = base;
    return;
  }
  std::string name = makeName("part");
  out.line((module.isWritten(op) ? "" : "const ") +
           getCTypeName(getCType(op.getType().getElementType())) + " *const " +
           name + " = " + base.text + " + " +
           (index.find(' ') == std::string::npos ? index : "(" + index + ")") +
           ";");
  exprs[op] = {name, CType::Pointer};
}

void FunctionPrinter::printCall(func::CallOp op) {
  func::FuncOp callee = module.getCallee(op);
  SmallVector<CExpr> arguments;
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    if (isa<MemRefType>(value.getType())) {
      arguments.push_back({getBase(value, &operand), CType::Pointer});
      continue;
    }
    CExpr argument = take(value);
    argument.text = convertTo(argument, getCType(value.getType()));
    arguments.push_back(std::move(argument));
  }
  CType type = op.getNumResults() == 0 ? CType::Pointer
                                       : getCType(op.getResultTypes()[0]);
  CExpr call = makeCall(op.getCallee(), arguments, type);
  bool writes = module.writes(callee);
  call.reads |= module.reads(callee);
  if (writes)
    nameReads();
  if (op.getNumResults() == 0 || op->use_empty()) {
    if (!writes)
      return;
    // A definition of the macros brings its own semicolon: that of an empty one
    // is no statement of C99.
    bool isLayer = function.isPublic() && callee->hasAttr(kLayerAttrName);
    std::string layer = "(" + std::to_string(module.layers) + ", \"" +
                        op.getCallee().str() + "\")";
    if (isLayer)
      out.line(module.prefix + "_LAYER_BEGIN" + layer);
    out.line((op.getNumResults() == 0 ? "" : "(void)") + call.text + ";");
    if (isLayer)
      out.line(module.prefix + "_LAYER_END" + layer);
    module.layers += isLayer;
  } else if (writes) {
    nameValue(op.getResult(0), call);
  } else {
    bind(op, op.getResult(0), call);
  }
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

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
      expr = makeElement(getBase(load.getMemRef()), getIndex(load, indices),
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

void rescale::printFunction(func::FuncOp function, CModule &module,
                            CWriter &out) {
  FunctionPrinter(function, module, out).print();
}
