//===- SnapTest.cpp - Scales of few bits against their definition ---------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Grid points against a search through the whole grid, and rounded weights
// against all inputs, at small widths.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Snap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

using namespace staircase;
using llvm::DynamicAPInt;

namespace {

Ratio fraction(int64_t numerator, int64_t denominator) {
  return Ratio(DynamicAPInt(numerator), DynamicAPInt(denominator));
}

/// The grid, from small to large, down to a shift of `maxShift`.
std::vector<GridPoint> getGrid(unsigned bits, unsigned maxShift) {
  std::vector<GridPoint> grid;
  for (unsigned shift = 0; shift <= maxShift; ++shift)
    for (uint64_t m = uint64_t(1) << (bits - 1); m < uint64_t(1) << bits; ++m)
      grid.push_back({m, shift});
  std::sort(grid.begin(), grid.end(), [](GridPoint a, GridPoint b) {
    return a.getValue() < b.getValue();
  });
  return grid;
}

TEST(Ratio, Arithmetic) {
  EXPECT_EQ(fraction(6, -4).getNumerator(), -3);
  EXPECT_EQ(fraction(6, -4).getDenominator(), 2);
  EXPECT_TRUE(fraction(1, 3) + fraction(1, 6) == fraction(1, 2));
  EXPECT_TRUE(fraction(1, 3) - fraction(1, 2) == fraction(-1, 6));
  EXPECT_TRUE(fraction(2, 3) / fraction(4, 9) == fraction(3, 2));
  EXPECT_TRUE(fraction(-1, 2) < fraction(1, 3));
  EXPECT_FALSE(fraction(1, 2) < fraction(1, 2));
  EXPECT_TRUE(Ratio::getPowerOfTwo(-80) * Ratio::getPowerOfTwo(83) == Ratio(8));
}

TEST(Ratio, Rounding) {
  for (int64_t n = -40; n <= 40; ++n)
    for (int64_t d = 1; d <= 12; ++d) {
      Ratio ratio = fraction(n, d);
      double exact = double(n) / double(d);
      EXPECT_EQ(int64_t(ratio.floor()), int64_t(std::floor(exact)));
      EXPECT_EQ(int64_t(ratio.ceil()), int64_t(std::ceil(exact)));
      // Ties away from zero, as std::round has them; halves are exact doubles.
      EXPECT_EQ(int64_t(ratio.round()), int64_t(std::round(exact)));
      EXPECT_EQ(ratio.toDouble(), exact);
    }
}

TEST(Ratio, Doubles) {
  for (double value : {0.0, 1.0, -0.75, 1e-30, 3.0e200, 0.1, 5e-324})
    EXPECT_EQ(Ratio::get(value).toDouble(), value);
  // Numbers of more than 64 bits.
  EXPECT_EQ((Ratio::getPowerOfTwo(200) + Ratio(1)).getLog2(), 200);
  EXPECT_EQ((Ratio::getPowerOfTwo(200) - Ratio(1)).getLog2(), 199);
  EXPECT_EQ((Ratio(1) / (Ratio::getPowerOfTwo(200) + Ratio(1))).getLog2(),
            -201);
  for (int exponent = -130; exponent <= 130; ++exponent)
    EXPECT_EQ(Ratio::getPowerOfTwo(exponent).getLog2(), exponent);
}

TEST(Grid, Exhaustive) {
  for (unsigned bits = 1; bits <= 5; ++bits) {
    std::vector<GridPoint> grid = getGrid(bits, 12);
    const GridPoint largest = grid.back();
    for (int64_t n = 1; n <= 3 * (1 << bits); ++n)
      for (int64_t d : {1, 3, 7, 8, 64, 100}) {
        Ratio scale = fraction(n, d);
        auto above =
            std::find_if(grid.begin(), grid.end(), [&](GridPoint point) {
              return scale <= point.getValue();
            });
        std::optional<GridPoint> found = getPointAbove(scale, bits);
        ASSERT_EQ(found.has_value(), above != grid.end());
        if (found)
          EXPECT_TRUE(*found == *above) << n << "/" << d;
        std::optional<GridPoint> below = getPointBelow(scale, bits);
        ASSERT_TRUE(below.has_value());
        bool isOnGrid = found && found->getValue() == scale;
        EXPECT_TRUE(*below == (isOnGrid              ? *above
                               : above == grid.end() ? largest
                                                     : *std::prev(above)));
        std::optional<GridPoint> nearest = getNearestPoint(scale, bits);
        ASSERT_EQ(nearest.has_value(), found.has_value());
        if (!nearest)
          continue;
        auto getDistance = [&](const GridPoint &point) {
          Ratio distance = point.getValue() - scale;
          return distance < Ratio() ? Ratio() - distance : distance;
        };
        EXPECT_TRUE(getDistance(*nearest) <= getDistance(*found));
        EXPECT_TRUE(getDistance(*nearest) <= getDistance(*below));
        if (getDistance(*found) == getDistance(*below))
          EXPECT_TRUE(*nearest == *found);
      }
    for (size_t i = 0; i + 1 < grid.size(); ++i) {
      EXPECT_TRUE(*getNextPoint(grid[i], bits) == grid[i + 1]);
      EXPECT_TRUE(*getPreviousPoint(grid[i + 1], bits) == grid[i]);
    }
    EXPECT_FALSE(getNextPoint(largest, bits));
  }
}

TEST(Grid, Ends) {
  Ratio tiny = Ratio::getPowerOfTwo(-63);
  EXPECT_TRUE(*getPointAbove(tiny, 4) == (GridPoint{1, 63}));
  EXPECT_TRUE(*getPointAbove(tiny / Ratio(5), 4) == (GridPoint{1, 63}));
  EXPECT_TRUE(*getPointAbove(tiny * fraction(11, 2), 4) == (GridPoint{6, 63}));
  EXPECT_FALSE(getPointBelow(tiny / Ratio(2), 4));
  EXPECT_FALSE(getPreviousPoint({1, 63}, 4));
  EXPECT_TRUE(*getPreviousPoint({8, 63}, 4) == (GridPoint{7, 63}));
  EXPECT_TRUE(*getPointAbove(Ratio(15), 4) == (GridPoint{15, 0}));
  EXPECT_FALSE(getPointAbove(fraction(31, 2), 4));
}

TEST(Grid, OneShift) {
  EXPECT_TRUE(*getPointAbove(fraction(5, 16), 4, 5) == (GridPoint{10, 5}));
  EXPECT_TRUE(*getPointAbove(fraction(1, 1000), 4, 5) == (GridPoint{1, 5}));
  EXPECT_FALSE(getPointAbove(fraction(1, 2), 4, 5));
  EXPECT_TRUE(*getPointAbove(Ratio(), 4, 5) == (GridPoint{0, 5}));
}

/// What the errors and the bound say, against all inputs.
TEST(Weights, Exhaustive) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int64_t> weight(-8, 7);
  for (int round = 0; round < 200; ++round) {
    Ratio factor = fraction(1 + int64_t(random() % 40), 40);
    Ratio biasFactor = factor / fraction(1 + int64_t(random() % 8), 4);
    int64_t weights[] = {weight(random), weight(random), weight(random)};
    int64_t bias = int64_t(random() % 41) - 20;
    ChannelBounds bounds = {{-8, 7}, {-1000, 1000}, {-3, 2}};
    SnappedWeights snapped =
        snapWeights(weights, factor, bias, biasFactor, bounds);
    EXPECT_EQ(snapped.clipped, 0u);
    double largest = 0, sum = 0;
    for (auto [before, after] : llvm::zip_equal(weights, snapped.weights)) {
      EXPECT_EQ(after, int64_t((factor * Ratio(before)).round()));
      double error =
          std::abs((Ratio(after) - factor * Ratio(before)).toDouble());
      largest = std::max(largest, error);
      sum += error;
    }
    EXPECT_LE(snapped.largestError, 0.5);
    EXPECT_DOUBLE_EQ(snapped.largestError, largest);
    EXPECT_DOUBLE_EQ(snapped.meanError, sum / 3);
    EXPECT_EQ(snapped.bias, int64_t((biasFactor * Ratio(bias)).round()));

    Ratio worst;
    for (int64_t a = -3; a <= 2; ++a)
      for (int64_t b = -3; b <= 2; ++b)
        for (int64_t c = -3; c <= 2; ++c) {
          Ratio exact =
              factor * Ratio(weights[0] * a + weights[1] * b + weights[2] * c) +
              biasFactor * Ratio(bias);
          Ratio error = Ratio(snapped.weights[0] * a + snapped.weights[1] * b +
                              snapped.weights[2] * c + snapped.bias) -
                        exact;
          worst = std::max(worst, error < Ratio() ? Ratio() - error : error);
        }
    EXPECT_TRUE(snapped.accumulatorBound == worst);
  }
}

TEST(Weights, Clip) {
  int64_t weights[] = {7, -8, 6};
  SnappedWeights snapped =
      snapWeights(weights, fraction(5, 4), 900, fraction(5, 4),
                  {{-8, 7}, {-1000, 1000}, {0, 1}});
  EXPECT_EQ(snapped.weights, (llvm::SmallVector<int64_t, 0>{7, -8, 7}));
  EXPECT_EQ(snapped.bias, 1000);
  EXPECT_EQ(snapped.clipped, 4u);
  // -8 instead of -10.
  EXPECT_EQ(snapped.largestError, 2);
}

/// Never larger, so nothing clips: what is promised of points above.
TEST(Weights, AboveNeverClips) {
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    Ratio scale = fraction(1 + int64_t(random() % 1000000), 1 << 24);
    unsigned bits = 1 + random() % 16;
    Ratio factor = scale / getPointAbove(scale, bits)->getValue();
    EXPECT_TRUE(factor <= Ratio(1));
    EXPECT_TRUE(fraction(1, 2) < factor);
    int64_t weights[] = {127, -128, int64_t(random() % 256) - 128};
    ChannelBounds bounds = {{-128, 127}, {INT32_MIN, INT32_MAX}, {0, 255}};
    EXPECT_EQ(snapWeights(weights, factor, INT32_MIN, factor, bounds).clipped,
              0u);
  }
}

} // namespace
