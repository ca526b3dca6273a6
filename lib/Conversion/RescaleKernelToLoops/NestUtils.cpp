//===- NestUtils.cpp - What the nests of kernels share --------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NestUtils.h"

#include "rescale/Support/Buffers.h"

using namespace mlir;
using namespace mlir::rescale;

unsigned mlir::rescale::getElementWidth(Value buffer) {
  return cast<MemRefType>(buffer.getType()).getElementTypeBitWidth();
}

SmallVector<int64_t> mlir::rescale::getValues(DenseIntElementsAttr elements) {
  return llvm::map_to_vector(
      elements, [](const APInt &value) { return value.getSExtValue(); });
}

unsigned mlir::rescale::getWeightWidth(ArrayRef<int64_t> weights) {
  return llvm::all_of(weights, llvm::isInt<8>) ? 8 : 16;
}

Nest mlir::rescale::createNest(Value input, int64_t channels,
                               kernel::KernelOpInterface op,
                               Epilogue &epilogue) {
  auto type = cast<MemRefType>(input.getType());
  auto result = cast<MemRefType>(op.getInit().getType());
  // A record takes 8 bytes for each element.
  constexpr int64_t kMaxElements = 1 << 26;
  if (std::max(type.getNumElements(), result.getNumElements()) > kMaxElements)
    return {{}, {/*outputElements=*/0, /*outputBytes=*/1}};
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

/// The first and behind the last of `taps`, from `start` on, within an axis of
/// `size`.
static std::pair<int64_t, int64_t> getSeen(int64_t start, int64_t dilation,
                                           int64_t taps, int64_t size) {
  auto count = [&](int64_t end) {
    return end <= start
               ? 0
               : std::min(taps, llvm::divideCeilSigned(end - start, dilation));
  };
  return {count(0), count(size)};
}

void mlir::rescale::recordOrder(Nest &nest, const Window &w, int64_t pixels,
                                int64_t channels, int64_t block,
                                bool takesPatches) {
  if (nest.inputs.empty())
    return;
  OverlapRecord &record = nest.record;
  int64_t blocks = llvm::divideCeil(channels, block);
  int64_t later = takesPatches ? 0 : (blocks - 1) * block * pixels;
  auto recordBlock = [&](int64_t n, int64_t y, int64_t x) {
    int64_t top = y * w.stride[0] - w.before[0];
    auto [firstRow, rows] = getSeen(top, w.dilation[0], w.rows, w.height);
    for (int64_t p = 0; p < pixels; ++p) {
      int64_t left = (x + p) * w.stride[1] - w.before[1];
      auto [firstColumn, columns] =
          getSeen(left, w.dilation[1], w.columns, w.width);
      for (int64_t i = firstRow; i < rows; ++i)
        for (int64_t j = firstColumn; j < columns; ++j)
          record.read(0,
                      (n * w.height + top + i * w.dilation[0]) * w.width +
                          left + j * w.dilation[1],
                      later);
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

void mlir::rescale::loopOverPixels(
    LoopBuilder &b, const Window &w, int64_t pixels, Epilogue &epilogue,
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
