// RUN: rescale-opt %s -rescale-approximate=bits=8 -o /dev/null \
// RUN:   --remarks-filter=rescale-approximate 2>&1 | FileCheck %s

// CHECK: remark: [Passed] approximated | Category:rescale-approximate | {{.*}}BitsAfter=8, BitsBefore=31, DifferingChannels=1, LargestDifference=1
func.func @approximated(%x: tensor<2xi16>) -> tensor<2xi8> {
  %0 = rescale.requantize %x mul dense<[1518500250, 3]> : tensor<2xsi32> shift [38, 9] axis 0 round half_up zero_point -128 : tensor<2xi16> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// CHECK: remark: [Missed] not-approximated | Category:rescale-approximate | {{.*}}Reason="the accumulators exceed signed 64 bits"
func.func @unsigned_64(%x: tensor<4xi64>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [60] round half_up unsigned_input : tensor<4xi64> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// CHECK: remark: [Missed] not-approximated | {{.*}}Reason="requires at most 1048576 steps in the range, got 3037000499"
func.func @wide_result(%x: tensor<4xi32>) -> tensor<4xi32> {
  %0 = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [31] round half_up : tensor<4xi32> -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// The best scale of eight bits is 181 * 2^8, too small by a ten thousandth: most
// of 2^64 codes are others.
// CHECK: remark: [Missed] not-approximated | {{.*}}Reason="the count of differing accumulators exceeds signed 64 bits"
func.func @many(%x: tensor<4xi64>) -> tensor<4xi32> {
  %0 = rescale.requantize %x mul dense<46341> : tensor<1xui16> shift [63] round half_up : tensor<4xi64> -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// What was observed of the original says nothing of other accumulators.
// CHECK: remark: [Missed] not-approximated | {{.*}}Reason="the certificate is observed, or its original has another zero point or clamp"
func.func @observed(%x: tensor<4xi16>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<724077> : tensor<1xui20> shift [27] round half_up
    {rescale.certificate = #rescale.certificate<range = <observed low[0] high[9]>, multiplicands = [1518500250], shifts = [38], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 7526986246068364249>} : tensor<4xi16> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// The original saturates at 0, where no accumulator is below: the op does not,
// and keeps its clamp.
// CHECK: remark: [Missed] not-approximated | {{.*}}Reason="the certificate is observed, or its original has another zero point or clamp"
func.func @other_clamp(%x: tensor<4xi16>) -> tensor<4xi8> {
  %0 = tosa.clamp %x {min_val = 0 : i16, max_val = 32767 : i16} : (tensor<4xi16>) -> tensor<4xi16>
  %1 = rescale.requantize %0 mul dense<724077> : tensor<1xui20> shift [27] round half_up
    {rescale.certificate = #rescale.certificate<range = <proved low[0] high[32767]>, multiplicands = [724077], shifts = [27], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [0, 127], largest_difference = [0], differing = [0], digest = 7526986246068364249>} : tensor<4xi16> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// Nothing is wider than asked for.
// CHECK-NOT: remark
func.func @narrow_enough(%x: tensor<4xi16>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<181> : tensor<1xui8> shift [15] round half_up : tensor<4xi16> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
