// RUN: rescale-opt %s -rescale-lower-copies | FileCheck %s

// CHECK-LABEL: func.func @copies
// CHECK: linalg.copy ins(%{{.*}} : memref<4x4xi8>) outs(%{{.*}} : memref<4x4xi8>)
// CHECK: scf.if
// CHECK: linalg.copy ins(%{{.*}} : memref<4x2xi8>) outs(%{{.*}} : memref<4x2xi8, strided<[4, 1], offset: 1>>)
// CHECK-NOT: memref.copy
func.func @copies(%a: memref<4x4xi8>, %b: memref<4x4xi8>, %c: memref<4x2xi8>,
                  %d: i1) {
  memref.copy %a, %b : memref<4x4xi8> to memref<4x4xi8>
  %v = memref.subview %a[0, 1] [4, 2] [1, 1]
     : memref<4x4xi8> to memref<4x2xi8, strided<[4, 1], offset: 1>>
  scf.if %d {
    memref.copy %c, %v
       : memref<4x2xi8> to memref<4x2xi8, strided<[4, 1], offset: 1>>
  }
  return
}
