// Branches and loops within each other.
// RUN: rm -rf %t && split-file %s %t
// RUN: rescale-compile %t/branches.mlir -o %t/llvm
// RUN: rescale-compile %t/loops.mlir -o %t/llvm
// RUN: %cc -std=c99 -I %t/llvm %t/main.c %t/llvm/branches.o %t/llvm/loops.o -o %t/main
// RUN: %t/main
// RUN: rescale-compile %t/branches.mlir --emit=c -o %t/c
// RUN: rescale-compile %t/loops.mlir --emit=c -o %t/c
// RUN: %cc -std=c99 -Wall -Wextra -Werror -I %t/c %t/main.c %t/c/branches.c %t/c/loops.c -o %t/main
// RUN: %t/main

//--- branches.mlir
func.func @main(%x: tensor<4xi8>, %c: tensor<i1>, %d: tensor<i1>, %e: tensor<i1>) -> tensor<4xi8> {
  %r = tosa.cond_if %c : tensor<i1> -> tensor<4xi8> {
    %y = tosa.reverse %x {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
    %0 = tosa.cond_if %d (%p = %y) : tensor<i1> (tensor<4xi8>) -> tensor<4xi8> {
    ^bb0(%p: tensor<4xi8>):
      %1 = tosa.cond_if %e : tensor<i1> -> tensor<4xi8> {
        %2 = tosa.bitwise_not %p : (tensor<4xi8>) -> tensor<4xi8>
        tosa.yield %2 : tensor<4xi8>
      } else {
        %2 = tosa.add %p, %x : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
        tosa.yield %2 : tensor<4xi8>
      }
      tosa.yield %1 : tensor<4xi8>
    } else {
    ^bb0(%p: tensor<4xi8>):
      tosa.yield %p : tensor<4xi8>
    }
    tosa.yield %0 : tensor<4xi8>
  } else {
    %0 = tosa.cond_if %e : tensor<i1> -> tensor<4xi8> {
      %1 = tosa.bitwise_not %x : (tensor<4xi8>) -> tensor<4xi8>
      tosa.yield %1 : tensor<4xi8>
    } else {
      tosa.yield %x : tensor<4xi8>
    }
    tosa.yield %0 : tensor<4xi8>
  }
  return %r : tensor<4xi8>
}

// For i < n, for j < i: reverse the sum where j is 1, else add x.
//--- loops.mlir
func.func @main(%x: tensor<4xi32>, %n: tensor<i32>) -> tensor<4xi32> {
  %zero = "tosa.const"() <{values = dense<0> : tensor<i32>}> : () -> tensor<i32>
  %one = "tosa.const"() <{values = dense<1> : tensor<i32>}> : () -> tensor<i32>
  %none = "tosa.const"() <{values = dense<0> : tensor<4xi32>}> : () -> tensor<4xi32>
  %r:2 = tosa.while_loop (%s = %none, %i = %zero)
      : (tensor<4xi32>, tensor<i32>) -> (tensor<4xi32>, tensor<i32>) {
    %c = tosa.greater %n, %i : (tensor<i32>, tensor<i32>) -> tensor<i1>
    tosa.yield %c : tensor<i1>
  } do {
  ^bb0(%s: tensor<4xi32>, %i: tensor<i32>):
    %inner:2 = tosa.while_loop (%t = %s, %j = %zero)
        : (tensor<4xi32>, tensor<i32>) -> (tensor<4xi32>, tensor<i32>) {
      %c = tosa.greater %i, %j : (tensor<i32>, tensor<i32>) -> tensor<i1>
      tosa.yield %c : tensor<i1>
    } do {
    ^bb0(%t: tensor<4xi32>, %j: tensor<i32>):
      %is_one = tosa.equal %j, %one : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %u = tosa.cond_if %is_one : tensor<i1> -> tensor<4xi32> {
        %0 = tosa.reverse %t {axis = 0 : i32} : (tensor<4xi32>) -> tensor<4xi32>
        tosa.yield %0 : tensor<4xi32>
      } else {
        %0 = tosa.add %t, %x : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
        tosa.yield %0 : tensor<4xi32>
      }
      %next = tosa.add %j, %one : (tensor<i32>, tensor<i32>) -> tensor<i32>
      tosa.yield %u, %next : tensor<4xi32>, tensor<i32>
    }
    %next = tosa.add %i, %one : (tensor<i32>, tensor<i32>) -> tensor<i32>
    tosa.yield %inner#0, %next : tensor<4xi32>, tensor<i32>
  }
  return %r#0 : tensor<4xi32>
}

//--- main.c
#include "branches.h"
#include "loops.h"
#include <string.h>

static int64_t arena[64];

static int check_branches(bool c, bool d, bool e) {
  static const int8_t x[4] = {1, -20, 3, 50};
  int8_t expected[4], y[4];
  for (int i = 0; i < 4; ++i) {
    int8_t p = c ? x[3 - i] : x[i];
    if (!c || d)
      p = (int8_t)(e ? ~p : c ? p + x[i] : p);
    expected[i] = p;
  }
  return !branches_run(arena, x, &c, &d, &e, y) && !memcmp(y, expected, 4);
}

static int check_loops(int32_t n) {
  static const int32_t x[4] = {1, -20, 300, 50000};
  int32_t sum[4] = {0}, y[4];
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < i; ++j) {
      int32_t last[4];
      memcpy(last, sum, sizeof sum);
      for (int k = 0; k < 4; ++k)
        sum[k] = j == 1 ? last[3 - k] : last[k] + x[k];
    }
  return !loops_run(arena, x, &n, y) && !memcmp(y, sum, sizeof sum);
}

int main(void) {
  if (BRANCHES_ARENA_SIZE > sizeof arena || LOOPS_ARENA_SIZE > sizeof arena)
    return 1;
  for (int i = 0; i < 8; ++i)
    if (!check_branches(i & 1, i & 2, i & 4))
      return 2 + i;
  for (int32_t n = 0; n < 6; ++n)
    if (!check_loops(n))
      return 10 + n;
  return 0;
}
