// RUN: rescale-opt %s -rescale-tap-layers=layers=%t.json | FileCheck %s
// RUN: FileCheck %s --check-prefix=JSON < %t.json

// Each value once, in the order of the operations; constants are known, and i48
// has no type in C.
// CHECK-LABEL: func.func @main(
// CHECK-SAME:    %[[X:.*]]: tensor<1x4x4x2xi8>, %[[A:.*]]: tensor<1x2x3xi48>) -> (tensor<1x4x4x3xi8>, tensor<1x2x3xi16>, tensor<1x4x4x3xi8>, tensor<1x4x4x2xi8>, tensor<1x4x4x3xi32>, tensor<1x2x3xi64>, tensor<1x2x3xi16>)
// CHECK:         %[[ACC:.*]] = tosa.conv2d %[[X]]
// CHECK:         %[[Y:.*]] = rescale.requantize %[[ACC]]
// CHECK:         %[[T:.*]] = rescale.requantize %[[X]]
// CHECK:         %[[B:.*]] = rescale.requantize %[[A]]
// CHECK:         %[[W:.*]] = arith.extsi %[[A]] : tensor<1x2x3xi48> to tensor<1x2x3xi64>
// CHECK:         return %[[Y]], %[[B]], %{{.*}}, %[[X]], %[[ACC]], %[[W]], %[[B]] :

// JSON:      "op": "tosa.conv2d",
// JSON-NEXT: "output": 3,
// JSON-NEXT: "kernel": [
// JSON-NEXT:   3,
// JSON-NEXT:   2
// JSON-NEXT: ],
// JSON-NEXT: "pad": [
// JSON-NEXT:   1,
// JSON-NEXT:   1,
// JSON-NEXT:   0,
// JSON-NEXT:   1
// JSON-NEXT: ],
// JSON-NEXT: "stride": [
// JSON-NEXT:   1,
// JSON-NEXT:   1
// JSON-NEXT: ],
// JSON-NEXT: "dilation": [
// JSON-NEXT:   1,
// JSON-NEXT:   1
// JSON-NEXT: ],
// JSON-NEXT: "zero_point": -7,
// JSON-NEXT: "depthwise": false
// JSON:      "op": "rescale.requantize",
// JSON-NEXT: "output": 4,
// JSON-NEXT: "axis": 3,
// JSON-NEXT: "unsigned": false
// JSON:      "op": "rescale.requantize",
// JSON-NEXT: "output": 3,
// JSON-NEXT: "axis": null,
// JSON-NEXT: "unsigned": true
// JSON:      "op": "rescale.requantize",
// JSON-NEXT: "output": 5,
// JSON:      "op": "tosa.matmul",
// JSON-NEXT: "output": 6,
// JSON:      "zero_point": 0,
// JSON-NOT:  "op"
func.func @main(%x: tensor<1x4x4x2xi8>, %a: tensor<1x2x3xi48>) -> (tensor<1x4x4x3xi8>, tensor<1x2x3xi16>, tensor<1x4x4x3xi8>) {
  %w = "tosa.const"() <{values = dense<1> : tensor<3x3x2x2xi8>}> : () -> tensor<3x3x2x2xi8>
  %b = "tosa.const"() <{values = dense<0> : tensor<3xi32>}> : () -> tensor<3xi32>
  %zx = "tosa.const"() <{values = dense<-7> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zw = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %acc = tosa.conv2d %x, %w, %b, %zx, %zw {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 0, 1>, stride = array<i64: 1, 1>}
    : (tensor<1x4x4x2xi8>, tensor<3x3x2x2xi8>, tensor<3xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x3xi32>
  %0 = rescale.requantize %acc mul dense<[1, 2, 3]> : tensor<3xui8> shift [4] axis 3 round floor : tensor<1x4x4x3xi32> -> tensor<1x4x4x3xi8>
  %1 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [4] round floor unsigned_input : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xi8>
  %2 = rescale.requantize %a mul dense<1> : tensor<1xui8> shift [4] round floor : tensor<1x2x3xi48> -> tensor<1x2x3xi16>
  %c = "tosa.const"() <{values = dense<3> : tensor<1x4x4x3xi32>}> : () -> tensor<1x4x4x3xi32>
  %3 = rescale.requantize %c mul dense<1> : tensor<1xui8> shift [4] round floor : tensor<1x4x4x3xi32> -> tensor<1x4x4x3xi8>
  %m = "tosa.const"() <{values = dense<2> : tensor<1x3x4xi16>}> : () -> tensor<1x3x4xi16>
  %z16 = "tosa.const"() <{values = dense<0> : tensor<1xi16>}> : () -> tensor<1xi16>
  %4 = tosa.matmul %2, %m, %z16, %z16 : (tensor<1x2x3xi16>, tensor<1x3x4xi16>, tensor<1xi16>, tensor<1xi16>) -> tensor<1x2x4xi48>
  // No product with constant weights.
  %5 = tosa.matmul %2, %2, %z16, %z16 : (tensor<1x2x3xi16>, tensor<1x2x3xi16>, tensor<1xi16>, tensor<1xi16>) -> tensor<1x2x3xi48>
  return %0, %2, %3 : tensor<1x4x4x3xi8>, tensor<1x2x3xi16>, tensor<1x4x4x3xi8>
}
