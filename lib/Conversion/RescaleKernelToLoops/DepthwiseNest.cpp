//===- DepthwiseNest.cpp - Depthwise convolutions -------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One channel after the other, with the sums of a block of pixels as values:
// neighbours share most of the codes that they see.
//
//===----------------------------------------------------------------------===//

#include "Accumulator.h"
#include "NestUtils.h"
#include "Nests.h"

#include "rescale/Support/Roles.h"

using namespace mlir;
using namespace mlir::rescale;
using namespace mlir::rescale::kernel;

/// The most taps of a window that are written out.
static constexpr int64_t kMaxTaps = 12;

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
  Value table =
      b.createTable(roles::kWeights, blocking.vectors ? byTap : byChannel,
                    getWeightWidth(byTap));
  Accumulator accumulator(b, byChannel, bias, op.getInputZeroPoint(),
                          getElementWidth(op.getInput()),
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
