// Accumulators and clamps that the arithmetic of a form does not hold: another
// form is taken.

// RUN: rescale-opt %s -convert-rescale-to-linalg=target=cortex-m0 \
// RUN:   -convert-rescale-to-arith -canonicalize | FileCheck %s

// A bound of the clamp that no code reaches is nothing to compute with.
// CHECK-LABEL: func.func @far_bound
// CHECK: arith.muli {{.*}} : i32
// CHECK-NOT: i64
// CHECK: return
func.func @far_bound(%x: tensor<4xi8>) -> tensor<4xi32> {
  %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [3]
         round half_up zero_point 5000 unsigned_result
       : tensor<4xi8> -> tensor<4xi32>
  return %y : tensor<4xi32>
}

// The differences fit 32 bits where codes change, the accumulators do not.
// CHECK-LABEL: func.func @far_zero_point
// CHECK: arith.subi {{.*}} : i64
func.func @far_zero_point(%x: tensor<4xi48>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
         round half_up input_zero_point 1000000000000
       : tensor<4xi48> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// A window with a power of two's ends leaves the type of the accumulators.
// CHECK-LABEL: func.func @window_beyond_type
// CHECK: linalg.generic
func.func @window_beyond_type(%x: tensor<4x1xi32>) -> tensor<4x1xi8> {
  %y = rescale.requantize %x mul dense<255> : tensor<1xui8> shift [27] axis 1
         round double input_zero_point -2147483643
       : tensor<4x1xi32> -> tensor<4x1xi8>
  return %y : tensor<4x1xi8>
}
