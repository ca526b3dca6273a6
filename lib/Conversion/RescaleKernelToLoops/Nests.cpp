//===- Nests.cpp - The loop nests of kernels ------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Patches of a block of pixels, then a register block for each block of
// channels, with the sums as values that the loops carry.
//
//===----------------------------------------------------------------------===//

#include "Nests.h"

#include "Accumulator.h"
#include "Epilogue.h"
#include "Window.h"
#include "rescale/Support/Buffers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::rescale;
using namespace mlir::rescale::kernel;

/// The most taps of a window that are written out.
static constexpr int64_t kMaxTaps = 12;

static unsigned getWidth(Value buffer) {
  return cast<MemRefType>(buffer.getType()).getElementTypeBitWidth();
}

static SmallVector<int64_t> getValues(DenseIntElementsAttr elements) {
  return llvm::map_to_vector(
      elements, [](const APInt &value) { return value.getSExtValue(); });
}

/// The width of the elements that hold `weights`.
static unsigned getWeightWidth(ArrayRef<int64_t> weights) {
  return llvm::all_of(weights, llvm::isInt<8>) ? 8 : 16;
}

//===----------------------------------------------------------------------===//
// Order of reads and writes
//===----------------------------------------------------------------------===//

/// Starts the record of a nest that reads pixels of `channels` from `input`.
static Nest createNest(Value input, int64_t channels, KernelOpInterface op,
                       Epilogue &epilogue) {
  auto type = cast<MemRefType>(input.getType());
  auto result = cast<MemRefType>(op.getInit().getType());
  Nest nest{{input}, {result.getNumElements(), getElementBytes(result)}};
  nest.record.addInput(type.getNumElements() / channels,
                       channels * getElementBytes(type));
  for (Value residual : epilogue.getElementwiseInputs()) {
    nest.inputs.push_back(residual);
    nest.record.addInput(result.getNumElements(),
                         getElementBytes(cast<MemRefType>(residual.getType())));
  }
  return nest;
}

/// Records blocks of `pixels` pixels by `block` channels, of `channels`, in
/// order. All channel blocks read the input, or its patches, taken before.
static void recordOrder(Nest &nest, const Window &w, int64_t pixels,
                        int64_t channels, int64_t block, bool takesPatches) {
  OverlapRecord &record = nest.record;
  int64_t blocks = llvm::divideCeil(channels, block);
  int64_t later = takesPatches ? 0 : (blocks - 1) * block * pixels;
  auto recordBlock = [&](int64_t n, int64_t y, int64_t x) {
    for (int64_t i = 0; i < w.rows; ++i)
      for (int64_t j = 0; j < w.columns; ++j)
        for (int64_t p = 0; p < pixels; ++p) {
          int64_t row = y * w.stride[0] - w.before[0] + i * w.dilation[0];
          int64_t column =
              (x + p) * w.stride[1] - w.before[1] + j * w.dilation[1];
          if (row >= 0 && row < w.height && column >= 0 && column < w.width)
            record.read(0, (n * w.height + row) * w.width + column, later);
        }
    int64_t pixel = (n * w.outHeight + y) * w.outWidth + x;
    for (int64_t c = 0; c < blocks; ++c)
      for (int64_t o = 0; o < block; ++o)
        for (int64_t p = 0; p < pixels; ++p) {
          int64_t channel = std::min(c * block, channels - block) + o;
          int64_t element = (pixel + p) * channels + channel;
          for (unsigned i = 1; i < nest.inputs.size(); ++i)
            record.read(i, element);
          record.write(element);
        }
  };
  for (int64_t n = 0; n < w.batch; ++n)
    for (int64_t y = 0; y < w.outHeight; ++y)
      for (int64_t x = 0; x < w.outWidth; x += pixels)
        recordBlock(n, y, std::min(x, w.outWidth - pixels));
}

/// Calls `body` with image, row and column of each block of `pixels` pixels,
/// which `epilogue` stores.
static void loopOverPixels(LoopBuilder &b, const Window &w, int64_t pixels,
                           Epilogue &epilogue,
                           function_ref<void(Value, Value, Value)> body) {
  b.loop(w.batch, 1, [&](Value n) {
    b.name(n, "image");
    b.loop(w.outHeight, 1, [&](Value y) {
      Value row = b.add(b.multiply(n, w.outHeight), b.name(y, "y"));
      b.loopOverBlocks(w.outWidth, pixels, [&](Value, Value x) {
        Value pixel = b.add(b.multiply(row, w.outWidth), b.name(x, "x"));
        epilogue.selectPixel(n, y, x, b.name(pixel, "pixel"));
        body(n, y, x);
      });
    });
  });
}

//===----------------------------------------------------------------------===//
// Dense products
//===----------------------------------------------------------------------===//

namespace {

/// Codes of the pixels of a block: `rows` runs, `pitch` apart, from `starts`.
struct Codes {
  Value buffer;
  SmallVector<Value> starts;
  int64_t rows, pitch, run;
};

} // namespace

/// Pixels and channels of the blocks that cover `pixels` and `channels` with
/// the fewest loads and products.
static std::pair<int64_t, int64_t>
chooseDenseBlock(int64_t pixels, int64_t channels, const Blocking &blocking) {
  auto getCost = [](int64_t pixels, int64_t channels) {
    return pixels + channels + pixels * channels;
  };
  auto getChannels = [&](int64_t pixels) {
    return chooseBlock(
        channels, pixels == 1 ? blocking.channelsOfOne : blocking.channels,
        [&](int64_t channels) { return getCost(pixels, channels); });
  };
  int64_t block = chooseBlock(pixels, blocking.pixels, [&](int64_t pixels) {
    int64_t block = getChannels(pixels);
    return getCost(pixels, block) * llvm::divideCeil(channels, block);
  });
  return {block, getChannels(block)};
}

/// Carries `sums` over the steps of a product: `step` takes the position of
/// each pixel's code and the number of the step, as a variable and a constant.
static SmallVector<Value> buildProduct(
    LoopBuilder &b, const Codes &codes, int64_t maxUnroll, ValueRange sums,
    function_ref<void(ArrayRef<Value>, Value, int64_t, MutableArrayRef<Value>)>
        step) {
  int64_t unroll = chooseDivisor(codes.run, maxUnroll);
  return b.loop(codes.rows, 1, sums, [&](Value row, ValueRange sums) {
    auto starts = llvm::map_to_vector(codes.starts, [&](Value start) {
      return b.add(start, b.multiply(b.name(row, "row"), codes.pitch));
    });
    Value first = b.multiply(row, codes.run);
    return b.loop(codes.run, unroll, sums, [&](Value k, ValueRange sums) {
      b.name(k, "k");
      SmallVector<Value> next(sums);
      for (int64_t u = 0; u < unroll; ++u) {
        auto positions = llvm::map_to_vector(
            starts, [&](Value start) { return b.add(b.add(start, k), u); });
        step(positions, b.add(first, k), u, next);
      }
      return next;
    });
  });
}

Nest mlir::rescale::buildNest(LoopBuilder &b, Conv2DOp op,
                              const Blocking &blocking) {
  Window w = Window::get(op);
  if (isContiguous(op.getInit()))
    w.flatten();
  int64_t size = w.size();
  SmallVector<int64_t> bias = getValues(op.getBias());
  SmallVector<int64_t> weights = getValues(op.getWeights());
  int64_t channels = bias.size();
  int64_t pixels, block;
  std::tie(pixels, block) = chooseDenseBlock(w.outWidth, channels, blocking);

  // The weights of a block in the order of the loop over its steps.
  SmallVector<int64_t> packed;
  for (int64_t c = 0; c < channels; c += block)
    for (int64_t i = 0; i < block * size; ++i) {
      int64_t channel = blocking.vectors ? i / size : i % block;
      int64_t step = blocking.vectors ? i % size : i / block;
      packed.push_back(
          weights[(std::min(c, channels - block) + channel) * size + step]);
    }
  Value table = b.createTable("weights", packed, getWeightWidth(weights));
  Accumulator accumulator(b, weights, bias, op.getInputZeroPoint(),
                          getWidth(op.getInput()),
                          op.getAccumulatorType().getWidth());
  Epilogue epilogue(b, op);

  bool takesPatches = w.leaves() || (w.columns > 1 && w.dilation[1] > 1);
  Value input = b.flatten(op.getInput());
  std::optional<Gather> gather;
  Codes codes{input,
              {},
              w.rows,
              w.dilation[0] * w.width * w.channels,
              w.columns * w.channels};
  if (takesPatches) {
    codes = {
        b.createScratch(pixels * size,
                        cast<MemRefType>(input.getType()).getElementType()),
        {},
        1,
        0,
        size};
    gather.emplace(b, w, w.columns, w.dilation[1], input, codes.buffer,
                   op.getInputZeroPoint());
  } else if (codes.run == codes.pitch) {
    codes.run *= codes.rows;
    codes.rows = 1;
  }

  loopOverPixels(b, w, pixels, epilogue, [&](Value n, Value y, Value x) {
    Value top = b.name(b.add(b.multiply(y, w.stride[0]), -w.before[0]), "top");
    auto getLeft = [&](Value x) {
      return b.name(b.add(b.multiply(x, w.stride[1]), -w.before[1]), "left");
    };
    codes.starts.clear();
    if (takesPatches)
      b.loop(pixels, 1, [&](Value p) {
        b.name(p, "p");
        gather->copyPatch(n, top, getLeft(b.add(x, p)), b.multiply(p, size));
      });
    Value row = b.multiply(b.add(b.multiply(n, w.height), top), w.width);
    Value start = b.multiply(b.add(row, getLeft(x)), w.channels);
    for (int64_t p = 0; p < pixels; ++p)
      codes.starts.push_back(takesPatches
                                 ? b.index(p * size)
                                 : b.add(start, p * w.stride[1] * w.channels));

    b.loopOverBlocks(channels, block, [&](Value i, Value channel) {
      b.name(channel, "channel");
      SmallVector<Value> sums;
      for (int64_t o = 0; o < block; ++o)
        sums.append(pixels, accumulator.getInitial(b.add(channel, o)));
      Value first = b.multiply(i, size);
      sums = buildProduct(
          b, codes, blocking.unroll, sums,
          [&](ArrayRef<Value> positions, Value step, int64_t u,
              MutableArrayRef<Value> sums) {
            auto values = llvm::map_to_vector(positions, [&](Value position) {
              return b.name(b.loadExtended(codes.buffer, position, 32), "code");
            });
            for (int64_t o = 0; o < block; ++o) {
              Value position =
                  blocking.vectors
                      ? b.add(b.add(first, step), o * size + u)
                      : b.add(b.add(first, b.multiply(step, block)),
                              u * block + o);
              Value weight = b.loadExtended(table, position, 32);
              for (int64_t p = 0; p < pixels; ++p) {
                Value &sum = sums[o * pixels + p];
                sum = accumulator.addProduct(sum, values[p], weight);
              }
            }
          });
      for (int64_t o = 0; o < block; ++o) {
        Value selected = b.add(channel, o);
        epilogue.selectChannel(selected);
        for (int64_t p = 0; p < pixels; ++p)
          epilogue.store(accumulator.finish(sums[o * pixels + p], selected), p);
      }
    });
  });

  Nest nest = createNest(op.getInput(), w.channels, op, epilogue);
  recordOrder(nest, w, pixels, channels, block, takesPatches);
  return nest;
}

Nest mlir::rescale::buildNest(LoopBuilder &b, MatmulOp op,
                              const Blocking &blocking) {
  ArrayRef<int64_t> shape = op.getResultShape();
  int64_t size = cast<ShapedType>(op.getLhs().getType()).getDimSize(2);
  // Rows are the pixels of an image.
  Window w{shape[0], 1, shape[1], size,   1,     shape[1],
           1,        1, {1, 1},   {1, 1}, {0, 0}};
  int64_t channels = shape[2];
  int64_t pixels, block;
  std::tie(pixels, block) = chooseDenseBlock(w.outWidth, channels, blocking);
  unsigned width = op.getAccumulatorType().getWidth();
  auto [low, high] = op.getAccumulatorRange();
  bool sumFits = llvm::isIntN(width, low) && llvm::isIntN(width, high);
  // Differences of 16-bit codes have 17 bits.
  auto isNarrow = [](Value buffer, int64_t zeroPoint) {
    return zeroPoint == 0 ||
           (getWidth(buffer) == 8 && llvm::isInt<15>(zeroPoint));
  };
  bool productFits = isNarrow(op.getLhs(), op.getLhsZeroPoint()) &&
                     isNarrow(op.getRhs(), op.getRhsZeroPoint());
  unsigned productWidth = productFits ? 32 : width;
  Value lhs = b.flatten(op.getLhs()), rhs = b.flatten(op.getRhs());
  Epilogue epilogue(b, op);
  auto load = [&](Value buffer, Value position, int64_t zeroPoint) {
    Value code = b.loadExtended(buffer, position, productWidth);
    if (zeroPoint == 0)
      return code;
    return b.createOrFold<arith::SubIOp>(code,
                                         b.integer(zeroPoint, productWidth));
  };

  loopOverPixels(b, w, pixels, epilogue, [&](Value n, Value, Value x) {
    Value pixel = b.add(b.multiply(n, w.outWidth), x);
    Codes codes{lhs, {}, 1, 0, size};
    for (int64_t p = 0; p < pixels; ++p)
      codes.starts.push_back(b.multiply(b.add(pixel, p), size));
    Value matrix = b.multiply(n, size * channels);
    b.loopOverBlocks(channels, block, [&](Value, Value channel) {
      b.name(channel, "channel");
      SmallVector<Value> sums(block * pixels, b.integer(0, width));
      sums = buildProduct(
          b, codes, blocking.unroll, sums,
          [&](ArrayRef<Value> positions, Value step, int64_t u,
              MutableArrayRef<Value> sums) {
            auto values = llvm::map_to_vector(positions, [&](Value position) {
              return load(lhs, position, op.getLhsZeroPoint());
            });
            Value row = b.add(
                b.add(matrix, b.multiply(b.add(step, u), channels)), channel);
            for (int64_t o = 0; o < block; ++o) {
              Value factor = load(rhs, b.add(row, o), op.getRhsZeroPoint());
              for (int64_t p = 0; p < pixels; ++p) {
                Value &sum = sums[o * pixels + p];
                sum = addProduct(b, sum, values[p], factor, sumFits,
                                 productFits || width > 32);
              }
            }
          });
      for (int64_t o = 0; o < block; ++o) {
        epilogue.selectChannel(b.add(channel, o));
        for (int64_t p = 0; p < pixels; ++p)
          epilogue.store(sums[o * pixels + p], p);
      }
    });
  });

  Nest nest = createNest(op.getLhs(), size, op, epilogue);
  recordOrder(nest, w, pixels, channels, block, /*takesPatches=*/false);
  return nest;
}

//===----------------------------------------------------------------------===//
// Windows over each channel
//===----------------------------------------------------------------------===//

Nest mlir::rescale::buildNest(LoopBuilder &b, DepthwiseConv2DOp op,
                              const Blocking &blocking) {
  Window w = Window::get(op);
  int64_t taps = w.rows * w.columns;
  SmallVector<int64_t> bias = getValues(op.getBias());
  int64_t channels = bias.size();
  int64_t multiplier = channels / w.channels;
  auto getColumns = [&](int64_t pixels) {
    return (pixels - 1) * w.stride[1] + w.extent();
  };
  // Codes, weights and products of each row of the window.
  int64_t pixels =
      chooseBlock(w.outWidth, blocking.depthwisePixels, [&](int64_t pixels) {
        return getColumns(pixels) + w.columns + w.columns * pixels;
      });
  SmallVector<int64_t> byTap = getValues(op.getWeights()), byChannel;
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t t = 0; t < taps; ++t)
      byChannel.push_back(byTap[t * channels + c]);
  Value table = b.createTable("weights", blocking.vectors ? byTap : byChannel,
                              getWeightWidth(byTap));
  Accumulator accumulator(b, byChannel, bias, op.getInputZeroPoint(),
                          getWidth(op.getInput()),
                          op.getAccumulatorType().getWidth());
  Epilogue epilogue(b, op);

  // Neighbours share most of what they see, so a block takes one patch.
  bool takesPatches = w.leaves();
  int64_t columns = getColumns(pixels);
  Value codes = b.flatten(op.getInput());
  int64_t pitch = w.dilation[0] * w.width * w.channels;
  std::optional<Gather> gather;
  if (takesPatches) {
    pitch = columns * w.channels;
    Value patch = b.createScratch(
        w.rows * pitch, cast<MemRefType>(codes.getType()).getElementType());
    gather.emplace(b, w, columns, 1, codes, patch, op.getInputZeroPoint());
    codes = patch;
  }

  /// Adds the products of one row of the window to `sums`; every code is loaded
  /// once for all pixels that see it.
  auto addRow = [&](Value start, function_ref<Value(int64_t)> getWeightPosition,
                    MutableArrayRef<Value> sums) {
    SmallVector<Value> weights(w.columns);
    for (int64_t column = 0; column < columns; ++column) {
      Value code;
      for (int64_t p = 0; p < pixels; ++p) {
        int64_t offset = column - p * w.stride[1];
        int64_t j = offset / w.dilation[1];
        if (offset < 0 || offset % w.dilation[1] != 0 || j >= w.columns)
          continue;
        if (!code)
          code = b.name(
              b.loadExtended(codes, b.add(start, column * w.channels), 32),
              "code");
        if (!weights[j])
          weights[j] = b.loadExtended(table, getWeightPosition(j), 32);
        sums[p] = accumulator.addProduct(sums[p], code, weights[j]);
      }
    }
  };
  /// The sums of the pixels of a block from `start` for one channel.
  auto getSums = [&](Value start, Value channel) {
    SmallVector<Value> sums(pixels, accumulator.getInitial(channel));
    auto getPosition = [&](Value tap, int64_t j) {
      return blocking.vectors ? b.add(b.add(b.multiply(tap, channels), channel),
                                      j * channels)
                              : b.add(b.add(b.multiply(channel, taps), tap), j);
    };
    auto addRowAt = [&](Value i, MutableArrayRef<Value> sums) {
      addRow(
          b.add(start, b.multiply(i, pitch)),
          [&](int64_t j) { return getPosition(b.multiply(i, w.columns), j); },
          sums);
    };
    if (taps > kMaxTaps)
      return b.loop(w.rows, 1, sums, [&](Value i, ValueRange sums) {
        SmallVector<Value> next(sums);
        addRowAt(b.name(i, "row"), next);
        return next;
      });
    for (int64_t i = 0; i < w.rows; ++i)
      addRowAt(b.index(i), sums);
    return sums;
  };

  loopOverPixels(b, w, pixels, epilogue, [&](Value n, Value y, Value x) {
    Value top = b.name(b.add(b.multiply(y, w.stride[0]), -w.before[0]), "top");
    Value left =
        b.name(b.add(b.multiply(x, w.stride[1]), -w.before[1]), "left");
    Value start = b.index(0);
    if (takesPatches) {
      gather->copyPatch(n, top, left, start);
    } else {
      Value row = b.multiply(b.add(b.multiply(n, w.height), top), w.width);
      start = b.multiply(b.add(row, left), w.channels);
    }
    b.loop(w.channels, 1, [&](Value c) {
      b.loop(multiplier, 1, [&](Value m) {
        Value channel =
            b.add(b.multiply(b.name(c, "channel"), multiplier), b.name(m, "m"));
        SmallVector<Value> sums = getSums(b.add(start, c), channel);
        epilogue.selectChannel(channel);
        for (int64_t p = 0; p < pixels; ++p)
          epilogue.store(accumulator.finish(sums[p], channel), p);
      });
    });
  });

  Nest nest = createNest(op.getInput(), w.channels, op, epilogue);
  recordOrder(nest, w, pixels, channels, /*block=*/1, takesPatches);
  return nest;
}

namespace {

/// The division of an average pool by the number of elements, as in TOSA's
/// reciprocal_scale: (sum * m + 2^(s-1)) >> s in 64 bits.
class Average {
public:
  Average(LoopBuilder &b, int64_t largestCount, bool isConstant) : b(b) {
    SmallVector<int64_t> multipliers = {0}, shifts = {0};
    for (int64_t count = 1; count <= largestCount; ++count) {
      int64_t k = count == 1 ? 0 : llvm::Log2_64(count - 1) + 1;
      multipliers.push_back((((int64_t(1) << 30) + 1) << k) / count);
      shifts.push_back(30 + k);
    }
    if (isConstant) {
      multiplier = b.integer(multipliers.back(), 64);
      half = b.integer(int64_t(1) << (shifts.back() - 1), 64);
      shift = b.integer(shifts.back(), 64);
      return;
    }
    multiplierTable = b.createTable("multiplier", multipliers, 32);
    shiftTable = b.createTable("shift", shifts, 8);
  }

  /// For the divisions that follow, unless the count is constant.
  void selectCount(Value count) {
    multiplier = b.loadExtended(multiplierTable, count, 64);
    shift = b.loadExtended(shiftTable, count, 64);
    Value one = b.integer(1, 64);
    half = arith::ShLIOp::create(b, one, arith::SubIOp::create(b, shift, one));
  }

  Value divide(Value sum) {
    auto flags = arith::IntegerOverflowFlags::nsw;
    Value product =
        arith::MulIOp::create(b, b.extend(sum, 64), multiplier, flags);
    product = arith::AddIOp::create(b, product, half, flags);
    Value quotient = arith::ShRSIOp::create(b, product, shift);
    return arith::TruncIOp::create(b, b.getI32Type(), quotient);
  }

private:
  LoopBuilder &b;
  Value multiplierTable, shiftTable;
  Value multiplier, half, shift;
};

} // namespace

Nest mlir::rescale::buildNest(LoopBuilder &b, Pool2DOp op, const Blocking &) {
  Window w = Window::get(op);
  bool isAverage = op.getKind() == PoolKind::Average;
  unsigned width = op.getAccumulatorType().getWidth();
  Value input = b.flatten(op.getInput());
  Epilogue epilogue(b, op);
  std::optional<Average> average;
  if (isAverage)
    average.emplace(b, w.rows * w.columns, !w.leaves());

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
        average->selectCount(b.createOrFold<arith::MulIOp>(
            b.createOrFold<arith::SubIOp>(rows.high, rows.low),
            b.createOrFold<arith::SubIOp>(columns.high, columns.low)));
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
