// RUN: rescale-opt %s -rescale-update-in-place -split-input-file | FileCheck %s

// A new tensor is written over what the iteration was given; one that is
// written there already is not.
// CHECK-LABEL: func.func @for(
// CHECK:         scf.for {{.*}} iter_args(%[[T:.*]] = %{{.*}}, %[[U:.*]] = %{{.*}})
// CHECK:           %[[A:.*]] = linalg.exp ins(%[[T]]
// CHECK:           %[[B:.*]] = linalg.exp ins(%[[T]] : {{.*}}) outs(%[[U]]
// CHECK-NEXT:      %[[C:.*]] = bufferization.materialize_in_destination %[[A]] in %[[T]]
// CHECK-NEXT:      scf.yield %[[C]], %[[B]]
func.func @for(%x: tensor<4xf32>, %y: tensor<4xf32>, %n: index)
    -> (tensor<4xf32>, tensor<4xf32>) {
  %0:2 = scf.for %i = %n to %n step %n iter_args(%t = %x, %u = %y)
      -> (tensor<4xf32>, tensor<4xf32>) {
    %e = tensor.empty() : tensor<4xf32>
    %a = linalg.exp ins(%t : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    %b = linalg.exp ins(%t : tensor<4xf32>) outs(%u : tensor<4xf32>) -> tensor<4xf32>
    scf.yield %a, %b : tensor<4xf32>, tensor<4xf32>
  }
  return %0#0, %0#1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// Values that change places are read before they are written. The arguments of
// the body are those that the condition hands on.
// CHECK-LABEL: func.func @while(
// CHECK:         scf.condition(%{{.*}}) %[[Q:.*]], %[[P:.*]] : tensor<4xi8>, tensor<4xi8>
// CHECK:       ^bb0(%[[Q1:.*]]: tensor<4xi8>, %[[P1:.*]]: tensor<4xi8>):
// CHECK-DAG:     %[[A:.*]] = bufferization.alloc_tensor() copy(%[[Q1]])
// CHECK-DAG:     %[[B:.*]] = bufferization.alloc_tensor() copy(%[[P1]])
// CHECK:         %[[C:.*]] = bufferization.materialize_in_destination %[[A]] in %[[P1]]
// CHECK-NEXT:    %[[D:.*]] = bufferization.materialize_in_destination %[[B]] in %[[Q1]]
// CHECK-NEXT:    scf.yield %[[C]], %[[D]]
func.func @while(%x: tensor<4xi8>, %y: tensor<4xi8>, %c: i1)
    -> (tensor<4xi8>, tensor<4xi8>) {
  %0:2 = scf.while (%p = %x, %q = %y)
      : (tensor<4xi8>, tensor<4xi8>) -> (tensor<4xi8>, tensor<4xi8>) {
    scf.condition(%c) %q, %p : tensor<4xi8>, tensor<4xi8>
  } do {
  ^bb0(%q: tensor<4xi8>, %p: tensor<4xi8>):
    scf.yield %q, %p : tensor<4xi8>, tensor<4xi8>
  }
  return %0#0, %0#1 : tensor<4xi8>, tensor<4xi8>
}

// -----

// Both branches write to one buffer. Scalars stay.
// CHECK-LABEL: func.func @if(
// CHECK-NEXT:    %[[D:.*]] = bufferization.alloc_tensor() : tensor<4xi8>
// CHECK-NEXT:    scf.if %{{.*}} -> (tensor<4xi8>, i32) {
// CHECK-NEXT:      %[[A:.*]] = bufferization.materialize_in_destination %{{.*}} in %[[D]]
// CHECK-NEXT:      scf.yield %[[A]], %{{.*}}
// CHECK-NEXT:    } else {
// CHECK-NEXT:      %[[B:.*]] = bufferization.materialize_in_destination %{{.*}} in %[[D]]
// CHECK-NEXT:      scf.yield %[[B]], %{{.*}}
func.func @if(%x: tensor<4xi8>, %y: tensor<4xi8>, %c: i1, %n: i32, %m: i32)
    -> (tensor<4xi8>, i32) {
  %0:2 = scf.if %c -> (tensor<4xi8>, i32) {
    scf.yield %x, %n : tensor<4xi8>, i32
  } else {
    scf.yield %y, %m : tensor<4xi8>, i32
  }
  return %0#0, %0#1 : tensor<4xi8>, i32
}

// -----

// So do those that the canonicalizer made a choice of. One between scalars, or
// of every element, is a computation.
// CHECK-LABEL: func.func @select(
// CHECK-SAME:      %[[X:.*]]: tensor<4xi8>, %[[Y:.*]]: tensor<4xi8>, %[[C:[a-z0-9]*]]: i1,
// CHECK-NEXT:    %[[D:.*]] = bufferization.alloc_tensor() : tensor<4xi8>
// CHECK-NEXT:    %[[R:.*]] = scf.if %[[C]] -> (tensor<4xi8>) {
// CHECK-NEXT:      %[[A:.*]] = bufferization.materialize_in_destination %[[X]] in %[[D]]
// CHECK-NEXT:      scf.yield %[[A]]
// CHECK-NEXT:    } else {
// CHECK-NEXT:      %[[B:.*]] = bufferization.materialize_in_destination %[[Y]] in %[[D]]
// CHECK-NEXT:      scf.yield %[[B]]
// CHECK-NEXT:    }
// CHECK-NEXT:    %[[N:.*]] = arith.select %[[C]], {{.*}} : i32
// CHECK-NEXT:    %[[E:.*]] = arith.select %{{.*}}, %[[R]], %[[Y]] : tensor<4xi1>
// CHECK-NEXT:    return %[[E]], %[[N]]
func.func @select(%x: tensor<4xi8>, %y: tensor<4xi8>, %c: i1, %e: tensor<4xi1>,
                  %n: i32, %m: i32) -> (tensor<4xi8>, i32) {
  %0 = arith.select %c, %x, %y : tensor<4xi8>
  %1 = arith.select %c, %n, %m : i32
  %2 = arith.select %e, %0, %y : tensor<4xi1>, tensor<4xi8>
  return %2, %1 : tensor<4xi8>, i32
}

// -----

// Left for rescale-verify-loops: a condition that does not hand on the value,
// and shapes that are not known.
// CHECK-LABEL: func.func @not_forwarded(
// CHECK-NOT:     materialize
// CHECK-LABEL: func.func @dynamic(
// CHECK-NOT:     materialize
func.func @not_forwarded(%x: tensor<4xi8>, %y: tensor<4xi8>, %c: i1)
    -> tensor<4xi8> {
  %0 = scf.while (%p = %x) : (tensor<4xi8>) -> tensor<4xi8> {
    scf.condition(%c) %y : tensor<4xi8>
  } do {
  ^bb0(%q: tensor<4xi8>):
    scf.yield %q : tensor<4xi8>
  }
  return %0 : tensor<4xi8>
}
func.func @dynamic(%x: tensor<?xi8>, %y: tensor<?xi8>, %n: index)
    -> tensor<?xi8> {
  %0 = scf.for %i = %n to %n step %n iter_args(%t = %x) -> tensor<?xi8> {
    scf.yield %y : tensor<?xi8>
  }
  return %0 : tensor<?xi8>
}
