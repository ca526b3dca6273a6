// RUN: rescale-opt %s --rescale-pack-kernel-inputs | FileCheck %s

// The input and the residual have gaps; the third part of a buffer has none,
// though it starts in the middle; a result may have gaps.
// CHECK-LABEL: func.func @parts(
// CHECK-SAME: %[[X:[^:]*]]: memref<1x1x4x4xi8, strided<[32, 32, 8, 1]>>, %[[R:[^:]*]]: memref<1x1x4x4xi8, strided<[32, 32, 8, 1], offset: 4>>
// CHECK-SAME: %[[PART:[^:]*]]: memref<1x1x4x4xi8, strided<[99, 16, 4, 1], offset: 16>>
// CHECK: %[[A:.*]] = memref.alloc() : memref<1x1x4x4xi8>
// CHECK: linalg.copy ins(%[[X]] : {{.*}}) outs(%[[A]] : memref<1x1x4x4xi8>)
// CHECK: %[[B:.*]] = memref.alloc() : memref<1x1x4x4xi8>
// CHECK: linalg.copy ins(%[[R]] : {{.*}}) outs(%[[B]] : memref<1x1x4x4xi8>)
// CHECK: rescale_kernel.pool2d max ins(%[[A]] : memref<1x1x4x4xi8>) outs(%{{.*}} : memref<1x1x4x4xi8, strided<[32, 32, 8, 1], offset: 2>>)
// CHECK-SAME: epilogue(%[[B]] : memref<1x1x4x4xi8>)
// CHECK-NOT: memref.alloc
// CHECK: rescale_kernel.pool2d max ins(%[[PART]]
func.func @parts(%x: memref<1x1x4x4xi8, strided<[32, 32, 8, 1]>>, %r: memref<1x1x4x4xi8, strided<[32, 32, 8, 1], offset: 4>>,
                 %part: memref<1x1x4x4xi8, strided<[99, 16, 4, 1], offset: 16>>, %y: memref<1x1x4x4xi8, strided<[32, 32, 8, 1], offset: 2>>) {
  rescale_kernel.pool2d max ins(%x : memref<1x1x4x4xi8, strided<[32, 32, 8, 1]>>) outs(%y : memref<1x1x4x4xi8, strided<[32, 32, 8, 1], offset: 2>>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0]
    epilogue(%r : memref<1x1x4x4xi8, strided<[32, 32, 8, 1], offset: 4>>)
    maps [affine_map<(n, y, x, c) -> (n, y, x, c)>] {
    ^bb0(%acc: i8, %residual: i8):
      %0 = arith.addi %acc, %residual : i8
      rescale_kernel.yield %0 : i8
    }
  rescale_kernel.pool2d max ins(%part : memref<1x1x4x4xi8, strided<[99, 16, 4, 1], offset: 16>>) outs(%y : memref<1x1x4x4xi8, strided<[32, 32, 8, 1], offset: 2>>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0]
    epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    }
  return
}
