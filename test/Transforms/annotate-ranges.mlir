// RUN: rescale-opt %s -rescale-annotate-ranges | FileCheck %s
// RUN: rescale-opt %s -rescale-annotate-ranges -rescale-annotate-ranges \
// RUN:   | FileCheck %s
// RUN: rescale-opt %s -rescale-annotate-ranges -emit-bytecode \
// RUN:   | rescale-opt | FileCheck %s

// CHECK-LABEL: @all_channels
// CHECK: rescale.requantize {{.*}} {rescale.proved_range = #rescale.range<proved low[-128] high[127]>}
func.func @all_channels(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9] round half_up : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// One for each channel along the axis, before the zero point is subtracted.
// CHECK-LABEL: @each_channel
// CHECK: rescale.requantize {{.*}} input_zero_point 3 {rescale.proved_range = #rescale.range<proved low[-128, 0] high[5, 127]>}
// Without an axis, the hull of all.
// CHECK: rescale.requantize {{.*}} {rescale.proved_range = #rescale.range<proved low[-128] high[127]>}
func.func @each_channel(%x: tensor<2xi8>) -> (tensor<2xi8>, tensor<2xi8>) {
  %low = "tosa.const"() <{values = dense<[-128, 0]> : tensor<2xi8>}> : () -> tensor<2xi8>
  %high = "tosa.const"() <{values = dense<[5, 127]> : tensor<2xi8>}> : () -> tensor<2xi8>
  %0 = tosa.maximum %x, %low : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  %1 = tosa.minimum %0, %high : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  %2 = rescale.requantize %1 mul dense<[77, 78]> : tensor<2xui8> shift [9] axis 0 round half_up input_zero_point 3 : tensor<2xi8> -> tensor<2xi8>
  %3 = rescale.requantize %1 mul dense<77> : tensor<1xui8> shift [9] round half_up : tensor<2xi8> -> tensor<2xi8>
  return %2, %3 : tensor<2xi8>, tensor<2xi8>
}

// What the program claims is not read, so what is stale is replaced, and
// nothing follows from what was observed.
// CHECK-LABEL: @claims
// CHECK: rescale.requantize {{.*}} {rescale.observed_range = #rescale.range<observed low[0] high[1]>, rescale.proved_range = #rescale.range<proved low[-128] high[127]>}
// CHECK: rescale.requantize {{.*}} {rescale.proved_range = #rescale.range<proved low[-128] high[127]>}
func.func @claims(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor
    {rescale.proved_range = #rescale.range<proved low[0] high[1]>,
     rescale.observed_range = #rescale.range<observed low[0] high[1]>} : tensor<4xi8> -> tensor<4xi8>
  %1 = rescale.requantize %0 mul dense<77> : tensor<1xui8> shift [9] round half_up : tensor<4xi8> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// Read as unsigned.
// CHECK-LABEL: @unsigned
// CHECK: {rescale.proved_range = #rescale.range<proved low[0] high[255]>}
func.func @unsigned(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9] round half_up unsigned_input : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// Half of these have no i64, so that there is no attribute.
// CHECK-LABEL: @too_wide
// CHECK: rescale.requantize
// CHECK-NOT: proved_range
func.func @too_wide(%x: tensor<4xi64>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9] round half_up unsigned_input : tensor<4xi64> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
