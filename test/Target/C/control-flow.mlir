// Loops, branches and the order of memory accesses.

// RUN: rescale-translate --rescale-to-c %s -o %t.c
// RUN: FileCheck %s --input-file=%t.c
// RUN: %cc -std=c99 -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow \
// RUN:   -Wundef -Wcast-align -pedantic -Werror \
// RUN:   -fsyntax-only %t.c

// The includes and macros that something needs are there.
// CHECK: #include <string.h>
// CHECK: #ifndef MAIN_ARENA_SECTION
// CHECK: #ifdef __GNUC__
// CHECK-NEXT: #define MAIN_ALIGNED(bytes) __attribute__((aligned(bytes)))

memref.global "private" @arena : memref<64xi8> = uninitialized
  {alignment = 16 : i64}

// What is read before a write keeps its value: only the table may be read later.
memref.global "private" constant @table : memref<4xi8> = dense<[1, 2, 3, 4]>
// CHECK-LABEL: static void swap(
// CHECK-NEXT:   const int8_t x_value = x[i];
// CHECK-NEXT:   x[i] = x[j];
// CHECK-NEXT:   x[j] = x_value;
// CHECK-NEXT:   x[0] = table[i];
// CHECK-NEXT: }
func.func private @swap(%x: memref<4xi8> {rescale.name = "x"},
                        %i: index {rescale.name = "i"},
                        %j: index {rescale.name = "j"}) {
  %c0 = arith.constant 0 : index
  %t = memref.get_global @table : memref<4xi8>
  %0 = memref.load %x[%i] : memref<4xi8>
  %1 = memref.load %x[%j] : memref<4xi8>
  %2 = memref.load %t[%i] : memref<4xi8>
  memref.store %1, %x[%i] : memref<4xi8>
  memref.store %0, %x[%j] : memref<4xi8>
  memref.store %2, %x[%c0] : memref<4xi8>
  return
}

// A helper that reads memory is read before the write, one that does not is
// not; a pointer that nobody writes to is const.
// CHECK-LABEL: static int8_t first(const int8_t *x)
func.func private @first(%x: memref<4xi8> {rescale.name = "x"}) -> i8 {
  %c0 = arith.constant 0 : index
  %0 = memref.load %x[%c0] : memref<4xi8>
  return %0 : i8
}
// CHECK-LABEL: static inline int8_t half(int8_t v)
func.func private @half(%v: i8 {rescale.name = "v"}) -> i8 {
  %c1 = arith.constant 1 : i8
  %0 = arith.shrsi %v, %c1 : i8
  return %0 : i8
}
// CHECK-LABEL: static void calls(int8_t *x, int8_t v)
// CHECK-NEXT:   const int8_t result = first(x);
// CHECK-NEXT:   x[0] = v;
// CHECK-NEXT:   x[1] = result;
// CHECK-NEXT:   x[2] = half(v);
// CHECK-NEXT: }
func.func private @calls(%x: memref<4xi8> {rescale.name = "x"},
                         %v: i8 {rescale.name = "v"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %0 = func.call @first(%x) : (memref<4xi8>) -> i8
  %1 = func.call @half(%v) : (i8) -> i8
  memref.store %v, %x[%c0] : memref<4xi8>
  memref.store %0, %x[%c1] : memref<4xi8>
  memref.store %1, %x[%c2] : memref<4xi8>
  return
}

// What a loop carries changes at once: the old value goes on where it is needed.
// CHECK-LABEL: static inline int32_t fibonacci(int32_t n)
// CHECK-NEXT:   int32_t value = 0;
// CHECK-NEXT:   int32_t sum = 1;
// CHECK-NEXT:   for (int32_t i = 0; i < n; i += 2) {
// CHECK-NEXT:     const int32_t sum_2 = add_i32(value, sum);
// CHECK-NEXT:     value = sum;
// CHECK-NEXT:     sum = sum_2;
// CHECK-NEXT:   }
// CHECK-NEXT:   return value;
// CHECK-NEXT: }
func.func private @fibonacci(%n: index {rescale.name = "n"}) -> i32 {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %0:2 = scf.for %i = %c0 to %n step %c2 iter_args(%a = %zero, %b = %one)
      -> (i32, i32) {
    %1 = arith.addi %a, %b : i32
    scf.yield %b, %1 : i32, i32
  }
  return %0#0 : i32
}

// An accumulator is one variable through a nest; a bound is computed once.
// CHECK-LABEL: static int32_t total(const int8_t *x, int32_t n)
// CHECK-NEXT:   int32_t sum = 100;
// CHECK-NEXT:   const int32_t position = add_i32(n, 1);
// CHECK-NEXT:   for (int32_t i = 0; i < position; ++i) {
// CHECK-NEXT:     for (int32_t j = 0; j < 2; ++j) {
// CHECK-NEXT:       sum += x[i * 2 + j];
// CHECK-NEXT:     }
// CHECK-NEXT:     sum -= 5;
// CHECK-NEXT:   }
// CHECK-NEXT:   return sum;
func.func private @total(%x: memref<2x2xi8> {rescale.name = "x"},
                         %n: index {rescale.name = "n"}) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %five = arith.constant 5 : i32
  %init = arith.constant 100 : i32
  %m = arith.addi %n, %c1 : index
  %0 = scf.for %i = %c0 to %m step %c1 iter_args(%s = %init) -> (i32) {
    %1 = scf.for %j = %c0 to %c2 step %c1 iter_args(%t = %s) -> (i32) {
      %2 = memref.load %x[%i, %j] : memref<2x2xi8>
      %3 = arith.extsi %2 : i8 to i32
      %4 = arith.addi %t, %3 overflow<nsw> : i32
      scf.yield %4 : i32
    }
    %5 = arith.subi %1, %five overflow<nsw> : i32
    scf.yield %5 : i32
  }
  return %0 : i32
}

// A branch that computes more than a short expression.
// CHECK-LABEL: static void branch(int8_t *x, int32_t n)
// CHECK-NEXT:   int8_t value;
// CHECK-NEXT:   int8_t value_2;
// CHECK-NEXT:   if (n > 3) {
// CHECK-NEXT:     x[0] = 7;
// CHECK-NEXT:     value = x[1];
// CHECK-NEXT:     value_2 = x[2];
// CHECK-NEXT:   } else {
// CHECK-NEXT:     value = 1;
// CHECK-NEXT:     value_2 = 2;
// CHECK-NEXT:   }
// CHECK-NEXT:   x[1] = value;
// CHECK-NEXT:   x[2] = value_2;
// CHECK-NEXT:   if (n < 0) {
// CHECK-NEXT:     x[3] = 9;
// CHECK-NEXT:   }
// CHECK-NEXT: }
func.func private @branch(%x: memref<4xi8> {rescale.name = "x"},
                          %n: i32 {rescale.name = "n"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0 : i32
  %three = arith.constant 3 : i32
  %v1 = arith.constant 1 : i8
  %v2 = arith.constant 2 : i8
  %v7 = arith.constant 7 : i8
  %v9 = arith.constant 9 : i8
  %0 = arith.cmpi sgt, %n, %three : i32
  %1:2 = scf.if %0 -> (i8, i8) {
    memref.store %v7, %x[%c0] : memref<4xi8>
    %2 = memref.load %x[%c1] : memref<4xi8>
    %3 = memref.load %x[%c2] : memref<4xi8>
    scf.yield %2, %3 : i8, i8
  } else {
    scf.yield %v1, %v2 : i8, i8
  }
  memref.store %1#0, %x[%c1] : memref<4xi8>
  memref.store %1#1, %x[%c2] : memref<4xi8>
  %4 = arith.cmpi slt, %n, %zero : i32
  scf.if %4 {
    memref.store %v9, %x[%c3] : memref<4xi8>
  }
  return
}

// A view at a computed place is a pointer, one at a constant place none.
// CHECK-LABEL: static void rows(int8_t *x, int32_t i)
// CHECK-NEXT:   const int8_t *const part = x + (i * 4 + 1);
// CHECK-NEXT:   int8_t *const part_2 = x + (i * 4 + 8);
// CHECK-NEXT:   part_2[3] = part[2];
// CHECK-NEXT:   memcpy(part_2, part, 2);
// CHECK-NEXT: }
func.func private @rows(%x: memref<4x4xi8> {rescale.name = "x"},
                        %i: index {rescale.name = "i"}) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %0 = memref.subview %x[%i, 1] [1, 3] [1, 1]
    : memref<4x4xi8> to memref<3xi8, strided<[1], offset: ?>>
  %1 = memref.subview %x[2, 0] [2, 4] [1, 1]
    : memref<4x4xi8> to memref<2x4xi8, strided<[4, 1], offset: 8>>
  %2 = memref.subview %1[%i, 0] [1, 4] [1, 1]
    : memref<2x4xi8, strided<[4, 1], offset: 8>>
      to memref<4xi8, strided<[1], offset: ?>>
  %3 = memref.load %0[%c2] : memref<3xi8, strided<[1], offset: ?>>
  memref.store %3, %2[%c3] : memref<4xi8, strided<[1], offset: ?>>
  %4 = memref.subview %0[0] [2] [1]
    : memref<3xi8, strided<[1], offset: ?>>
      to memref<2xi8, strided<[1], offset: ?>>
  %5 = memref.subview %2[0] [2] [1]
    : memref<4xi8, strided<[1], offset: ?>>
      to memref<2xi8, strided<[1], offset: ?>>
  memref.copy %4, %5
    : memref<2xi8, strided<[1], offset: ?>>
      to memref<2xi8, strided<[1], offset: ?>>
  return
}

// CHECK-LABEL: static inline int32_t leading(int32_t n)
// CHECK-NEXT:   int32_t value = n;
// CHECK-NEXT:   int32_t result;
// CHECK-NEXT:   for (;;) {
// CHECK-NEXT:     const bool condition = value > 9;
// CHECK-NEXT:     result = value;
// CHECK-NEXT:     if (!condition) {
// CHECK-NEXT:       break;
// CHECK-NEXT:     }
// CHECK-NEXT:     value = result / 10;
// CHECK-NEXT:   }
// CHECK-NEXT:   return result;
func.func private @leading(%n: i32 {rescale.name = "n"}) -> i32 {
  %nine = arith.constant 9 : i32
  %ten = arith.constant 10 : i32
  %0 = scf.while (%x = %n) : (i32) -> i32 {
    %1 = arith.cmpi sgt, %x, %nine : i32
    scf.condition(%1) %x : i32
  } do {
  ^bb0(%y: i32):
    %2 = arith.divsi %y, %ten : i32
    scf.yield %2 : i32
  }
  return %0 : i32
}

// Views change the type; an offset is part of it. What lies in the arena has
// its type declared there, and one that is wider aligns it.
// CHECK: static union {
// CHECK-NEXT:   int8_t i8[64];
// CHECK-NEXT:   int32_t i32[16];
// CHECK-NEXT:   int64_t i64[8];
// CHECK-NEXT: } arena MAIN_ALIGNED(16) MAIN_ARENA_SECTION;
// CHECK-LABEL: int main_run(int32_t *output)
// CHECK-NEXT:   int8_t *const swap_x = arena.i8;
// CHECK-NEXT:   swap(swap_x, 1, 2);
// CHECK-NEXT:   int32_t *const buffer = arena.i32 + 4;
// CHECK-NEXT:   buffer[5] = fibonacci(8);
// CHECK-NEXT:   memcpy(output, buffer + 4, 2 * sizeof(int32_t));
// CHECK-NEXT:   calls(swap_x, 3);
// CHECK-NEXT:   const int32_t result = total(swap_x, 1);
// CHECK-NEXT:   branch(swap_x, result);
// CHECK-NEXT:   int8_t *const rows_x = arena.i8 + 48;
// CHECK-NEXT:   rows(rows_x, 1);
// CHECK-NEXT:   return leading(result);
// CHECK-NEXT: }
func.func @main_run(%output: memref<2xi32> {rescale.name = "output"}) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  %c48 = arith.constant 48 : index
  %three = arith.constant 3 : i8
  %arena = memref.get_global @arena : memref<64xi8>
  %0 = memref.view %arena[%c16][] : memref<64xi8> to memref<2x4xi32>
  %1 = memref.view %arena[%c0][] : memref<64xi8> to memref<2x2xi8>
  %2 = memref.collapse_shape %1 [[0, 1]] : memref<2x2xi8> into memref<4xi8>
  func.call @swap(%2, %c1, %c2) : (memref<4xi8>, index, index) -> ()
  %3 = func.call @fibonacci(%c8) : (index) -> i32
  %4 = memref.subview %0[1, 0] [1, 2] [1, 1]
    : memref<2x4xi32> to memref<2xi32, strided<[1], offset: 4>>
  memref.store %3, %4[%c1] : memref<2xi32, strided<[1], offset: 4>>
  memref.copy %4, %output
    : memref<2xi32, strided<[1], offset: 4>> to memref<2xi32>
  func.call @calls(%2, %three) : (memref<4xi8>, i8) -> ()
  %5 = func.call @total(%1, %c1) : (memref<2x2xi8>, index) -> i32
  func.call @branch(%2, %5) : (memref<4xi8>, i32) -> ()
  %7 = memref.view %arena[%c48][] : memref<64xi8> to memref<4x4xi8>
  func.call @rows(%7, %c1) : (memref<4x4xi8>, index) -> ()
  %6 = func.call @leading(%5) : (i32) -> i32
  return %6 : i32
}
