/* Part of the Rescale Project, under the Apache License v2.0 with LLVM
 * Exceptions. See LICENSE for license information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Runs ../convolution.mlir on seeded inputs and compares it with the formulas
 * of TOSA 1.0, CONV2D and RESCALE. */

#include "conv.h"
#include <stdio.h>
#include <string.h>

#define SIZE 4
#define IN 2
#define OUT 3

static const int8_t weights[OUT][3][3][IN] = {
    {{{1, -2}, {3, -4}, {5, -6}},
     {{7, -8}, {9, -10}, {11, -12}},
     {{13, -14}, {15, -16}, {17, -18}}},
    {{{127, -128}, {127, -128}, {127, -128}},
     {{127, -128}, {127, -128}, {127, -128}},
     {{127, -128}, {127, -128}, {127, -128}}},
    {{{0, 1}, {0, -1}, {2, 0}},
     {{0, 3}, {-3, 0}, {0, 5}},
     {{7, 0}, {0, 0}, {-9, 1}}}};
static const int32_t bias[OUT] = {100, -70000, 5};
static const int32_t multiplier[OUT] = {1242405367, 1572401305, 1073741824};
static const int shift[OUT] = {39, 44, 35};

/* apply_scale_32 of TOSA 1.0 with DOUBLE_ROUND. */
static int32_t scale(int32_t value, int32_t m, int s) {
  int64_t round = (int64_t)1 << (s - 1);
  if (s > 31)
    round += value >= 0 ? 1 << 30 : -(1 << 30);
  return (int32_t)(((int64_t)value * m + round) >> s);
}

static int8_t reference(const int8_t x[SIZE][SIZE][IN], int h, int w, int f) {
  int32_t sum = bias[f];
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) {
      int y = h + i - 1, z = w + j - 1;
      if (y < 0 || y >= SIZE || z < 0 || z >= SIZE)
        continue;
      for (int c = 0; c < IN; ++c)
        sum += (x[y][z][c] + 128) * weights[f][i][j][c];
    }
  int32_t code = scale(sum, multiplier[f], shift[f]) - 5;
  code = code < -128 ? -128 : code > 127 ? 127 : code;
  return (int8_t)code;
}

int main(void) {
  static union conv_arena arena;
  int8_t x[SIZE][SIZE][IN], y[SIZE][SIZE][OUT], before[sizeof x];
  unsigned seed = 1;
  int equal = 0, total = 0;
  for (int sample = 0; sample < 500; ++sample) {
    for (int i = 0; i < CONV_INPUT_SIZE; ++i) {
      seed = seed * 1103515245u + 12345u;
      /* The first samples are the extremes of every channel. */
      int corner = sample & (1 << (i % IN)) ? 127 : -128;
      (&x[0][0][0])[i] =
          (int8_t)(sample < 4 ? corner : (int)(seed >> 16 & 255) - 128);
    }
    memcpy(before, x, sizeof x);
    if (conv_run(&arena, &x[0][0][0], &y[0][0][0]) || memcmp(before, x, sizeof x))
      return 1;
    for (int h = 0; h < SIZE; ++h)
      for (int w = 0; w < SIZE; ++w)
        for (int f = 0; f < OUT; ++f, ++total)
          equal += y[h][w][f] == reference(x, h, w, f);
  }
  printf("%d of %d equal\n", equal, total);
  return equal != total;
}
