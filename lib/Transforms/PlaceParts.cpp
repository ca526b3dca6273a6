//===- PlaceParts.cpp - Parts in the buffer of their whole ----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What joins tensors is a chain of tensor.insert_slice into a tensor.empty. On
// tensors all of its parts may be one buffer, and the analysis of bufferization
// asks for each part about each pair of the others. But here it is known: parts
// that share no element, of a buffer that nothing else has. So the whole
// becomes a buffer at once, and every part a tensor of its own.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "llvm/ADT/STLExtras.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEPLACEPARTS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using bufferization::MaterializeInDestinationOp;
using bufferization::ToTensorOp;
using tensor::InsertSliceOp;

namespace {

/// Some elements of a buffer: in each dimension every `strides`-th from
/// `offsets` on.
struct Place {
  Value buffer;
  SmallVector<int64_t> offsets, strides;

  /// Where that is what `insert` takes of the elements here.
  Place get(InsertSliceOp insert) const;
};

/// A tensor that is made of parts.
struct Whole {
  tensor::EmptyOp empty;
  /// At least two, in the order of execution.
  SmallVector<InsertSliceOp> inserts;
  /// What inserts this one into the whole number `outer`, whose buffer it is in
  /// then.
  InsertSliceOp insert;
  unsigned outer = 0;
  Place place;
  /// Whether no part has another user.
  bool isExclusive = true;

  Value getResult() { return inserts.back().getResult(); }
};

} // namespace

Place Place::get(InsertSliceOp insert) const {
  Place part = *this;
  for (auto [i, offset, stride] :
       llvm::enumerate(insert.getStaticOffsets(), insert.getStaticStrides())) {
    part.offsets[i] += strides[i] * offset;
    part.strides[i] *= stride;
  }
  return part;
}

/// One past the last element that `insert` writes along `dimension`.
static int64_t getEnd(InsertSliceOp insert, int64_t dimension) {
  return insert.getStaticOffset(dimension) +
         (insert.getStaticSize(dimension) - 1) *
             insert.getStaticStride(dimension) +
         1;
}

/// Whether along one dimension each part ends before the next begins, as the
/// parts of every concatenation do.
static bool areInARow(ArrayRef<InsertSliceOp> inserts) {
  InsertSliceOp first = inserts.front();
  return llvm::any_of(llvm::seq(first.getType().getRank()), [&](int64_t i) {
    SmallVector<InsertSliceOp> sorted(inserts);
    llvm::sort(sorted, [&](InsertSliceOp a, InsertSliceOp b) {
      return a.getStaticOffset(i) < b.getStaticOffset(i);
    });
    return llvm::all_of(llvm::zip(sorted, llvm::drop_begin(sorted)),
                        [&](auto neighbours) {
                          auto [a, b] = neighbours;
                          return getEnd(a, i) <= b.getStaticOffset(i);
                        });
  });
}

/// Whether two parts have no element in common.
static bool areDisjoint(InsertSliceOp a, InsertSliceOp b) {
  return llvm::any_of(llvm::seq(a.getType().getRank()), [&](int64_t i) {
    int64_t offsetA = a.getStaticOffset(i), offsetB = b.getStaticOffset(i);
    int64_t stride = a.getStaticStride(i);
    return getEnd(a, i) <= offsetB || getEnd(b, i) <= offsetA ||
           (stride == b.getStaticStride(i) && (offsetA - offsetB) % stride);
  });
}

static bool areDisjoint(ArrayRef<InsertSliceOp> inserts) {
  if (areInARow(inserts))
    return true;
  // The parts of a transposed convolution interlace in two dimensions. They are
  // few, and this takes quadratic time.
  if (inserts.size() > 64)
    return false;
  for (auto [i, a] : llvm::enumerate(inserts))
    for (InsertSliceOp b : inserts.drop_front(i + 1))
      if (!areDisjoint(a, b))
        return false;
  return true;
}

/// Whether it is known which elements `insert` writes.
static bool isStatic(InsertSliceOp insert) {
  return insert.getType().hasStaticShape() &&
         insert.getSourceType().getRank() == insert.getType().getRank() &&
         insert.getOffsets().empty() && insert.getSizes().empty() &&
         insert.getStrides().empty();
}

/// Whether another insertion is all that `insert`'s result is for.
static bool isContinued(InsertSliceOp insert) {
  if (!insert->hasOneUse())
    return false;
  auto next = dyn_cast<InsertSliceOp>(*insert->user_begin());
  return next && next->getBlock() == insert->getBlock() &&
         next.getDest() == insert.getResult();
}

/// Finds what `last` completes.
static std::optional<Whole> findWhole(InsertSliceOp last) {
  Whole whole;
  for (InsertSliceOp insert = last; insert;
       insert = insert.getDest().getDefiningOp<InsertSliceOp>()) {
    // What is used in between has been found as a whole by itself.
    if (!isStatic(insert) || (insert != last && !isContinued(insert)))
      return std::nullopt;
    whole.inserts.push_back(insert);
  }
  std::reverse(whole.inserts.begin(), whole.inserts.end());
  whole.empty =
      whole.inserts.front().getDest().getDefiningOp<tensor::EmptyOp>();
  if (!whole.empty || !whole.empty->hasOneUse() || whole.inserts.size() < 2 ||
      !areDisjoint(whole.inserts))
    return std::nullopt;
  return whole;
}

/// Whether `value` may be computed where its tensor.empty says.
static bool hasDestination(Value value, Block &block) {
  Operation *op = value.getDefiningOp();
  return op && op->getBlock() == &block &&
         isa<DestinationStyleOpInterface, RegionBranchOpInterface>(op);
}

/// Whether a use reads a tensor and gives no other that may share its buffer.
static bool isRead(OpOperand &use) {
  auto op = dyn_cast<DestinationStyleOpInterface>(use.getOwner());
  return op && op.isDpsInput(&use);
}

namespace {

/// Makes buffers of the wholes in a block.
class Placer {
public:
  explicit Placer(Block &block) : block(block) {}

  void run();

private:
  void collect();
  void findPlaces();
  Value createView(const Place &place, ArrayRef<int64_t> sizes);
  bool placePart(InsertSliceOp insert, Value view);
  void replace(Whole &whole);

  Block &block;
  SmallVector<Whole> wholes;
  /// Those that are parts of others, by what inserts them there.
  llvm::DenseMap<Operation *, unsigned> nested;
  /// Other parts, once each.
  llvm::DenseSet<Value> placed;
  /// Before everything that may use a buffer.
  OpBuilder front{&block, block.begin()};
};

} // namespace

void Placer::collect() {
  llvm::DenseMap<Value, unsigned> indices;
  for (auto insert : block.getOps<InsertSliceOp>()) {
    if (isContinued(insert))
      continue;
    if (std::optional<Whole> whole = findWhole(insert)) {
      indices[whole->getResult()] = wholes.size();
      wholes.push_back(std::move(*whole));
    }
  }
  for (auto [i, whole] : llvm::enumerate(wholes))
    for (InsertSliceOp insert : whole.inserts) {
      auto it = indices.find(insert.getSource());
      if (it == indices.end() || wholes[it->second].insert)
        continue;
      wholes[it->second].insert = insert;
      wholes[it->second].outer = i;
      nested[insert] = it->second;
    }
}

void Placer::findPlaces() {
  // The outer ones, which are later, first.
  for (Whole &whole : llvm::reverse(wholes)) {
    if (whole.insert) {
      whole.place = wholes[whole.outer].place.get(whole.insert);
      continue;
    }
    RankedTensorType type = whole.empty.getType();
    whole.place.buffer = memref::AllocOp::create(
        front, whole.empty.getLoc(),
        MemRefType::get(type.getShape(), type.getElementType()));
    whole.place.offsets.assign(type.getRank(), 0);
    whole.place.strides.assign(type.getRank(), 1);
  }
}

Value Placer::createView(const Place &place, ArrayRef<int64_t> sizes) {
  Value buffer = place.buffer;
  if (cast<MemRefType>(buffer.getType()).getShape() == sizes)
    return buffer;
  auto get = [&](ArrayRef<int64_t> values) {
    return getAsIndexOpFoldResult(front.getContext(), values);
  };
  return memref::SubViewOp::create(front, buffer.getLoc(), buffer,
                                   get(place.offsets), get(sizes),
                                   get(place.strides));
}

/// Computes the source of `insert` in `view`, or copies it there. Says whether
/// nothing but the whole needs what is in `view`.
bool Placer::placePart(InsertSliceOp insert, Value view) {
  Value part = insert.getSource();
  OpBuilder builder(insert);
  // A part of several wholes is in the first.
  bool isInPlace = hasDestination(part, block) && placed.insert(part).second;
  if (isInPlace)
    builder.setInsertionPointAfterValue(part);
  // Where the part is there already, nothing is left of this. Upstream's
  // elimination of empty tensors takes what has `restrict`.
  auto materialized = MaterializeInDestinationOp::create(
      builder, insert.getLoc(), /*result=*/Type(), part, view,
      /*restrict=*/isInPlace, /*writable=*/true);
  if (!isInPlace || llvm::hasNItems(part.getUses(), 2))
    return true;
  // Bufferization does not see that the whole has the part's buffer. So what
  // might write over the part gets a tensor that it has to copy.
  auto readOnly = ToTensorOp::create(builder, part.getLoc(), part.getType(),
                                     view, /*restrict=*/true);
  part.replaceUsesWithIf(readOnly, [&](OpOperand &use) {
    Operation *user = use.getOwner();
    return user != materialized && user != insert && !isRead(use);
  });
  if (readOnly->use_empty())
    readOnly->erase();
  return false;
}

void Placer::replace(Whole &whole) {
  RankedTensorType type = whole.empty.getType();
  bool isExclusive = true;
  for (InsertSliceOp insert : whole.inserts) {
    auto inner = nested.find(insert);
    if (inner == nested.end())
      isExclusive &= placePart(
          insert, createView(whole.place.get(insert), insert.getStaticSizes()));
    else
      isExclusive &=
          insert.getSource().hasOneUse() && wholes[inner->second].isExclusive;
  }
  whole.isExclusive = isExclusive;
  OpBuilder builder(whole.inserts.back());
  auto result = ToTensorOp::create(builder, whole.inserts.back().getLoc(), type,
                                   createView(whole.place, type.getShape()),
                                   /*restrict=*/true,
                                   /*writable=*/isExclusive && !whole.insert);
  whole.getResult().replaceAllUsesWith(result);
  for (InsertSliceOp insert : llvm::reverse(whole.inserts))
    insert->erase();
  whole.empty->erase();
}

void Placer::run() {
  collect();
  findPlaces();
  for (Whole &whole : wholes)
    replace(whole);
}

namespace {

struct RescalePlacePartsPass
    : public rescale::impl::RescalePlacePartsBase<RescalePlacePartsPass> {
  void runOnOperation() override {
    // What loops carry and branches result in is upstream's matter.
    for (Block &block : getOperation().getBody())
      Placer(block).run();
  }
};

} // namespace
