// The longest shifts of tosa.mul: a sum of the product of two of the least i32
// with its rounding constant would not fit 64 bits.

// REQUIRES: gcc
// RUN: rm -rf %t && split-file %s %t
// RUN: rescale-compile %t/mul.mlir --emit=c -o %t
// RUN: gcc -std=c99 -Wall -Wextra -Wconversion -Werror -c %t/mul.c -o %t/c.o
// RUN: gcc -I %t %t/main.c %t/c.o -o %t/main && %t/main
// RUN: rescale-compile %t/mul.mlir -o %t
// RUN: gcc -I %t %t/main.c %t/mul.o -o %t/main && %t/main

//--- mul.mlir
func.func @main(%a: tensor<49xi32>, %b: tensor<49xi32>) -> (tensor<49xi32>, tensor<49xi32>) {
  %s = "tosa.const"() <{values = dense<63> : tensor<1xi8>}> : () -> tensor<1xi8>
  %t = "tosa.const"() <{values = dense<62> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.mul %a, %b, %s : (tensor<49xi32>, tensor<49xi32>, tensor<1xi8>) -> tensor<49xi32>
  %1 = tosa.mul %a, %b, %t : (tensor<49xi32>, tensor<49xi32>, tensor<1xi8>) -> tensor<49xi32>
  return %0, %1 : tensor<49xi32>, tensor<49xi32>
}

//--- main.c
#include "mul.h"

static int64_t arena[64];

/* Half is rounded up. */
static int32_t expect(int32_t a, int32_t b, int shift) {
  __int128 sum = (__int128)a * b + ((__int128)1 << (shift - 1));
  return (int32_t)(sum >> shift);
}

int main(void) {
  static const int32_t values[7] = {INT32_MIN, INT32_MIN + 1, -(1 << 30), 0,
                                    1, 1 << 30, INT32_MAX};
  int32_t a[49], b[49], y[49], z[49];
  if (MUL_ARENA_SIZE > sizeof arena)
    return 1;
  for (int i = 0; i < 49; ++i) {
    a[i] = values[i / 7];
    b[i] = values[i % 7];
  }
  if (mul_run(arena, a, b, y, z) || y[0] != 1)
    return 2;
  for (int i = 0; i < 49; ++i)
    if (y[i] != expect(a[i], b[i], 63) || z[i] != expect(a[i], b[i], 62))
      return 3;
  return 0;
}
