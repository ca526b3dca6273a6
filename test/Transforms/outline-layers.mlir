// RUN: rescale-opt %s -split-input-file -rescale-outline-layers | FileCheck %s

// Each operation becomes a function. Buffers and whole views of them stay;
// constants and views of parts are made anew. Inputs come before outputs.
// CHECK:       memref.global "private" constant @generic_0_table : memref<4xi8>
// CHECK-LABEL: func.func private @generic_0(
// CHECK-SAME:    %[[X:.*]]: memref<4xi8> {rescale.name = "input"},
// CHECK-SAME:    %[[Y:.*]]: memref<4xi8> {rescale.may_alias = [0], rescale.name = "output"})
// CHECK-SAME:    attributes {rescale.layer = {name = "", ops = []}} {
// CHECK-NEXT:    %[[T:.*]] = memref.get_global @generic_0_table
// CHECK-NEXT:    linalg.generic {{.*}} ins(%[[X]], %[[T]] : {{.*}}) outs(%[[Y]] : memref<4xi8>)
// CHECK:         return
// CHECK-LABEL: func.func private @copy_0(
// CHECK-SAME:    %[[X:.*]]: memref<2x2xi8> {rescale.name = "input"},
// CHECK-SAME:    %[[Y:.*]]: memref<2x4xi8> {rescale.name = "output"})
// CHECK-NEXT:    %[[V:.*]] = memref.subview %[[Y]]
// CHECK-NEXT:    linalg.copy ins(%[[X]] : memref<2x2xi8>) outs(%[[V]] :
// CHECK-LABEL: func.func @operations(
// CHECK-SAME:    %[[X:.*]]: memref<4xi8>, %[[Y:.*]]: memref<2x4xi8>)
// CHECK-NEXT:    %[[A:.*]] = memref.alloc()
// CHECK-NEXT:    call @generic_0(%[[X]], %[[A]])
// CHECK-NEXT:    %[[V:.*]] = memref.expand_shape %[[A]]
// CHECK-NEXT:    call @copy_0(%[[V]], %[[Y]])
// CHECK-NEXT:    return
#map = affine_map<(d0) -> (d0)>
memref.global "private" constant @__constant_4xi8 : memref<4xi8> = dense<[1, 2, 3, 4]>
func.func @operations(%x: memref<4xi8>, %y: memref<2x4xi8>) {
  %t = memref.get_global @__constant_4xi8 : memref<4xi8>
  %0 = memref.alloc() : memref<4xi8>
  linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel"]}
      ins(%x, %t : memref<4xi8>, memref<4xi8>) outs(%0 : memref<4xi8>) {
  ^bb0(%a: i8, %b: i8, %c: i8):
    %s = arith.addi %a, %b : i8
    linalg.yield %s : i8
  }
  %1 = memref.expand_shape %0 [[0, 1]] output_shape [2, 2]
     : memref<4xi8> into memref<2x2xi8>
  %2 = memref.subview %y[0, 2] [2, 2] [1, 1]
     : memref<2x4xi8> to memref<2x2xi8, strided<[4, 1], offset: 2>>
  linalg.copy ins(%1 : memref<2x2xi8>)
              outs(%2 : memref<2x2xi8, strided<[4, 1], offset: 2>>)
  return
}

// -----

// Neighbours that write to the same buffer are one layer, and what stands
// between an operation and the use of its scalar result. What a layer alone uses
// is scratch.
// CHECK-LABEL: func.func private @copy_0(
// CHECK-NOT:   func.func private
// CHECK:         linalg.fill
// CHECK:         linalg.copy
// CHECK:         return
// CHECK-LABEL: func.func private @if_0(
// CHECK-SAME:    %[[C:.*]]: memref<i1> {rescale.name = "input0"}, %[[X:.*]]: memref<2xi8> {rescale.name = "input1"},
// CHECK-SAME:    %[[Y:.*]]: memref<2xi8> {rescale.name = "output"}, %[[S:.*]]: memref<i1> {rescale.name = "scratch"})
// CHECK:         %[[B:.*]] = memref.load %[[C]][]
// CHECK-NEXT:    linalg.copy ins(%[[C]] : memref<i1>) outs(%[[S]]
// CHECK-NEXT:    scf.if %[[B]] {
// CHECK-LABEL: func.func @merged(
// CHECK:         call @copy_0(
// CHECK-NEXT:    memref.alloc
// CHECK-NEXT:    call @if_0(
// CHECK-NEXT:    return
func.func @merged(%x: memref<2xi8>, %p: memref<4xi8>, %c: memref<i1>,
                  %y: memref<2xi8>) {
  %zero = arith.constant 0 : i8
  linalg.fill ins(%zero : i8) outs(%p : memref<4xi8>)
  %v = memref.subview %p[1] [2] [1]
     : memref<4xi8> to memref<2xi8, strided<[1], offset: 1>>
  linalg.copy ins(%x : memref<2xi8>)
              outs(%v : memref<2xi8, strided<[1], offset: 1>>)
  %0 = memref.load %c[] : memref<i1>
  %d = memref.alloc() : memref<i1>
  linalg.copy ins(%c : memref<i1>) outs(%d : memref<i1>)
  scf.if %0 {
    linalg.copy ins(%x : memref<2xi8>) outs(%y : memref<2xi8>)
  }
  return
}

// -----

// A buffer that a layer has by two names is one argument.
// CHECK-LABEL: func.func private @generic_0(
// CHECK-SAME:    %[[X:.*]]: memref<4xi8> {rescale.name = "output"})
// CHECK:         memref.expand_shape %[[X]]
// CHECK-LABEL: func.func @two_names(
#in = affine_map<(d0, d1) -> (d1)>
#out = affine_map<(d0, d1) -> (d0, d1)>
func.func @two_names(%x: memref<4xi8>) {
  %v = memref.expand_shape %x [[0, 1]] output_shape [2, 2]
     : memref<4xi8> into memref<2x2xi8>
  %w = memref.subview %x[0] [2] [1] : memref<4xi8> to memref<2xi8>
  linalg.generic {indexing_maps = [#in, #out], iterator_types = ["parallel", "parallel"]}
      ins(%w : memref<2xi8>) outs(%v : memref<2x2xi8>) {
  ^bb0(%a: i8, %b: i8):
    linalg.yield %a : i8
  }
  return
}

// -----

// An output does not take the place of an input that is read out of order, that
// has smaller elements, or that is read in another way as well.
// CHECK-LABEL: func.func private @generic_0(
// CHECK-NOT:     may_alias
// CHECK-LABEL: func.func private @generic_1(
// CHECK-NOT:     may_alias
// CHECK-LABEL: func.func private @generic_2(
// CHECK-NOT:     may_alias
// CHECK-LABEL: func.func private @generic_3(
// CHECK-SAME:    memref<4xi16> {rescale.name = "input0"}, %{{.*}}: memref<4xi16> {rescale.name = "input1"},
// CHECK-SAME:    memref<4xi8> {rescale.may_alias = [0, 1], rescale.name = "output"})
// CHECK-LABEL: func.func @places(
#id = affine_map<(d0, d1) -> (d0, d1)>
#transposed = affine_map<(d0, d1) -> (d1, d0)>
#map = affine_map<(d0) -> (d0)>
func.func @places(%x: memref<2x2xi8>, %y: memref<2x2xi8>, %z: memref<2x2xi16>,
                  %v: memref<4xi16>, %w: memref<4xi16>, %u: memref<4xi8>) {
  linalg.generic {indexing_maps = [#transposed, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<2x2xi8>) outs(%y : memref<2x2xi8>) {
  ^bb0(%a: i8, %b: i8):
    linalg.yield %a : i8
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<2x2xi8>) outs(%z : memref<2x2xi16>) {
  ^bb0(%a: i8, %b: i16):
    %0 = arith.extsi %a : i8 to i16
    linalg.yield %0 : i16
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<2x2xi8>) outs(%y : memref<2x2xi8>) {
  ^bb0(%a: i8, %b: i8):
    %i = linalg.index 0 : index
    %0 = memref.load %x[%i, %i] : memref<2x2xi8>
    %1 = arith.addi %0, %a : i8
    linalg.yield %1 : i8
  }
  linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel"]}
      ins(%v, %w : memref<4xi16>, memref<4xi16>) outs(%u : memref<4xi8>) {
  ^bb0(%a: i16, %b: i16, %c: i8):
    %0 = arith.addi %a, %b : i16
    %1 = arith.trunci %0 : i16 to i8
    linalg.yield %1 : i8
  }
  return
}

// -----

// Several blocks are one layer; private functions stay as they are.
// CHECK-LABEL: func.func private @blocks_body(
// CHECK:         cf.br
// CHECK-LABEL: func.func @blocks(
// CHECK-SAME:    %[[X:.*]]: memref<4xi8>, %[[Y:.*]]: memref<4xi8>) -> i32
// CHECK-NEXT:    %[[S:.*]] = call @blocks_body(%[[X]], %[[Y]])
// CHECK-NEXT:    return %[[S]] : i32
// CHECK-LABEL: func.func private @helper(
// CHECK:         linalg.copy
func.func @blocks(%x: memref<4xi8>, %y: memref<4xi8>) -> i32 {
  %c0 = arith.constant 0 : i32
  cf.br ^bb1
^bb1:
  linalg.copy ins(%x : memref<4xi8>) outs(%y : memref<4xi8>)
  return %c0 : i32
}
func.func private @helper(%x: memref<4xi8>, %y: memref<4xi8>) {
  linalg.copy ins(%x : memref<4xi8>) outs(%y : memref<4xi8>)
  return
}

// -----

// Where both are walked in one order, whatever it is, elements of one size may
// take each other's place, and narrower ones may not.
// CHECK-LABEL: func.func private @generic_0(
// CHECK-SAME:    memref<2x4xi8> {rescale.may_alias = [0], rescale.name = "output"})
// CHECK-LABEL: func.func private @generic_1(
// CHECK-NOT:     may_alias
// CHECK-LABEL: func.func @any_order(
#transposed = affine_map<(d0, d1) -> (d1, d0)>
func.func @any_order(%x: memref<2x4xi8>, %y: memref<2x4xi8>,
                     %z: memref<2x4xi32>, %w: memref<2x4xi8>) {
  linalg.generic {indexing_maps = [#transposed, #transposed], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<2x4xi8>) outs(%y : memref<2x4xi8>) {
  ^bb0(%a: i8, %b: i8):
    linalg.yield %a : i8
  }
  linalg.generic {indexing_maps = [#transposed, #transposed], iterator_types = ["parallel", "parallel"]}
      ins(%z : memref<2x4xi32>) outs(%w : memref<2x4xi8>) {
  ^bb0(%a: i32, %b: i8):
    %0 = arith.trunci %a : i32 to i8
    linalg.yield %0 : i8
  }
  return
}
