// RUN: rescale-opt %s -split-input-file -rescale-outline-layers | FileCheck %s
// RUN: rescale-opt %s -split-input-file -rescale-outline-layers --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC

// The name that the model gave, as a C identifier with a number; of names that
// were joined the last one, which computes; the scope and not the operation. Of
// operations, the one that takes the others in. All of them, once, in order.
// CHECK: @conv2d_1({{.*}}rescale.layer = {name = "model/relu/Relu;model/conv2d_1/BiasAdd;model/conv2d_1/Conv2D", ops = ["tosa.conv2d", "tosa.rescale", "tosa.add"]}
// CHECK: @conv2d_1_2({{.*}}rescale.layer = {name = "model/conv2d_1/Conv2D", ops = ["tosa.rescale"]}
// CHECK: @add_0({{.*}}rescale.layer = {name = "model/add/add", ops = []}
// CHECK: @re_lu_0({{.*}}rescale.layer = {name = "re-lu", ops = []}
// CHECK: @layer_4({{.*}}rescale.layer = {name = "4", ops = []}
// CHECK: @x_7({{.*}}rescale.layer = {name = "__x_7", ops = []}
// CHECK: @clamp_0({{.*}}rescale.layer = {name = "", ops = ["tosa.clamp"]}
// CHECK: @clamp_1({{.*}}rescale.layer = {name = "", ops = ["tosa.clamp"]}
// CHECK: @copy_0({{.*}}rescale.layer = {name = "", ops = []}
// LOC: #[[$ADD:.*]] = loc("model/add/add")
// LOC: func.func private @add_0(
// LOC: } loc(#[[$ADD]])
func.func @net(%x: memref<1xi8>, %y: memref<2xi8>, %z: memref<3xi8>,
               %u: memref<1xi8>, %v: memref<2xi8>, %w: memref<3xi8>) {
  linalg.copy ins(%x : memref<1xi8>) outs(%u : memref<1xi8>) loc(fused[fused<2>["tosa.add"("model/add_7/add")], fused<1>["tosa.rescale"("model/add_7/add")], fused<1>["tosa.rescale"("model/add_7/add")], fused<0>["tosa.conv2d"("model/relu/Relu;model/conv2d_1/BiasAdd;model/conv2d_1/Conv2D")]])
  linalg.copy ins(%y : memref<2xi8>) outs(%v : memref<2xi8>) loc(fused<3>["tosa.rescale"("model/conv2d_1/Conv2D")])
  linalg.copy ins(%z : memref<3xi8>) outs(%w : memref<3xi8>) loc("model/add/add")
  linalg.copy ins(%x : memref<1xi8>) outs(%u : memref<1xi8>) loc("re-lu")
  linalg.copy ins(%y : memref<2xi8>) outs(%v : memref<2xi8>) loc("4")
  linalg.copy ins(%z : memref<3xi8>) outs(%w : memref<3xi8>) loc("__x_7")
  linalg.copy ins(%x : memref<1xi8>) outs(%u : memref<1xi8>) loc(fused<4>["tosa.clamp"("f.mlir":1:1)])
  linalg.copy ins(%y : memref<2xi8>) outs(%v : memref<2xi8>) loc(fused<5>["tosa.clamp"("f.mlir":2:1)])
  linalg.copy ins(%z : memref<3xi8>) outs(%w : memref<3xi8>) loc("f.mlir":3:1)
  return
}

// -----

// Constants are called after their layer and what they are there, those that
// several layers use after neither; names that exist are not taken.
// CHECK: memref.global "private" constant @generic_0_multiplicand : memref<4xi32>
// CHECK: memref.global "private" constant @generic_0_shift : memref<4xi8>
// CHECK: memref.global "private" constant @generic_0_addend : memref<4xi64>
// CHECK: memref.global "private" constant @shared_table : memref<4xi8>
// CHECK: memref.global "private" constant @copy_3_table : memref<4xi8>
// CHECK: memref.global constant @visible : memref<4xi8>
// CHECK: func.func private @copy_0(
// CHECK: func.func private @generic_0(
// CHECK-DAG: memref.get_global @generic_0_multiplicand : memref<4xi32>
// CHECK-DAG: memref.get_global @generic_0_shift : memref<4xi8>
// CHECK-DAG: memref.get_global @generic_0_addend : memref<4xi64>
// CHECK: func.func private @copy_1(
// CHECK: memref.get_global @shared_table
memref.global "private" constant @m : memref<4xi32> = dense<[1, 2, 3, 4]>
memref.global "private" constant @s : memref<4xi8> = dense<[5, 6, 7, 8]>
memref.global "private" constant @b : memref<4xi64> = dense<[5, 6, 7, 8]>
memref.global "private" constant @t : memref<4xi8> = dense<[9, 6, 7, 8]>
memref.global "private" constant @u : memref<4xi8> = dense<[9, 9, 7, 8]>
memref.global constant @visible : memref<4xi8> = dense<[9, 9, 9, 8]>
func.func private @copy_0()
#map = affine_map<(d0) -> (d0)>
func.func @constants(%x: memref<4xi32>, %y: memref<4xi8>, %z: memref<4xi8>,
                     %w: memref<4xi8>, %r: memref<4xi8>) {
  %m = memref.get_global @m : memref<4xi32>
  %s = memref.get_global @s : memref<4xi8>
  %b = memref.get_global @b : memref<4xi64>
  %t = memref.get_global @t : memref<4xi8>
  %u = memref.get_global @u : memref<4xi8>
  %v = memref.get_global @visible : memref<4xi8>
  linalg.generic {indexing_maps = [#map, #map, #map, #map, #map],
                  iterator_types = ["parallel"]}
      ins(%x, %m, %s, %b : memref<4xi32>, memref<4xi32>, memref<4xi8>, memref<4xi64>)
      outs(%y : memref<4xi8>) {
  ^bb0(%x0: i32, %m0: i32, %s0: i8, %b0: i64, %y0: i8):
    %0 = rescale.apply %x0 * %m0 + %b0 shift %s0 round addend
       : (i32, i32, i64, i8) -> i8
    linalg.yield %0 : i8
  }
  linalg.copy ins(%t : memref<4xi8>) outs(%z : memref<4xi8>)
  linalg.copy ins(%t : memref<4xi8>) outs(%w : memref<4xi8>)
  linalg.copy ins(%u : memref<4xi8>) outs(%r : memref<4xi8>)
  linalg.copy ins(%v : memref<4xi8>) outs(%y : memref<4xi8>)
  return
}

// -----

// Scopes of TF-Slim are in upper case: what stands before the operation, and not
// what the layer keeps its numbers in. What TensorFlow puts around all of a model
// tells nothing: another of the joined names, or the operation. In capitals,
// names are different too, since macros have them.
// CHECK: @Conv2d_1_depthwise({{.*}}rescale.layer = {name = "MobilenetV1/MobilenetV1/Conv2d_1_depthwise/Relu6;MobilenetV1/MobilenetV1/Conv2d_1_depthwise/BatchNorm_Fold/bias"
// CHECK: @AvgPool_1a({{.*}}name = "MobilenetV1/Logits/AvgPool_1a/AvgPool"
// CHECK: @Conv2d_1c_1x1({{.*}}name = "MobilenetV1/Logits/Conv2d_1c_1x1/BiasAdd;MobilenetV1/Logits/Conv2d_1c_1x1/biases1"
// CHECK: @dense_2({{.*}}name = "model/dense_2/MatMul;StatefulPartitionedCall:0"
// CHECK: @conv2d_0({{.*}}name = "StatefulPartitionedCall:0"
// CHECK: @clamp_0({{.*}}name = "Identity_1_int8"
// CHECK: @CONV2D_0_2({{.*}}name = "CONV2D/Relu"
func.func @net(%x: memref<1xi8>, %y: memref<1xi8>, %u: memref<2xi8>,
               %v: memref<2xi8>) {
  linalg.copy ins(%x : memref<1xi8>) outs(%y : memref<1xi8>) loc("MobilenetV1/MobilenetV1/Conv2d_1_depthwise/Relu6;MobilenetV1/MobilenetV1/Conv2d_1_depthwise/BatchNorm_Fold/bias")
  linalg.copy ins(%u : memref<2xi8>) outs(%v : memref<2xi8>) loc("MobilenetV1/Logits/AvgPool_1a/AvgPool")
  linalg.copy ins(%x : memref<1xi8>) outs(%y : memref<1xi8>) loc("MobilenetV1/Logits/Conv2d_1c_1x1/BiasAdd;MobilenetV1/Logits/Conv2d_1c_1x1/biases1")
  linalg.copy ins(%u : memref<2xi8>) outs(%v : memref<2xi8>) loc("model/dense_2/MatMul;StatefulPartitionedCall:0")
  linalg.copy ins(%x : memref<1xi8>) outs(%y : memref<1xi8>) loc(fused<0>["tosa.conv2d"("StatefulPartitionedCall:0")])
  linalg.copy ins(%u : memref<2xi8>) outs(%v : memref<2xi8>) loc(fused<1>["tosa.clamp"("Identity_1_int8")])
  linalg.copy ins(%x : memref<1xi8>) outs(%y : memref<1xi8>) loc("CONV2D/Relu")
  return
}

// -----

// The operations of a softmax have one name and make three layers, which say
// what they do; a maximum that no sum follows is none.
// CHECK: @softmax_maximum_0({{.*}}rescale.layer = {name = "Identity_int8", ops = ["tosa.reduce_max"]}
// CHECK: @softmax_sum_0({{.*}}rescale.layer = {name = "Identity_int8", ops = ["tosa.table", "tosa.reduce_sum"]}
// CHECK: @softmax_0({{.*}}rescale.layer = {name = "Identity_int8", ops = ["tosa.table", "tosa.clz", "tosa.mul"]}
// CHECK: @max_0({{.*}}rescale.layer = {name = "model/max/Max", ops = ["tosa.reduce_max"]}
func.func @net(%x: memref<1xi8>, %y: memref<1xi8>, %u: memref<2xi8>,
               %v: memref<2xi8>) {
  linalg.copy ins(%x : memref<1xi8>) outs(%y : memref<1xi8>) loc(fused<0>["tosa.reduce_max"("Identity_int8")])
  linalg.copy ins(%u : memref<2xi8>) outs(%v : memref<2xi8>) loc(fused[fused<1>["tosa.table"("Identity_int8")], fused<2>["tosa.reduce_sum"("Identity_int8")]])
  linalg.copy ins(%x : memref<1xi8>) outs(%y : memref<1xi8>) loc(fused[fused<1>["tosa.table"("Identity_int8")], fused<3>["tosa.clz"("Identity_int8")], fused<4>["tosa.mul"("Identity_int8")]])
  linalg.copy ins(%u : memref<2xi8>) outs(%v : memref<2xi8>) loc(fused<5>["tosa.reduce_max"("model/max/Max")])
  return
}
