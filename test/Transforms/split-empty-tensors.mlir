// RUN: rescale-opt %s -rescale-split-empty-tensors | FileCheck %s
// RUN: rescale-opt %s -one-shot-bufferize=bufferize-function-boundaries | FileCheck %s --check-prefix=SHARED
// RUN: rescale-opt %s -rescale-split-empty-tensors -one-shot-bufferize=bufferize-function-boundaries | FileCheck %s --check-prefix=SPLIT

// CHECK-LABEL: func.func @f
// CHECK-COUNT-3: tensor.empty() : tensor<4xf32>
// CHECK-NOT:     tensor.empty
// SHARED-COUNT-2: memref.alloc()
// SHARED-NOT:     memref.alloc()
// SPLIT-COUNT-3:  memref.alloc()
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = linalg.exp ins(%0 : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %2 = linalg.exp ins(%1 : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// One that has a single user, or none, stays.
// CHECK-LABEL: func.func @g
// CHECK-COUNT-2: tensor.empty()
// CHECK-NOT:     tensor.empty()
func.func @g(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %unused = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
