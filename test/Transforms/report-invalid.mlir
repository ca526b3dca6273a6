// RUN: rescale-opt %s -rescale-report -split-input-file -verify-diagnostics

// A report tells nothing that is not so.
func.func @stale(%x: tensor<2xi32>) -> tensor<2xi8> {
  // expected-error @below {{requires a certificate of its own parameters, got digest 1 for}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [17] round floor
    {rescale.certificate = #rescale.certificate<
       range = <proved low[-2147483648] high[2147483647]>,
       multiplicands = [16], shifts = [20], rounding = half_up,
       input_zero_point = 0, zero_point = 0, clamp = [-128, 127],
       largest_difference = [0], differing = [0], digest = 1>}
    : tensor<2xi32> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}
