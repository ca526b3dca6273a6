// Constant folding, against values computed by hand. -canonicalize folds.

// RUN: rescale-opt %s -canonicalize | FileCheck %s

//===----------------------------------------------------------------------===//
// rescale.requantize
//===----------------------------------------------------------------------===//

// The example of the operation's documentation:
// 3 + floor((77*1000 + 256) / 512) = 153, clamped to 127, and
// 3 + floor((91*-1000 + 512) / 1024) = -86.
// CHECK-LABEL: func @requantize_documented
// CHECK-NEXT: %[[Y:.+]] = arith.constant dense<{{\[}}[127, -86]]> : tensor<1x2xi8>
// CHECK-NEXT: return %[[Y]]
func.func @requantize_documented() -> tensor<1x2xi8> {
  %x = arith.constant dense<[[1000, -1000]]> : tensor<1x2xi32>
  %y = rescale.requantize %x mul dense<[77, 91]> : tensor<2xui8>
         shift [9, 10] axis 1 round half_up zero_point 3 clamp [-100, 127]
       : tensor<1x2xi32> -> tensor<1x2xi8>
  return %y : tensor<1x2xi8>
}

// 3*d / 4 of -3 .. 3 is -2.25, -1.5, -0.75, 0, 0.75, 1.5, 2.25.
// CHECK-LABEL: func @requantize_roundings
func.func @requantize_roundings()
    -> (tensor<7xi8>, tensor<7xi8>, tensor<7xi8>, tensor<7xi8>, tensor<7xi8>,
        tensor<7xi8>) {
  %x = arith.constant dense<[-3, -2, -1, 0, 1, 2, 3]> : tensor<7xi32>
  // CHECK-DAG: %[[UP:.+]] = arith.constant dense<[-2, -1, -1, 0, 1, 2, 2]> : tensor<7xi8>
  // CHECK-DAG: %[[FLOOR:.+]] = arith.constant dense<[-3, -2, -1, 0, 0, 1, 2]> : tensor<7xi8>
  // CHECK-DAG: %[[EVEN:.+]] = arith.constant dense<[-2, -2, -1, 0, 1, 2, 2]> : tensor<7xi8>
  // CHECK-DAG: %[[ADDEND:.+]] = arith.constant dense<[-2, -1, 0, 0, 1, 1, 2]> : tensor<7xi8>
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] round half_up
     : tensor<7xi32> -> tensor<7xi8>
  // s <= 31: no first rounding.
  %1 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] round double
     : tensor<7xi32> -> tensor<7xi8>
  %2 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] round floor
     : tensor<7xi32> -> tensor<7xi8>
  %3 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] round half_even
     : tensor<7xi32> -> tensor<7xi8>
  // Ties away from zero are those to even here.
  %4 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] round half_away
     : tensor<7xi32> -> tensor<7xi8>
  // floor((3d + 1) / 4) for d >= 0 and floor((3d + 3) / 4) for d < 0.
  %5 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] round addend
         addends [1] negative_addends [3] : tensor<7xi32> -> tensor<7xi8>
  // CHECK: return %[[UP]], %[[UP]], %[[FLOOR]], %[[EVEN]], %[[EVEN]], %[[ADDEND]]
  return %0, %1, %2, %3, %4, %5
    : tensor<7xi8>, tensor<7xi8>, tensor<7xi8>, tensor<7xi8>, tensor<7xi8>,
      tensor<7xi8>
}

// d / 2 of -5, -3, -1, 1, 3, 5: every one a tie.
// CHECK-LABEL: func @requantize_ties
func.func @requantize_ties() -> (tensor<6xi8>, tensor<6xi8>, tensor<6xi8>) {
  %x = arith.constant dense<[-5, -3, -1, 1, 3, 5]> : tensor<6xi32>
  // CHECK-DAG: %[[UP:.+]] = arith.constant dense<[-2, -1, 0, 1, 2, 3]> : tensor<6xi8>
  // CHECK-DAG: %[[EVEN:.+]] = arith.constant dense<[-2, -2, 0, 0, 2, 2]> : tensor<6xi8>
  // CHECK-DAG: %[[AWAY:.+]] = arith.constant dense<[-3, -2, -1, 1, 2, 3]> : tensor<6xi8>
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [1] round half_up
     : tensor<6xi32> -> tensor<6xi8>
  %1 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [1] round half_even
     : tensor<6xi32> -> tensor<6xi8>
  %2 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [1] round half_away
     : tensor<6xi32> -> tensor<6xi8>
  // CHECK: return %[[UP]], %[[EVEN]], %[[AWAY]]
  return %0, %1, %2 : tensor<6xi8>, tensor<6xi8>, tensor<6xi8>
}

// With s = 32, x = 2^30 and m = 1 and 2 give 0.25 and 0.5; the first rounding
// adds 2^30 of 2^32 more, so 0.25 becomes 1 as well: (2^30 + 2^31 + 2^30) / 2^32.
// -0.5 and -0.75 lose as much: (-2^31 + 2^31 - 2^30) / 2^32 is below 0.
// CHECK-LABEL: func @requantize_double
// CHECK: arith.constant dense<[1, 1, -1, -1]> : tensor<4xi8>
func.func @requantize_double() -> tensor<4xi8> {
  %x = arith.constant dense<[1073741824, 1073741824, -1073741824, -1073741824]> : tensor<4xi32>
  %y = rescale.requantize %x mul dense<[1, 2, 2, 3]> : tensor<4xsi32>
         shift [32] axis 0 round double : tensor<4xi32> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// The same bits as signed and as unsigned codes.
// CHECK-LABEL: func @requantize_signs
func.func @requantize_signs()
    -> (tensor<2xi16>, tensor<2xi16>, tensor<2xi8>, tensor<2xi8>) {
  %x = arith.constant dense<[-1, 100]> : tensor<2xi8>
  // CHECK-DAG: %[[SS:.+]] = arith.constant dense<[-5, 196]> : tensor<2xi16>
  // CHECK-DAG: %[[US:.+]] = arith.constant dense<[506, 196]> : tensor<2xi16>
  // CHECK-DAG: %[[SU:.+]] = arith.constant dense<[0, -56]> : tensor<2xi8>
  // CHECK-DAG: %[[UU:.+]] = arith.constant dense<[-1, -56]> : tensor<2xi8>
  %0 = rescale.requantize %x mul dense<2> : tensor<1xui2> shift [0] round floor
         input_zero_point 1 zero_point -1 clamp [-1000, 196]
     : tensor<2xi8> -> tensor<2xi16>
  %1 = rescale.requantize %x mul dense<2> : tensor<1xui2> shift [0] round floor
         input_zero_point 1 zero_point -2 unsigned_input
     : tensor<2xi8> -> tensor<2xi16>
  %2 = rescale.requantize %x mul dense<2> : tensor<1xui2> shift [0] round floor
         unsigned_result : tensor<2xi8> -> tensor<2xi8>
  %3 = rescale.requantize %x mul dense<2> : tensor<1xui2> shift [0] round floor
         unsigned_input unsigned_result : tensor<2xi8> -> tensor<2xi8>
  // CHECK: return %[[SS]], %[[US]], %[[SU]], %[[UU]]
  return %0, %1, %2, %3
    : tensor<2xi16>, tensor<2xi16>, tensor<2xi8>, tensor<2xi8>
}

// The intermediate does not wrap: (2^32 - 1) * (2^63 - 1) has 95 bits.
// CHECK-LABEL: func @requantize_wide
// CHECK-DAG: arith.constant dense<[2147483647, -2147483648]> : tensor<2xi32>
// CHECK-DAG: arith.constant dense<-1> : tensor<1xi32>
func.func @requantize_wide() -> (tensor<2xi32>, tensor<1xi32>) {
  %x = arith.constant dense<[9223372036854775807, -9223372036854775808]> : tensor<2xi64>
  %y = rescale.requantize %x mul dense<4294967295> : tensor<1xui32> shift [0]
         round half_up : tensor<2xi64> -> tensor<2xi32>
  // floor((2^32 - 1) * (2^64 - 1) / 2^63) = 2^33 - 3, beyond 32 bits.
  %u = arith.constant dense<-1> : tensor<1xi64>
  %z = rescale.requantize %u mul dense<4294967295> : tensor<1xui32> shift [63]
         round floor unsigned_input unsigned_result
     : tensor<1xi64> -> tensor<1xi32>
  return %y, %z : tensor<2xi32>, tensor<1xi32>
}

// The channel is an index of the axis, wherever that lies.
// CHECK-LABEL: func @requantize_axis
// CHECK-DAG: arith.constant dense<{{\[}}{{\[}}[1, 1], [2, 2]], {{\[}}[1, 1], [2, 2]]]> : tensor<2x2x2xi8>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[}}[1, 1], [1, 1]], {{\[}}[2, 2], [2, 2]]]> : tensor<2x2x2xi8>
// CHECK-DAG: arith.constant dense<{{\[}}{{\[}}[1, 2], [1, 2]], {{\[}}[1, 2], [1, 2]]]> : tensor<2x2x2xi8>
func.func @requantize_axis() -> (tensor<2x2x2xi8>, tensor<2x2x2xi8>, tensor<2x2x2xi8>) {
  %x = arith.constant dense<1> : tensor<2x2x2xi32>
  %0 = rescale.requantize %x mul dense<[1, 2]> : tensor<2xui8> shift [0] axis 0
         round floor : tensor<2x2x2xi32> -> tensor<2x2x2xi8>
  %1 = rescale.requantize %x mul dense<[1, 2]> : tensor<2xui8> shift [0] axis 1
         round floor : tensor<2x2x2xi32> -> tensor<2x2x2xi8>
  %2 = rescale.requantize %x mul dense<[1, 2]> : tensor<2xui8> shift [0] axis 2
         round floor : tensor<2x2x2xi32> -> tensor<2x2x2xi8>
  return %0, %1, %2 : tensor<2x2x2xi8>, tensor<2x2x2xi8>, tensor<2x2x2xi8>
}

// A splat stays one, a scalar and no element at all fold too.
// CHECK-LABEL: func @requantize_shapes
// CHECK-DAG: arith.constant dense<58> : tensor<1000x1000xi8>
// CHECK-DAG: arith.constant dense<58> : tensor<i8>
// CHECK-DAG: arith.constant dense<> : tensor<0x2xi8>
// CHECK-NOT: rescale.requantize
func.func @requantize_shapes() -> (tensor<1000x1000xi8>, tensor<i8>, tensor<0x2xi8>) {
  %x = arith.constant dense<77> : tensor<1000x1000xi32>
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] round half_up
     : tensor<1000x1000xi32> -> tensor<1000x1000xi8>
  %s = arith.constant dense<77> : tensor<i32>
  %1 = rescale.requantize %s mul dense<3> : tensor<1xui8> shift [2] round half_up
     : tensor<i32> -> tensor<i8>
  %e = arith.constant dense<> : tensor<0x2xi32>
  %2 = rescale.requantize %e mul dense<[3, 5]> : tensor<2xui8> shift [2] axis 1
         round half_up : tensor<0x2xi32> -> tensor<0x2xi8>
  return %0, %1, %2 : tensor<1000x1000xi8>, tensor<i8>, tensor<0x2xi8>
}

// 2^s / 2^s gives every code back.
// CHECK-LABEL: func @requantize_identity
// CHECK-SAME: (%[[X:.+]]: tensor<?x2xi8>)
// CHECK-NEXT: return %[[X]], %[[X]], %[[X]] :
func.func @requantize_identity(%x: tensor<?x2xi8>)
    -> (tensor<?x2xi8>, tensor<?x2xi8>, tensor<?x2xi8>) {
  %0 = rescale.requantize %x mul dense<[16, 1]> : tensor<2xui8> shift [4, 0] axis 1
         round half_up input_zero_point 5 zero_point 5
     : tensor<?x2xi8> -> tensor<?x2xi8>
  %1 = rescale.requantize %x mul dense<16> : tensor<1xui8> shift [4]
         round half_even clamp [0, 255] unsigned_input unsigned_result
     : tensor<?x2xi8> -> tensor<?x2xi8>
  %2 = rescale.requantize %x mul dense<16> : tensor<1xui8> shift [4]
         round addend addends [15] : tensor<?x2xi8> -> tensor<?x2xi8>
  return %0, %1, %2 : tensor<?x2xi8>, tensor<?x2xi8>, tensor<?x2xi8>
}

// What only looks like an identity stays.
// CHECK-LABEL: func @requantize_no_identity
// CHECK-COUNT-8: rescale.requantize
func.func @requantize_no_identity(%x: tensor<2xi8>)
    -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>,
        tensor<2xi8>, tensor<2xi8>, tensor<2xi16>) {
  // Another multiplicand in one channel.
  %0 = rescale.requantize %x mul dense<[16, 15]> : tensor<2xui8> shift [4] axis 0
         round half_up : tensor<2xi8> -> tensor<2xi8>
  // Another shift.
  %1 = rescale.requantize %x mul dense<16> : tensor<1xui8> shift [5]
         round half_up : tensor<2xi8> -> tensor<2xi8>
  // A clamp that clips one code.
  %2 = rescale.requantize %x mul dense<16> : tensor<1xui8> shift [4]
         round half_up clamp [-127, 127] : tensor<2xi8> -> tensor<2xi8>
  // A zero point that moves.
  %3 = rescale.requantize %x mul dense<16> : tensor<1xui8> shift [4]
         round half_up input_zero_point 1 : tensor<2xi8> -> tensor<2xi8>
  // Another reading.
  %4 = rescale.requantize %x mul dense<16> : tensor<1xui8> shift [4]
         round half_up unsigned_input : tensor<2xi8> -> tensor<2xi8>
  // Addends that reach the divisor, or lie below 0.
  %5 = rescale.requantize %x mul dense<16> : tensor<1xui8> shift [4]
         round addend addends [16] : tensor<2xi8> -> tensor<2xi8>
  %6 = rescale.requantize %x mul dense<16> : tensor<1xui8> shift [4]
         round addend addends [0] negative_addends [-1]
     : tensor<2xi8> -> tensor<2xi8>
  // Another type.
  %7 = rescale.requantize %x mul dense<16> : tensor<1xui8> shift [4]
         round half_up : tensor<2xi8> -> tensor<2xi16>
  return %0, %1, %2, %3, %4, %5, %6, %7
    : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>,
      tensor<2xi8>, tensor<2xi8>, tensor<2xi16>
}

// Resources are left alone, as by upstream's folders.
// CHECK-LABEL: func @requantize_resource
// CHECK: rescale.requantize
func.func @requantize_resource() -> tensor<2xi8> {
  %x = arith.constant dense_resource<blob> : tensor<2xi32>
  %y = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] round half_up
     : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// A constant has a static type, this result has not.
// CHECK-LABEL: func @requantize_dynamic_result
// CHECK: rescale.requantize
func.func @requantize_dynamic_result() -> tensor<?xi8> {
  %x = arith.constant dense<[1, 2]> : tensor<2xi32>
  %y = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] round half_up
     : tensor<2xi32> -> tensor<?xi8>
  return %y : tensor<?xi8>
}

//===----------------------------------------------------------------------===//
// rescale.apply
//===----------------------------------------------------------------------===//

// The example of the operation's documentation.
// CHECK-LABEL: func @apply_documented
// CHECK-NEXT: %[[Y:.+]] = arith.constant 153 : i16
// CHECK-NEXT: return %[[Y]]
func.func @apply_documented() -> i16 {
  %x = arith.constant 1000 : i32
  %m = arith.constant 77 : i8
  %s = arith.constant 9 : i8
  %y = rescale.apply %x * %m shift %s round half_up zero_point 3
       : (i32, i8, i8) -> i16
  return %y : i16
}

// -1000 * -77 and -1000 * 179, and 1000 * -77: the formula holds for a negative
// multiplicand too.
// CHECK-LABEL: func @apply_signs
// CHECK-DAG: arith.constant 150 : i16
// CHECK-DAG: arith.constant -350 : i16
// CHECK-DAG: arith.constant -150 : i16
func.func @apply_signs() -> (i16, i16, i16) {
  %p = arith.constant 1000 : i32
  %n = arith.constant -1000 : i32
  %m = arith.constant -77 : i8
  %s = arith.constant 9 : i8
  %0 = rescale.apply %n * %m shift %s round half_up : (i32, i8, i8) -> i16
  %1 = rescale.apply %n * %m shift %s round half_up unsigned_multiplicand
     : (i32, i8, i8) -> i16
  %2 = rescale.apply %p * %m shift %s round half_up : (i32, i8, i8) -> i16
  return %0, %1, %2 : i16, i16, i16
}

// Only six bits of the shift count: -55 is 9, -1 is 63.
// CHECK-LABEL: func @apply_shift_bits
// CHECK-DAG: arith.constant 150 : i16
// CHECK-DAG: arith.constant 0 : i16
func.func @apply_shift_bits() -> (i16, i16) {
  %x = arith.constant 1000 : i32
  %m = arith.constant 77 : i8
  %s = arith.constant -55 : i8
  %t = arith.constant -1 : i8
  %0 = rescale.apply %x * %m shift %s round half_up : (i32, i8, i8) -> i16
  %1 = rescale.apply %x * %m shift %t round half_up : (i32, i8, i8) -> i16
  return %0, %1 : i16, i16
}

// (1000*77 + 100) >> 9 = 150, (-1000*77 - 300) >> 9 = -151.
// CHECK-LABEL: func @apply_vector
// CHECK-DAG: arith.constant dense<[150, -151]> : vector<2xi16>
// CHECK-DAG: arith.constant dense<150> : vector<2x1xi16>
func.func @apply_vector() -> (vector<2xi16>, vector<2x1xi16>) {
  %x = arith.constant dense<[1000, -1000]> : vector<2xi32>
  %m = arith.constant dense<77> : vector<2xi8>
  %b = arith.constant dense<100> : vector<2xi8>
  %n = arith.constant dense<-300> : vector<2xi16>
  %s = arith.constant dense<9> : vector<2xi8>
  %0 = rescale.apply %x * %m + %b negative %n shift %s round addend
     : (vector<2xi32>, vector<2xi8>, vector<2xi8>, vector<2xi16>, vector<2xi8>)
       -> vector<2xi16>
  %x2 = arith.constant dense<1000> : vector<2x1xi32>
  %m2 = arith.constant dense<77> : vector<2x1xi8>
  %s2 = arith.constant dense<9> : vector<2x1xi8>
  %1 = rescale.apply %x2 * %m2 shift %s2 round half_up
     : (vector<2x1xi32>, vector<2x1xi8>, vector<2x1xi8>) -> vector<2x1xi16>
  return %0, %1 : vector<2xi16>, vector<2x1xi16>
}

// A scalar among vectors holds for every element.
// CHECK-LABEL: func @apply_scalar_parameters
// CHECK-NEXT: arith.constant dense<[150, -150]> : vector<2xi16>
func.func @apply_scalar_parameters() -> vector<2xi16> {
  %x = arith.constant dense<[1000, -1000]> : vector<2xi32>
  %m = arith.constant 77 : i8
  %s = arith.constant dense<9> : vector<2xi8>
  %0 = rescale.apply %x * %m shift %s round half_up
     : (vector<2xi32>, i8, vector<2xi8>) -> vector<2xi16>
  return %0 : vector<2xi16>
}

// The addend of half_even is a promise: kept, 2.5 becomes 2; broken, nothing
// follows.
// CHECK-LABEL: func @apply_half_even
// CHECK-DAG: arith.constant 2 : i8
// CHECK: rescale.apply
// CHECK-NOT: rescale.apply
func.func @apply_half_even() -> (i8, i8) {
  %x = arith.constant 5 : i32
  %m = arith.constant 2 : i8
  %s = arith.constant 2 : i8
  %b = arith.constant 2 : i8
  %c = arith.constant 3 : i8
  %0 = rescale.apply %x * %m + %b shift %s round half_even
     : (i32, i8, i8, i8) -> i8
  %1 = rescale.apply %x * %m + %c shift %s round half_even
     : (i32, i8, i8, i8) -> i8
  return %0, %1 : i8, i8
}

// One operand that is no constant is enough to stay; so is a size that is not
// known.
// CHECK-LABEL: func @apply_stays
// CHECK-COUNT-4: rescale.apply
func.func @apply_stays(%a: i32, %m: i8) -> (i8, i8, i8, vector<[2]xi8>) {
  %x = arith.constant 5 : i32
  %k = arith.constant 2 : i8
  %0 = rescale.apply %a * %k shift %k round floor : (i32, i8, i8) -> i8
  %1 = rescale.apply %x * %m shift %k round floor : (i32, i8, i8) -> i8
  %2 = rescale.apply %x * %k shift %m round floor : (i32, i8, i8) -> i8
  %v = arith.constant dense<5> : vector<[2]xi32>
  %w = arith.constant dense<2> : vector<[2]xi8>
  %3 = rescale.apply %v * %w shift %w round floor
     : (vector<[2]xi32>, vector<[2]xi8>, vector<[2]xi8>) -> vector<[2]xi8>
  return %0, %1, %2, %3 : i8, i8, i8, vector<[2]xi8>
}

{-# dialect_resources: { builtin: { blob: "0x08000000010000000200000003000000" } } #-}
