// RUN: rescale-opt %s -rescale-verify-certificates -verify-diagnostics \
// RUN:   | FileCheck %s
// RUN: rescale-opt %s -canonicalize -rescale-verify-certificates | FileCheck %s

// CHECK-LABEL: @without_certificate
func.func @without_certificate(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<8> : tensor<1xui4> shift [5] round floor : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// Both round down: 8/32 is 1/4.
// CHECK-LABEL: @equal
// CHECK: rescale.certificate
func.func @equal(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// For more accumulators than can occur.
// CHECK-LABEL: @more_than_all
func.func @more_than_all(%x: tensor<4xi8>) -> tensor<4xi8> {
  %zero = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c = tosa.maximum %x, %zero : (tensor<4xi8>, tensor<1xi8>) -> tensor<4xi8>
  %0 = rescale.requantize %c mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// What was observed is tested for what was observed.
// CHECK-LABEL: @observed
func.func @observed(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-warning @+1 {{has a certificate for accumulators that were observed; others may give other codes than the original's}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <observed low[-3] high[5]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-100, 100], largest_difference = [0], differing = [0], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// half_up is one more than floor for x mod 4 in {2, 3}: half of 256
// accumulators, none of which the clamp meets.
// CHECK-LABEL: @differences
func.func @differences(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [128], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// Equal channels are one, with an axis or without.
// CHECK-LABEL: @equal_channels
// CHECK: rescale.certificate
func.func @equal_channels(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %0 = rescale.requantize %x mul dense<1> : tensor<2xui1> shift [2, 2] axis 1 round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 16570337523873030373>} : tensor<4x2xi8> -> tensor<4x2xi8>
  return %0 : tensor<4x2xi8>
}

// The axis stays while the certificate has columns.
// CHECK-LABEL: @equal_channels_of_two
// CHECK: axis 1
func.func @equal_channels_of_two(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %0 = rescale.requantize %x mul dense<1> : tensor<2xui1> shift [2, 2] axis 1 round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8, 16], shifts = [5, 6], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 16570337523873030373>} : tensor<4x2xi8> -> tensor<4x2xi8>
  return %0 : tensor<4x2xi8>
}
