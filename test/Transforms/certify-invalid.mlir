// RUN: rescale-opt %s -verify-diagnostics -rescale-certify

func.func @unsigned_64(%x: tensor<4xi64>) -> tensor<4xi8> {
  // expected-error @+1 {{requires accumulators that signed 64 bits hold to say what is proved of them, got others of 'tensor<4xi64>'; leave it out of what is certified or verified}}
  %0 = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
         round half_up unsigned_input : tensor<4xi64> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
