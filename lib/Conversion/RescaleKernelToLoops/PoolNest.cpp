//===- PoolNest.cpp - Pools -----------------------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The greatest or the average of what a window sees of each channel.
//
//===----------------------------------------------------------------------===//

#include "NestUtils.h"
#include "Nests.h"

#include "rescale/Staircase/Interval.h"
#include "rescale/Staircase/Narrow.h"
#include "rescale/Support/Roles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

#include <numeric>

using namespace mlir;
using namespace mlir::rescale;
using namespace mlir::rescale::kernel;
using ::staircase::Int128;
using ::staircase::IntegerFormat;
using ::staircase::Interval;

namespace {

/// How many rows or columns of a window lie within the image, wherever it is:
/// `size` numbers from `least` in steps of `step`.
struct Counts {
  int64_t least, step, size;

  /// The counts along an axis of a window that is at `positions` places.
  static Counts get(int64_t positions, int64_t stride, int64_t before,
                    int64_t taps, int64_t imageSize) {
    int64_t least = taps, most = 1, step = 0;
    for (int64_t position = 0; position < positions; ++position) {
      int64_t low = position * stride - before;
      int64_t count =
          std::min(low + taps, imageSize) - std::max<int64_t>(low, 0);
      if (position > 0)
        step = std::gcd(step, count - least);
      least = std::min(least, count);
      most = std::max(most, count);
    }
    step = std::max<int64_t>(step, 1);
    return {least, step, (most - least) / step + 1};
  }

  /// The place of `count` among them.
  Value getPlace(LoopBuilder &b, Value count) const {
    if (size == 1)
      return b.index(0);
    return b.createOrFold<arith::DivSIOp>(b.add(count, -least), b.index(step));
  }
};

/// (sum * multiplicand + addend) >> shift.
struct Division {
  int64_t multiplicand, addend;
  unsigned shift;

  /// By `count`, as TOSA's reciprocal_scale.
  static Division get(int64_t count) {
    unsigned k = count == 1 ? 0 : llvm::Log2_64(count - 1) + 1;
    return {(((int64_t(1) << 30) + 1) << k) / count, int64_t(1) << (29 + k),
            30 + k};
  }

  /// The one with the narrowest multiplicand that is equal for all of `sums`,
  /// if 32 bits are enough for it.
  std::optional<Division> narrow(Interval sums) const {
    ::staircase::Staircase staircase;
    staircase.multiplicand = multiplicand;
    staircase.shift = shift;
    auto thresholds =
        ::staircase::getThresholds(staircase, {sums.low, sums.high});
    if (!thresholds) {
      llvm::consumeError(thresholds.takeError());
      return std::nullopt;
    }
    auto narrowed = ::staircase::narrow(*thresholds);
    if (!narrowed)
      return std::nullopt;
    // Of all addends the one that rounds to nearest, if it is one.
    Int128 half = narrowed->shift ? Int128(1) << (narrowed->shift - 1) : 0;
    Int128 addend =
        std::clamp(half, narrowed->addends.least, narrowed->addends.greatest);
    Interval m = {narrowed->multiplicand, narrowed->multiplicand};
    if (narrowed->shift > 31 || !m.fits(32) || !sums.fits(32) ||
        !(sums * m).fits(32) || !(sums * m + Interval{addend, addend}).fits(32))
      return std::nullopt;
    return Division{narrowed->multiplicand, static_cast<int64_t>(addend),
                    narrowed->shift};
  }
};

/// The divisions of an average pool by the number of elements: in 32 bits where
/// they are enough for all sums of codes, else in 64. The tables are small
/// where the image is, whatever the window's size.
class Average {
public:
  /// `codes`: less the input zero point.
  Average(LoopBuilder &b, Counts rows, Counts columns, Interval codes)
      : b(b), rows(rows), columns(columns) {
    SmallVector<Division> divisions, narrowed;
    for (int64_t i = 0; i < rows.size; ++i)
      for (int64_t j = 0; j < columns.size; ++j) {
        int64_t count =
            (rows.least + i * rows.step) * (columns.least + j * columns.step);
        divisions.push_back(Division::get(count));
        if (auto division =
                divisions.back().narrow(codes * Interval{count, count}))
          narrowed.push_back(*division);
      }
    width = 64;
    if (narrowed.size() == divisions.size()) {
      width = 32;
      divisions = std::move(narrowed);
    }
    auto add = [&](Parameter &parameter, StringRef name, auto get) {
      auto values = llvm::map_to_vector(divisions, get);
      if (llvm::all_equal(values))
        parameter.value = b.integer(values.front(), width);
      else
        parameter.table = b.createTable(name, values, getTableWidth(values));
    };
    add(multiplicand, roles::kMultiplicand,
        [](const Division &division) { return division.multiplicand; });
    add(addend, roles::kAddend,
        [](const Division &division) { return division.addend; });
    add(shift, roles::kShift,
        [](const Division &division) { return int64_t(division.shift); });
  }

  /// For the divisions that follow, by the product of both.
  void selectCount(Value rowCount, Value columnCount) {
    if (rows.size == 1 && columns.size == 1)
      return;
    Value place = b.add(b.multiply(rows.getPlace(b, rowCount), columns.size),
                        columns.getPlace(b, columnCount));
    for (Parameter *parameter : {&multiplicand, &addend, &shift})
      if (parameter->table)
        parameter->value = b.loadExtended(parameter->table, place, width);
  }

  Value divide(Value sum) {
    auto flags = arith::IntegerOverflowFlags::nsw;
    Value result = b.extend(sum, width);
    if (!matchPattern(multiplicand.value, m_One()))
      result = arith::MulIOp::create(b, result, multiplicand.value, flags);
    if (!matchPattern(addend.value, m_Zero()))
      result = arith::AddIOp::create(b, result, addend.value, flags);
    result = b.createOrFold<arith::ShRSIOp>(result, shift.value);
    if (width == 32)
      return result;
    return arith::TruncIOp::create(b, b.getI32Type(), result);
  }

private:
  /// What is the same for all counts, or the value of the present one.
  struct Parameter {
    Value table, value;
  };

  static unsigned getTableWidth(ArrayRef<int64_t> values) {
    for (unsigned width : {8, 16, 32})
      if (llvm::all_of(values, [&](int64_t value) {
            return llvm::isIntN(width, value);
          }))
        return width;
    return 64;
  }

  LoopBuilder &b;
  Counts rows, columns;
  unsigned width;
  Parameter multiplicand, addend, shift;
};

} // namespace

Nest mlir::rescale::buildNest(LoopBuilder &b, Pool2DOp op, const Blocking &) {
  Window w = Window::get(op);
  bool isAverage = op.getKind() == PoolKind::Average;
  unsigned width = op.getAccumulatorType().getWidth();
  Value input = b.flatten(op.getInput());
  Epilogue epilogue(b, op);
  std::optional<Average> average;
  if (isAverage) {
    auto type = cast<MemRefType>(op.getInput().getType());
    // Read as unsigned, it would leave no range that the solver takes.
    auto zeroPoint = static_cast<int64_t>(op.getInputZeroPoint());
    average.emplace(
        b, Counts::get(w.outHeight, w.stride[0], w.before[0], w.rows, w.height),
        Counts::get(w.outWidth, w.stride[1], w.before[1], w.columns, w.width),
        getInterval(IntegerFormat{type.getElementTypeBitWidth()}) -
            Interval{zeroPoint, zeroPoint});
  }

  // The part of the window within the image, from `low` up to `high`.
  struct Part {
    Value low, high;
  };
  auto clip = [&](Value position, unsigned axis, int64_t taps, int64_t size) {
    Value low = b.add(b.multiply(position, w.stride[axis]), -w.before[axis]);
    return Part{
        b.createOrFold<arith::MaxSIOp>(low, b.index(0)),
        b.createOrFold<arith::MinSIOp>(b.add(low, taps), b.index(size))};
  };
  Value zeroPoint = b.integer(op.getInputZeroPoint(), 32);
  auto combine = [&](Value value, Value position) -> Value {
    Value code = b.load(input, position);
    if (!isAverage)
      return arith::MaxSIOp::create(b, value, code);
    code = b.extend(code, 32);
    auto flags = arith::IntegerOverflowFlags::nsw;
    if (w.leaves() && op.getInputZeroPoint() != 0)
      code = arith::SubIOp::create(b, code, zeroPoint, flags);
    return arith::AddIOp::create(b, value, code, flags);
  };
  int64_t start = llvm::minIntN(width);
  if (isAverage)
    start = w.leaves() ? 0 : -w.rows * w.columns * op.getInputZeroPoint();

  loopOverPixels(b, w, 1, epilogue, [&](Value n, Value y, Value x) {
    Part rows, columns;
    if (w.leaves()) {
      rows = clip(y, 0, w.rows, w.height);
      columns = clip(x, 1, w.columns, w.width);
      if (isAverage)
        average->selectCount(
            b.createOrFold<arith::SubIOp>(rows.high, rows.low),
            b.createOrFold<arith::SubIOp>(columns.high, columns.low));
    }
    Value image = b.multiply(n, w.height);
    auto getPosition = [&](Value row, Value column, Value c) {
      Value line = b.multiply(b.add(image, row), w.width);
      return b.add(b.multiply(b.add(line, column), w.channels), c);
    };
    b.loop(w.channels, 1, [&](Value c) {
      b.name(c, "channel");
      Value first = b.integer(start, width);
      SmallVector<Value> value;
      if (w.leaves()) {
        value = b.loop(
            rows.low, rows.high, first, [&](Value row, ValueRange outer) {
              b.name(row, "row");
              return b.loop(columns.low, columns.high, outer,
                            [&](Value column, ValueRange inner) {
                              b.name(column, "column");
                              return SmallVector<Value>{combine(
                                  inner[0], getPosition(row, column, c))};
                            });
            });
      } else {
        Value corner = getPosition(b.multiply(y, w.stride[0]),
                                   b.multiply(x, w.stride[1]), c);
        value = b.loop(w.rows, 1, first, [&](Value i, ValueRange outer) {
          Value row =
              b.add(corner, b.multiply(b.name(i, "row"), w.width * w.channels));
          return b.loop(w.columns, 1, outer, [&](Value j, ValueRange inner) {
            Value position =
                b.add(row, b.multiply(b.name(j, "column"), w.channels));
            return SmallVector<Value>{combine(inner[0], position)};
          });
        });
      }
      Value result = isAverage ? average->divide(value[0]) : value[0];
      epilogue.selectChannel(c);
      epilogue.store(result, 0);
    });
  });

  Nest nest = createNest(op.getInput(), w.channels, op, epilogue);
  recordOrder(nest, w, 1, w.channels, /*block=*/1, /*takesPatches=*/false);
  return nest;
}
