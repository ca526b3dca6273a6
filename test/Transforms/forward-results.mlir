// RUN: rescale-opt %s -rescale-forward-results -canonicalize -split-input-file | FileCheck %s

// CHECK-LABEL: func.func @reshaped(
// CHECK-SAME:    %[[X:.*]]: memref<2x2xi8>, %[[Y:.*]]: memref<4xi8>, %[[Z:.*]]: memref<2x2xi8>)
// CHECK-NEXT:    %[[V:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [2, 2], strides: [2, 1]
// CHECK-NEXT:    linalg.copy ins(%[[X]] : memref<2x2xi8>) outs(%[[V]] : memref<2x2xi8>)
// CHECK-NEXT:    linalg.copy ins(%[[V]] : memref<2x2xi8>) outs(%[[Z]] : memref<2x2xi8>)
// CHECK-NEXT:    return
func.func @reshaped(%x: memref<2x2xi8>, %y: memref<4xi8>, %z: memref<2x2xi8>) {
  %0 = memref.alloc() : memref<2x2xi8>
  %1 = memref.alloc() : memref<2x2xi8>
  linalg.copy ins(%x : memref<2x2xi8>) outs(%0 : memref<2x2xi8>)
  linalg.copy ins(%0 : memref<2x2xi8>) outs(%1 : memref<2x2xi8>)
  %v = memref.collapse_shape %0 [[0, 1]] : memref<2x2xi8> into memref<4xi8>
  memref.copy %v, %y : memref<4xi8> to memref<4xi8>
  memref.copy %1, %z : memref<2x2xi8> to memref<2x2xi8>
  return
}

// -----

// Not where the buffer changes after the copy, where the argument is used twice,
// where only a part is copied, or where a loop hands the buffer on.
// CHECK-LABEL: func.func @changed(
// CHECK:         memref.alloc
// CHECK:         memref.copy
func.func @changed(%x: memref<4xi8>, %y: memref<4xi8>) {
  %0 = memref.alloc() : memref<4xi8>
  linalg.copy ins(%x : memref<4xi8>) outs(%0 : memref<4xi8>)
  memref.copy %0, %y : memref<4xi8> to memref<4xi8>
  linalg.copy ins(%x : memref<4xi8>) outs(%0 : memref<4xi8>)
  return
}
// CHECK-LABEL: func.func @used_twice(
// CHECK:         memref.alloc
// CHECK:         memref.copy
func.func @used_twice(%x: memref<4xi8>, %y: memref<4xi8>) {
  %0 = memref.alloc() : memref<4xi8>
  linalg.copy ins(%y : memref<4xi8>) outs(%0 : memref<4xi8>)
  memref.copy %0, %y : memref<4xi8> to memref<4xi8>
  return
}
// CHECK-LABEL: func.func @part(
// CHECK:         memref.alloc
// CHECK:         memref.copy
func.func @part(%x: memref<8xi8>, %y: memref<4xi8>) {
  %0 = memref.alloc() : memref<8xi8>
  linalg.copy ins(%x : memref<8xi8>) outs(%0 : memref<8xi8>)
  %v = memref.subview %0[4] [4] [1]
     : memref<8xi8> to memref<4xi8, strided<[1], offset: 4>>
  memref.copy %v, %y : memref<4xi8, strided<[1], offset: 4>> to memref<4xi8>
  return
}
// CHECK-LABEL: func.func @carried(
// CHECK:         memref.alloc
// CHECK:         memref.copy
func.func @carried(%x: memref<4xi8>, %y: memref<4xi8>, %n: index, %c: i1) {
  %0 = memref.alloc() : memref<4xi8>
  %1 = scf.for %i = %n to %n step %n iter_args(%t = %0) -> memref<4xi8> {
    %u = arith.select %c, %t, %x : memref<4xi8>
    scf.yield %u : memref<4xi8>
  }
  memref.copy %0, %y : memref<4xi8> to memref<4xi8>
  linalg.copy ins(%x : memref<4xi8>) outs(%1 : memref<4xi8>)
  return
}
