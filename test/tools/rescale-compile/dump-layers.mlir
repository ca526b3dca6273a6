// RUN: rm -rf %t
// RUN: split-file %s %t
// RUN: rescale-compile %t/net.mlir --dump-layers -o %t/llvm
// RUN: FileCheck %s --input-file=%t/llvm/net.h
// RUN: %cc -std=c99 -I %t/llvm %t/main.c %t/llvm/net.o -o %t/main
// RUN: %t/main
// RUN: rescale-compile %t/net.mlir --dump-layers --emit=c -o %t/c
// The first comment has the options of the object too.
// RUN: sed '1,/[*]\//d' %t/llvm/net.h > %t/llvm/tail
// RUN: sed '1,/[*]\//d' %t/c/net.h > %t/c/tail
// RUN: diff %t/llvm/tail %t/c/tail
// RUN: %cc -std=c99 -Wall -Wextra -Werror -I %t/c %t/main.c %t/c/net.c -o %t/main
// RUN: %t/main

// Each layer is an output after those of the model, the same in every back end.
// Without the option there are none.
// RUN: rescale-compile %t/net.mlir -o %t/plain
// RUN: FileCheck %s --input-file=%t/plain/net.h --check-prefix=PLAIN
// CHECK: #define NET_MAX_POOL2D_0_SHAPE {1, 2, 2, 1}
// CHECK: #define NET_FLIP_ALL_0_SHAPE {4}
// CHECK:      int net_run(void *arena, const int8_t *input, int8_t *output,
// CHECK-NEXT: {{^ *}}int8_t *max_pool2d_0, int8_t *flip_all_0);
// PLAIN: int net_run(void *arena, const int8_t *input, int8_t *output);

//--- net.mlir
func.func @main(%x: tensor<1x2x4x1xi8>) -> tensor<4xi8> {
  %0 = tosa.max_pool2d %x {kernel = array<i64: 1, 2>, pad = array<i64: 0, 0, 0, 0>,
                           stride = array<i64: 1, 2>}
     : (tensor<1x2x4x1xi8>) -> tensor<1x2x2x1xi8>
  %s = tosa.const_shape {values = dense<4> : tensor<1xindex>}
     : () -> !tosa.shape<1>
  %1 = tosa.reshape %0, %s
     : (tensor<1x2x2x1xi8>, !tosa.shape<1>) -> tensor<4xi8>
  %2 = tosa.reverse %1 {axis = 0 : i32}
     : (tensor<4xi8>) -> tensor<4xi8> loc("model/flip-all/Reverse")
  return %2 : tensor<4xi8>
}

//--- main.c
#include "net.h"
#include <string.h>

int main(void) {
  static const int8_t x[8] = {1, -2, 3, 8, -4, -5, 6, 5};
  static const int8_t pooled[4] = {1, 8, -4, 6}, flipped[4] = {6, -4, 8, 1};
  static int64_t arena[NET_ARENA_SIZE / 8 + 1];
  int8_t y[NET_OUTPUT_SIZE], a[NET_MAX_POOL2D_0_SIZE], b[NET_FLIP_ALL_0_SIZE];
  if (net_run(arena, x, y, a, b))
    return 1;
  if (memcmp(a, pooled, 4))
    return 2;
  return memcmp(b, flipped, 4) || memcmp(y, flipped, 4) ? 3 : 0;
}
