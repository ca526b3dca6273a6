// An importer's attributes give way to scales and zero points.

// RUN: rescale-opt %s -split-input-file -mlir-print-debuginfo -mlir-print-local-scope \
// RUN:   -rescale-annotate-interface="inputs=0.024480115622282028:-128,none outputs=0.5:5" | FileCheck %s

// CHECK: module {
module attributes {tf_saved_model.semantics, tfl.schema_version = 3 : i32} {
  // CHECK-LABEL: func.func @main(
  // CHECK-SAME:    %{{.*}}: tensor<4xi8> {rescale.scale = 0.024480115622282028 : f64, rescale.zero_point = -128 : i64} loc("image:0"),
  // CHECK-SAME:    %{{.*}}: tensor<4xi8> loc("mask"))
  // CHECK-SAME:    -> (tensor<4xi8> {rescale.scale = 5.000000e-01 : f64, rescale.zero_point = 5 : i64})
  // CHECK-SAME:    attributes {kept.as_it_is} {
  func.func @main(%x: tensor<4xi8> {tf_saved_model.index_path = ["x"]}, %y: tensor<4xi8>)
      -> (tensor<4xi8> {tf_saved_model.index_path = ["z"]})
      attributes {tf.entry_function = {inputs = "image:0,mask", outputs = "z"}, kept.as_it_is} {
    // CHECK: tosa.add %{{.*}}, %{{.*}} : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8> loc("sum")
    %0 = tosa.add %x, %y {tf.device = ""} : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8> loc("sum")
    return %0 : tensor<4xi8>
  }
  // CHECK: func.func private @helper(tensor<?xi8>) loc(
  func.func private @helper(tensor<?xi8>)
}

// -----

// Names that cannot be told apart are dropped.
// CHECK-LABEL: func.func @commas(
// CHECK-NOT:     "a
func.func @commas(%x: tensor<4xi8>, %y: tensor<4xi8>) -> tensor<4xi8>
    attributes {tf.entry_function = {inputs = "a,b,c"}} {
  return %x : tensor<4xi8>
}
