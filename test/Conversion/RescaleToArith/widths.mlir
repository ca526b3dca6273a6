// The width of the arithmetic: the least of 32, 64 and 128 bits that the types,
// the constants and the promises prove enough. Each bound has a case on either
// side of it.

// RUN: rescale-opt %s -convert-rescale-to-arith -canonicalize | FileCheck %s

//===----------------------------------------------------------------------===//
// The product and the addend
//===----------------------------------------------------------------------===//

// 2^15 * (2^16 - 1) is below 2^31.
// CHECK-LABEL: func @product_32
// CHECK: arith.muli {{.*}} : i32
func.func @product_32(%x: i16, %m: i32, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round floor {multiplicand_bits = 16}
     : (i16, i32, i8) -> i8
  return %y : i8
}

// CHECK-LABEL: func @product_33
// CHECK: arith.muli {{.*}} : i64
func.func @product_33(%x: i16, %m: i32, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round floor {multiplicand_bits = 17}
     : (i16, i32, i8) -> i8
  return %y : i8
}

// 2^29 * 2 + 2^30 = 2^31 is one too much, but 2^29 - 1 is not.
// CHECK-LABEL: func @addend_32
// CHECK: arith.muli {{.*}} : i32
func.func @addend_32(%x: i32, %s: i8) -> i8 {
  %m = arith.constant 2 : i8
  %y = rescale.apply %x * %m shift %s round half_up
         {input_range = array<i64: 0, 536870911>, shift_range = array<i64: 0, 31>}
     : (i32, i8, i8) -> i8
  return %y : i8
}

// CHECK-LABEL: func @addend_33
// CHECK: arith.muli {{.*}} : i64
func.func @addend_33(%x: i32, %s: i8) -> i8 {
  %m = arith.constant 2 : i8
  %y = rescale.apply %x * %m shift %s round half_up
         {input_range = array<i64: 0, 536870912>, shift_range = array<i64: 0, 31>}
     : (i32, i8, i8) -> i8
  return %y : i8
}

// A long shift has a long half.
// CHECK-LABEL: func @half_of_32
// CHECK: arith.muli {{.*}} : i64
func.func @half_of_32(%x: i8, %m: i8, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round half_up
         {shift_range = array<i64: 0, 32>} : (i8, i8, i8) -> i8
  return %y : i8
}

// A given addend is bounded by its type, by a promise, or by being a constant.
// CHECK-LABEL: func @addend_types
// CHECK-COUNT-3: arith.muli {{.*}} : i32
// CHECK: arith.muli {{.*}} : i64
// CHECK: arith.muli {{.*}} : i128
func.func @addend_types(%x: i8, %m: i8, %b: i16, %w: i32, %l: i64, %s: i8)
    -> (i8, i8, i8, i8, i8) {
  %k = arith.constant 1000000000000 : i64
  %c = arith.constant 1000000000 : i64
  %0 = rescale.apply %x * %m + %b shift %s round addend
     : (i8, i8, i16, i8) -> i8
  %1 = rescale.apply %x * %m + %l shift %s round addend
         {addend_range = array<i64: -1000000000, 1000000000>}
     : (i8, i8, i64, i8) -> i8
  %2 = rescale.apply %x * %m + %c shift %s round addend
     : (i8, i8, i64, i8) -> i8
  %3 = rescale.apply %x * %m + %k negative %w shift %s round addend
     : (i8, i8, i64, i32, i8) -> i8
  %4 = rescale.apply %x * %m + %l shift %s round addend
     : (i8, i8, i64, i8) -> i8
  return %0, %1, %2, %3, %4 : i8, i8, i8, i8, i8
}

// TOSA's widest: 32 bits by 31, and 48 by 15.
// CHECK-LABEL: func @tosa
// CHECK-COUNT-2: arith.muli {{.*}} : i64
func.func @tosa(%x: i32, %m: i32, %w: i48, %k: i16, %s: i8) -> (i32, i32) {
  %0 = rescale.apply %x * %m shift %s round double {multiplicand_bits = 31}
     : (i32, i32, i8) -> i32
  %1 = rescale.apply %w * %k shift %s round half_up
         {multiplicand_bits = 15, shift_range = array<i64: 2, 62>}
     : (i48, i16, i8) -> i32
  return %0, %1 : i32, i32
}

// A sum of 2^62 + 2^62 is one too much, but is not needed: half up is the floor
// of half of what a shift by one less leaves, and one. That has no form for a
// shift that may be 0.
// CHECK-LABEL: func @half_of_64
// CHECK-SAME: (%{{.+}}: i32, %{{.+}}: i32, %[[SHIFT:.+]]: i8)
// CHECK-DAG: %[[ONE:.+]] = arith.constant 1 : i64
// CHECK-DAG: %[[LESS:.+]] = arith.constant 62 : i64
// CHECK: %[[P:.+]] = arith.muli {{.*}} : i64
// CHECK-NEXT: %[[Q:.+]] = arith.shrsi %[[P]], %[[LESS]] : i64
// CHECK-NEXT: %[[R:.+]] = arith.addi %[[Q]], %[[ONE]] : i64
// CHECK-NEXT: arith.shrsi %[[R]], %[[ONE]] : i64
// CHECK: %[[S:.+]] = arith.extui %[[SHIFT]] : i8 to i64
// CHECK: %[[P:.+]] = arith.muli {{.*}} : i64
// CHECK-NEXT: %[[T:.+]] = arith.subi %[[S]], %[[ONE]] : i64
// CHECK-NEXT: %[[Q:.+]] = arith.shrsi %[[P]], %[[T]] : i64
// CHECK-NEXT: %[[R:.+]] = arith.addi %[[Q]], %[[ONE]] : i64
// CHECK-NEXT: arith.shrsi %[[R]], %[[ONE]] : i64
// CHECK: arith.muli {{.*}} : i128
func.func @half_of_64(%x: i32, %m: i32, %s: i8) -> (i32, i32, i32) {
  %63 = arith.constant 63 : i8
  %0 = rescale.apply %x * %m shift %63 round half_up : (i32, i32, i8) -> i32
  %1 = rescale.apply %x * %m shift %s round half_up
         {shift_range = array<i64: 32, 63>} : (i32, i32, i8) -> i32
  %2 = rescale.apply %x * %m shift %s round half_up : (i32, i32, i8) -> i32
  return %0, %1, %2 : i32, i32, i32
}

// One zero point more, and 64 bits do not do.
// CHECK-LABEL: func @beyond_64
// CHECK-COUNT-2: arith.muli {{.*}} : i128
func.func @beyond_64(%x: i32, %m: i32, %w: i64, %s: i8) -> (i32, i32) {
  %0 = rescale.apply %x * %m shift %s round double
         input_zero_point -2147483648 {multiplicand_bits = 31}
     : (i32, i32, i8) -> i32
  %1 = rescale.apply %w * %m shift %s round floor : (i64, i32, i8) -> i32
  return %0, %1 : i32, i32
}

//===----------------------------------------------------------------------===//
// The other operands and the code
//===----------------------------------------------------------------------===//

// An unsigned input of 32 bits is none of 32 with a sign, unless it is promised
// to be smaller; so is an unsigned multiplicand.
// CHECK-LABEL: func @unsigned_operands
// CHECK: arith.extui %{{.+}} : i32 to i64
// CHECK: arith.muli {{.*}} : i64
// CHECK: arith.muli {{.*}} : i32
// CHECK: arith.extui %{{.+}} : i32 to i64
// CHECK: arith.muli {{.*}} : i64
// CHECK: arith.muli {{.*}} : i32
func.func @unsigned_operands(%x: i32, %y: i8, %m: i8, %k: i32, %s: i8)
    -> (i8, i8, i8, i8) {
  %0 = rescale.apply %x * %m shift %s round floor unsigned_input
     : (i32, i8, i8) -> i8
  %1 = rescale.apply %x * %m shift %s round floor unsigned_input
         {input_range = array<i64: 0, 1000>} : (i32, i8, i8) -> i8
  %2 = rescale.apply %y * %k shift %s round floor unsigned_multiplicand
     : (i8, i32, i8) -> i8
  %3 = rescale.apply %y * %k shift %s round floor unsigned_multiplicand
         {multiplicand_bits = 23} : (i8, i32, i8) -> i8
  return %0, %1, %2, %3 : i8, i8, i8, i8
}

// 16 bits by 8 of unsigned operands; no code is negative, so nothing is compared
// with 0.
// CHECK-LABEL: func @unsigned_result
// CHECK: %[[X:.+]] = arith.extui %{{.+}} : i16 to i32
// CHECK: %[[M:.+]] = arith.extui %{{.+}} : i8 to i32
// CHECK: arith.muli %[[X]], %[[M]] : i32
// CHECK-NOT: arith.maxsi
// CHECK: arith.minsi {{.*}} : i32
func.func @unsigned_result(%x: i16, %m: i8, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round floor unsigned_input
         unsigned_multiplicand unsigned_result : (i16, i8, i8) -> i8
  return %y : i8
}

// A wide input that is promised to be small is truncated first.
// CHECK-LABEL: func @narrow_input
// CHECK-SAME: (%[[X:.+]]: i64,
// CHECK: arith.trunci %[[X]] : i64 to i32
// CHECK: arith.muli {{.*}} : i32
func.func @narrow_input(%x: i64, %m: i8, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round floor
         {input_range = array<i64: -1000, 1000>} : (i64, i8, i8) -> i8
  return %y : i8
}

// A clamp that 32 bits do not hold keeps the code wide; otherwise a quotient
// that fits 32 bits is clamped there.
// CHECK-LABEL: func @clamps
// CHECK: arith.shrsi {{.*}} : i64
// CHECK-NOT: arith.maxsi
// CHECK: arith.minsi {{.*}} : i64
// CHECK: arith.shrsi {{.*}} : i64
// CHECK-NEXT: %[[Q:.+]] = arith.trunci {{.*}} : i64 to i32
// CHECK-NEXT: arith.maxsi %[[Q]], {{.*}} : i32
// CHECK-NEXT: arith.minsi {{.*}} : i32
func.func @clamps(%x: i32, %m: i32) -> (i32, i8) {
  %s = arith.constant 31 : i8
  %t = arith.constant 29 : i8
  %0 = rescale.apply %x * %m shift %t round floor unsigned_result
         {input_range = array<i64: 0, 2147483647>, multiplicand_bits = 31}
     : (i32, i32, i8) -> i32
  %1 = rescale.apply %x * %m shift %s round floor {multiplicand_bits = 31}
     : (i32, i32, i8) -> i8
  return %0, %1 : i32, i8
}

// A bound that no code passes is not compared with.
// CHECK-LABEL: func @idle_clamp
// CHECK-NOT: arith.maxsi
// CHECK-NOT: arith.minsi
// CHECK: return
func.func @idle_clamp(%x: i8) -> i8 {
  %m = arith.constant 127 : i8
  %s = arith.constant 7 : i8
  %y = rescale.apply %x * %m shift %s round floor : (i8, i8, i8) -> i8
  return %y : i8
}

//===----------------------------------------------------------------------===//
// The shift
//===----------------------------------------------------------------------===//

// Only six bits count, unless a promise bounds the whole operand. A shift of 32
// and more would be poison in 32 bits, and leaves what one of 31 does.
// CHECK-LABEL: func @shifts
// CHECK-DAG: %[[BITS:.+]] = arith.constant 63 : i32
// CHECK-DAG: %[[MOST:.+]] = arith.constant 31 : i32
// CHECK: %[[A:.+]] = arith.andi %{{.+}}, %[[BITS]] : i32
// CHECK-NEXT: %[[B:.+]] = arith.minui %[[A]], %[[MOST]] : i32
// CHECK-NEXT: %[[P:.+]] = arith.muli
// CHECK-NEXT: arith.shrsi %[[P]], %[[B]] : i32
// CHECK: %[[C:.+]] = arith.extui %{{.+}} : i8 to i32
// CHECK-NEXT: %[[D:.+]] = arith.minui %[[C]], %[[MOST]] : i32
// CHECK-NEXT: %[[P1:.+]] = arith.muli
// CHECK-NEXT: arith.shrsi %[[P1]], %[[D]] : i32
// CHECK: %[[E:.+]] = arith.extui %{{.+}} : i8 to i32
// CHECK-NEXT: %[[P2:.+]] = arith.muli
// CHECK-NEXT: arith.shrsi %[[P2]], %[[E]] : i32
func.func @shifts(%x: i16, %m: i8, %s: i8) -> (i8, i8, i8) {
  %0 = rescale.apply %x * %m shift %s round floor : (i16, i8, i8) -> i8
  %1 = rescale.apply %x * %m shift %s round floor
         {shift_range = array<i64: 5, 63>} : (i16, i8, i8) -> i8
  %2 = rescale.apply %x * %m shift %s round floor
         {shift_range = array<i64: 5, 31>} : (i16, i8, i8) -> i8
  return %0, %1, %2 : i8, i8, i8
}

// CHECK-LABEL: func @constant_shift
// CHECK: %[[MOST:.+]] = arith.constant 31 : i32
// CHECK: arith.shrsi %{{.+}}, %[[MOST]] : i32
func.func @constant_shift(%x: i16, %m: i8) -> i8 {
  %s = arith.constant 63 : i8
  %0 = rescale.apply %x * %m shift %s round floor : (i16, i8, i8) -> i8
  return %0 : i8
}

// 64 bits hold every shift, and 2^62 is formed through the sign bit.
// CHECK-LABEL: func @longest_shift
// CHECK-NOT: arith.minui
// CHECK: arith.shli {{.*}} : i64
// CHECK-NEXT: arith.shrui {{.*}} : i64
// CHECK-NOT: arith.minui
// CHECK: return
func.func @longest_shift(%x: i16, %m: i8, %s: i8) -> i8 {
  %0 = rescale.apply %x * %m shift %s round half_up
         {shift_range = array<i64: 0, 63>} : (i16, i8, i8) -> i8
  return %0 : i8
}

//===----------------------------------------------------------------------===//
// Upper half
//===----------------------------------------------------------------------===//

// Where all shifts discard the lower 32 bits, the rest is done in 32 bits.
// CHECK-LABEL: func @upper_half
// CHECK-DAG: %[[WORD:.+]] = arith.constant 32 : i64
// CHECK-DAG: %[[LESS:.+]] = arith.constant 32 : i32
// CHECK-DAG: %[[ZO:.+]] = arith.constant -3 : i32
// CHECK: %[[SUM:.+]] = arith.addi %{{.+}} : i64
// CHECK-NEXT: %[[WIDE:.+]] = arith.shr{{[su]}}i %[[SUM]], %[[WORD]] : i64
// CHECK-NEXT: %[[HALF:.+]] = arith.trunci %[[WIDE]] : i64 to i32
// CHECK-NEXT: %[[S:.+]] = arith.extui %{{.+}} : i8 to i32
// CHECK-NEXT: %[[REST:.+]] = arith.subi %[[S]], %[[LESS]] : i32
// CHECK-NEXT: %[[Q:.+]] = arith.shrsi %[[HALF]], %[[REST]] : i32
// CHECK-NEXT: arith.addi %[[Q]], %[[ZO]] : i32
func.func @upper_half(%x: i32, %m: i32, %b: i64, %s: i8) -> i8 {
  %y = rescale.apply %x * %m + %b shift %s round addend zero_point -3
         {multiplicand_bits = 31 : i64, shift_range = array<i64: 32, 45>,
          addend_range = array<i64: 0, 17592186044416>}
     : (i32, i32, i64, i8) -> i8
  return %y : i8
}

// A shift of 31 keeps a bit of the lower half.
// CHECK-LABEL: func @lower_half
// CHECK: arith.shrsi %{{.+}}, %{{.+}} : i64
// CHECK-NOT: arith.shrsi
func.func @lower_half(%x: i32, %m: i32, %b: i64, %s: i8) -> i8 {
  %y = rescale.apply %x * %m + %b shift %s round addend
         {multiplicand_bits = 31 : i64, shift_range = array<i64: 31, 45>,
          addend_range = array<i64: 0, 17592186044416>}
     : (i32, i32, i64, i8) -> i8
  return %y : i8
}
