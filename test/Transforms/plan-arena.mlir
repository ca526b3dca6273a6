// RUN: rescale-opt %s -split-input-file -rescale-plan-arena | FileCheck %s
// RUN: rescale-opt %s -split-input-file -rescale-plan-arena=static-arena | FileCheck %s --check-prefix=STATIC

// What is not used at the same call shares memory: the third tensor lies where
// the first was. The layers that share none say so. The lower bound is that of
// two tensors.
// CHECK-LABEL: func.func private @layer(
// CHECK-SAME:    memref<8xi8>, memref<8xi8>)
// CHECK-LABEL: func.func @chain(
// CHECK-SAME:    %[[ARENA:.*]]: memref<16xi8> {rescale.arena, rescale.name = "arena"},
// CHECK-SAME:    %[[X:.*]]: memref<8xi8>, %[[Y:.*]]: memref<8xi8>)
// CHECK-SAME:    rescale.arena = {alignment = 4 : i64, lower_bound = 16 : i64, size = 16 : i64}
// CHECK-DAG:     %[[A:.*]] = memref.view %[[ARENA]][%[[O:.*]]][] : memref<16xi8> to memref<8xi8>
// CHECK-DAG:     %[[B:.*]] = memref.view %[[ARENA]][%[[P:.*]]][] : memref<16xi8> to memref<8xi8>
// CHECK-DAG:     %[[C:.*]] = memref.view %[[ARENA]][%[[Q:.*]]][] : memref<16xi8> to memref<8xi8>
// CHECK-DAG:     %[[O]] = arith.constant 0 : index
// CHECK-DAG:     %[[P]] = arith.constant 8 : index
// CHECK-DAG:     %[[Q]] = arith.constant 0 : index
// CHECK:         call @layer(%[[X]], %[[A]])
// CHECK-NEXT:    call @layer(%[[A]], %[[B]])
// CHECK-NEXT:    call @layer(%[[B]], %[[C]])
// CHECK-NEXT:    call @layer(%[[C]], %[[Y]])
// STATIC:        memref.global "private" @arena : memref<16xi8> = uninitialized {alignment = 4 : i64}
// STATIC-LABEL:  func.func @chain(
// STATIC-SAME:     %[[X:.*]]: memref<8xi8>, %[[Y:.*]]: memref<8xi8>)
// STATIC:          %[[ARENA:.*]] = memref.get_global @arena : memref<16xi8>
// STATIC:          memref.view %[[ARENA]]
func.func private @layer(memref<8xi8>, memref<8xi8>)
func.func @chain(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi8>
  %b = memref.alloc() : memref<8xi8>
  %c = memref.alloc() : memref<8xi8>
  call @layer(%x, %a) : (memref<8xi8>, memref<8xi8>) -> ()
  call @layer(%a, %b) : (memref<8xi8>, memref<8xi8>) -> ()
  call @layer(%b, %c) : (memref<8xi8>, memref<8xi8>) -> ()
  call @layer(%c, %y) : (memref<8xi8>, memref<8xi8>) -> ()
  return
}

// -----

// In place, along a chain, through a view and into a smaller type. The lower
// bound does not know of it.
// CHECK-LABEL: func.func @in_place(
// CHECK-SAME:    lower_bound = 64 : i64, size = 32 : i64}
// CHECK-NOT:     memref.collapse_shape
// STATIC-LABEL: func.func @in_place(
func.func private @first(memref<8xi8>, memref<2x4xi32>)
func.func private @second(memref<8xi32>,
                          memref<8xi32> {rescale.may_alias = [0]})
func.func private @third(memref<8xi32>, memref<8xi8> {rescale.may_alias = [0]})
func.func private @last(memref<8xi8>, memref<8xi8>)
func.func @in_place(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<2x4xi32>
  %b = memref.alloc() : memref<8xi32>
  %c = memref.alloc() : memref<8xi8>
  call @first(%x, %a) : (memref<8xi8>, memref<2x4xi32>) -> ()
  %v = memref.collapse_shape %a [[0, 1]] : memref<2x4xi32> into memref<8xi32>
  call @second(%v, %b) : (memref<8xi32>, memref<8xi32>) -> ()
  call @third(%b, %c) : (memref<8xi32>, memref<8xi8>) -> ()
  call @last(%c, %y) : (memref<8xi8>, memref<8xi8>) -> ()
  return
}

// -----

// Not in place where memory would be read and written as two types, neither of
// them bytes: C may take these for two places.
// CHECK-LABEL: func.func @types(
// CHECK-SAME:    size = 48 : i64}
// STATIC-LABEL: func.func @types(
func.func private @load(memref<8xi8>, memref<8xi32>)
func.func private @narrow(memref<8xi32>,
                          memref<8xi16> {rescale.may_alias = [0],
                                         rescale.overlap = [[0, 0]]})
func.func private @flag(memref<8xi16>, memref<8xi1> {rescale.may_alias = [0]})
func.func private @store(memref<8xi1>, memref<8xi8>)
func.func @types(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi32>
  %b = memref.alloc() : memref<8xi16>
  %c = memref.alloc() : memref<8xi1>
  call @load(%x, %a) : (memref<8xi8>, memref<8xi32>) -> ()
  call @narrow(%a, %b) : (memref<8xi32>, memref<8xi16>) -> ()
  call @flag(%b, %c) : (memref<8xi16>, memref<8xi1>) -> ()
  call @store(%c, %y) : (memref<8xi1>, memref<8xi8>) -> ()
  return
}

// -----

// Not in place where the input is read once more.
// CHECK-LABEL: func.func @read_later(
// CHECK-SAME:    lower_bound = 16 : i64, size = 16 : i64}
// STATIC-LABEL: func.func @read_later(
func.func private @copy(memref<8xi8>, memref<8xi8> {rescale.may_alias = [0]})
func.func private @add(memref<8xi8>, memref<8xi8>, memref<8xi8>)
func.func @read_later(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi8>
  %b = memref.alloc() : memref<8xi8>
  call @copy(%x, %a) : (memref<8xi8>, memref<8xi8>) -> ()
  call @copy(%a, %b) : (memref<8xi8>, memref<8xi8>) -> ()
  call @add(%a, %b, %y) : (memref<8xi8>, memref<8xi8>, memref<8xi8>) -> ()
  return
}

// -----

// Where the arena is as large without, memory is not shared, so that layers know
// more of their arguments.
// CHECK-LABEL: func.func private @copy(
// CHECK-SAME:    memref<8xi8> {llvm.noalias}, memref<8xi8> {llvm.noalias, rescale.may_alias = [0]})
// CHECK-LABEL: func.func @needless(
// CHECK-SAME:    size = 64 : i64}
// STATIC-LABEL: func.func @needless(
func.func private @load(memref<8xi8>, memref<64xi8>)
func.func private @pool(memref<64xi8>, memref<8xi8> {rescale.may_alias = [0]})
func.func private @copy(memref<8xi8>, memref<8xi8> {rescale.may_alias = [0]})
func.func private @store(memref<8xi8>, memref<8xi8>)
func.func @needless(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<64xi8>
  %b = memref.alloc() : memref<8xi8>
  %c = memref.alloc() : memref<8xi8>
  call @load(%x, %a) : (memref<8xi8>, memref<64xi8>) -> ()
  call @pool(%a, %b) : (memref<64xi8>, memref<8xi8>) -> ()
  call @copy(%b, %c) : (memref<8xi8>, memref<8xi8>) -> ()
  call @store(%c, %y) : (memref<8xi8>, memref<8xi8>) -> ()
  return
}

// -----

// An output that may overlap its input if it starts 12 bytes before it, or more.
// CHECK-LABEL: func.func private @conv(
// CHECK-SAME:    memref<64xi8>, memref<64xi8> {rescale.overlap = {{\[\[}}0, 12]]})
// CHECK-LABEL: func.func @distance(
// CHECK-SAME:    lower_bound = 128 : i64, size = 76 : i64}
// CHECK-DAG:     %[[A:.*]] = memref.view %{{.*}}[%[[O:.*]]][]
// CHECK-DAG:     %[[B:.*]] = memref.view %{{.*}}[%[[P:.*]]][]
// CHECK-DAG:     %[[O]] = arith.constant 12 : index
// CHECK-DAG:     %[[P]] = arith.constant 0 : index
// CHECK:         call @load(%{{.*}}, %[[A]])
// CHECK-NEXT:    call @conv(%[[A]], %[[B]])
// STATIC-LABEL: func.func @distance(
func.func private @load(memref<64xi8>, memref<64xi8>)
func.func private @conv(memref<64xi8>,
                        memref<64xi8> {rescale.overlap = [[0, 12]]})
func.func private @store(memref<64xi8>, memref<64xi8>)
func.func @distance(%x: memref<64xi8>, %y: memref<64xi8>) {
  %a = memref.alloc() : memref<64xi8>
  %b = memref.alloc() : memref<64xi8>
  call @load(%x, %a) : (memref<64xi8>, memref<64xi8>) -> ()
  call @conv(%a, %b) : (memref<64xi8>, memref<64xi8>) -> ()
  call @store(%b, %y) : (memref<64xi8>, memref<64xi8>) -> ()
  return
}

// -----

// The buffers of a layer become arguments, those of what it calls as well. They
// are no activations, so the lower bound is 0. Elements of 8 bytes want an arena
// that is aligned for them.
// CHECK-LABEL: func.func private @inner(
// CHECK-SAME:    %{{.*}}: memref<2xi8>, %[[S:.*]]: memref<4xi64> {rescale.name = "scratch"})
// CHECK:         call @use(%[[S]])
// CHECK-LABEL: func.func private @outer(
// CHECK-SAME:    %[[X:.*]]: memref<2xi8> {{.*}}, %[[S1:.*]]: memref<1xi8> {llvm.noalias, rescale.name = "scratch"}, %[[S2:.*]]: memref<4xi64> {llvm.noalias, rescale.name = "scratch1"})
// CHECK:         call @inner(%[[X]], %[[S2]])
// CHECK-LABEL: func.func @scratch(
// CHECK-SAME:    memref<33xi8>
// CHECK-SAME:    rescale.arena = {alignment = 8 : i64, lower_bound = 0 : i64, size = 33 : i64}
// CHECK:         call @outer(
// STATIC-LABEL: func.func @scratch(
func.func private @use(memref<4xi64>)
func.func private @use1(memref<1xi8>)
func.func private @inner(%x: memref<2xi8>) {
  %0 = memref.alloc() : memref<4xi64>
  call @use(%0) : (memref<4xi64>) -> ()
  memref.dealloc %0 : memref<4xi64>
  return
}
func.func private @outer(%x: memref<2xi8>) {
  %0 = memref.alloc() : memref<1xi8>
  call @use1(%0) : (memref<1xi8>) -> ()
  call @inner(%x) : (memref<2xi8>) -> ()
  return
}
func.func @scratch(%x: memref<2xi8>) {
  call @outer(%x) : (memref<2xi8>) -> ()
  return
}

// -----

// An allocation in a loop that ends with its iteration, or that stands before
// the loop, needs one buffer. With blocks, every buffer is in use throughout.
// CHECK-LABEL: func.func @iteration
// CHECK-SAME:    size = 8 : i64
// CHECK-NOT: memref.alloc
// CHECK-LABEL: func.func @blocks
// CHECK-SAME:    size = 8 : i64
// CHECK-NOT: memref.alloc
// STATIC-LABEL: func.func @iteration
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
func.func @blocks(%x: memref<4xi8>, %y: memref<4xi8>) {
  %0 = memref.alloc() : memref<4xi8>
  %1 = memref.alloc() : memref<4xi8>
  memref.copy %x, %0 : memref<4xi8> to memref<4xi8>
  cf.br ^bb1
^bb1:
  memref.copy %0, %1 : memref<4xi8> to memref<4xi8>
  cf.br ^bb2
^bb2:
  memref.copy %1, %y : memref<4xi8> to memref<4xi8>
  return
}

// -----

// One buffer as two arguments: what one argument allows, the other one reads,
// or writes, later. No overlap then, whatever of the buffer each one views.
// CHECK-LABEL: func.func @twice(
// CHECK-SAME:    size = 16 : i64}
// STATIC-LABEL: func.func @twice(
func.func private @load(memref<8xi8>, memref<8xi8>)
func.func private @reverse(memref<8xi8>, memref<8xi8>,
                           memref<8xi8> {rescale.may_alias = [0],
                                         rescale.overlap = [[0, 0]]})
func.func @twice(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi8>
  %b = memref.alloc() : memref<8xi8>
  call @load(%x, %a) : (memref<8xi8>, memref<8xi8>) -> ()
  call @reverse(%a, %a, %b) : (memref<8xi8>, memref<8xi8>, memref<8xi8>) -> ()
  call @load(%b, %y) : (memref<8xi8>, memref<8xi8>) -> ()
  return
}

// -----

// CHECK-LABEL: func.func @views(
// CHECK-SAME:    size = 24 : i64}
// STATIC-LABEL: func.func @views(
func.func private @load(memref<8xi8>, memref<8xi8>)
func.func private @join(memref<2x4xi8>, memref<4xi8, strided<[1], offset: 4>>,
                        memref<16xi8> {rescale.overlap = [[0, 8]]})
func.func private @store(memref<16xi8>, memref<8xi8>)
func.func @views(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi8>
  %b = memref.alloc() : memref<16xi8>
  call @load(%x, %a) : (memref<8xi8>, memref<8xi8>) -> ()
  %0 = memref.expand_shape %a [[0, 1]] output_shape [2, 4]
      : memref<8xi8> into memref<2x4xi8>
  %1 = memref.subview %a[4] [4] [1]
      : memref<8xi8> to memref<4xi8, strided<[1], offset: 4>>
  call @join(%0, %1, %b) : (memref<2x4xi8>,
      memref<4xi8, strided<[1], offset: 4>>, memref<16xi8>) -> ()
  call @store(%b, %y) : (memref<16xi8>, memref<8xi8>) -> ()
  return
}

// -----

// The same of outputs: what one may write over, the other one may not.
// CHECK-LABEL: func.func @outputs(
// CHECK-SAME:    size = 16 : i64}
// STATIC-LABEL: func.func @outputs(
func.func private @load(memref<8xi8>, memref<8xi8>)
func.func private @split(memref<8xi8>,
                         memref<4xi8, strided<[1]>> {rescale.may_alias = [0]},
                         memref<4xi8, strided<[1], offset: 4>>)
func.func @outputs(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi8>
  %b = memref.alloc() : memref<8xi8>
  call @load(%x, %a) : (memref<8xi8>, memref<8xi8>) -> ()
  %0 = memref.subview %b[0] [4] [1] : memref<8xi8> to memref<4xi8, strided<[1]>>
  %1 = memref.subview %b[4] [4] [1]
      : memref<8xi8> to memref<4xi8, strided<[1], offset: 4>>
  call @split(%a, %0, %1) : (memref<8xi8>, memref<4xi8, strided<[1]>>,
      memref<4xi8, strided<[1], offset: 4>>) -> ()
  call @load(%b, %y) : (memref<8xi8>, memref<8xi8>) -> ()
  return
}

// -----

// A choice that may be the buffer is one of its arguments as well.
// CHECK-LABEL: func.func private @add(
// CHECK-SAME:    memref<8xi8>, memref<8xi8>, memref<8xi8> {llvm.noalias, rescale.may_alias = [0]})
// CHECK-LABEL: func.func @choice(
// CHECK-SAME:    size = 24 : i64}
// STATIC-LABEL: func.func @choice(
func.func private @load(memref<8xi8>, memref<8xi8>)
func.func private @add(memref<8xi8>, memref<8xi8>,
                       memref<8xi8> {rescale.may_alias = [0]})
func.func @choice(%c: i1, %x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi8>
  %b = memref.alloc() : memref<8xi8>
  %d = memref.alloc() : memref<8xi8>
  call @load(%x, %a) : (memref<8xi8>, memref<8xi8>) -> ()
  call @load(%x, %b) : (memref<8xi8>, memref<8xi8>) -> ()
  %0 = arith.select %c, %a, %b : memref<8xi8>
  call @add(%a, %0, %d) : (memref<8xi8>, memref<8xi8>, memref<8xi8>) -> ()
  call @load(%d, %y) : (memref<8xi8>, memref<8xi8>) -> ()
  return
}

// -----

// A cast that forgets the shape stays one.
// CHECK-LABEL: func.func @casts(
// CHECK:         %[[A:.*]] = memref.view %{{.*}} to memref<4xi8>
// CHECK:         memref.cast %[[A]] : memref<4xi8> to memref<?xi8>
// CHECK:         memref.cast %[[A]] : memref<4xi8> to memref<*xi8>
// STATIC-LABEL: func.func @casts(
func.func private @dynamic(memref<?xi8>)
func.func private @unranked(memref<*xi8>)
func.func @casts() {
  %0 = memref.alloc() : memref<4xi8>
  %1 = memref.cast %0 : memref<4xi8> to memref<?xi8>
  %2 = memref.cast %0 : memref<4xi8> to memref<*xi8>
  call @dynamic(%1) : (memref<?xi8>) -> ()
  call @unranked(%2) : (memref<*xi8>) -> ()
  return
}

// -----

// Without buffers the arena is empty, and C still passes it.
// CHECK-LABEL: func.func @nothing(
// CHECK-SAME:    memref<0xi8> {rescale.arena
// STATIC-LABEL: func.func @nothing(
// STATIC-SAME:    %{{[^:]*}}: memref<4xi8>) attributes
// STATIC-NOT:    get_global
func.func @nothing(%x: memref<4xi8>) {
  return
}
