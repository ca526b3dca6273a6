// RUN: rm -rf %t
// RUN: split-file %s %t
// RUN: rescale-compile %t/branch.mlir -o %t/llvm
// RUN: rescale-compile %t/loop.mlir -o %t/llvm
// RUN: rescale-compile %t/again.mlir -o %t/llvm
// RUN: rescale-compile %t/choice.mlir -o %t/llvm
// RUN: %cc -std=c99 -I %t/llvm %t/main.c %t/llvm/branch.o %t/llvm/loop.o %t/llvm/again.o %t/llvm/choice.o -o %t/main
// RUN: %t/main
// RUN: rescale-compile %t/branch.mlir --emit=c -o %t/c
// RUN: rescale-compile %t/loop.mlir --emit=c -o %t/c
// RUN: rescale-compile %t/again.mlir --emit=c -o %t/c
// RUN: rescale-compile %t/choice.mlir --emit=c -o %t/c
// RUN: %cc -std=c99 -Wall -Wextra -Werror -I %t/c %t/main.c %t/c/branch.c %t/c/loop.c %t/c/again.c %t/c/choice.c -o %t/main
// RUN: %t/main

// Branches, and a function that is called twice.
//--- branch.mlir
func.func private @negate(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.reverse %x {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
  %1 = tosa.bitwise_not %0 : (tensor<4xi8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}
func.func @main(%x: tensor<4xi8>, %c: tensor<i1>) -> tensor<4xi8> {
  %a = call @negate(%x) : (tensor<4xi8>) -> tensor<4xi8>
  %b = tosa.cond_if %c (%p = %a, %q = %x) : tensor<i1> (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%p: tensor<4xi8>, %q: tensor<4xi8>):
    %0 = tosa.add %p, %q : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
    tosa.yield %0 : tensor<4xi8>
  } else {
  ^bb0(%p: tensor<4xi8>, %q: tensor<4xi8>):
    %0 = tosa.maximum %p, %q : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
    tosa.yield %0 : tensor<4xi8>
  }
  %d = call @negate(%b) : (tensor<4xi8>) -> tensor<4xi8>
  %e = tosa.add %d, %a : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
  return %e : tensor<4xi8>
}

// A loop whose values change places in each iteration, for as many iterations as
// an input says.
//--- loop.mlir
func.func @main(%x: tensor<4xi8>, %i: tensor<i32>) -> (tensor<4xi8>, tensor<4xi8>, tensor<i32>) {
  %one = "tosa.const"() <{values = dense<1> : tensor<i32>}> : () -> tensor<i32>
  %n = "tosa.const"() <{values = dense<3> : tensor<i32>}> : () -> tensor<i32>
  %y = tosa.bitwise_not %x : (tensor<4xi8>) -> tensor<4xi8>
  %r:3 = tosa.while_loop (%t = %x, %u = %y, %k = %i)
      : (tensor<4xi8>, tensor<4xi8>, tensor<i32>) -> (tensor<4xi8>, tensor<4xi8>, tensor<i32>) {
    %c = tosa.greater %n, %k : (tensor<i32>, tensor<i32>) -> tensor<i1>
    tosa.yield %c : tensor<i1>
  } do {
  ^bb0(%t: tensor<4xi8>, %u: tensor<4xi8>, %k: tensor<i32>):
    %a = tosa.reverse %t {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
    %b = tosa.add %k, %one : (tensor<i32>, tensor<i32>) -> tensor<i32>
    tosa.yield %u, %a, %b : tensor<4xi8>, tensor<4xi8>, tensor<i32>
  }
  return %r#0, %r#1, %r#2 : tensor<4xi8>, tensor<4xi8>, tensor<i32>
}

// A convolution that reads the same tensor in each of three iterations.
//--- again.mlir
func.func @main(%in: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %z32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %w = "tosa.const"() <{values = dense<[[[[1, 1]]], [[[1, -1]]]]> : tensor<2x1x1x2xi8>}> : () -> tensor<2x1x1x2xi8>
  %b = "tosa.const"() <{values = dense<[1, 2]> : tensor<2xi32>}> : () -> tensor<2xi32>
  %m = "tosa.const"() <{values = dense<1073741824> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<31> : tensor<1xi8>}> : () -> tensor<1xi8>
  %x = tosa.clamp %in {min_val = -100 : i8, max_val = 100 : i8} : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  %e = tensor.empty() : tensor<1x4x4x2xi8>
  %y = scf.for %i = %c0 to %c3 step %c1 iter_args(%t = %e) -> tensor<1x4x4x2xi8> {
    %a = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
      : (tensor<1x4x4x2xi8>, tensor<2x1x1x2xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x2xi32>
    %q = tosa.rescale %a, %m, %s, %z32, %z {rounding_mode = SINGLE_ROUND, scale32 = true, per_channel = false, input_unsigned = false, output_unsigned = false}
      : (tensor<1x4x4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x4x4x2xi8>
    scf.yield %q : tensor<1x4x4x2xi8>
  }
  %r = tosa.clamp %y {min_val = -90 : i8, max_val = 90 : i8} : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  return %r : tensor<1x4x4x2xi8>
}

// Branches that compute nothing: of an input and a layer's result that is read
// again, and of what a loop carries.
//--- choice.mlir
func.func @main(%x: tensor<4xi8>, %c: tensor<i1>) -> (tensor<4xi8>, tensor<4xi8>, tensor<4xi8>) {
  %zero = "tosa.const"() <{values = dense<0> : tensor<i32>}> : () -> tensor<i32>
  %one = "tosa.const"() <{values = dense<1> : tensor<i32>}> : () -> tensor<i32>
  %n = "tosa.const"() <{values = dense<3> : tensor<i32>}> : () -> tensor<i32>
  %y = tosa.reverse %x {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
  %r = tosa.cond_if %c : tensor<i1> -> tensor<4xi8> {
    tosa.yield %y : tensor<4xi8>
  } else {
    tosa.yield %x : tensor<4xi8>
  }
  %not = tosa.bitwise_not %r : (tensor<4xi8>) -> tensor<4xi8>
  %l:2 = tosa.while_loop (%t = %not, %k = %zero)
      : (tensor<4xi8>, tensor<i32>) -> (tensor<4xi8>, tensor<i32>) {
    %g = tosa.greater %n, %k : (tensor<i32>, tensor<i32>) -> tensor<i1>
    tosa.yield %g : tensor<i1>
  } do {
  ^bb0(%t: tensor<4xi8>, %k: tensor<i32>):
    %a = tosa.reverse %t {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
    %s = tosa.cond_if %c : tensor<i1> -> tensor<4xi8> {
      tosa.yield %a : tensor<4xi8>
    } else {
      tosa.yield %t : tensor<4xi8>
    }
    %b = tosa.add %k, %one : (tensor<i32>, tensor<i32>) -> tensor<i32>
    tosa.yield %s, %b : tensor<4xi8>, tensor<i32>
  }
  return %r, %y, %l#0 : tensor<4xi8>, tensor<4xi8>, tensor<4xi8>
}

//--- main.c
#include "again.h"
#include "branch.h"
#include "choice.h"
#include "loop.h"
#include <string.h>

static int64_t arena[64];

static int clamp(int x, int bound) {
  return x < -bound ? -bound : x > bound ? bound : x;
}

/* Half of a number, rounded to the nearest; the bound makes it positive. */
static int half(int x) { return (x + 1 + 1024) / 2 - 512; }

/* What the third model computes, however often. */
static int check_again(void) {
  int8_t x[32], y[32];
  for (int i = 0; i < 32; ++i)
    x[i] = (int8_t)(i * 37 % 251 - 125);
  if (AGAIN_ARENA_SIZE > sizeof arena || again_run(arena, x, y))
    return 0;
  for (int i = 0; i < 32; i += 2) {
    int a = clamp(x[i], 100), b = clamp(x[i + 1], 100);
    if (y[i] != clamp(half(a + b + 1), 90) ||
        y[i + 1] != clamp(half(a - b + 2), 90))
      return 0;
  }
  return 1;
}

/* What the first model computes. */
static void branch(const int8_t *x, bool condition, int8_t *y) {
  int8_t a[4], b[4];
  for (int i = 0; i < 4; ++i)
    a[i] = (int8_t)~x[3 - i];
  for (int i = 0; i < 4; ++i)
    b[i] = (int8_t)(condition ? a[i] + x[i] : a[i] > x[i] ? a[i] : x[i]);
  for (int i = 0; i < 4; ++i)
    y[i] = (int8_t)(~b[3 - i] + a[i]);
}

int main(void) {
  static const int8_t x[4] = {1, -20, 3, 50};
  int8_t expected[4], y[4], z[4];
  if (BRANCH_ARENA_SIZE > sizeof arena || LOOP_ARENA_SIZE > sizeof arena ||
      CHOICE_ARENA_SIZE > sizeof arena)
    return 1;
  for (int i = 0; i < 2; ++i) {
    bool condition = i == 1;
    branch(x, condition, expected);
    if (branch_run(arena, x, &condition, y) || memcmp(y, expected, 4))
      return 2;
  }
  /* From 3 on, there is no iteration; from 0 on, three. */
  static const int8_t not_x[4] = {-2, 19, -4, -51};
  static const int8_t reversed[4] = {50, 3, -20, 1};
  static const int8_t not_reversed[4] = {-51, -4, 19, -2};
  const int8_t *first[4] = {not_reversed, reversed, not_x, x};
  const int8_t *second[4] = {x, not_reversed, reversed, not_x};
  for (int32_t i = 0; i < 4; ++i) {
    int32_t end;
    if (loop_run(arena, x, &i, y, z, &end) || end != 3)
      return 3;
    if (memcmp(y, first[i], 4) || memcmp(z, second[i], 4))
      return 4 + i;
  }
  if (!check_again())
    return 8;
  /* Either way ~x: three reversals of ~reversed, or none. */
  for (int i = 0; i < 2; ++i) {
    int8_t last[4];
    bool condition = i == 1;
    if (choice_run(arena, x, &condition, y, z, last) ||
        memcmp(y, condition ? reversed : x, 4) || memcmp(z, reversed, 4) ||
        memcmp(last, not_x, 4))
      return 9 + i;
  }
  return 0;
}
