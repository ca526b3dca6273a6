//===- ArenaPlannerTest.cpp - Plans of random buffers ---------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plans are legal whatever the buffers, and small ones next to the best.
//
//===----------------------------------------------------------------------===//

#include "ArenaPlanner.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include "gtest/gtest.h"

#include <chrono>
#include <numeric>
#include <random>

using namespace mlir;
using namespace mlir::rescale;

namespace {

struct Instance {
  SmallVector<ArenaBuffer> buffers;
  SmallVector<ArenaOverlap> overlaps;
};

} // namespace

static Instance makeInstance(std::minstd_rand &random, unsigned most,
                             bool hasOverlaps) {
  auto draw = [&](int64_t count) { return int64_t(random() % count); };
  Instance instance;
  int64_t count = 1 + draw(most), steps = 1 + draw(2 * count);
  for (int64_t i = 0; i < count; ++i) {
    int64_t first = draw(steps);
    instance.buffers.push_back({1 + draw(draw(2) ? 16 : 500),
                                int64_t(1) << draw(5), first,
                                first + draw(std::min<int64_t>(steps, 6))});
  }
  for (unsigned output = 0; hasOverlaps && output < count; ++output)
    for (unsigned input = 0; input < count; ++input)
      if (instance.buffers[output].first == instance.buffers[input].last &&
          draw(2))
        instance.overlaps.push_back(
            {output, input,
             draw(3) ? std::optional<int64_t>(draw(200)) : std::nullopt});
  return instance;
}

/// Whether an overlap allows the places of `a` and `b`, from its rule alone.
static bool isAllowed(const Instance &instance, const ArenaPlan &plan,
                      unsigned a, unsigned b) {
  return llvm::any_of(instance.overlaps, [&](const ArenaOverlap &overlap) {
    if (std::minmax(overlap.output, overlap.input) != std::minmax(a, b) ||
        overlap.output == overlap.input)
      return false;
    int64_t output = plan.offsets[overlap.output];
    int64_t input = plan.offsets[overlap.input];
    return overlap.distance ? output + *overlap.distance <= input
                            : output == input;
  });
}

static void expectLegal(const Instance &instance, const ArenaPlan &plan) {
  ArrayRef<ArenaBuffer> buffers = instance.buffers;
  ASSERT_EQ(plan.offsets.size(), buffers.size());
  int64_t end = 0;
  for (unsigned i = 0; i < buffers.size(); ++i) {
    EXPECT_GE(plan.offsets[i], 0);
    EXPECT_EQ(plan.offsets[i] % buffers[i].alignment, 0);
    end = std::max(end, plan.offsets[i] + buffers[i].size);
    for (unsigned j = 0; j < i; ++j) {
      bool meet = buffers[i].first <= buffers[j].last &&
                  buffers[j].first <= buffers[i].last;
      bool overlap = plan.offsets[i] < plan.offsets[j] + buffers[j].size &&
                     plan.offsets[j] < plan.offsets[i] + buffers[i].size;
      if (meet && overlap) {
        EXPECT_TRUE(isAllowed(instance, plan, i, j));
      }
    }
  }
  EXPECT_EQ(plan.size, end);
  if (instance.overlaps.empty()) {
    EXPECT_GE(plan.size, getLiveBytes(buffers));
  }
}

/// The least size of all orders in which each buffer is placed as low as it
/// goes, one of which every best plan is.
static int64_t getBestSize(ArrayRef<ArenaBuffer> buffers) {
  SmallVector<unsigned> order(buffers.size());
  std::iota(order.begin(), order.end(), 0);
  int64_t best = INT64_MAX;
  do {
    SmallVector<int64_t> offsets(buffers.size(), -1);
    int64_t size = 0;
    for (unsigned i : order) {
      int64_t offset = 0;
      auto isFree = [&] {
        for (unsigned j = 0; j < buffers.size(); ++j)
          if (offsets[j] >= 0 && buffers[i].first <= buffers[j].last &&
              buffers[j].first <= buffers[i].last &&
              offset < offsets[j] + buffers[j].size &&
              offsets[j] < offset + buffers[i].size)
            return false;
        return true;
      };
      while (!isFree())
        offset += buffers[i].alignment;
      offsets[i] = offset;
      size = std::max(size, offset + buffers[i].size);
    }
    best = std::min(best, size);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

TEST(ArenaPlannerTest, IsLegal) {
  std::minstd_rand random(1);
  for (unsigned i = 0; i < 100; ++i) {
    Instance instance =
        makeInstance(random, /*most=*/30, /*hasOverlaps=*/i % 2);
    ArenaPlan plan = planArena(instance.buffers, instance.overlaps);
    expectLegal(instance, plan);
    ArenaPlan again = planArena(instance.buffers, instance.overlaps);
    EXPECT_EQ(plan.offsets, again.offsets);
  }
}

TEST(ArenaPlannerTest, IsNextToTheBest) {
  constexpr unsigned count = 200;
  std::minstd_rand random(2);
  unsigned best = 0;
  for (unsigned i = 0; i < count; ++i) {
    Instance instance = makeInstance(random, /*most=*/6, /*hasOverlaps=*/false);
    ArenaPlan plan = planArena(instance.buffers, {});
    int64_t least = getBestSize(instance.buffers);
    EXPECT_GE(plan.size, least);
    best += plan.size == least;
  }
  RecordProperty("best", best);
  EXPECT_GE(best, count * 97 / 100);
}

// A search over placements alone took seconds for 400.
TEST(ArenaPlannerTest, IsBoundedWithAllAliveAtOnce) {
  std::minstd_rand random(3);
  Instance instance;
  for (unsigned i = 0; i < 1000; ++i)
    instance.buffers.push_back({1 + int64_t(random() % 500), 4, 0, 1000});
  auto start = std::chrono::steady_clock::now();
  ArenaPlan plan = planArena(instance.buffers, {});
  std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - start;
  expectLegal(instance, plan);
  // A tenth of it on a machine with nothing else to do.
  EXPECT_LT(seconds.count(), 5);
}

TEST(ArenaPlannerTest, IsEmptyWithoutBuffers) {
  EXPECT_EQ(planArena({}, {}).size, 0);
}
