// RUN: rescale-opt %s -rescale-narrow -rescale-report=output=%t.json \
// RUN:   -mlir-print-debuginfo -o %t.mlir
// RUN: FileCheck %s --input-file=%t.json --check-prefix=JSON
// The same again, and nothing else: the module stays as it is.
// RUN: rescale-opt %s -rescale-narrow -mlir-print-debuginfo -o %t.narrow.mlir
// RUN: diff %t.narrow.mlir %t.mlir
// RUN: rescale-opt %t.mlir -rescale-report=output=- -o /dev/null \
// RUN:   | FileCheck %s --check-prefix=JSON
// RUN: rescale-opt %s -rescale-narrow -rescale-report=format=table \
// RUN:   -o /dev/null 2>&1 | FileCheck %s --check-prefix=TABLE --match-full-lines --strict-whitespace
// RUN: rescale-opt %s -rescale-report=format=table \
// RUN:   -o /dev/null 2>&1 | FileCheck %s --check-prefix=BEFORE

// Channels, by hand: 0 adds 7 and up to 100 times 255, 1 has no weights, and 2 has
// those of an input that is always 5, 133 less its zero point.
// JSON:        "format": "rescale-report"
// JSON:        "version": 1
// JSON:        "summary": {
// JSON-NEXT:     "layers": 2
// JSON-NEXT:     "layers_with_one_shift_before": 1
// JSON-NEXT:     "layers_with_one_shift": 1
// JSON-NEXT:     "channels": 3
// JSON-NEXT:     "constant_channels": 1
// JSON-NEXT:     "constant_on_range": 1
// JSON-NEXT:     "proved": 3
// JSON-NEXT:     "approximate": 0
// JSON-NEXT:     "observed": 0
// JSON-NEXT:     "unchanged": 0
// JSON-NEXT:     "largest_difference": 0
// JSON-NEXT:     "max_bits_before": 31
// JSON-NEXT:     "max_bits": 20
// JSON-NEXT:     "median_bits_before": 31
// JSON:        "histogram": [
// JSON-NEXT:     {
// JSON-NEXT:       "bits": 0
// JSON-NEXT:       "channels": 1
// JSON-NEXT:       "channels_before": 0
// JSON:        "elementwise_summary": {
// JSON-NEXT:     "layers": 1
// JSON:        "layers": [
// JSON-NEXT:     {
// JSON-NEXT:       "name": "conv_1"
// JSON-NEXT:       "model_name": "model/conv_1/Conv2D"
// JSON-NEXT:       "location": "model/conv_1/Conv2D"
// JSON-NEXT:       "source": "tosa.conv2d"
// JSON-NEXT:       "role": "accumulators"
// JSON-NEXT:       "input_type": "i32"
// JSON-NEXT:       "result_type": "i8"
// JSON-NEXT:       "port_before": null
// JSON-NEXT:       "port": {
// JSON-NEXT:         "signed": false
// JSON-NEXT:         "width": 20
// JSON-NEXT:       }
// JSON-NEXT:       "rounding_before": "double"
// JSON-NEXT:       "rounding": "addend"
// JSON-NEXT:       "one_shift_before": false
// JSON-NEXT:       "one_shift": false
// JSON-NEXT:       "snapped": null
// JSON-NEXT:       "channels": [
// JSON-NEXT:         {
// JSON-NEXT:           "range": [
// JSON-NEXT:             7
// JSON-NEXT:             25507
// JSON-NEXT:           ]
// JSON-NEXT:           "constant": false
// JSON-NEXT:           "constant_on_range": false
// JSON-NEXT:           "multiplicand_before": 1518500250
// JSON-NEXT:           "bits_before": 31
// JSON-NEXT:           "shift_before": 38
// JSON-NEXT:           "product_bits_before": 47
// JSON-NEXT:           "multiplicand": 741455
// JSON-NEXT:           "bits_after": 20
// JSON-NEXT:           "shift": 27
// JSON-NEXT:           "addend": 67633152
// JSON-NEXT:           "negative_addend": 67633152
// JSON-NEXT:           "product_bits": 36
// JSON-NEXT:           "certificate": "proved"
// JSON-NEXT:           "largest_difference": 0
// JSON-NEXT:           "differing": 0
// JSON-NEXT:         }
// JSON-NEXT:         {
// JSON-NEXT:           "range": [
// JSON-NEXT:             -9
// JSON-NEXT:             -9
// JSON-NEXT:           ]
// JSON-NEXT:           "constant": true
// JSON-NEXT:           "constant_on_range": true
// JSON:                "bits_after": 0
// JSON:                "range": [
// JSON-NEXT:             13308
// JSON-NEXT:             13308
// JSON-NEXT:           ]
// JSON-NEXT:           "constant": false
// JSON-NEXT:           "constant_on_range": true
// JSON:                "bits_after": 0
// JSON:            "name": "requantize_0"
// JSON-NEXT:       "model_name": null
// JSON:            "source": null
// JSON-NEXT:       "role": "accumulators"
// JSON:            "port_before": null
// JSON:            "name": "requantize_1"
// JSON:            "source": "rescale.requantize"
// JSON-NEXT:       "role": "elementwise"
// JSON:            "port_before": {
// JSON-NEXT:         "signed": true
// JSON-NEXT:         "width": 32
// JSON:            "certificate": "none"

// TABLE:From accumulators to codes
// TABLE-EMPTY:
// TABLE-NEXT:layer         source       channels  constant               accumulators  port before  after  bits before  after  shift       addend  product bits before  after  certificate
// TABLE-NEXT:conv_1        tosa.conv2d         2         1                [-9, 25507]            -   ui20           31  0..20  0..27  0..67633152               38..47  1..36       proved
// TABLE-NEXT:requantize_0  -                   1         0  [-2147483648, 2147483647]            -    ui1            5      1     16      half_up                   37     33       proved
// TABLE-EMPTY:
// TABLE-NEXT:3 channels in 2 layers, and 1 constant; layers with one shift: 1 before, 1 after
// TABLE-NEXT:3 proved equal, 0 judged by data, 0 unchanged; 1 with inputs that leave one code
// TABLE-EMPTY:
// TABLE-NEXT:                           before  after
// TABLE-NEXT:widest multiplicand, bits      31     20
// TABLE-NEXT:median                         31      1
// TABLE-NEXT:median of those that vary           10.5
// TABLE-NEXT:sum                            67     21
// TABLE-NEXT:widest product, bits           47     36
// TABLE-EMPTY:
// TABLE-NEXT:bits  before  after
// TABLE-NEXT:   0       0      1
// TABLE-NEXT:   1       0      1
// TABLE-NEXT:   5       1      0
// TABLE-NEXT:  20       0      1
// TABLE-NEXT:  31       2      0
// TABLE-EMPTY:
// TABLE-NEXT:Within elementwise layers
// TABLE-EMPTY:
// TABLE:requantize_1  rescale.requantize         1         0   [-128, 127]         si32   si32           31     31     10  half_up                   38     38         none

// BEFORE: {{^}}conv_1 {{.*}} si32 {{.*}} none
// BEFORE: widest multiplicand, bits      31     31

func.func @main(%x: tensor<1x1x1x1xi8>, %y: tensor<2xi32>)
    -> (tensor<1x1x1x3xi8>, tensor<2xi32>) {
  %five = "tosa.const"() <{values = dense<5> : tensor<1x1x1x1xi8>}> : () -> tensor<1x1x1x1xi8>
  %zero = tosa.clamp %x {min_val = 5 : i8, max_val = 5 : i8} : (tensor<1x1x1x1xi8>) -> tensor<1x1x1x1xi8>
  %in = tosa.concat %x, %zero {axis = 3 : i32} : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x1x2xi8>
  %w = "tosa.const"() <{values = dense<[[[[100, 0]]], [[[0, 0]]], [[[0, 100]]]]> : tensor<3x1x1x2xi8>}> : () -> tensor<3x1x1x2xi8>
  %b = "tosa.const"() <{values = dense<[7, -9, 8]> : tensor<3xi32>}> : () -> tensor<3xi32>
  %zi = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zw = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %acc = tosa.conv2d %in, %w, %b, %zi, %zw {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x1x1x2xi8>, tensor<3x1x1x2xi8>, tensor<3xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x3xi32> loc("model/conv_1/Conv2D")
  %0 = rescale.requantize %acc mul dense<[1518500250, 1618500250, 1718500250]> : tensor<3xsi32> shift [38, 38, 37] axis 3
    round double zero_point -128 : tensor<1x1x1x3xi32> -> tensor<1x1x1x3xi8> loc("model/conv_1/Conv2D")
  %1 = rescale.requantize %y mul dense<16> : tensor<1xsi32> shift [20] round half_up : tensor<2xi32> -> tensor<2xi8>
  %2 = rescale.requantize %1 mul dense<1073741825> : tensor<1xsi32> shift [10] round half_up : tensor<2xi8> -> tensor<2xi32>
  return %0, %2 : tensor<1x1x1x3xi8>, tensor<2xi32>
}
