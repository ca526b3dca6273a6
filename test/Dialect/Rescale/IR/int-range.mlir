// The integer ranges that upstream's analysis infers through rescale.apply.

// RUN: rescale-opt %s -int-range-optimizations | FileCheck %s

// The clamp bounds the result, whatever the operands are.
// CHECK-LABEL: func @clamp
// CHECK: %[[T:.+]] = arith.constant true
// CHECK: %[[Y:.+]] = rescale.apply
// CHECK: %[[F:.+]] = arith.cmpi slt, %[[Y]]
// CHECK: return %[[T]], %[[T]], %[[F]]
func.func @clamp(%x: i32, %m: i32, %s: i8) -> (i1, i1, i1) {
  %low = arith.constant -5 : i8
  %high = arith.constant 7 : i8
  %y = rescale.apply %x * %m shift %s round half_up clamp [-5, 7]
     : (i32, i32, i8) -> i8
  %0 = arith.cmpi sge, %y, %low : i8
  %1 = arith.cmpi sle, %y, %high : i8
  // One less is not known.
  %2 = arith.cmpi slt, %y, %high : i8
  return %0, %1, %2 : i1, i1, i1
}

// CHECK-LABEL: func @unsigned_clamp
// CHECK: %[[T:.+]] = arith.constant true
// CHECK: %[[Y:.+]] = rescale.apply
// CHECK: %[[F:.+]] = arith.cmpi ult, %[[Y]]
// CHECK: return %[[T]], %[[F]]
func.func @unsigned_clamp(%x: i32, %m: i32, %s: i8) -> (i1, i1) {
  %high = arith.constant -2 : i8
  %y = rescale.apply %x * %m shift %s round half_up clamp [3, 254] unsigned_result
     : (i32, i32, i8) -> i8
  %0 = arith.cmpi ule, %y, %high : i8
  %1 = arith.cmpi ult, %y, %high : i8
  return %0, %1 : i1, i1
}

// With constant parameters the ends of the input's range give the result's:
// floor((77 * [-128, 127] + 256) / 512) is [-19, 19].
// CHECK-LABEL: func @constant_parameters
// CHECK: %[[T:.+]] = arith.constant true
// CHECK: %[[Y:.+]] = rescale.apply
// CHECK: %[[F:.+]] = arith.cmpi sgt, %[[Y]]
// CHECK: %[[G:.+]] = arith.cmpi slt, %[[Y]]
// CHECK: return %[[T]], %[[T]], %[[F]], %[[G]]
func.func @constant_parameters(%x: i8) -> (i1, i1, i1, i1) {
  %m = arith.constant 77 : i8
  %s = arith.constant 9 : i8
  %low = arith.constant -19 : i8
  %high = arith.constant 19 : i8
  %y = rescale.apply %x * %m shift %s round half_up : (i8, i8, i8) -> i8
  %0 = arith.cmpi sge, %y, %low : i8
  %1 = arith.cmpi sle, %y, %high : i8
  %2 = arith.cmpi sgt, %y, %low : i8
  %3 = arith.cmpi slt, %y, %high : i8
  return %0, %1, %2, %3 : i1, i1, i1, i1
}

// The range of a vector is that of all its lanes. Of an unsigned input
// 3 + floor(2 * [0, 255] / 2) is [3, 258].
// CHECK-LABEL: func @vector
// CHECK: %[[T:.+]] = arith.constant dense<true>
// CHECK: %[[Y:.+]] = rescale.apply
// CHECK: %[[F:.+]] = arith.cmpi slt, %[[Y]]
// CHECK: return %[[T]], %[[F]]
func.func @vector(%x: vector<4xi8>) -> (vector<4xi1>, vector<4xi1>) {
  %m = arith.constant dense<2> : vector<4xi8>
  %s = arith.constant dense<1> : vector<4xi8>
  %high = arith.constant dense<258> : vector<4xi16>
  %y = rescale.apply %x * %m shift %s round floor zero_point 3 unsigned_input
     : (vector<4xi8>, vector<4xi8>, vector<4xi8>) -> vector<4xi16>
  %0 = arith.cmpi sle, %y, %high : vector<4xi16>
  %1 = arith.cmpi slt, %y, %high : vector<4xi16>
  return %0, %1 : vector<4xi1>, vector<4xi1>
}

// A negative multiplicand is not monotone: only the clamp is known.
// CHECK-LABEL: func @negative_multiplicand
// CHECK: %[[Y:.+]] = rescale.apply
// CHECK: arith.cmpi sle, %[[Y]]
func.func @negative_multiplicand(%x: i8) -> i1 {
  %m = arith.constant -77 : i8
  %s = arith.constant 9 : i8
  %high = arith.constant 20 : i8
  %y = rescale.apply %x * %m shift %s round half_up : (i8, i8, i8) -> i8
  %0 = arith.cmpi sle, %y, %high : i8
  return %0 : i1
}

// The range of one operation goes into the next.
// CHECK-LABEL: func @chain
// CHECK: %[[T:.+]] = arith.constant true
// CHECK: return %[[T]]
func.func @chain(%x: i32, %k: i32) -> i1 {
  %m = arith.constant 64 : i8
  %s = arith.constant 7 : i8
  %high = arith.constant 50 : i8
  %0 = rescale.apply %x * %k shift %s round half_up clamp [0, 100]
     : (i32, i32, i8) -> i8
  %1 = rescale.apply %0 * %m shift %s round half_up : (i8, i8, i8) -> i8
  %2 = arith.cmpi sle, %1, %high : i8
  return %2 : i1
}

// So do constant addends, one for each sign: floor((8 * -128 + 3) / 16) = -64
// and floor((8 * 127 + 24) / 16) = 65.
// CHECK-LABEL: func @constant_addends
// CHECK: %[[T:.+]] = arith.constant true
// CHECK: return %[[T]], %[[T]]
func.func @constant_addends(%x: i8) -> (i1, i1) {
  %m = arith.constant 8 : i8
  %s = arith.constant 4 : i8
  %b = arith.constant 24 : i8
  %c = arith.constant 3 : i8
  %low = arith.constant -64 : i8
  %high = arith.constant 65 : i8
  %y = rescale.apply %x * %m + %b negative %c shift %s round addend
     : (i8, i8, i8, i8, i8) -> i8
  %0 = arith.cmpi sge, %y, %low : i8
  %1 = arith.cmpi sle, %y, %high : i8
  return %0, %1 : i1, i1
}
