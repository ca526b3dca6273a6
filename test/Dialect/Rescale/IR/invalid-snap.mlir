// The rules snap_cN and float_weights_cN of docs/spec.md.

// RUN: rescale-opt %s -split-input-file -verify-diagnostics \
// RUN:   -allow-unregistered-dialect

// snap_c1
// expected-error @+1 {{requires bits from 1 to 16, got 0; let rescale-snap write it}}
"test.op"() {s = #rescale.snap<bits = 0, multiplicands = [1], shifts = [1], rounding = double, rescale_error = [0.0], largest_weight_error = [0.5], mean_weight_error = [0.25], code_bound = [1.0], clipped = [0], input_factor = 1.0, result_factor = 1.0>} : () -> ()

// -----

// snap_c2
// expected-error @+1 {{requires 1 entry of shifts or 3, got 2; give one for all channels or one for each}}
"test.op"() {s = #rescale.snap<bits = 1, multiplicands = [1, 2, 3], shifts = [1, 2], rounding = double, rescale_error = [0.0], largest_weight_error = [0.5], mean_weight_error = [0.25], code_bound = [1.0], clipped = [0], input_factor = 1.0, result_factor = 1.0>} : () -> ()

// -----

// snap_c3
// expected-error @+1 {{requires multiplicands of 0 to 2^32 - 1 and shifts from 0 to 63, got 1 and 64 in channel 0; state those of the original}}
"test.op"() {s = #rescale.snap<bits = 1, multiplicands = [1], shifts = [64], rounding = double, rescale_error = [0.0], largest_weight_error = [0.5], mean_weight_error = [0.25], code_bound = [1.0], clipped = [0], input_factor = 1.0, result_factor = 1.0>} : () -> ()

// -----

// snap_c4
// expected-error @+1 {{requires finite errors and counts that are not negative, the mean at most the largest, in channel 1; let rescale-snap write it}}
"test.op"() {s = #rescale.snap<bits = 1, multiplicands = [1], shifts = [1], rounding = double, rescale_error = [0.0], largest_weight_error = [0.5], mean_weight_error = [0.25, 0.75], code_bound = [1.0], clipped = [0], input_factor = 1.0, result_factor = 1.0>} : () -> ()

// -----

// snap_c4
// expected-error @+1 {{requires positive finite factors of type f64, got 0.000000e+00 : f64 and 1.000000e+00 : f64; let rescale-snap write it}}
"test.op"() {s = #rescale.snap<bits = 1, multiplicands = [1], shifts = [1], rounding = double, rescale_error = [0.0], largest_weight_error = [0.5], mean_weight_error = [0.25], code_bound = [1.0], clipped = [0], input_factor = 0.0, result_factor = 1.0>} : () -> ()

// -----

// snap_c5
// expected-error @+1 {{requires rescale.snapped to be a #rescale.snap<...> on rescale.requantize, got unit on test.op; remove it}}
"test.op"() {rescale.snapped} : () -> ()

// -----

// snap_c6
func.func @channels(%x: tensor<1x2xi32>) -> tensor<1x2xi8> {
  // expected-error @+1 {{requires rescale.snapped of one channel, or of each along a static axis, got 3; remove it}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [7] axis 1 round half_up {rescale.snapped = #rescale.snap<bits = 1, multiplicands = [1, 2, 3], shifts = [7], rounding = double, rescale_error = [0.0], largest_weight_error = [0.5], mean_weight_error = [0.25], code_bound = [1.0], clipped = [0], input_factor = 1.0, result_factor = 1.0>} : tensor<1x2xi32> -> tensor<1x2xi8>
  return %0 : tensor<1x2xi8>
}

// -----

// float_weights_c1
func.func @shape(%x: tensor<2x3xi8>) {
  // expected-error @+1 {{requires rescale.float_weights to be f32 elements in the shape of an integer operand, got 'tensor<3x2xf32>' on 'test.op'; let rescale import --float-weights write it}}
  "test.op"(%x) {rescale.float_weights = dense<1.0> : tensor<3x2xf32>} : (tensor<2x3xi8>) -> ()
  return
}

// -----

// float_weights_c1
func.func @kind(%x: tensor<2x3xi8>) {
  // expected-error @+1 {{requires rescale.float_weights to be f32 elements in the shape of an integer operand, got 1.000000e+00 : f32 on 'test.op'; let rescale import --float-weights write it}}
  "test.op"(%x) {rescale.float_weights = 1.0 : f32} : (tensor<2x3xi8>) -> ()
  return
}
