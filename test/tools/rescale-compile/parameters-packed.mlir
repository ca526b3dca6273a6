// RUN: rm -rf %t && split-file %s %t
// RUN: rescale-compile %t/records.mlir --emit=parameters --narrow=off -o %t/out
// RUN: FileCheck %s --input-file=%t/out/records.parameters.json --check-prefix=JSON
// RUN: od -An -v -tx1 %t/out/records.parameters.bin | FileCheck %s --check-prefix=RECORDS
// RUN: rescale-compile %t/columns.mlir --emit=parameters --narrow=off -o %t/out
// RUN: od -An -v -tx1 %t/out/columns.parameters.bin | FileCheck %s --check-prefix=COLUMNS
// RUN: rescale-compile %t/bias.mlir --emit=parameters --narrow=off -o %t/out
// RUN: od -An -v -tx1 %t/out/bias.parameters.bin | FileCheck %s --check-prefix=BIAS

// JSON:      "packed_file": "records.parameters.bin",
// JSON:      "packed": {
// JSON-NEXT:   "target": "ours",
// JSON-NEXT:   "rounding": "floor",
// JSON-NEXT:   "offset": 0,
// JSON-NEXT:   "size": 10,
// JSON-NEXT:   "records": 2,
// JSON-NEXT:   "packing": "records",
// JSON-NEXT:   "fields": [
// JSON-NEXT:     {
// JSON-NEXT:       "field": "multiplicand",
// JSON-NEXT:       "bits": 12
// JSON:      "bias": null,
// JSON:      "packed": {
// JSON:        "rounding": "half_up",
// JSON-NEXT:   "offset": 10,
// JSON-NEXT:   "size": 5,
// A layer without a target is in the JSON alone.
// JSON:      "packed": null,

// 0x321, 5 and 0xf00, of 12, 4 and 17 bits, and four of padding; 0x322, 6 and
// -0x100; 0x7ff, 9 and 0, as the addend of half_up is the machine's own.
// RECORDS: 21 53 00 0f 00 22 63 00 ff 01 ff 97 00 00 00
// RECORDS-NOT: {{.}}

// Each column starts with a byte of its own: five bits for each shift.
// COLUMNS: 01 02 03 a4 1c
// COLUMNS-NOT: {{.}}

// 255 + 100 and -256 + 1 of ten bits, 10 and 5, 20 and 6: what the addends have
// beside 2^4 and 2^5 is 100 times 10 and once 20.
// BIAS: 63 29 14 01 53 18
// One multiplicand for two biases is there twice.
// BIAS-SAME: ff 28 14 00 2b 14
// BIAS-NOT: {{.}}

//--- records.mlir
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui12, shift = [0, 15], addend = free, addend_bits = 17,
    rounding = [floor, half_up], layout = records [multiplicand : 12, shift : 4, addend : 17, padding : 4]>} {
  func.func @main(%x: tensor<4x2xi32>, %y: tensor<4xi32>, %z: tensor<4xi32>) -> (tensor<4x2xi8>, tensor<4xi8>, tensor<4xi8>) {
    %0 = rescale.requantize %x mul dense<[801, 802]> : tensor<2xui12> shift [5, 6] axis 1 round addend addends [3840, -256]
      : tensor<4x2xi32> -> tensor<4x2xi8>
    %1 = rescale.requantize %y mul dense<2047> : tensor<1xui12> shift [9] round half_up : tensor<4xi32> -> tensor<4xi8>
    %2 = rescale.requantize %z mul dense<3> : tensor<1xui12> shift [40] round floor
      {rescale.target = #rescale.target<"cpu", multiplicand = ui12, rounding = [floor]>} : tensor<4xi32> -> tensor<4xi8>
    return %0, %1, %2 : tensor<4x2xi8>, tensor<4xi8>, tensor<4xi8>
  }
}

//--- columns.mlir
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui8, shift = [0, 31], rounding = [half_up],
    layout = columns [multiplicand : 8, shift : 5]>} {
  func.func @main(%x: tensor<4x3xi32>) -> tensor<4x3xi8> {
    %0 = rescale.requantize %x mul dense<[1, 2, 3]> : tensor<3xui8> shift [4, 5, 7] axis 1 round half_up
      : tensor<4x3xi32> -> tensor<4x3xi8>
    return %0 : tensor<4x3xi8>
  }
}

//--- bias.mlir
module attributes {rescale.target = #rescale.target<"bias", multiplicand = ui8, rounding = [half_up], addend = in_bias, addend_bits = 10,
    layout = records [bias : 10, multiplicand : 8, shift : 6]>} {
  func.func @main(%in: tensor<1x1x1x1xi8>) -> (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>) {
    %w = "tosa.const"() <{values = dense<[[[[100]]], [[[50]]]]> : tensor<2x1x1x1xi8>}> : () -> tensor<2x1x1x1xi8>
    %b = "tosa.const"() <{values = dense<[255, -256]> : tensor<2xi32>}> : () -> tensor<2xi32>
    %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %acc = tosa.conv2d %in, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
      : (tensor<1x1x1x1xi8>, tensor<2x1x1x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
    %0 = rescale.requantize %acc mul dense<[10, 20]> : tensor<2xui8> shift [5, 6] axis 3
           round addend addends [1016, 52] : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
    %1 = rescale.requantize %acc mul dense<10> : tensor<1xui8> shift [5] round half_up : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
    return %0, %1 : tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>
  }
}
