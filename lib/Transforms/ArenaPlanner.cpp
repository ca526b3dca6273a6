//===- ArenaPlanner.cpp - Offsets of buffers in one arena -----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packing is NP-hard, and a network has few buffers at a time: a greedy
// placement is cheap enough to be tried in many orders.
//
//===----------------------------------------------------------------------===//

#include "ArenaPlanner.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>
#include <random>
#include <vector>

using namespace mlir;
using namespace mlir::rescale;

/// Pairs of buffers in use at one step that the search looks at, and as many
/// again to give up overlaps: a tenth of a second each. One order is placed in
/// any case, which takes that long for 1500 buffers that are all in use at
/// once.
static constexpr int64_t kMaxVisits = 2000000;

namespace {

/// How one buffer may lie to another one that is alive at the same step.
struct Conflict {
  unsigned other;
  /// Both may start at the same place.
  bool maySameStart = false;
  /// This buffer may start so many bytes, or more, before the other one.
  std::optional<int64_t> before = std::nullopt;
  /// This buffer may start so many bytes, or more, after the other one.
  std::optional<int64_t> after = std::nullopt;
};

class Planner {
public:
  Planner(ArrayRef<ArenaBuffer> buffers, ArrayRef<ArenaOverlap> overlaps)
      : buffers(buffers), conflicts(buffers.size()),
        hasOverlaps(!overlaps.empty()) {
    findConflicts();
    allow(overlaps);
    visits = buffers.size();
    for (const auto &others : conflicts)
      visits += others.size();
  }

  /// Places the buffers in `order`, each as low as it goes.
  ArenaPlan place(ArrayRef<unsigned> order);

  ArenaPlan search();

  /// Gives up the overlaps that make `plan`, of `order`, no smaller.
  void dropOverlaps(ArenaPlan &plan, ArrayRef<unsigned> order);

private:
  void findConflicts();
  Conflict &get(unsigned buffer, unsigned other) {
    return *llvm::find_if(conflicts[buffer], [&](const Conflict &conflict) {
      return conflict.other == other;
    });
  }
  void allow(ArrayRef<ArenaOverlap> overlaps);
  void addForbidden(unsigned buffer, const Conflict &conflict, int64_t other);

  ArrayRef<ArenaBuffer> buffers;
  std::vector<SmallVector<Conflict, 4>> conflicts;
  bool hasOverlaps;
  /// What one placement looks at.
  int64_t visits;
  /// Offsets, first and last, that the buffer to place cannot have.
  SmallVector<std::pair<int64_t, int64_t>> forbidden;
};

} // namespace

void Planner::findConflicts() {
  SmallVector<unsigned> byFirst(buffers.size());
  std::iota(byFirst.begin(), byFirst.end(), 0);
  llvm::stable_sort(byFirst, [&](unsigned a, unsigned b) {
    return buffers[a].first < buffers[b].first;
  });
  SmallVector<unsigned> alive;
  for (unsigned buffer : byFirst) {
    llvm::erase_if(alive, [&](unsigned other) {
      return buffers[other].last < buffers[buffer].first;
    });
    for (unsigned other : alive) {
      conflicts[buffer].push_back({other});
      conflicts[other].push_back({buffer});
    }
    alive.push_back(buffer);
  }
}

void Planner::allow(ArrayRef<ArenaOverlap> overlaps) {
  for (const ArenaOverlap &overlap : overlaps) {
    if (overlap.output == overlap.input ||
        buffers[overlap.output].first != buffers[overlap.input].last)
      continue;
    Conflict &output = get(overlap.output, overlap.input);
    Conflict &input = get(overlap.input, overlap.output);
    if (overlap.distance)
      output.before = input.after = overlap.distance;
    else
      output.maySameStart = input.maySameStart = true;
  }
}

/// Adds the offsets that `conflict` forbids `buffer`, with its other buffer at
/// the offset `other`.
void Planner::addForbidden(unsigned buffer, const Conflict &conflict,
                           int64_t other) {
  int64_t low = other - buffers[buffer].size + 1;
  int64_t high = other + buffers[conflict.other].size - 1;
  if (conflict.before)
    low = std::max(low, other - *conflict.before + 1);
  if (conflict.after)
    high = std::min(high, other + *conflict.after - 1);
  if (!conflict.maySameStart || other < low || other > high) {
    forbidden.push_back({low, high});
    return;
  }
  forbidden.push_back({low, other - 1});
  forbidden.push_back({other + 1, high});
}

ArenaPlan Planner::place(ArrayRef<unsigned> order) {
  ArenaPlan plan;
  plan.offsets.assign(buffers.size(), -1);
  for (unsigned buffer : order) {
    forbidden.clear();
    for (const Conflict &conflict : conflicts[buffer])
      if (int64_t other = plan.offsets[conflict.other]; other >= 0)
        addForbidden(buffer, conflict, other);
    llvm::sort(forbidden);
    int64_t offset = 0;
    for (auto [low, high] : forbidden)
      if (low <= offset && offset <= high)
        offset = llvm::alignTo(high + 1, buffers[buffer].alignment);
    plan.offsets[buffer] = offset;
    plan.size = std::max(plan.size, offset + buffers[buffer].size);
  }
  return plan;
}

int64_t rescale::getLiveBytes(ArrayRef<ArenaBuffer> buffers) {
  // At each start and behind each end.
  SmallVector<std::pair<int64_t, int64_t>> changes;
  for (const ArenaBuffer &buffer : buffers) {
    changes.push_back({buffer.first, buffer.size});
    changes.push_back({buffer.last + 1, -buffer.size});
  }
  llvm::sort(changes);
  int64_t live = 0, most = 0;
  for (auto [step, change] : changes)
    most = std::max(most, live += change);
  return most;
}

ArenaPlan Planner::search() {
  SmallVector<unsigned> order(buffers.size());
  ArenaPlan best;
  SmallVector<unsigned> bestOrder;
  int64_t budget = kMaxVisits;
  auto attempt = [&](bool takeEqual) {
    if (budget <= 0)
      return;
    budget -= visits;
    ArenaPlan plan = place(order);
    if (!bestOrder.empty() &&
        (takeEqual ? plan.size > best.size : plan.size >= best.size))
      return;
    best = std::move(plan);
    bestOrder = order;
  };
  auto attemptSorted = [&](auto getKey) {
    std::iota(order.begin(), order.end(), 0);
    llvm::stable_sort(order, [&](unsigned a, unsigned b) {
      return getKey(buffers[a]) > getKey(buffers[b]);
    });
    attempt(/*takeEqual=*/false);
  };
  using Buffer = const ArenaBuffer &;
  attemptSorted([](Buffer b) { return b.size; });
  attemptSorted([](Buffer b) { return b.last - b.first; });
  attemptSorted([](Buffer b) {
    return llvm::SaturatingMultiply<uint64_t>(b.size, b.last - b.first + 1);
  });
  // Against time, since an output lies before the input that it overlaps.
  attemptSorted([](Buffer b) { return b.first; });
  attemptSorted([](Buffer b) { return b.last; });

  // Then a buffer that reaches the end, or one in its way, takes an earlier
  // turn, as long as that is no worse.
  std::minstd_rand random(1);
  auto draw = [&](size_t count) { return random() % count; };
  int64_t bound = hasOverlaps ? 0 : getLiveBytes(buffers);
  while (budget > 0 && best.size > bound) {
    SmallVector<unsigned> last;
    for (auto [i, buffer] : llvm::enumerate(buffers))
      if (best.offsets[i] + buffer.size == best.size)
        last.push_back(i);
    unsigned moved = last[draw(last.size())];
    ArrayRef<Conflict> others = conflicts[moved];
    if (!others.empty() && draw(2))
      moved = others[draw(others.size())].other;
    order = bestOrder;
    auto *from = llvm::find(order, moved);
    auto *to = order.begin() + draw(from - order.begin() + 1);
    std::rotate(to, from, from + 1);
    attempt(/*takeEqual=*/true);
  }
  dropOverlaps(best, bestOrder);
  return best;
}

void Planner::dropOverlaps(ArenaPlan &plan, ArrayRef<unsigned> order) {
  int64_t budget = kMaxVisits;
  for (unsigned buffer = 0, e = buffers.size(); buffer < e; ++buffer)
    for (Conflict &conflict : conflicts[buffer]) {
      if (!conflict.maySameStart && !conflict.before)
        continue;
      if (budget <= 0)
        return;
      budget -= visits;
      Conflict &reverse = get(conflict.other, buffer);
      Conflict oldConflict = conflict, oldReverse = reverse;
      conflict = {conflict.other};
      reverse = {buffer};
      ArenaPlan without = place(order);
      if (without.size <= plan.size) {
        plan = std::move(without);
        continue;
      }
      conflict = oldConflict;
      reverse = oldReverse;
    }
}

ArenaPlan rescale::planArena(ArrayRef<ArenaBuffer> buffers,
                             ArrayRef<ArenaOverlap> overlaps) {
  return Planner(buffers, overlaps).search();
}
