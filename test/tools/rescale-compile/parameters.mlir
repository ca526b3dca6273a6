// RUN: rm -rf %t
// RUN: rescale-compile %s --name=int --emit=parameters --narrow=off -o %t
// RUN: ls -A %t | FileCheck %s --check-prefix=FILES --match-full-lines
// RUN: FileCheck %s --input-file=%t/int.parameters.json
// FILES:      int.parameters.json
// FILES-NOT:  {{.}}

// CHECK:      "format": "rescale-parameters",
// CHECK-NEXT: "version": 1,
// The name of a file, which C need not take.
// CHECK-NEXT: "name": "int",
// CHECK-NEXT: "packed_file": null,
// CHECK-NEXT: "layers": [
// CHECK-NEXT:   {
// CHECK-NEXT:     "name": "requantize_0",
// CHECK-NEXT:     "model_name": null,
// CHECK-NEXT:     "role": "accumulators",
// CHECK-NEXT:     "shape": [2,
// CHECK-SAME:       3],
// CHECK-NEXT:     "axis": 1,
// CHECK-NEXT:     "input": {
// CHECK-NEXT:       "bits": 8,
// CHECK-NEXT:       "unsigned": true
// CHECK-NEXT:     },
// CHECK-NEXT:     "result": {
// CHECK-NEXT:       "bits": 4,
// CHECK-NEXT:       "unsigned": false
// CHECK-NEXT:     },
// CHECK-NEXT:     "port": {
// CHECK:          "rounding": "addend",
// CHECK-NEXT:     "input_zero_point": 10,
// CHECK-NEXT:     "zero_point": 1,
// CHECK-NEXT:     "clamp": [
// CHECK-NEXT:       -2,
// CHECK-NEXT:       3
// CHECK-NEXT:     ],
// CHECK-NEXT:     "packed": null,
// CHECK-NEXT:     "channels": [
// CHECK-NEXT:       {
// floor((d + 4) / 64) for d = x - 10 >= 0, floor((d + 0) / 64) below: from 10 - 0
// less one, in steps of 64.
// CHECK:              "range": [0, 255],
// CHECK-NEXT:         "first_code": 0,
// CHECK-NEXT:         "thresholds": [10, 70, 134]
// CHECK:              "range": [0, 255],
// CHECK-NEXT:         "first_code": -2,
// CHECK:              "multiplicand": 0,
// CHECK:              "range": [0, 255],
// CHECK-NEXT:         "first_code": 1,
// CHECK-NEXT:         "thresholds": []
// More steps than 16 bits have codes are not listed.
// CHECK:          "name": "requantize_1",
// CHECK:          "axis": null,
// CHECK:              "first_code": null,
// CHECK-NEXT:         "thresholds": null

func.func @main(%x: tensor<2x3xi8>, %y: tensor<4xi32>) -> (tensor<2x3xi4>, tensor<4xi32>) {
  %0 = rescale.requantize %x mul dense<[1, 70, 0]> : tensor<3xsi16> shift [6, 6, 6] axis 1
         round addend addends [4, 4, 0] negative_addends [0, 0, 0] input_zero_point 10
         zero_point 1 clamp [-2, 3] unsigned_input
       : tensor<2x3xi8> -> tensor<2x3xi4>
  %1 = rescale.requantize %y mul dense<1> : tensor<1xui1> shift [0] round floor
         clamp [-70000, 70000] : tensor<4xi32> -> tensor<4xi32>
  return %0, %1 : tensor<2x3xi4>, tensor<4xi32>
}
