// What the codes of arguments and results stand for: the attributes are legal on
// every function-like operation, survive the lowering to LLVM's dialect and the
// change to other types. Their errors are in invalid.mlir.

// RUN: rescale-opt %s -verify-roundtrip | FileCheck %s
// RUN: rescale-opt %s -convert-func-to-llvm | FileCheck %s --check-prefix=LLVM
// RUN: rescale-opt %s -convert-arith-to-llvm | FileCheck %s --check-prefix=SHIFT
// RUN: rescale-opt %s -one-shot-bufferize=bufferize-function-boundaries \
// RUN:   | FileCheck %s --check-prefix=MEMREF

// CHECK-LABEL: func @scalars
// CHECK-SAME: %{{.+}}: i8 {rescale.scale = 2.500000e-01 : f64, rescale.zero_point = -128 : i64}
// CHECK-SAME: -> (i8 {rescale.scale = 5.000000e-01 : f64, rescale.zero_point = 3 : i64})
// LLVM-LABEL: llvm.func @scalars
// LLVM-SAME: %{{.+}}: i8 {rescale.scale = 2.500000e-01 : f64, rescale.zero_point = -128 : i64}
// LLVM-SAME: -> (i8 {rescale.scale = 5.000000e-01 : f64, rescale.zero_point = 3 : i64})
func.func @scalars(
    %x: i8 {rescale.scale = 0.25 : f64, rescale.zero_point = -128 : i64})
    -> (i8 {rescale.scale = 0.5 : f64, rescale.zero_point = 3 : i64}) {
  return %x : i8
}

// MEMREF-LABEL: func @tensors
// MEMREF-SAME: %{{.+}}: memref<4xi8, {{.*}}> {rescale.scale = 2.500000e-01 : f64}
// MEMREF-SAME: -> (memref<4xi8, {{.*}}> {rescale.zero_point = 3 : i64})
func.func @tensors(%x: tensor<4xi8> {rescale.scale = 0.25 : f64})
    -> (tensor<4xi8> {rescale.zero_point = 3 : i64}) {
  return %x : tensor<4xi8>
}

// What a file was imported from. source_c1, source_c2
// CHECK: module @imported attributes {rescale.source = {file = "a.tflite", importer = "b", sha256 = "01"}}
// CHECK: func @unsigned(%{{.+}}: i8 {rescale.code_offset = -128 : i64})
module @imported attributes {rescale.source = {file = "a.tflite", sha256 = "01",
                                               importer = "b"}} {
  func.func @unsigned(%x: i8 {rescale.code_offset = -128 : i64}) {
    return
  }
}

// The functions of layers. layer_c2, layer_c3, layer_c5, layer_c6, layer_c7
// CHECK-LABEL: func private @layer
// CHECK-SAME: memref<4xi8> {rescale.name = "input"}
// CHECK-SAME: memref<4xi8> {rescale.may_alias = [0], rescale.name = "output", rescale.overlap = {{\[\[}}0, 64]]}
// CHECK-SAME: memref<8xi8> {rescale.arena}
// CHECK-SAME: rescale.layer = {accumulator = array<i64: -1, 1>, name = "clamp", ops = ["tosa.clamp"], requantizations = ["proved equal"]}, rescale.proved = {accumulator = array<i64: -1, 1>, no_overflow, partial_sums = array<i64: -2, 1>}
func.func private @layer(
    memref<4xi8> {rescale.name = "input"},
    memref<4xi8> {rescale.name = "output", rescale.may_alias = [0],
                  rescale.overlap = [[0, 64]]},
    memref<8xi8> {rescale.arena})
    attributes {rescale.layer = {name = "clamp", ops = ["tosa.clamp"],
                                 requantizations = ["proved equal"],
                                 accumulator = array<i64: -1, 1>},
                rescale.proved = {accumulator = array<i64: -1, 1>,
                                  partial_sums = array<i64: -2, 1>,
                                  no_overflow}}

// Facts may be absent.
// CHECK-LABEL: func private @unknown
// CHECK-SAME: rescale.layer = {}, rescale.proved = {may_wrap = 1 : i64}
func.func private @unknown()
    attributes {rescale.layer = {}, rescale.proved = {may_wrap = 1}}

// layer_c4, layer_c8
// CHECK-LABEL: func @entry_point
// CHECK-SAME: rescale.arena = {alignment = 4 : i64, lower_bound = 0 : i64, size = 8 : i64}, rescale.entry_point
func.func @entry_point()
    attributes {rescale.entry_point,
                rescale.arena = {size = 8, alignment = 4, lower_bound = 0}} {
  return
}

// layer_c9: LLVM's operations keep it.
// CHECK-LABEL: func @shift
// CHECK: arith.shrsi {{.*}} {rescale.in_range}
// SHIFT: llvm.ashr {{.*}} {rescale.in_range}
func.func @shift(%x: i32, %s: i32) -> i32 {
  %0 = arith.shrsi %x, %s {rescale.in_range} : i32
  return %0 : i32
}

// layer_c10: and this one.
// CHECK-LABEL: func @wraps
// CHECK: arith.muli {{.*}} {rescale.wraps}
// SHIFT: llvm.mul {{.*}} {rescale.wraps}
func.func @wraps(%x: i32, %m: i32) -> i32 {
  %0 = arith.muli %x, %m {rescale.wraps} : i32
  return %0 : i32
}
