// RUN: rescale-opt %s -split-input-file -verify-diagnostics -rescale-approximate=bits=1 -rescale-verify-certificates | FileCheck %s
// RUN: rescale-opt %s -split-input-file -verify-diagnostics "-rescale-approximate=bits=1 criterion=largest" | FileCheck %s --check-prefix=LARGEST
// RUN: rescale-opt %s -split-input-file -verify-diagnostics "-rescale-approximate=bits=1 shift=layer" | FileCheck %s --check-prefix=LAYER
// RUN: rescale-opt %s -split-input-file -rescale-approximate=bits=1 -o /dev/null --remarks-filter=rescale-approximate 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: rescale-opt %s -split-input-file -rescale-approximate=bits=1 -rescale-report=format=table -o /dev/null 2>&1 | FileCheck %s --check-prefix=TABLE
// RUN: rescale-opt %s -split-input-file -rescale-approximate=bits=1 "-rescale-report=format=table channels" -o /dev/null 2>&1 | FileCheck %s --check-prefix=CHANNELS
// RUN: rescale-opt %s -split-input-file -rescale-approximate=bits=1 -rescale-report -o /dev/null 2>&1 | FileCheck %s --check-prefix=JSON

// All that was seen is 80 to 84: a quarter of it and 41 gives their codes 30, 30,
// 30, 31 and 31, however wrong other codes are. For these a half would be best.
// CHECK-LABEL: func @seen
// CHECK: requantize %{{.*}} mul dense<true> : tensor<1xui1> shift [2] round addend addends [41] {{.*}} largest_difference = [26], differing = [248]
// LARGEST-LABEL: func @seen
// LARGEST: requantize %{{.*}} mul dense<true> : tensor<1xui1> shift [1] round floor {{.*}} largest_difference = [16], differing = [248]
// REMARK: [Passed] approximated {{.*}} LargestDifference=26, ObservedMeanError=0.000000
// JSON:      "differing": 248,
// JSON-NEXT: "observed": {
// JSON-NEXT:   "accumulators": 50,
// JSON-NEXT:   "differing": 0,
// JSON-NEXT:   "mean_difference": 0
func.func @seen(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [3] round floor
    {rescale.observed_range = #rescale.range<observed low[80] high[84]>,
     rescale.observed_histogram = {bin_bits = array<i8: 0>, sizes = array<i64: 5>, bins = dense<[80, 81, 82, 83, 84]> : tensor<5xi64>, counts = dense<[10, 10, 10, 10, 10]> : tensor<5xi64>}}
    : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// Less its zero point, the first channel was 0 a hundred times and 8 once. In the
// middle of their bins, which have 4 accumulators, the second one was -3 seven
// times and 21 nine times: no slope of one bit has the right codes of both.
// CHECK-LABEL: func @channels
// CHECK: requantize %{{.*}} shift [2, 1] axis 1 round addend addends [0, 6] input_zero_point -8
// One shift, which is worse for the first.
// LAYER-LABEL: func @channels
// LAYER: requantize %{{.*}} shift [1] axis 1 round addend addends [0, 6] input_zero_point -8
// REMARK: [Passed] approximated {{.*}} ObservedMeanError=0.188034
// TABLE: requantize_0 {{.*}} proved, 2 differ by 18; observed 0.1880 in the mean
// CHANNELS: proved, 248 differ by {{[0-9]+}}; observed 0.0099 in the mean
// CHANNELS: proved, 248 differ by {{[0-9]+}}; observed 1.3125 in the mean
// JSON:      "observed": {
// JSON-NEXT:   "accumulators": 101,
// JSON-NEXT:   "differing": 1,
// JSON-NEXT:   "mean_difference": 0.009900990099
// JSON:      "observed": {
// JSON-NEXT:   "accumulators": 16,
// JSON-NEXT:   "differing": 7,
// JSON-NEXT:   "mean_difference": 1.3125
func.func @channels(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %0 = rescale.requantize %x mul dense<[3, 5]> : tensor<2xui3> shift [3] axis 1 round half_up input_zero_point -8 zero_point 2
    {rescale.observed_histogram = {bin_bits = array<i8: 0, 2>, sizes = array<i64: 2, 2>, bins = dense<[-8, 0, -3, 3]> : tensor<4xi64>, counts = dense<[100, 1, 7, 9]> : tensor<4xi64>}}
    : tensor<4x2xi8> -> tensor<4x2xi8>
  return %0 : tensor<4x2xi8>
}

// -----

// One bit, without a shift, would be 129 times less steep: it stays.
// CHECK-LABEL: func @steep
// CHECK: requantize %{{.*}} mul dense<129>
// LARGEST-LABEL: func @steep
// LARGEST: requantize %{{.*}} mul dense<129>
// LAYER-LABEL: func @steep
// LAYER: requantize %{{.*}} mul dense<129>
// REMARK: [Missed] not-approximated {{.*}} Reason="a scale is not below 2^1"
func.func @steep(%x: tensor<4xi8>) -> tensor<4xi16> {
  %0 = rescale.requantize %x mul dense<129> : tensor<1xui8> shift [0] round floor
    {rescale.observed_histogram = {bin_bits = array<i8: 0>, sizes = array<i64: 1>, bins = dense<1> : tensor<1xi64>, counts = dense<1> : tensor<1xi64>}}
    : tensor<4xi8> -> tensor<4xi16>
  return %0 : tensor<4xi16>
}

// -----

// 109 was seen before the codes of %0 were changed, and does not occur then: the
// bin moves to the end of what can.
// CHECK-LABEL: func @moved
// CHECK: requantize %{{.*}} zero_point 100
// CHECK: requantize %{{.*}} {rescale.certificate = {{.*}}range = <proved low[100] high[108]>
func.func @moved(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<5> : tensor<1xui3> shift [6] round floor zero_point 100 clamp [100, 127] : tensor<4xi8> -> tensor<4xi8>
  %1 = rescale.requantize %0 mul dense<3> : tensor<1xui2> shift [3] round floor
    {rescale.observed_histogram = {bin_bits = array<i8: 0>, sizes = array<i64: 2>, bins = dense<[100, 109]> : tensor<2xi64>, counts = dense<[1, 3]> : tensor<2xi64>}}
    : tensor<4xi8> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}
