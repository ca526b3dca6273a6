// RUN: rescale-translate --rescale-to-c -split-input-file %s | FileCheck %s

// What begins with a literal is none: its sign is that of its first word, and
// it is computed once.
// CHECK-LABEL: void f(
// CHECK: sum += -5 - x0[i];
func.func @f(%x: memref<8xi32>, %y: memref<1xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0 : i32
  %m5 = arith.constant -5 : i32
  %sum = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %zero) -> i32 {
    %v = memref.load %x[%i] : memref<8xi32>
    %d = arith.subi %m5, %v overflow<nsw> : i32
    %n = arith.addi %s, %d overflow<nsw> : i32
    scf.yield %n : i32
  }
  memref.store %sum, %y[%c0] : memref<1xi32>
  return
}

// CHECK-LABEL: void g(
// CHECK: const int32_t difference = 5 - x0[0];
// CHECK-NEXT: x0[0] = difference;
// CHECK-NEXT: x1[1] = difference;
// CHECK-NEXT: x1[2] = (int32_t)((uint32_t)difference << 2);
func.func @g(%x: memref<8xi32>, %y: memref<3xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %two = arith.constant 2 : i32
  %five = arith.constant 5 : i32
  %v = memref.load %x[%c0] : memref<8xi32>
  %d = arith.subi %five, %v overflow<nsw> : i32
  memref.store %d, %x[%c0] : memref<8xi32>
  memref.store %d, %y[%c1] : memref<3xi32>
  %s = arith.shli %d, %two : i32
  memref.store %s, %y[%c2] : memref<3xi32>
  return
}

// 2 * a may be too large where -2 * a is not.
// CHECK-LABEL: h(int32_t x0
// CHECK: return x1 + -2 * x0;
func.func @h(%a: i32, %b: i32) -> i32 {
  %m2 = arith.constant -2 : i32
  %p = arith.muli %m2, %a overflow<nsw> : i32
  %s = arith.addi %b, %p overflow<nsw> : i32
  return %s : i32
}

// Clamps that share no value, and one to 0.
// CHECK-LABEL: clamps(int32_t
// CHECK: clamp_i32(clamp_i32(clamp_i32(x0, 7, 9), -9, 3), -1, 0)
func.func @clamps(%a: i32) -> i32 {
  %c7 = arith.constant 7 : i32
  %c9 = arith.constant 9 : i32
  %m9 = arith.constant -9 : i32
  %c3 = arith.constant 3 : i32
  %m1 = arith.constant -1 : i32
  %c0 = arith.constant 0 : i32
  %0 = arith.maxsi %a, %c7 : i32
  %1 = arith.minsi %0, %c9 : i32
  %2 = arith.maxsi %1, %m9 : i32
  %3 = arith.minsi %2, %c3 : i32
  %4 = arith.maxsi %3, %m1 : i32
  %5 = arith.minsi %4, %c0 : i32
  return %5 : i32
}

// What an instruction saturates to, with bounds that are narrower on one side;
// the rest are two comparisons.
// CHECK-LABEL: saturations(int32_t
// CHECK: saturate_u8(x0)
// CHECK: saturate_u31(x0)
// CHECK: saturate_from_i8(x0, -5)
// CHECK: saturate_from_i16(x0, 1)
// CHECK: saturate_to_i8(x0, 126)
// CHECK: saturate_to_i4(x0, -2)
// CHECK: clamp_i32(x0, -5, 126)
// CHECK: saturate_u1(x0)
// CHECK: clamp_i64(x0, 0, 255)
func.func @saturations(%a: i32, %out: memref<9xi32>) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c126 = arith.constant 126 : i32
  %c127 = arith.constant 127 : i32
  %c255 = arith.constant 255 : i32
  %c32767 = arith.constant 32767 : i32
  %most = arith.constant 2147483647 : i32
  %m2 = arith.constant -2 : i32
  %m5 = arith.constant -5 : i32
  %m8 = arith.constant -8 : i32
  %m128 = arith.constant -128 : i32
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %i2 = arith.constant 2 : index
  %i3 = arith.constant 3 : index
  %i4 = arith.constant 4 : index
  %i5 = arith.constant 5 : index
  %i6 = arith.constant 6 : index
  %i7 = arith.constant 7 : index
  %i8 = arith.constant 8 : index
  %0 = arith.maxsi %a, %c0 : i32
  %1 = arith.minsi %0, %c255 : i32
  memref.store %1, %out[%i0] : memref<9xi32>
  %2 = arith.maxsi %a, %c0 : i32
  %3 = arith.minsi %2, %most : i32
  memref.store %3, %out[%i1] : memref<9xi32>
  %4 = arith.minsi %a, %c127 : i32
  %5 = arith.maxsi %4, %m5 : i32
  memref.store %5, %out[%i2] : memref<9xi32>
  %6 = arith.maxsi %a, %c1 : i32
  %7 = arith.minsi %6, %c32767 : i32
  memref.store %7, %out[%i3] : memref<9xi32>
  %8 = arith.maxsi %a, %m128 : i32
  %9 = arith.minsi %8, %c126 : i32
  memref.store %9, %out[%i4] : memref<9xi32>
  %10 = arith.maxsi %a, %m8 : i32
  %11 = arith.minsi %10, %m2 : i32
  memref.store %11, %out[%i5] : memref<9xi32>
  %12 = arith.maxsi %a, %m5 : i32
  %13 = arith.minsi %12, %c126 : i32
  memref.store %13, %out[%i6] : memref<9xi32>
  %14 = arith.maxsi %a, %c0 : i32
  %15 = arith.minsi %14, %c1 : i32
  memref.store %15, %out[%i7] : memref<9xi32>
  %wide = arith.extsi %a : i32 to i64
  %l0 = arith.constant 0 : i64
  %l255 = arith.constant 255 : i64
  %16 = arith.maxsi %wide, %l0 : i64
  %17 = arith.minsi %16, %l255 : i64
  %18 = arith.trunci %17 : i64 to i32
  memref.store %18, %out[%i8] : memref<9xi32>
  return
}

// A name of the model ends neither the comment nor its line; without
// operations there is nothing that it came from.
// CHECK: /* * / int evil; ? ?/ \ x */
// CHECK-NEXT: void named(
func.func @named() attributes {rescale.layer = {name = "n", ops = []}} {
  return
} loc("*/ int evil; ??/ \\\0A x \\")
