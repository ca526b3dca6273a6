// RUN: rescale-opt %s -rescale-approximate=bits=8 -rescale-verify-certificates \
// RUN:   | FileCheck %s
// RUN: rescale-opt %s "-rescale-approximate=bits=8 criterion=largest" \
// RUN:   -rescale-verify-certificates | FileCheck %s --check-prefix=LARGEST
// RUN: rescale-opt %s "-rescale-approximate=bits=8 criterion=thresholds" \
// RUN:   -rescale-verify-certificates | FileCheck %s --check-prefix=THRESHOLDS
// RUN: rescale-opt %s "-rescale-approximate=bits=8 shift=layer" \
// RUN:   -rescale-verify-certificates | FileCheck %s --check-prefix=LAYER
// What is compared is the first original, so errors do not add up.
// RUN: rescale-opt %s -rescale-approximate=bits=12 -rescale-approximate=bits=8 \
// RUN:   -rescale-verify-certificates | FileCheck %s
// RUN: rescale-opt %s -rescale-narrow -rescale-approximate=bits=8 \
// RUN:   -rescale-verify-certificates | FileCheck %s

// One code too much or too little, at 491 of 65536 accumulators.
// CHECK-LABEL: func @eight_bits
// CHECK: requantize %{{.*}} mul dense<181> : tensor<1xui8> shift [15] round addend addends [16215]
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250], shifts = [38], rounding = double, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [491], digest
// LARGEST-LABEL: func @eight_bits
// LARGEST: requantize %{{.*}} mul dense<45> : tensor<1xui6> shift [13] round addend addends [4019]
// LARGEST-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250], shifts = [38], rounding = double, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [16839], digest
// THRESHOLDS-LABEL: func @eight_bits
// THRESHOLDS: requantize %{{.*}} mul dense<181> : tensor<1xui8> shift [15] round addend addends [16040]
// THRESHOLDS-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250], shifts = [38], rounding = double, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [561], digest
func.func @eight_bits(%x: tensor<4xi16>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// A power of two is one bit.
// CHECK-LABEL: func @lossless
// CHECK: requantize %{{.*}} mul dense<true> : tensor<1xui1> shift [1] round half_up
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [1073741824], shifts = [31], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest
func.func @lossless(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1073741824> : tensor<1xsi32> shift [31] round half_up : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// Nothing to do, and so no certificate.
// CHECK-LABEL: func @narrow_enough
// CHECK: requantize %{{.*}} mul dense<181> : tensor<1xui8> shift [15] round half_up : tensor<4xi16> -> tensor<4xi8>
func.func @narrow_enough(%x: tensor<4xi16>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<181> : tensor<1xui8> shift [15] round half_up : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// The second channel stays exact. With one shift it is 192 / 2^15.
// CHECK-LABEL: func @channels
// CHECK: requantize %{{.*}} mul dense<[181, 3]> : tensor<2xui8> shift [15, 9] axis 0 round addend addends [16658, 256] zero_point -128
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250, 3], shifts = [38, 9], rounding = half_up, input_zero_point = 0, zero_point = -128, clamp = [-128, 127], largest_difference = [1, 0], differing = [153, 0], digest
// LARGEST-LABEL: func @channels
// LARGEST: requantize %{{.*}} mul dense<[45, 3]> : tensor<2xui6> shift [13, 9] axis 0 round addend addends [8237, 256] zero_point -128
// LARGEST-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250, 3], shifts = [38, 9], rounding = half_up, input_zero_point = 0, zero_point = -128, clamp = [-128, 127], largest_difference = [1, 0], differing = [8398, 0], digest
// THRESHOLDS-LABEL: func @channels
// THRESHOLDS: requantize %{{.*}} mul dense<[181, 3]> : tensor<2xui8> shift [15, 9] axis 0 round addend addends [16660, 256] zero_point -128
// THRESHOLDS-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250, 3], shifts = [38, 9], rounding = half_up, input_zero_point = 0, zero_point = -128, clamp = [-128, 127], largest_difference = [1, 0], differing = [155, 0], digest
// LAYER-LABEL: func @channels
// LAYER: requantize %{{.*}} mul dense<[181, 192]> : tensor<2xui8> shift [15] axis 0 round addend addends [16658, 16384] zero_point -128
// LAYER-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250, 3], shifts = [38, 9], rounding = half_up, input_zero_point = 0, zero_point = -128, clamp = [-128, 127], largest_difference = [1, 0], differing = [153, 0], digest
func.func @channels(%x: tensor<2xi16>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<[1518500250, 3]> : tensor<2xsi32> shift [38, 9] axis 0 round half_up zero_point -128 : tensor<2xi16> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// Ties to even become an addend: 75/128 is 300/512, and one tie differs.
// CHECK-LABEL: func @ties_to_even
// CHECK: requantize %{{.*}} mul dense<75> : tensor<1xui7> shift [7] round addend addends [63]
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [300], shifts = [9], rounding = half_even, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [1], digest
// LARGEST-LABEL: func @ties_to_even
// LARGEST: requantize %{{.*}} mul dense<19> : tensor<1xui5> shift [5] round addend addends [14]
// LARGEST-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [300], shifts = [9], rounding = half_even, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [127], digest
func.func @ties_to_even(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<300> : tensor<1xui9> shift [9] round half_even : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// The second op is proved for what the first one gives by then: -71 with the
// criterion of thresholds.
// CHECK-LABEL: func @consumer
// CHECK: requantize %{{.*}} mul dense<141> : tensor<1xui8> shift [16] round addend addends [32770]
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1181106240], shifts = [39], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [3252], digest
// CHECK: requantize %{{.*}} mul dense<181> : tensor<1xui8> shift [7] round addend addends [63]
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-70] high[70]>, multiplicands = [1518500250], shifts = [30], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [1], digest
// LARGEST-LABEL: func @consumer
// LARGEST: requantize %{{.*}} mul dense<35> : tensor<1xui6> shift [14] round addend addends [8120]
// LARGEST-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1181106240], shifts = [39], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [13014], digest
// LARGEST: requantize %{{.*}} mul dense<45> : tensor<1xui6> shift [5] round addend addends [14]
// LARGEST-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-70] high[70]>, multiplicands = [1518500250], shifts = [30], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [40], digest
// THRESHOLDS-LABEL: func @consumer
// THRESHOLDS: requantize %{{.*}} mul dense<141> : tensor<1xui8> shift [16] round addend addends [26624]
// THRESHOLDS-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1181106240], shifts = [39], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [6156], digest
// THRESHOLDS: requantize %{{.*}} mul dense<181> : tensor<1xui8> shift [7] round addend addends [63]
// THRESHOLDS-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-71] high[70]>, multiplicands = [1518500250], shifts = [30], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [1], digest
func.func @consumer(%x: tensor<4xi16>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1181106240> : tensor<1xsi32> shift [39] round half_up : tensor<4xi16> -> tensor<4xi8>
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [30] round half_up : tensor<4xi8> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// The callee comes first, and is done again where its caller changes what it
// gets.
// CHECK-LABEL: func private @callee
// CHECK: requantize %{{.*}} mul dense<181> : tensor<1xui8> shift [7] round addend addends [63]
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-70] high[70]>, multiplicands = [1518500250], shifts = [30], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [1], digest
// LARGEST-LABEL: func private @callee
// LARGEST: requantize %{{.*}} mul dense<45> : tensor<1xui6> shift [5] round addend addends [14]
// LARGEST-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-70] high[70]>, multiplicands = [1518500250], shifts = [30], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [40], digest
// THRESHOLDS-LABEL: func private @callee
// THRESHOLDS: requantize %{{.*}} mul dense<181> : tensor<1xui8> shift [7] round addend addends [63]
// THRESHOLDS-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-71] high[70]>, multiplicands = [1518500250], shifts = [30], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [1], digest
func.func private @callee(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [30] round half_up : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// CHECK-LABEL: func @caller
// CHECK: requantize %{{.*}} mul dense<141> : tensor<1xui8> shift [16] round addend addends [32770]
// CHECK-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1181106240], shifts = [39], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [3252], digest
// LARGEST-LABEL: func @caller
// LARGEST: requantize %{{.*}} mul dense<35> : tensor<1xui6> shift [14] round addend addends [8120]
// LARGEST-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1181106240], shifts = [39], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [13014], digest
// THRESHOLDS-LABEL: func @caller
// THRESHOLDS: requantize %{{.*}} mul dense<141> : tensor<1xui8> shift [16] round addend addends [26624]
// THRESHOLDS-SAME: {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1181106240], shifts = [39], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [6156], digest
func.func @caller(%x: tensor<4xi16>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1181106240> : tensor<1xsi32> shift [39] round half_up : tensor<4xi16> -> tensor<4xi8>
  %1 = func.call @callee(%0) : (tensor<4xi8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}
