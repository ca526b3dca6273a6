//===- Window.cpp - A window that moves over images -----------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a window's elements lie contiguously, and copies where they do not.
//
//===----------------------------------------------------------------------===//

#include "Window.h"

using namespace mlir;
using namespace mlir::rescale;

void Window::transpose() {
  std::swap(height, width);
  std::swap(outHeight, outWidth);
  std::swap(rows, columns);
  for (std::array<int64_t, 2> *pair : {&stride, &dilation, &before})
    std::swap((*pair)[0], (*pair)[1]);
}

void Window::flatten() {
  if (leaves())
    return;
  bool isPixel = rows == 1 && columns == 1 && stride[0] == 1 &&
                 stride[1] == 1 && outHeight == height && outWidth == width;
  bool isImage = rows == height && columns == width;
  if (!isPixel && !isImage)
    return;
  int64_t pixels = batch * outHeight * outWidth;
  *this = {1, 1, pixels, size(), 1, pixels, 1, 1, {1, 1}, {1, 1}, {0, 0}};
}

Gather::Gather(LoopBuilder &b, const Window &window, int64_t columns,
               int64_t dilation, Value input, Value patches, int64_t code)
    : b(b), window(window), columns(columns), dilation(dilation),
      rowSize(columns * window.channels), input(input), patches(patches),
      code(b.integer(
          code, cast<MemRefType>(patches.getType()).getElementTypeBitWidth())) {
}

void Gather::copy(Value from, Value to, int64_t size) {
  b.loop(size, 1, [&](Value k) {
    b.name(k, "k");
    b.store(b.load(input, b.add(from, k)), patches, b.add(to, k));
  });
}

void Gather::fill(Value to, int64_t size) {
  b.loop(size, 1,
         [&](Value k) { b.store(code, patches, b.add(to, b.name(k, "k"))); });
}

void Gather::copyRow(Value row, Value x, Value position) {
  int64_t channels = window.channels;
  auto copyColumns = [&]() {
    b.loop(columns, 1, [&](Value j) {
      Value column =
          b.name(b.add(x, b.multiply(b.name(j, "j"), dilation)), "column");
      Value to = b.name(b.add(position, b.multiply(j, channels)), "to");
      b.branch(
          window.leavesColumns() ? b.isWithin(column, 0, window.width)
                                 : Value(),
          [&]() {
            copy(b.multiply(b.add(row, column), channels), to, channels);
          },
          [&]() { fill(to, channels); });
    });
  };
  if ((dilation > 1 && columns > 1) || columns > window.width)
    return copyColumns();
  b.branch(
      window.leavesColumns() ? b.isWithin(x, 0, window.width - columns + 1)
                             : Value(),
      [&]() { copy(b.multiply(b.add(row, x), channels), position, rowSize); },
      copyColumns);
}

void Gather::copyPatch(Value n, Value y, Value x, Value position) {
  b.loop(window.rows, 1, [&](Value i) {
    Value line = b.name(
        b.add(y, b.multiply(b.name(i, "i"), window.dilation[0])), "line");
    Value to = b.name(b.add(position, b.multiply(i, rowSize)), "to");
    b.branch(
        window.leavesRows() ? b.isWithin(line, 0, window.height) : Value(),
        [&]() {
          Value row = b.multiply(b.add(b.multiply(n, window.height), line),
                                 window.width);
          copyRow(row, x, to);
        },
        [&]() { fill(to, rowSize); });
  });
}
