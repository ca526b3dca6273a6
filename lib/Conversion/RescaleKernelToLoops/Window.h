//===- Window.h - A window that moves over images ---------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The geometry of convolutions and pools.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_WINDOW_H
#define RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_WINDOW_H

#include "LoopBuilder.h"

#include <array>

namespace mlir::rescale {

/// A window that moves over images.
struct Window {
  int64_t batch, height, width, channels;
  int64_t outHeight, outWidth;
  int64_t rows, columns;
  std::array<int64_t, 2> stride, dilation, before;

  /// The window of `op`. An image of one column is turned into one row, since
  /// blocks of pixels are along rows.
  template <typename OpTy>
  static Window get(OpTy op) {
    ArrayRef<int64_t> in = cast<ShapedType>(op.getInput().getType()).getShape();
    ArrayRef<int64_t> out = op.getResultShape();
    auto [rows, columns] = op.getWindow();
    Window w{in[0],
             in[1],
             in[2],
             in[3],
             out[1],
             out[2],
             rows,
             columns,
             {op.getStride()[0], op.getStride()[1]},
             op.getWindowDilation(),
             {op.getPad()[0], op.getPad()[2]}};
    if (w.width == 1 && w.columns == 1 && w.outWidth == 1 &&
        isContiguous(op.getInit()))
      w.transpose();
    return w;
  }

  /// The same with all that a position sees as the channels of one pixel, in
  /// one row of pixels, where these lie one after the other in memory.
  void flatten();

  int64_t size() const { return rows * columns * channels; }
  /// Whether the window leaves the image at the top or bottom, or at a side.
  bool leavesRows() const {
    return leaves(before[0], outHeight, stride[0], rows, dilation[0], height);
  }
  bool leavesColumns() const {
    return leaves(before[1], outWidth, stride[1], columns, dilation[1], width);
  }
  bool leaves() const { return leavesRows() || leavesColumns(); }
  /// The columns from the first to behind the last that a window sees.
  int64_t extent() const { return (columns - 1) * dilation[1] + 1; }

private:
  void transpose();
  static bool leaves(int64_t before, int64_t positions, int64_t stride,
                     int64_t taps, int64_t dilation, int64_t size) {
    return before > 0 ||
           (positions - 1) * stride + (taps - 1) * dilation + 1 > size;
  }
};

/// Copies patches of an image to memory where they lie contiguously, with
/// `code` for what lies outside of the image.
class Gather {
public:
  /// Patches of `columns` columns, `dilation` apart, and the rows of `window`.
  Gather(LoopBuilder &b, const Window &window, int64_t columns,
         int64_t dilation, Value input, Value patches, int64_t code);

  /// Copies the patch of image `n` that starts at row `y` and column `x` to
  /// `position`.
  void copyPatch(Value n, Value y, Value x, Value position);
  int64_t getPatchSize() const { return window.rows * rowSize; }

private:
  void copyRow(Value row, Value x, Value position);
  void copy(Value from, Value to, int64_t size);
  void fill(Value to, int64_t size);

  LoopBuilder &b;
  const Window &window;
  int64_t columns, dilation, rowSize;
  Value input, patches, code;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_WINDOW_H
