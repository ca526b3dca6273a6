// RUN: rescale-opt %s -rescale-annotate-ranges -split-input-file \
// RUN:   -verify-diagnostics

func.func @excluded(%x: tensor<2xi8>) -> tensor<2xi8> {
  %0 = tosa.clamp %x {min_val = 0 : i8, max_val = 9 : i8} : (tensor<2xi8>) -> tensor<2xi8>
  // expected-error @below {{requires an observed range within the proved one, got [3, 10] and [0, 9] in channel 1; it was measured on another network, so measure again}}
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [0] axis 0 round floor
    {rescale.observed_range = #rescale.range<observed low[3, 3] high[9, 10]>} : tensor<2xi8> -> tensor<2xi8>
  return %1 : tensor<2xi8>
}
