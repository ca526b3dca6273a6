// Of the forms that are equal for all inputs, the one that is cheapest.

// RUN: rescale-opt %s -convert-rescale-to-linalg | FileCheck %s
// RUN: rescale-opt %s -convert-rescale-to-linalg -canonicalize \
// RUN:   -convert-rescale-to-arith | FileCheck %s --check-prefix=ARITH

// One shift of 32 for shifts up to it: 3 * 2^2 and 5 * 2^0, 7 * 2^2 and 9. The
// quotient is the upper half, without another shift.
// CHECK-LABEL: func @shift_of_32
// CHECK-DAG: arith.constant dense<[12, 5]> : tensor<2xi8>
// CHECK-DAG: arith.constant 32 : i8
// CHECK-DAG: arith.constant dense<[28, 9]> : tensor<2xi8>
// CHECK: rescale.apply {{.*}} round addend {addend_range = array<i64: 9, 28>, multiplicand_bits = 4 : i64, shift_range = array<i64: 32, 32>}
// ARITH-LABEL: func @shift_of_32
// ARITH: arith.addi %{{.*}} : i64
// ARITH-NOT: arith.shrsi
// ARITH: arith.shrsi %{{.*}}, %c32_i64{{.*}} : i64
// ARITH-NOT: arith.shrsi
// ARITH: return
func.func @shift_of_32(%x: tensor<2xi32>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<[3, 5]> : tensor<2xui8> shift [30, 32]
         axis 0 round addend addends [7, 9] : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// Beyond it the longest: 3 * 2^10.
// CHECK-LABEL: func @longest_shift
// CHECK-DAG: arith.constant dense<[3072, 5]> : tensor<2xi16>
// CHECK-DAG: arith.constant 34 : i8
// CHECK: rescale.apply {{.*}} round floor {multiplicand_bits = 12 : i64, shift_range = array<i64: 34, 34>}
func.func @longest_shift(%x: tensor<2xi32>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<[3, 5]> : tensor<2xui8> shift [24, 34]
         axis 0 round floor : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// No multiplicand may have more than 31 bits, so these shifts stay apart; the
// third becomes 32 nevertheless, for the upper half of the sum.
// CHECK-LABEL: func @no_room
// CHECK-DAG: arith.constant dense<[2147483647, 2147483647, 12288]> : tensor<3xi32>
// CHECK-DAG: arith.constant dense<[33, 45, 32]> : tensor<3xi8>
// ARITH-LABEL: func @no_room
// ARITH: arith.muli %{{.*}} : i64
// ARITH: arith.shrsi %{{.*}}, %c32_i64{{.*}} : i64
func.func @no_room(%x: tensor<3xi32>) -> tensor<3xi8> {
  %y = rescale.requantize %x mul dense<[2147483647, 2147483647, 3]>
         : tensor<3xui32> shift [33, 45, 20] axis 0 round floor
         : tensor<3xi32> -> tensor<3xi8>
  return %y : tensor<3xi8>
}

// A factor of 2^4 reaches no shift of 32; one shift is still better than two.
// CHECK-LABEL: func @large_factor
// CHECK-DAG: arith.constant dense<[268435456, 33554433]> : tensor<2xi32>
// CHECK-DAG: arith.constant 25 : i8
func.func @large_factor(%x: tensor<2xi32>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<[8, 33554433]>
         : tensor<2xui32> shift [0, 25] axis 0 round floor
         : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// A channel that does not depend on its input has the shift of the others.
// CHECK-LABEL: func @constant_channel
// CHECK-DAG: arith.constant dense<[0, 5]> : tensor<2xi8>
// CHECK-DAG: arith.constant dense<[17179869184, 9]> : tensor<2xi64>
// CHECK: shift_range = array<i64: 32, 32>
func.func @constant_channel(%x: tensor<2xi32>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<[0, 5]> : tensor<2xui8> shift [3, 32]
         axis 0 round addend addends [39, 9] : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// Where 32 bits are enough nothing is made longer than it has to be.
// CHECK-LABEL: func @narrow_input
// CHECK-DAG: arith.constant dense<[12, 5]> : tensor<2xi8>
// CHECK-DAG: arith.constant 6 : i8
// CHECK-NOT: input_range
// CHECK: return
// ARITH-LABEL: func @narrow_input
// ARITH-NOT: i64
// ARITH: return
func.func @narrow_input(%x: tensor<2xi16>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<[3, 5]> : tensor<2xui8> shift [4, 6]
         axis 0 round floor : tensor<2xi16> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// What is proved of the input counts as well, and is promised then.
// CHECK-LABEL: func @proved_input
// CHECK: rescale.apply
// CHECK-NOT: input_range
// CHECK: rescale.apply {{.*}} {input_range = array<i64: -384, 381>, multiplicand_bits = 20 : i64, shift_range = array<i64: 21, 21>}
// ARITH-LABEL: func @proved_input
// ARITH-NOT: i64
// ARITH: return
func.func @proved_input(%x: tensor<2xi8>) -> tensor<2xi8> {
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [0] round floor
     : tensor<2xi8> -> tensor<2xi32>
  %y = rescale.requantize %0 mul dense<1000001> : tensor<1xui32> shift [21]
         round floor : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// The zero point goes into the addend: -5 * 2^32 + 9. In a body of its own it
// is one addition and stays where there is no addend.
// CHECK-LABEL: func @zero_point
// CHECK: %[[B:.*]] = arith.constant -21474836471 : i64
// CHECK: rescale.apply %{{.*}} * %{{.*}} + %[[B]] shift %{{.*}} round addend {addend_range
// CHECK: rescale.apply %{{.*}} round floor zero_point -5 {
func.func @zero_point(%x: tensor<2xi32>) -> (tensor<2xi8>, tensor<2xi8>) {
  %0 = rescale.requantize %x mul dense<5> : tensor<1xui8> shift [32]
         round addend addends [9] zero_point -5 : tensor<2xi32> -> tensor<2xi8>
  %1 = rescale.requantize %x mul dense<5> : tensor<1xui8> shift [32]
         round floor zero_point -5 : tensor<2xi32> -> tensor<2xi8>
  return %0, %1 : tensor<2xi8>, tensor<2xi8>
}

// It stays as well where the sum would need more bits.
// CHECK-LABEL: func @zero_point_too_wide
// CHECK: rescale.apply {{.*}} round addend zero_point 32767 {addend_range = array<i64: 1, 1>
func.func @zero_point_too_wide(%x: tensor<2xi32>) -> tensor<2xi16> {
  %0 = rescale.requantize %x mul dense<5> : tensor<1xui8> shift [60]
         round addend addends [1] zero_point 32767
     : tensor<2xi32> -> tensor<2xi16>
  return %0 : tensor<2xi16>
}

// Ties depend on the bits that a shift discards.
// CHECK-LABEL: func @half_even
// CHECK-DAG: arith.constant dense<[30, 32]> : tensor<2xi8>
func.func @half_even(%x: tensor<2xi32>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<[3, 5]> : tensor<2xui8> shift [30, 32]
         axis 0 round half_even : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}
