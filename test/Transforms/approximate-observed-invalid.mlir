// RUN: rescale-opt %s -verify-diagnostics -rescale-approximate=bits=1

func.func @other_network(%x: tensor<4x1xi8>) -> tensor<4x1xi8> {
  %c = tosa.clamp %x {min_val = -9 : i8, max_val = 9 : i8} : (tensor<4x1xi8>) -> tensor<4x1xi8>
  // expected-error @+1 {{requires an observed range within the proved one, got [-9, 10] and [-9, 9] in channel 0; it was measured on another network, so measure again}}
  %y = rescale.requantize %c mul dense<3> : tensor<1xui2> shift [3] round floor {rescale.observed_range = #rescale.range<observed low[-9] high[10]>} : tensor<4x1xi8> -> tensor<4x1xi8>
  return %y : tensor<4x1xi8>
}
