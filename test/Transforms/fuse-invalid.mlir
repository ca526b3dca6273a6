// RUN: rescale-opt %s -rescale-fuse -split-input-file -verify-diagnostics

// A false claim would go with its op, and nothing would refuse the code.
func.func @forged(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @below {{requires a certificate of its own parameters, got digest 1 for}}
  %0 = rescale.requantize %x mul dense<4> : tensor<1xui8> shift [1] round half_up
    {rescale.certificate = #rescale.certificate<
      range = <proved low[-128] high[127]>, multiplicands = [5], shifts = [1], rounding = half_up,
      input_zero_point = 0, zero_point = 0, clamp = [-32768, 32767],
      largest_difference = [0], differing = [0], digest = 1>}
    : tensor<4xi8> -> tensor<4xi16>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [2] round half_up : tensor<4xi16> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}
