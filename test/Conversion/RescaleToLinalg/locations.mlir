// What replaces an operation keeps its location.

// RUN: rescale-opt %s -convert-rescale-to-linalg -mlir-print-debuginfo \
// RUN:   -mlir-print-local-scope | FileCheck %s

// CHECK-LABEL: func @requantize
// CHECK: linalg.generic
// CHECK: rescale.apply {{.*}} loc("conv1")
// CHECK: -> tensor<2xi8> loc("conv1")
func.func @requantize(%x: tensor<2xi32>) -> tensor<2xi8> {
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [8]
         round floor : tensor<2xi32> -> tensor<2xi8> loc("conv1")
  return %0 : tensor<2xi8>
}
