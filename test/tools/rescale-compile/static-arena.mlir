// RUN: rm -rf %t
// RUN: split-file %s %t
// RUN: rescale-compile %t/net.mlir --static-arena -o %t/llvm
// RUN: FileCheck %s --input-file=%t/llvm/net.h
// RUN: %cc -std=c99 -I %t/llvm %t/main.c %t/llvm/net.o -o %t/main
// RUN: %t/main
// RUN: rescale-compile %t/net.mlir --static-arena --emit=c -o %t/c
// The first comment has the options of the object too.
// RUN: sed '1,/[*]\//d' %t/llvm/net.h > %t/llvm/tail
// RUN: sed '1,/[*]\//d' %t/c/net.h > %t/c/tail
// RUN: diff %t/llvm/tail %t/c/tail
// RUN: %cc -std=c99 -Wall -Wextra -Werror -I %t/c %t/main.c %t/c/net.c -o %t/main
// RUN: %t/main

// The arena belongs to the object, so no other argument is needed, and the
// header says what that costs.
// CHECK: /* Memory for intermediate tensors, in bytes, which the object has. */
// CHECK: #define NET_ARENA_SIZE 4
// CHECK-NOT: union
// CHECK: the function is not re-entrant
// CHECK: int net_run(const int8_t *input, int8_t *output);

//--- net.mlir
func.func @main(%x: tensor<1x2x4x1xi8>) -> tensor<4xi8> {
  %0 = tosa.max_pool2d %x {kernel = array<i64: 1, 2>, pad = array<i64: 0, 0, 0, 0>,
                           stride = array<i64: 1, 2>}
     : (tensor<1x2x4x1xi8>) -> tensor<1x2x2x1xi8>
  %s = tosa.const_shape {values = dense<4> : tensor<1xindex>}
     : () -> !tosa.shape<1>
  %1 = tosa.reshape %0, %s
     : (tensor<1x2x2x1xi8>, !tosa.shape<1>) -> tensor<4xi8>
  %2 = tosa.reverse %1 {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
  return %2 : tensor<4xi8>
}

//--- main.c
#include "net.h"
#include <string.h>

int main(void) {
  static const int8_t x[2][8] = {{1, -2, 3, 8, -4, -5, 6, 5},
                                 {7, 0, 0, 7, 9, 9, -1, -2}};
  static const int8_t flipped[2][4] = {{6, -4, 8, 1}, {-1, 9, 7, 7}};
  /* Nothing of a run is left for the next one. */
  for (int i = 0; i < 4; ++i) {
    int8_t y[4];
    if (net_run(x[i % 2], y) || memcmp(y, flipped[i % 2], 4))
      return 1;
  }
  return 0;
}
