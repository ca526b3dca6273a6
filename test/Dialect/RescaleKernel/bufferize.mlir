// RUN: rescale-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" | FileCheck %s

// A kernel writes its init in place; what it held is not kept.
// CHECK-LABEL: func.func @chain(
// CHECK-SAME: %[[X:.*]]: memref<1x4x4x2xi8>
// CHECK: %[[FIRST:.*]] = memref.alloc() {{.*}} : memref<1x2x2x2xi8>
// CHECK-NOT: memref.copy
// CHECK: rescale_kernel.pool2d max ins(%[[X]] : memref<1x4x4x2xi8>) outs(%[[FIRST]] : memref<1x2x2x2xi8>)
// CHECK-SAME: {test.kept}
// CHECK: %[[SECOND:.*]] = memref.alloc() {{.*}} : memref<1x1x1x2xi8>
// CHECK: rescale_kernel.pool2d max ins(%[[FIRST]] : memref<1x2x2x2xi8>) outs(%[[SECOND]] : memref<1x1x1x2xi8>)
// CHECK: return %[[SECOND]]
func.func @chain(%x: tensor<1x4x4x2xi8>) -> tensor<1x1x1x2xi8> {
  %i0 = tensor.empty() : tensor<1x2x2x2xi8>
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%i0 : tensor<1x2x2x2xi8>)
    kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0] {test.kept}
    epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x2x2x2xi8>
  %i1 = tensor.empty() : tensor<1x1x1x2xi8>
  %1 = rescale_kernel.pool2d max ins(%0 : tensor<1x2x2x2xi8>) outs(%i1 : tensor<1x1x1x2xi8>)
    kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0]
    epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x1x1x2xi8>
  return %1 : tensor<1x1x1x2xi8>
}
