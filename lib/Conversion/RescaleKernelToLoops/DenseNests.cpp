//===- DenseNests.cpp - Convolutions and matrix products ------------------===//
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

#include "Accumulator.h"
#include "NestUtils.h"
#include "Nests.h"

#include "rescale/Support/Roles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::rescale;
using namespace mlir::rescale::kernel;

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
  Value table = b.createTable(roles::kWeights, packed, getWeightWidth(weights));
  Accumulator accumulator(b, weights, bias, op.getInputZeroPoint(),
                          getElementWidth(op.getInput()),
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
  bool sumFits = op.getAccumulatorRange().fits(width);
  // Differences of 16-bit codes have 17 bits.
  auto isNarrow = [](Value buffer, int64_t zeroPoint) {
    return zeroPoint == 0 ||
           (getElementWidth(buffer) == 8 && llvm::isInt<15>(zeroPoint));
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
