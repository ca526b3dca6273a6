// RUN: rescale-opt %s -split-input-file -verify-diagnostics -rescale-make-buffers-static | FileCheck %s

// CHECK: memref.global "private" @[[$A:buffer.*]] : memref<4xi8> = uninitialized {alignment = 16 : i64}
// CHECK-NEXT: memref.global "private" @[[$B:buffer.*]] : memref<2x3xi32> = uninitialized
// CHECK-LABEL: func.func @allocations
// CHECK-NEXT: %[[X:.*]] = memref.get_global @[[$A]] : memref<4xi8>
// CHECK-NEXT: %[[Y:.*]] = memref.get_global @[[$B]] : memref<2x3xi32>
// CHECK-NEXT: call @use(%[[X]], %[[Y]])
// CHECK-NEXT: return
func.func private @use(memref<4xi8>, memref<2x3xi32>)
func.func @allocations() {
  %0 = memref.alloc() {alignment = 16 : i64} : memref<4xi8>
  %1 = memref.alloc() : memref<2x3xi32>
  call @use(%0, %1) : (memref<4xi8>, memref<2x3xi32>) -> ()
  memref.dealloc %0 : memref<4xi8>
  return
}

// -----

// A name that is taken is not taken twice.
// CHECK: memref.global "private" @[[$NEW:buffer_.*]] : memref<4xi8>
// CHECK-LABEL: func.func @buffer()
// CHECK: memref.get_global @[[$NEW]]
func.func @buffer() -> memref<4xi8> {
  %0 = memref.alloc() : memref<4xi8>
  return %0 : memref<4xi8>
}

// -----

// Copies of whole buffers become memcpy later; others would call a library.
// CHECK-LABEL: func.func @copies
// CHECK: memref.copy %{{.*}} : memref<4x4xi8> to memref<4x4xi8>
// CHECK: linalg.copy ins(%{{.*}} : memref<4x2xi8>) outs(%{{.*}} : memref<4x2xi8, strided<[4, 1], offset: 1>>)
// CHECK-NOT: memref.copy
func.func @copies(%a: memref<4x4xi8>, %b: memref<4x4xi8>, %c: memref<4x2xi8>) {
  memref.copy %a, %b : memref<4x4xi8> to memref<4x4xi8>
  %v = memref.subview %a[0, 1] [4, 2] [1, 1]
     : memref<4x4xi8> to memref<4x2xi8, strided<[4, 1], offset: 1>>
  memref.copy %c, %v
     : memref<4x2xi8> to memref<4x2xi8, strided<[4, 1], offset: 1>>
  return
}

// -----

func.func @dynamic(%n: index) -> memref<?xi8> {
  // expected-error @+1 {{'memref.alloc' op requires a static shape to need no heap, got 'memref<?xi8>'; run `rescale-opt --rescale-make-static` on the model first}}
  %0 = memref.alloc(%n) : memref<?xi8>
  return %0 : memref<?xi8>
}

// -----

// An allocation in a loop that ends with its iteration, or that stands before
// the loop, needs one buffer.
// CHECK-LABEL: func.func @iteration
// CHECK: memref.get_global
// CHECK: memref.get_global
// CHECK-NOT: memref.alloc
func.func @iteration(%lo: index, %hi: index, %x: memref<4xi8>) {
  %0 = memref.alloc() : memref<4xi8>
  %1 = scf.for %i = %lo to %hi step %hi iter_args(%t = %0) -> memref<4xi8> {
    %2 = memref.alloc() : memref<4xi8>
    memref.copy %t, %2 : memref<4xi8> to memref<4xi8>
    memref.copy %2, %t : memref<4xi8> to memref<4xi8>
    scf.yield %t : memref<4xi8>
  }
  memref.copy %1, %x : memref<4xi8> to memref<4xi8>
  return
}

// -----

// Both iterations would have the one buffer, whatever view of it is handed on.
func.func @carried(%lo: index, %hi: index, %x: memref<4xi8>, %c: i1) {
  %0 = scf.for %i = %lo to %hi step %hi iter_args(%t = %x) -> memref<4xi8> {
    // expected-error @+1 {{'memref.alloc' op requires a buffer that one iteration of a loop needs, got one that the next iteration reads; unroll the loop in the model}}
    %1 = memref.alloc() : memref<2x2xi8>
    %2 = memref.collapse_shape %1 [[0, 1]] : memref<2x2xi8> into memref<4xi8>
    %3 = scf.if %c -> memref<4xi8> {
      scf.yield %2 : memref<4xi8>
    } else {
      scf.yield %t : memref<4xi8>
    }
    scf.yield %3 : memref<4xi8>
  }
  return
}

// -----

func.func @conditional(%lo: index, %hi: index, %x: memref<4xi8>, %c: i1) {
  %0 = scf.for %i = %lo to %hi step %hi iter_args(%t = %x) -> memref<4xi8> {
    %1 = scf.if %c -> memref<4xi8> {
      // expected-error @+1 {{requires a buffer that one iteration of a loop needs}}
      %2 = memref.alloc() : memref<4xi8>
      scf.yield %2 : memref<4xi8>
    } else {
      scf.yield %t : memref<4xi8>
    }
    scf.yield %1 : memref<4xi8>
  }
  return
}

// -----

// A loop of blocks is a loop.
func.func @blocks(%x: memref<4xi8>, %c: i1) {
  cf.br ^bb1(%x : memref<4xi8>)
^bb1(%t: memref<4xi8>):
  // expected-error @+1 {{requires a buffer that one iteration of a loop needs}}
  %0 = memref.alloc() : memref<4xi8>
  cf.cond_br %c, ^bb1(%0 : memref<4xi8>), ^bb2
^bb2:
  return
}
