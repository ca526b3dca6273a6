// RUN: rm -rf %t
// RUN: split-file %s %t
// RUN: rescale-compile %t/ports.mlir -o %t
// RUN: %cc -std=c99 -I %t %t/main.c %t/ports.o -o %t/main
// RUN: %t/main

// The input is left as it is, even where the result could take its place; and
// a result may be an input, a constant, or another result once more.

//--- ports.mlir
func.func @main(%x: tensor<4xi8>, %i: tensor<1x2xi32>)
    -> (tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<2xi16>,
        tensor<1x2x2xi8>) {
  %0 = tosa.clamp %x {min_val = -2 : i8, max_val = 2 : i8}
    : (tensor<4xi8>) -> tensor<4xi8>
  %c = "tosa.const"() <{values = dense<[300, -300]> : tensor<2xi16>}>
    : () -> tensor<2xi16>
  %shape = tosa.const_shape {values = dense<[1, 2, 2]> : tensor<3xindex>}
    : () -> !tosa.shape<3>
  %r = tosa.reshape %x, %shape
    : (tensor<4xi8>, !tosa.shape<3>) -> tensor<1x2x2xi8>
  %g = tosa.gather %r, %i
    : (tensor<1x2x2xi8>, tensor<1x2xi32>) -> tensor<1x2x2xi8>
  return %0, %x, %0, %c, %g
    : tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<2xi16>, tensor<1x2x2xi8>
}

//--- main.c
#include "ports.h"
#include <string.h>

int main(void) {
  static const int8_t x[4] = {-128, -1, 3, 127}, clamped[4] = {-2, -1, 2, 2};
  static const int8_t swapped[4] = {3, 127, -128, -1};
  static const int32_t rows[2] = {1, 0};
  int8_t input[4], y0[4], y1[4], y2[4], y4[4];
  int16_t y3[2];
  /* All buffers belong to the caller. */
  if (PORTS_ARENA_SIZE != 0)
    return 6;
  memcpy(input, x, 4);
  if (ports_run(0, input, rows, y0, y1, y2, y3, y4))
    return 1;
  if (memcmp(input, x, 4) || memcmp(y1, x, 4))
    return 2;
  if (memcmp(y0, clamped, 4) || memcmp(y2, clamped, 4))
    return 3;
  if (y3[0] != 300 || y3[1] != -300)
    return 4;
  return memcmp(y4, swapped, 4) ? 5 : 0;
}
