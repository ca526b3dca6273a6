// What the codes of arguments and results stand for: the attributes are legal on
// every function-like operation, survive the lowering to LLVM's dialect and the
// change to other types. Their errors are in invalid.mlir.

// RUN: rescale-opt %s -verify-roundtrip | FileCheck %s
// RUN: rescale-opt %s -convert-func-to-llvm | FileCheck %s --check-prefix=LLVM
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
