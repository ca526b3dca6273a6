// The arithmetic of every rounding mode. -canonicalize only sorts the constants.

// RUN: rescale-opt %s -convert-rescale-to-arith -canonicalize | FileCheck %s

// The example of the pass's documentation.
// CHECK-LABEL: func @documented
// CHECK-SAME: (%[[X:.+]]: i16, %[[M:.+]]: i8, %{{.+}}: i8)
// CHECK-DAG: %[[HALF:.+]] = arith.constant 256 : i32
// CHECK-DAG: %[[NINE:.+]] = arith.constant 9 : i32
// CHECK-DAG: %[[LOW:.+]] = arith.constant -128 : i32
// CHECK-DAG: %[[HIGH:.+]] = arith.constant 127 : i32
// CHECK: %[[A:.+]] = arith.extsi %[[X]] : i16 to i32
// CHECK-NEXT: %[[B:.+]] = arith.extsi %[[M]] : i8 to i32
// CHECK-NEXT: %[[C:.+]] = arith.muli %[[A]], %[[B]] : i32
// CHECK-NEXT: %[[D:.+]] = arith.addi %[[C]], %[[HALF]] : i32
// CHECK-NEXT: %[[E:.+]] = arith.shrsi %[[D]], %[[NINE]] : i32
// CHECK-NEXT: %[[F:.+]] = arith.maxsi %[[E]], %[[LOW]] : i32
// CHECK-NEXT: %[[G:.+]] = arith.minsi %[[F]], %[[HIGH]] : i32
// CHECK-NEXT: %[[Y:.+]] = arith.trunci %[[G]] : i32 to i8
// CHECK-NEXT: return %[[Y]] : i8
func.func @documented(%x: i16, %m: i8, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round half_up
         {multiplicand_bits = 7 : i64, shift_range = array<i64: 9, 9>}
       : (i16, i8, i8) -> i8
  return %y : i8
}

//===----------------------------------------------------------------------===//
// Run-time shifts
//===----------------------------------------------------------------------===//

// (1 << s) >> 1 is 2^(s-1), and 0 for s = 0.
// CHECK-LABEL: func @half_up
// CHECK: %[[ONE:.+]] = arith.constant 1 : i32
// CHECK: %[[S:.+]] = arith.extui %{{.+}} : i8 to i32
// CHECK-NEXT: %[[P:.+]] = arith.muli
// CHECK-NEXT: %[[POWER:.+]] = arith.shli %[[ONE]], %[[S]] : i32
// CHECK-NEXT: %[[HALF:.+]] = arith.shrui %[[POWER]], %[[ONE]] : i32
// CHECK-NEXT: %[[SUM:.+]] = arith.addi %[[P]], %[[HALF]] : i32
// CHECK-NEXT: arith.shrsi %[[SUM]], %[[S]] : i32
func.func @half_up(%x: i16, %m: i8, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round half_up
         {shift_range = array<i64: 0, 20>} : (i16, i8, i8) -> i8
  return %y : i8
}

// CHECK-LABEL: func @floor
// CHECK: %[[S:.+]] = arith.extui %{{.+}} : i8 to i32
// CHECK-NEXT: %[[P:.+]] = arith.muli
// CHECK-NEXT: arith.shrsi %[[P]], %[[S]] : i32
func.func @floor(%x: i16, %m: i8, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round floor
         {shift_range = array<i64: 0, 20>} : (i16, i8, i8) -> i8
  return %y : i8
}

// The first rounding depends on the sign, and on whether the shift passes 31.
// CHECK-LABEL: func @double
// CHECK-DAG: %[[NUDGE:.+]] = arith.constant 1073741824 : i64
// CHECK-DAG: %[[ZERO:.+]] = arith.constant 0 : i64
// CHECK-DAG: %[[LIMIT:.+]] = arith.constant 31 : i64
// CHECK: %[[X:.+]] = arith.extsi %{{.+}} : i32 to i64
// CHECK: %[[P:.+]] = arith.muli
// CHECK: %[[HALF:.+]] = arith.shrui
// CHECK-NEXT: %[[UP:.+]] = arith.addi %[[HALF]], %[[NUDGE]] : i64
// CHECK-NEXT: %[[DOWN:.+]] = arith.subi %[[HALF]], %[[NUDGE]] : i64
// CHECK-NEXT: %[[NEGATIVE:.+]] = arith.cmpi slt, %[[X]], %[[ZERO]] : i64
// CHECK-NEXT: %[[LONG:.+]] = arith.select %[[NEGATIVE]], %[[DOWN]], %[[UP]] : i64
// CHECK-NEXT: %[[ISLONG:.+]] = arith.cmpi ugt, %[[S:.+]], %[[LIMIT]] : i64
// CHECK-NEXT: %[[B:.+]] = arith.select %[[ISLONG]], %[[LONG]], %[[HALF]] : i64
// CHECK-NEXT: %[[SUM:.+]] = arith.addi %[[P]], %[[B]] : i64
// CHECK-NEXT: arith.shrsi %[[SUM]], %[[S]] : i64
func.func @double(%x: i32, %m: i32, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round double
         {multiplicand_bits = 31, shift_range = array<i64: 31, 62>}
     : (i32, i32, i8) -> i8
  return %y : i8
}

// Every shift passes 31: no comparison with it.
// CHECK-LABEL: func @double_long
// CHECK-NOT: arith.cmpi ugt
// CHECK: arith.cmpi slt
// CHECK-NOT: arith.cmpi ugt
// CHECK: return
func.func @double_long(%x: i32, %m: i32, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round double
         {multiplicand_bits = 31, shift_range = array<i64: 32, 62>}
     : (i32, i32, i8) -> i8
  return %y : i8
}

// None does: half-up.
// CHECK-LABEL: func @double_short
// CHECK-NOT: arith.cmpi
// CHECK-NOT: arith.select
// CHECK: return
func.func @double_short(%x: i32, %m: i32, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round double
         {multiplicand_bits = 31, shift_range = array<i64: 0, 31>}
     : (i32, i32, i8) -> i8
  return %y : i8
}

// p + half - 1, and one more where the floor is odd. With s = 0 half is 0, and
// min(half, 1) takes both corrections back.
// CHECK-LABEL: func @half_even
// CHECK: %[[ONE:.+]] = arith.constant 1 : i32
// CHECK: %[[P:.+]] = arith.muli
// CHECK: %[[HALF:.+]] = arith.shrui
// CHECK-NEXT: %[[FLOOR:.+]] = arith.shrsi %[[P]], %[[S:.+]] : i32
// CHECK-NEXT: %[[ANY:.+]] = arith.minui %[[HALF]], %[[ONE]] : i32
// CHECK-NEXT: %[[ODD:.+]] = arith.andi %[[FLOOR]], %[[ANY]] : i32
// CHECK-NEXT: %[[LESS:.+]] = arith.subi %[[HALF]], %[[ANY]] : i32
// CHECK-NEXT: %[[A:.+]] = arith.addi %[[P]], %[[LESS]] : i32
// CHECK-NEXT: %[[B:.+]] = arith.addi %[[A]], %[[ODD]] : i32
// CHECK-NEXT: arith.shrsi %[[B]], %[[S]] : i32
func.func @half_even(%x: i16, %m: i8, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round half_even
         {shift_range = array<i64: 0, 20>} : (i16, i8, i8) -> i8
  return %y : i8
}

// Without a shift of 0 there is no minimum, and a given half is not computed.
// CHECK-LABEL: func @half_even_given
// CHECK-NOT: arith.shli
// CHECK-NOT: arith.minui
// CHECK: return
func.func @half_even_given(%x: i16, %m: i8, %b: i16, %s: i8) -> i8 {
  %y = rescale.apply %x * %m + %b shift %s round half_even
         {shift_range = array<i64: 1, 15>} : (i16, i8, i16, i8) -> i8
  return %y : i8
}

// One less for a negative difference, but not below 0.
// CHECK-LABEL: func @half_away
// CHECK-DAG: %[[ONE:.+]] = arith.constant 1 : i32
// CHECK-DAG: %[[ZERO:.+]] = arith.constant 0 : i32
// CHECK: %[[X:.+]] = arith.extsi %{{.+}} : i16 to i32
// CHECK: %[[P:.+]] = arith.muli
// CHECK: %[[HALF:.+]] = arith.shrui
// CHECK-NEXT: %[[ANY:.+]] = arith.minui %[[HALF]], %[[ONE]] : i32
// CHECK-NEXT: %[[LESS:.+]] = arith.subi %[[HALF]], %[[ANY]] : i32
// CHECK-NEXT: %[[NEGATIVE:.+]] = arith.cmpi slt, %[[X]], %[[ZERO]] : i32
// CHECK-NEXT: %[[B:.+]] = arith.select %[[NEGATIVE]], %[[LESS]], %[[HALF]] : i32
// CHECK-NEXT: arith.addi %[[P]], %[[B]] : i32
func.func @half_away(%x: i16, %m: i8, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round half_away
         {shift_range = array<i64: 0, 20>} : (i16, i8, i8) -> i8
  return %y : i8
}

// The sign is that of the difference, after the input's zero point.
// CHECK-LABEL: func @addends
// CHECK-SAME: (%{{.+}}: i16, %{{.+}}: i8, %[[B:.+]]: i32, %[[N:.+]]: i64, %{{.+}}: i8)
// CHECK-DAG: %[[ZERO:.+]] = arith.constant 0 : i32
// CHECK-DAG: %[[ZI:.+]] = arith.constant 5 : i32
// CHECK-DAG: %[[ZO:.+]] = arith.constant -3 : i32
// CHECK: %[[D:.+]] = arith.subi %{{.+}}, %[[ZI]] : i32
// CHECK: %[[P:.+]] = arith.muli %[[D]]
// CHECK-NEXT: %[[NARROW:.+]] = arith.trunci %[[N]] : i64 to i32
// CHECK-NEXT: %[[NEGATIVE:.+]] = arith.cmpi slt, %[[D]], %[[ZERO]] : i32
// CHECK-NEXT: %[[ONE:.+]] = arith.select %[[NEGATIVE]], %[[NARROW]], %[[B]] : i32
// CHECK-NEXT: %[[SUM:.+]] = arith.addi %[[P]], %[[ONE]] : i32
// CHECK-NEXT: %[[Q:.+]] = arith.shrsi %[[SUM]]
// CHECK-NEXT: arith.addi %[[Q]], %[[ZO]] : i32
func.func @addends(%x: i16, %m: i8, %b: i32, %n: i64, %s: i8) -> i8 {
  %y = rescale.apply %x * %m + %b negative %n shift %s round addend
         input_zero_point 5 zero_point -3
         {shift_range = array<i64: 1, 20>, addend_range = array<i64: -100, 200>}
     : (i16, i8, i32, i64, i8) -> i8
  return %y : i8
}

//===----------------------------------------------------------------------===//
// Constant shifts: no rounding constant is computed
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @constants
// CHECK-NOT: arith.shli
// CHECK-NOT: arith.subi
// CHECK: return
func.func @constants(%x: i32) -> (i8, i8, i8, i8, i8) {
  %m = arith.constant 1431655765 : i32
  %s = arith.constant 40 : i8
  %0 = rescale.apply %x * %m shift %s round half_up : (i32, i32, i8) -> i8
  %1 = rescale.apply %x * %m shift %s round double : (i32, i32, i8) -> i8
  %2 = rescale.apply %x * %m shift %s round floor : (i32, i32, i8) -> i8
  %3 = rescale.apply %x * %m shift %s round half_even : (i32, i32, i8) -> i8
  %4 = rescale.apply %x * %m shift %s round half_away : (i32, i32, i8) -> i8
  return %0, %1, %2, %3, %4 : i8, i8, i8, i8, i8
}

// 2^39 + 2^30 and 2^39 - 2^30, and nothing but a selection between them.
// CHECK-LABEL: func @constant_double
// CHECK-DAG: %[[UP:.+]] = arith.constant 550829555712 : i64
// CHECK-DAG: %[[DOWN:.+]] = arith.constant 548682072064 : i64
// CHECK: %[[P:.+]] = arith.muli
// CHECK-NEXT: %[[NEGATIVE:.+]] = arith.cmpi slt
// CHECK-NEXT: %[[B:.+]] = arith.select %[[NEGATIVE]], %[[DOWN]], %[[UP]] : i64
// CHECK-NEXT: arith.addi %[[P]], %[[B]] : i64
func.func @constant_double(%x: i32) -> i8 {
  %m = arith.constant 1431655765 : i32
  %s = arith.constant 40 : i8
  %0 = rescale.apply %x * %m shift %s round double : (i32, i32, i8) -> i8
  return %0 : i8
}

// Nothing is discarded.
// CHECK-LABEL: func @constant_zero
// CHECK: arith.muli
// CHECK-NOT: arith.addi
// CHECK-NOT: arith.shrsi
// CHECK: return
func.func @constant_zero(%x: i16, %m: i8) -> (i8, i8, i8) {
  %s = arith.constant 0 : i8
  %0 = rescale.apply %x * %m shift %s round half_up : (i16, i8, i8) -> i8
  %1 = rescale.apply %x * %m shift %s round half_away : (i16, i8, i8) -> i8
  %2 = rescale.apply %x * %m shift %s round double : (i16, i8, i8) -> i8
  return %0, %1, %2 : i8, i8, i8
}

// Only six bits of a constant shift count as well: 73 is 9.
// CHECK-LABEL: func @constant_bits
// CHECK: arith.constant 9 : i32
func.func @constant_bits(%x: i16, %m: i8) -> i8 {
  %s = arith.constant 73 : i8
  %0 = rescale.apply %x * %m shift %s round floor : (i16, i8, i8) -> i8
  return %0 : i8
}
