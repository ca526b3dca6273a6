// RUN: rescale-opt %s -rescale-certify -rescale-verify-certificates | FileCheck %s
// RUN: rescale-opt %s -rescale-certify \
// RUN:   -convert-rescale-to-linalg=keep-certificates | FileCheck %s --check-prefix=KEPT
// RUN: rescale-opt %s -rescale-certify -convert-rescale-to-linalg \
// RUN:   | FileCheck %s --check-prefix=DROPPED
// DROPPED-NOT: rescale.certificate

// The original is what the op computes, for what is proved of each channel.
// CHECK-LABEL: func @no_certificate
// CHECK: rescale.certificate = #rescale.certificate<range = <proved low[-50, -30] high[50, 30]>, multiplicands = [77, 91], shifts = [9], rounding = half_up, input_zero_point = 0, zero_point = 3, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = {{[0-9]+}}>
// KEPT-LABEL: func @no_certificate
// KEPT: linalg.generic
// KEPT-SAME: rescale.certificate = #rescale.certificate<range = <proved low[-50, -30] high[50, 30]>, multiplicands = [77, 91]
func.func @no_certificate(%x: tensor<4x2xi16>) -> tensor<4x2xi8> {
  %low = arith.constant dense<[[-50, -30]]> : tensor<1x2xi16>
  %high = arith.constant dense<[[50, 30]]> : tensor<1x2xi16>
  %0 = tosa.maximum %x, %low : (tensor<4x2xi16>, tensor<1x2xi16>) -> tensor<4x2xi16>
  %1 = tosa.minimum %0, %high : (tensor<4x2xi16>, tensor<1x2xi16>) -> tensor<4x2xi16>
  %y = rescale.requantize %1 mul dense<[77, 91]> : tensor<2xui7> shift [9] axis 1
    round half_up zero_point 3 : tensor<4x2xi16> -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}
