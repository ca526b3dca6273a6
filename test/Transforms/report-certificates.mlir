// RUN: rescale-opt %s -rescale-report -o /dev/null 2>&1 | FileCheck %s --check-prefix=JSON
// RUN: rescale-opt %s -rescale-report=format=table -o /dev/null 2>&1 | FileCheck %s --check-prefix=TABLE

// What differs is never counted as proved equal, nor what data alone says.
// JSON:      "layers": 4,
// JSON:      "channels": 5,
// JSON:      "proved": 1,
// JSON-NEXT: "approximate": 1,
// JSON-NEXT: "observed": 1
// JSON-NEXT: "unchanged": 2
// JSON-NEXT: "largest_difference": 1,
// JSON:      "max_bits_before": 16,
// JSON-NEXT: "max_bits": 2,
// Certificates do not say what port the original had.
// JSON:      "port_before": null,
// JSON-NEXT: "port": {
// JSON:      "rounding_before": "half_up",
// JSON:      "multiplicand_before": 513,
// JSON:      "certificate": "proved",
// JSON-NEXT: "largest_difference": 1,
// JSON-NEXT: "differing": 4096
// JSON:      "certificate": "proved",
// JSON-NEXT: "largest_difference": 0,
// JSON-NEXT: "differing": 0
// JSON:      "port_before": null,
// JSON:      "certificate": "observed",
// Unsigned accumulators of 64 bits have ranges too.
// JSON:      "input_type": "u64",
// JSON:      "port_before": {
// JSON-NEXT:   "signed": false,
// JSON-NEXT:   "width": 2
// JSON:      "range": [
// JSON-NEXT:   0,
// JSON-NEXT:   18446744073709551615
// JSON:      "certificate": "none",
// A dynamic axis has as many channels as anybody likes, of one staircase.
// JSON:      "channels": [
// JSON-NEXT:   {
// JSON-NEXT:     "range": [
// JSON-NEXT:       -32768,
// JSON-NEXT:       32767
// JSON-NEXT:     ],
// JSON-NOT:      "range"

// TABLE: requantize_0 {{.*}} proved, 1 differ by 1
// TABLE: requantize_1 {{.*}} observed
// TABLE: 1 proved equal, 1 proved to differ by at most 1, 1 judged by data, 2 unchanged

func.func @main(%x: tensor<2xi16>, %y: tensor<4xi64>, %z: tensor<?xi16>)
    -> (tensor<2xi8>, tensor<2xi8>, tensor<4xi8>, tensor<?xi8>) {
  %0 = rescale.requantize %x mul dense<[1, 3]> : tensor<2xui2> shift [9, 10] axis 0 round half_up
    {rescale.certificate = #rescale.certificate<
       range = <proved low[-32768] high[32767]>,
       multiplicands = [513, 96], shifts = [18, 15], rounding = half_up,
       input_zero_point = 0, zero_point = 0, clamp = [-128, 127],
       largest_difference = [1, 0], differing = [4096, 0], digest = 1217171137362588561>}
    : tensor<2xi16> -> tensor<2xi8>
  %1 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [3] round floor
    {rescale.certificate = #rescale.certificate<
       range = <observed low[-100] high[100]>,
       multiplicands = [32768], shifts = [18], rounding = floor,
       input_zero_point = 0, zero_point = 0, clamp = [-128, 127],
       largest_difference = [0], differing = [0], digest = 11046535282947305435>}
    : tensor<2xi16> -> tensor<2xi8>
  %2 = rescale.requantize %y mul dense<3> : tensor<1xui2> shift [60] round floor unsigned_input
    : tensor<4xi64> -> tensor<4xi8>
  %3 = rescale.requantize %z mul dense<3> : tensor<1xui2> shift [9] axis 0 round floor
    : tensor<?xi16> -> tensor<?xi8>
  return %0, %1, %2, %3 : tensor<2xi8>, tensor<2xi8>, tensor<4xi8>, tensor<?xi8>
}
