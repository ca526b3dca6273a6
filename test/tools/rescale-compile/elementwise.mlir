// Operations of arith on tensors, which are not TOSA's.
// RUN: rm -rf %t && split-file %s %t
// RUN: rescale-compile %t/net.mlir -o %t/llvm
// RUN: %cc -std=c99 -I %t/llvm %t/main.c %t/llvm/net.o -o %t/main && %t/main
// RUN: rescale-compile %t/net.mlir --emit=c -o %t/c
// RUN: %cc -std=c99 -Wall -Wextra -Werror -I %t/c %t/main.c %t/c/net.c -o %t/main
// RUN: %t/main

//--- net.mlir
func.func @main(%x: tensor<4xi32>, %y: tensor<4xi32>) -> (tensor<4xi32>, tensor<4xi32>) {
  %0 = arith.divsi %x, %y : tensor<4xi32>
  %1 = arith.cmpi slt, %x, %y : tensor<4xi32>
  %2 = arith.select %1, %x, %y : tensor<4xi1>, tensor<4xi32>
  %3 = arith.subi %2, %0 : tensor<4xi32>
  return %0, %3 : tensor<4xi32>, tensor<4xi32>
}

//--- main.c
#include "net.h"

static int64_t arena[16];

int main(void) {
  static const int32_t x[4] = {7, -7, 100000, -3}, y[4] = {2, 2, -300, 9};
  int32_t quotients[4], others[4];
  if (NET_ARENA_SIZE > sizeof arena ||
      net_run(arena, x, y, quotients, others))
    return 1;
  for (int i = 0; i < 4; ++i)
    if (quotients[i] != x[i] / y[i] ||
        others[i] != (x[i] < y[i] ? x[i] : y[i]) - x[i] / y[i])
      return 2;
  return 0;
}
