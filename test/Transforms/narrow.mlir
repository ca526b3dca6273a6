// RUN: rescale-opt %s -rescale-narrow -rescale-verify-certificates | FileCheck %s
// RUN: rescale-opt %s -rescale-narrow=shift=layer -rescale-verify-certificates \
// RUN:   | FileCheck %s --check-prefix=LAYER
// RUN: rescale-opt %s -rescale-narrow -rescale-narrow=shift=layer \
// RUN:   -rescale-narrow -rescale-verify-certificates \
// RUN:   | FileCheck %s --check-prefix=LATER
// The second run finds nothing to do: what is compared is the original.
// RUN: rescale-opt %s -rescale-narrow -rescale-narrow -rescale-verify-certificates \
// RUN:   | FileCheck %s
// RUN: rescale-opt %s -rescale-narrow -emit-bytecode | rescale-opt \
// RUN:   -rescale-verify-certificates | FileCheck %s

// Two addends, since there were two: with one no multiplicand is equal.
// CHECK-LABEL: func @double
// CHECK: requantize %{{.*}} mul dense<741455> : tensor<1xui20> shift [27] round addend addends [67633152] negative_addends [66584576]
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250], shifts = [38], rounding = double, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = {{[0-9]+}}>}
func.func @double(%x: tensor<4xi16>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// One addend, since negative accumulators saturate.
// CHECK-LABEL: func @one_sided
// CHECK: requantize %{{.*}} mul dense<741455> : tensor<1xui20> shift [27] round addend addends [67635200] zero_point -128
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250], shifts = [38], rounding = double, input_zero_point = 0, zero_point = -128, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = {{[0-9]+}}>}
func.func @one_sided(%x: tensor<4xi16>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38] round double zero_point -128 : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// The mode stays where its addend does.
// CHECK-LABEL: func @half_up
// CHECK: requantize %{{.*}} mul dense<46341> : tensor<1xui16> shift [23] round half_up
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250], shifts = [38], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = {{[0-9]+}}>}
func.func @half_up(%x: tensor<4xi16>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38] round half_up : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// Ties to even are no addend.
// CHECK-LABEL: func @half_even
// CHECK: requantize %{{.*}} mul dense<3> : tensor<1xui2> shift [1] round half_even
// CHECK-NOT: certificate
func.func @half_even(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [1] round half_even : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// A power of two.
// CHECK-LABEL: func @even_scale
// CHECK: requantize %{{.*}} mul dense<true> : tensor<1xui1> shift [1] round half_up
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [1073741824], shifts = [31], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = {{[0-9]+}}>}
func.func @even_scale(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1073741824> : tensor<1xsi32> shift [31] round half_up : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// One port for all channels, as wide as the widest.
// CHECK-LABEL: func @channels
// CHECK: requantize %{{.*}} mul dense<[741455, 3]> : tensor<2xui20> shift [27, 9] axis 0 round addend addends [67112960, 256] zero_point -128
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250, 3], shifts = [38, 9], rounding = half_up, input_zero_point = 0, zero_point = -128, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = {{[0-9]+}}>}
// LAYER-LABEL: func @channels
// LAYER: requantize %{{.*}} mul dense<[741455, 786424]> : tensor<2xui20> shift [27] axis 0 round addend addends [67112960, 67371008] zero_point -128
// LAYER-SAME: range = <proved low[-32768] high[32767]>
func.func @channels(%x: tensor<2xi16>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<[1518500250, 3]> : tensor<2xsi32> shift [38, 9] axis 0 round half_up zero_point -128 : tensor<2xi16> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// Every accumulator has the same code.
// CHECK-LABEL: func @constant
// CHECK: requantize %{{.*}} mul dense<false> : tensor<1xui1> shift [0] round floor zero_point 5
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [1518500250], shifts = [50], rounding = half_up, input_zero_point = 0, zero_point = 5, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = {{[0-9]+}}>}
func.func @constant(%x: tensor<2xi8>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [50] round half_up zero_point 5 : tensor<2xi8> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// A clamp leaves fewer steps to be equal at.
// CHECK-LABEL: func @clamp
// CHECK: requantize %{{.*}} mul dense<181> : tensor<1xui8> shift [15] round half_up clamp [0, 6]
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250], shifts = [38], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [0, 6], largest_difference = [0], differing = [0], digest = {{[0-9]+}}>}
func.func @clamp(%x: tensor<4xi16>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38] round half_up clamp [0, 6] : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// Of a dynamic axis all channels are equal.
// CHECK-LABEL: func @dynamic
// CHECK: requantize %{{.*}} mul dense<46341> : tensor<1xui16> shift [23] axis 0 round half_up
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250], shifts = [38], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = {{[0-9]+}}>}
func.func @dynamic(%x: tensor<?xi16>) -> tensor<?xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38] axis 0 round half_up : tensor<?xi16> -> tensor<?xi8>
  return %y : tensor<?xi8>
}

// Nothing is computed, but parameters are, as of one channel.
// CHECK-LABEL: func @empty
// CHECK: requantize %{{.*}} mul dense<46341> : tensor<1xui16> shift [23] axis 0 round half_up {rescale.certificate
func.func @empty(%x: tensor<0xi16>) -> tensor<0xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38] axis 0 round half_up : tensor<0xi16> -> tensor<0xi8>
  return %y : tensor<0xi8>
}

// Nothing narrower: no certificate.
// CHECK-LABEL: func @narrow_already
// CHECK: requantize %{{.*}} mul dense<true> : tensor<1xui1> shift [9] round half_up
// CHECK-NOT: certificate
func.func @narrow_already(%x: tensor<4xi16>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [9] round half_up : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// Accumulators above 2^63 - 1 have no range.
// CHECK-LABEL: func @wide
// CHECK: requantize %{{.*}} mul dense<1518500250> : tensor<1xsi32> shift [60] round half_up unsigned_input
// CHECK-NOT: certificate
func.func @wide(%x: tensor<4xi64>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [60] round half_up unsigned_input : tensor<4xi64> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// Too many codes.
// CHECK-LABEL: func @wide_result
// CHECK: requantize %{{.*}} mul dense<1518500250> : tensor<1xsi32> shift [31] round half_up
// CHECK-NOT: certificate
func.func @wide_result(%x: tensor<4xi32>) -> tensor<4xi32> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [31] round half_up : tensor<4xi32> -> tensor<4xi32>
  return %y : tensor<4xi32>
}

// The range is that of codes as they are read.
// CHECK-LABEL: func @unsigned
// CHECK: requantize %{{.*}} mul dense<46341> : tensor<1xui16> shift [24] round addend addends [8420352] negative_addends [8356864] input_zero_point 32768 zero_point 128 unsigned_input unsigned_result
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[0] high[65535]>, multiplicands = [1518500250], shifts = [39], rounding = double, input_zero_point = 32768, zero_point = 128, clamp = [0, 255], largest_difference = [0], differing = [0], digest = {{[0-9]+}}>}
func.func @unsigned(%x: tensor<4xi16>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [39] round double input_zero_point 32768 zero_point 128 unsigned_input unsigned_result: tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// One shift is found from the narrowed ones too, and what has been found stays
// where nothing asks for it any more.
// LATER-LABEL: func @later
// LATER: mul dense<[1110823, 1722881]> : tensor<2xui21> shift [30] axis 0
func.func @later(%x: tensor<2xi20>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<[1137482404, 1764230389]> : tensor<2xui31> shift [40, 40] axis 0 round double zero_point 4 : tensor<2xi20> -> tensor<2xi8>
  return %y : tensor<2xi8>
}
