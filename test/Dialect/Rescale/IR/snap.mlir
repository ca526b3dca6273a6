// RUN: rescale-opt %s -verify-roundtrip | FileCheck %s
// Of one entry for each channel the axis is kept.
// RUN: rescale-opt %s -canonicalize | FileCheck %s
// RUN: rescale-opt %s -emit-bytecode | rescale-opt | FileCheck %s

// CHECK-LABEL: @snapped
func.func @snapped(%x: tensor<1x2xi32>) -> tensor<1x2xi8> {
  // CHECK: mul dense<true> : tensor<1xui1> shift [7] axis 1 round half_up {rescale.snapped = #rescale.snap<bits = 1, multiplicands = [1518500250, 3], shifts = [38, 9], rounding = double, rescale_error = [0.000000e+00], largest_weight_error = [5.000000e-01, 1.250000e-01], mean_weight_error = [2.500000e-01, 1.000000e-01], code_bound = [1.000000e+00], clipped = [0], input_factor = 1.000000e+00 : f64, result_factor = 1.500000e+00 : f64>}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [7] axis 1 round half_up {rescale.snapped = #rescale.snap<bits = 1, multiplicands = [1518500250, 3], shifts = [38, 9], rounding = double, rescale_error = [0.0], largest_weight_error = [0.5, 0.125], mean_weight_error = [0.25, 0.1], code_bound = [1.0], clipped = [0], input_factor = 1.0, result_factor = 1.5>} : tensor<1x2xi32> -> tensor<1x2xi8>
  return %0 : tensor<1x2xi8>
}
