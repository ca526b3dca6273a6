// RUN: rescale-opt %s -split-input-file -rescale-place-parts | FileCheck %s
// RUN: rescale-opt %s -split-input-file -rescale-place-parts -eliminate-empty-tensors -one-shot-bufferize='bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map' -cse -canonicalize | FileCheck %s --check-prefix=BUFFER

// What has a tensor.empty is computed in its place, an argument is copied.
// CHECK-LABEL: func.func @concat
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>
// CHECK:         %[[ALLOC:.*]] = memref.alloc() : memref<4xf32>
// CHECK:         %[[FIRST:.*]] = memref.subview %[[ALLOC]][0] [2] [1]
// CHECK:         %[[SECOND:.*]] = memref.subview %[[ALLOC]][2] [2] [1]
// CHECK:         %[[A:.*]] = linalg.exp
// CHECK-NEXT:    bufferization.materialize_in_destination %[[A]] in restrict writable %[[FIRST]]
// CHECK:         arith.constant
// CHECK-NEXT:    bufferization.materialize_in_destination %[[X]] in writable %[[SECOND]]
// CHECK-NEXT:    %[[Y:.*]] = bufferization.to_tensor %[[ALLOC]] restrict writable
// CHECK-NEXT:    return %[[Y]]
// BUFFER-LABEL: func.func @concat
// BUFFER-SAME:    %[[X:.*]]: memref<2xf32>
// BUFFER:         %[[ALLOC:.*]] = memref.alloc() : memref<4xf32>
// BUFFER-DAG:     %[[FIRST:.*]] = memref.subview %[[ALLOC]][0] [2] [1]
// BUFFER-DAG:     %[[SECOND:.*]] = memref.subview %[[ALLOC]][2] [2] [1]
// BUFFER-NOT:     memref.copy
// BUFFER:         linalg.exp {{.*}} outs(%[[FIRST]]
// BUFFER-NEXT:    memref.copy %[[X]], %[[SECOND]]
// BUFFER-NEXT:    return %[[ALLOC]]
func.func @concat(%x: tensor<2xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<2xf32>
  %a = linalg.exp ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) -> tensor<2xf32>
  %c = arith.constant 0 : index
  %0 = tensor.empty() : tensor<4xf32>
  %1 = tensor.insert_slice %a into %0[0] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %2 = tensor.insert_slice %x into %1[2] [2] [1] : tensor<2xf32> into tensor<4xf32>
  return %2 : tensor<4xf32>
}

// -----

// A part of a part has its place in the outermost buffer, every second of the
// elements from the fourth on.
// BUFFER-LABEL: func.func @nested
// BUFFER:         %[[ALLOC:.*]] = memref.alloc() : memref<8xf32>
// BUFFER-NOT:     memref.alloc
// BUFFER-NOT:     memref.copy
// BUFFER:         linalg.exp {{.*}} memref<2xf32, strided<[2], offset: 3>>
// BUFFER-NEXT:    linalg.abs {{.*}} memref<2xf32, strided<[2], offset: 4>>
// BUFFER-NEXT:    linalg.abs {{.*}} memref<3xf32, strided<[1]>>
// BUFFER-NEXT:    return %[[ALLOC]]
func.func @nested(%x: tensor<2xf32>, %y: tensor<3xf32>) -> tensor<8xf32> {
  %e0 = tensor.empty() : tensor<2xf32>
  %a = linalg.exp ins(%x : tensor<2xf32>) outs(%e0 : tensor<2xf32>) -> tensor<2xf32>
  %e1 = tensor.empty() : tensor<2xf32>
  %b = linalg.abs ins(%x : tensor<2xf32>) outs(%e1 : tensor<2xf32>) -> tensor<2xf32>
  %0 = tensor.empty() : tensor<4xf32>
  %1 = tensor.insert_slice %a into %0[0] [2] [2] : tensor<2xf32> into tensor<4xf32>
  %2 = tensor.insert_slice %b into %1[1] [2] [2] : tensor<2xf32> into tensor<4xf32>
  %e2 = tensor.empty() : tensor<3xf32>
  %c = linalg.abs ins(%y : tensor<3xf32>) outs(%e2 : tensor<3xf32>) -> tensor<3xf32>
  %3 = tensor.empty() : tensor<8xf32>
  %4 = tensor.insert_slice %2 into %3[3] [4] [1] : tensor<4xf32> into tensor<8xf32>
  %5 = tensor.insert_slice %c into %4[0] [3] [1] : tensor<3xf32> into tensor<8xf32>
  return %5 : tensor<8xf32>
}

// -----

// Two wholes have a part in common, which is in the first, twice in it. Readers
// read it there.
// BUFFER-LABEL: func.func @shared
// BUFFER-DAG:     %[[FIRST:.*]] = memref.alloc() : memref<4xf32>
// BUFFER-DAG:     %[[OTHER:.*]] = memref.alloc() : memref<5xf32>
// BUFFER-DAG:     %[[PART:.*]] = memref.subview %[[FIRST]][0] [2] [1]
// BUFFER-DAG:     %[[TWICE:.*]] = memref.subview %[[FIRST]][2] [2] [1]
// BUFFER:         linalg.exp {{.*}} outs(%[[PART]]
// BUFFER-NEXT:    memref.copy %[[PART]], %[[TWICE]]
// BUFFER:         memref.copy %[[PART]], %{{.*}} : {{.*}} to memref<2xf32, strided<[1], offset: 3>>
// BUFFER-NEXT:    memref.copy %{{.*}} : memref<3xf32> to
// BUFFER:         linalg.abs ins(%[[PART]]
func.func @shared(%x: tensor<2xf32>, %y: tensor<3xf32>) -> (tensor<4xf32>, tensor<5xf32>, tensor<2xf32>) {
  %e = tensor.empty() : tensor<2xf32>
  %a = linalg.exp ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) -> tensor<2xf32>
  %0 = tensor.empty() : tensor<4xf32>
  %1 = tensor.insert_slice %a into %0[0] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %2 = tensor.insert_slice %a into %1[2] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %3 = tensor.empty() : tensor<5xf32>
  %4 = tensor.insert_slice %a into %3[3] [2] [1] : tensor<2xf32> into tensor<5xf32>
  %5 = tensor.insert_slice %y into %4[0] [3] [1] : tensor<3xf32> into tensor<5xf32>
  %f = tensor.empty() : tensor<2xf32>
  %b = linalg.abs ins(%a : tensor<2xf32>) outs(%f : tensor<2xf32>) -> tensor<2xf32>
  return %2, %5, %b : tensor<4xf32>, tensor<5xf32>, tensor<2xf32>
}

// -----

// What writes over a part writes over a copy, since the whole still has the
// part; so does what writes over a whole whose part is read later.
// CHECK-LABEL: func.func @overwritten
// CHECK:         %[[A:.*]] = linalg.exp
// CHECK-NEXT:    bufferization.materialize_in_destination %[[A]] in restrict writable %[[VIEW:.*]] :
// CHECK-NEXT:    %[[READONLY:.*]] = bufferization.to_tensor %[[VIEW]] restrict :
// CHECK:         bufferization.to_tensor %{{.*}} restrict :
// CHECK:         tensor.insert %{{.*}} into %[[READONLY]]
// BUFFER-LABEL: func.func @overwritten
// BUFFER:         %[[WHOLE:.*]] = memref.alloc() : memref<4xf32>
// BUFFER:         %[[PART:.*]] = memref.subview %[[WHOLE]][0]
// BUFFER:         linalg.exp {{.*}} outs(%[[PART]]
// BUFFER:         %[[COPY:.*]] = memref.alloc() {{.*}} : memref<2xf32>
// BUFFER-NEXT:    memref.copy %[[PART]], %[[COPY]]
// BUFFER-NEXT:    memref.store %{{.*}}, %[[COPY]]
// BUFFER-NEXT:    %[[OTHER:.*]] = memref.alloc() {{.*}} : memref<4xf32>
// BUFFER-NEXT:    memref.copy %[[WHOLE]], %[[OTHER]]
// BUFFER-NEXT:    memref.store %{{.*}}, %[[OTHER]]
// BUFFER-NEXT:    memref.load %[[PART]]
func.func @overwritten(%x: tensor<2xf32>, %v: f32, %i: index) -> (tensor<4xf32>, tensor<4xf32>, tensor<2xf32>, f32) {
  %e = tensor.empty() : tensor<2xf32>
  %a = linalg.exp ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) -> tensor<2xf32>
  %0 = tensor.empty() : tensor<4xf32>
  %1 = tensor.insert_slice %a into %0[0] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %2 = tensor.insert_slice %x into %1[2] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %b = tensor.insert %v into %a[%i] : tensor<2xf32>
  %3 = tensor.insert %v into %2[%i] : tensor<4xf32>
  %c = tensor.extract %a[%i] : tensor<2xf32>
  return %2, %3, %b, %c : tensor<4xf32>, tensor<4xf32>, tensor<2xf32>, f32
}

// -----

// A whole whose parts nobody else has is written over in place.
// BUFFER-LABEL: func.func @exclusive
// BUFFER:         %[[WHOLE:.*]] = memref.alloc() : memref<4xf32>
// BUFFER-NOT:     memref.alloc
// BUFFER:         memref.store %{{.*}}, %[[WHOLE]]
// BUFFER-NEXT:    return %[[WHOLE]]
func.func @exclusive(%x: tensor<2xf32>, %v: f32, %i: index) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<2xf32>
  %a = linalg.exp ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>) -> tensor<2xf32>
  %0 = tensor.empty() : tensor<4xf32>
  %1 = tensor.insert_slice %a into %0[0] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %2 = tensor.insert_slice %x into %1[2] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %3 = tensor.insert %v into %2[%i] : tensor<4xf32>
  return %3 : tensor<4xf32>
}

// -----

// Parts that interlace in two dimensions are apart.
// CHECK-LABEL: func.func @interlaced
// CHECK-NOT:     tensor.insert_slice
// CHECK-COUNT-4: materialize_in_destination
func.func @interlaced(%x: tensor<2x2xf32>) -> tensor<4x4xf32> {
  %0 = tensor.empty() : tensor<4x4xf32>
  %1 = tensor.insert_slice %x into %0[0, 0] [2, 2] [2, 2] : tensor<2x2xf32> into tensor<4x4xf32>
  %2 = tensor.insert_slice %x into %1[0, 1] [2, 2] [2, 2] : tensor<2x2xf32> into tensor<4x4xf32>
  %3 = tensor.insert_slice %x into %2[1, 0] [2, 2] [2, 2] : tensor<2x2xf32> into tensor<4x4xf32>
  %4 = tensor.insert_slice %x into %3[1, 1] [2, 2] [2, 2] : tensor<2x2xf32> into tensor<4x4xf32>
  return %4 : tensor<4x4xf32>
}

// -----

// Just outside: parts with an element in common, something other than a
// tensor.empty, what is read before it is whole, one part, dynamic offsets.
// CHECK-LABEL: func.func @overlapping
// CHECK-COUNT-2: tensor.insert_slice
func.func @overlapping(%x: tensor<2xf32>) -> tensor<4xf32> {
  %0 = tensor.empty() : tensor<4xf32>
  %1 = tensor.insert_slice %x into %0[0] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %2 = tensor.insert_slice %x into %1[1] [2] [1] : tensor<2xf32> into tensor<4xf32>
  return %2 : tensor<4xf32>
}

// CHECK-LABEL: func.func @update
// CHECK-COUNT-2: tensor.insert_slice
func.func @update(%x: tensor<2xf32>, %0: tensor<4xf32>) -> tensor<4xf32> {
  %1 = tensor.insert_slice %x into %0[0] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %2 = tensor.insert_slice %x into %1[2] [2] [1] : tensor<2xf32> into tensor<4xf32>
  return %2 : tensor<4xf32>
}

// CHECK-LABEL: func.func @read_before
// CHECK-COUNT-2: tensor.insert_slice
func.func @read_before(%x: tensor<2xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = tensor.empty() : tensor<4xf32>
  %1 = tensor.insert_slice %x into %0[0] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %2 = tensor.insert_slice %x into %1[2] [2] [1] : tensor<2xf32> into tensor<4xf32>
  return %1, %2 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @one_part
// CHECK:         tensor.insert_slice
func.func @one_part(%x: tensor<2xf32>) -> tensor<4xf32> {
  %0 = tensor.empty() : tensor<4xf32>
  %1 = tensor.insert_slice %x into %0[0] [2] [1] : tensor<2xf32> into tensor<4xf32>
  return %1 : tensor<4xf32>
}

// CHECK-LABEL: func.func @dynamic
// CHECK-COUNT-2: tensor.insert_slice
func.func @dynamic(%x: tensor<2xf32>, %i: index) -> tensor<4xf32> {
  %0 = tensor.empty() : tensor<4xf32>
  %1 = tensor.insert_slice %x into %0[%i] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %2 = tensor.insert_slice %x into %1[2] [2] [1] : tensor<2xf32> into tensor<4xf32>
  return %2 : tensor<4xf32>
}
