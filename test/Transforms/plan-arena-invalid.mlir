// RUN: rescale-opt %s -split-input-file -verify-diagnostics -rescale-plan-arena

func.func @dynamic(%n: index) -> memref<?xi8> {
  // expected-error @+1 {{'memref.alloc' op requires a static shape to need no heap, got 'memref<?xi8>'; run `rescale-opt --rescale-make-static` on the model first}}
  %0 = memref.alloc(%n) : memref<?xi8>
  return %0 : memref<?xi8>
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

// -----

// The same in a layer, whose buffers are those of its caller.
func.func private @layer(%lo: index, %hi: index, %x: memref<4xi8>) {
  %0 = scf.for %i = %lo to %hi step %hi iter_args(%t = %x) -> memref<4xi8> {
    // expected-error @+1 {{requires a buffer that one iteration of a loop needs}}
    %1 = memref.alloc() : memref<4xi8>
    scf.yield %1 : memref<4xi8>
  }
  return
}
func.func @caller(%lo: index, %hi: index, %x: memref<4xi8>) {
  call @layer(%lo, %hi, %x) : (index, index, memref<4xi8>) -> ()
  return
}

// -----

// expected-error @+1 {{'func.func' op requires a bounded number of calls for its buffers, got a function that calls itself; unroll the calls in the model}}
func.func private @even(%x: memref<4xi8>) {
  call @odd(%x) : (memref<4xi8>) -> ()
  return
}
func.func private @odd(%x: memref<4xi8>) {
  call @even(%x) : (memref<4xi8>) -> ()
  return
}
func.func @main(%x: memref<4xi8>) {
  call @even(%x) : (memref<4xi8>) -> ()
  return
}

// -----

func.func @entry(%x: memref<4xi8>) {
  %0 = memref.alloc() : memref<4xi8>
  memref.copy %x, %0 : memref<4xi8> to memref<4xi8>
  return
}
func.func @caller(%x: memref<4xi8>) {
  // expected-error @+1 {{'func.call' op requires a private function, got 'entry', which has an arena of its own; make it private}}
  call @entry(%x) : (memref<4xi8>) -> ()
  return
}

// -----

func.func private @layer(memref<4611686018427387904xi8>)
func.func @sum() {
  %0 = memref.alloc() : memref<4611686018427387904xi8>
  // expected-error @+1 {{'memref.alloc' op requires buffers of less than 2^63 bytes in all, got 'memref<4611686018427387904xi8>' beside the others; make the tensors of the model smaller}}
  %1 = memref.alloc() : memref<4611686018427387904xi8>
  call @layer(%0) : (memref<4611686018427387904xi8>) -> ()
  call @layer(%1) : (memref<4611686018427387904xi8>) -> ()
  return
}

// -----

// Bytes, of which an integer of 64 bits would hold 0.
func.func @bytes() {
  // expected-error @+1 {{requires buffers of less than 2^63 bytes in all}}
  %0 = memref.alloc() : memref<4611686018427387904xi32>
  return
}

// -----

// What aligns the last one counts as well.
func.func @alignment() {
  // expected-error @+1 {{requires buffers of less than 2^63 bytes in all}}
  %0 = memref.alloc() : memref<9223372036854775807xi8>
  return
}

// -----

// None of what has no elements.
func.func @empty() {
  %0 = memref.alloc() : memref<4611686018427387904x0x4xi32>
  return
}
