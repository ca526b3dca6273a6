// The batch and all shapes that follow from it become static.

// RUN: rescale-opt %s -split-input-file -rescale-make-static | FileCheck %s --check-prefixes=CHECK,ONE
// RUN: rescale-opt %s -split-input-file -rescale-make-static=batch=3 | FileCheck %s --check-prefixes=CHECK,THREE

// CHECK-LABEL: func.func @reshape(
// ONE-SAME:      %[[X:.*]]: tensor<1x4xi8>, %{{.*}}: tensor<1xi8>) -> (tensor<1x2x2xi8>, tensor<1x4xi8>)
// ONE:           %[[S:.*]] = tosa.const_shape {values = dense<[1, 2, 2]>
// ONE:           %[[Y:.*]] = tosa.reshape %[[X]], %[[S]] : (tensor<1x4xi8>, !tosa.shape<3>) -> tensor<1x2x2xi8>
// ONE-NEXT:      return %[[Y]], %[[X]] : tensor<1x2x2xi8>, tensor<1x4xi8>
// THREE-SAME:    %[[X:.*]]: tensor<3x4xi8>, %{{.*}}: tensor<3xi8>) -> (tensor<3x2x2xi8>, tensor<3x4xi8>)
// THREE:         %[[S:.*]] = tosa.const_shape {values = dense<[3, 2, 2]>
// THREE:         tosa.reshape %[[X]], %[[S]] : (tensor<3x4xi8>, !tosa.shape<3>) -> tensor<3x2x2xi8>
func.func @reshape(%x: tensor<?x4xi8>, %unused: tensor<?xi8>) -> (tensor<?x2x2xi8>, tensor<?x4xi8>) {
  %s = tosa.const_shape {values = dense<[-1, 2, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %y = tosa.reshape %x, %s : (tensor<?x4xi8>, !tosa.shape<3>) -> tensor<?x2x2xi8>
  return %y, %x : tensor<?x2x2xi8>, tensor<?x4xi8>
}

// -----

// The constant of two reshapes may mean another shape for each of them, and a
// constant without a -1 stays.
// CHECK-LABEL: func.func @shared_shape(
// ONE-DAG:       %[[FOUR:.*]] = tosa.const_shape {values = dense<[4, 2]>
// ONE-DAG:       %[[TWO:.*]] = tosa.const_shape {values = dense<2>
// ONE-DAG:       %[[FIXED:.*]] = tosa.const_shape {values = dense<[2, 4]>
// CHECK-NOT:     -1
// ONE:           tosa.reshape %{{.*}}, %[[FOUR]]
// ONE:           tosa.reshape %{{.*}}, %[[TWO]]
// ONE:           tosa.reshape %{{.*}}, %[[FIXED]]
func.func @shared_shape(%x: tensor<?x8xi8>, %y: tensor<4xi8>, %z: tensor<8xi8>) -> (tensor<?x2xi8>, tensor<2x2xi8>, tensor<2x4xi8>) {
  %s = tosa.const_shape {values = dense<[-1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %f = tosa.const_shape {values = dense<[2, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.reshape %x, %s : (tensor<?x8xi8>, !tosa.shape<2>) -> tensor<?x2xi8>
  %1 = tosa.reshape %y, %s : (tensor<4xi8>, !tosa.shape<2>) -> tensor<2x2xi8>
  %2 = tosa.reshape %z, %f : (tensor<8xi8>, !tosa.shape<2>) -> tensor<2x4xi8>
  return %0, %1, %2 : tensor<?x2xi8>, tensor<2x2xi8>, tensor<2x4xi8>
}

// -----

// CHECK-LABEL: func.func @slice(
// ONE:           tosa.const_shape {values = dense<[1, 3]>
// ONE:           tosa.slice {{.*}} -> tensor<1x3xi8>
// THREE:         tosa.const_shape {values = dense<3>
// THREE:         tosa.slice {{.*}} -> tensor<3x3xi8>
func.func @slice(%x: tensor<?x4xi8>) -> tensor<?x3xi8> {
  %start = tosa.const_shape {values = dense<0> : tensor<2xindex>} : () -> !tosa.shape<2>
  %size = tosa.const_shape {values = dense<[-1, 3]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %y = tosa.slice %x, %start, %size : (tensor<?x4xi8>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<?x3xi8>
  return %y : tensor<?x3xi8>
}

// -----

// A static batch stays as it is, whatever the option says.
// CHECK-LABEL: func.func @already_static(
// CHECK-SAME:    %{{.*}}: tensor<2x4xi8>) -> tensor<2x4xi8>
func.func @already_static(%x: tensor<2x4xi8>) -> tensor<2x4xi8> {
  return %x : tensor<2x4xi8>
}

// -----

// A cast between ranks is no leftover of the propagation.
// CHECK-LABEL: func.func @scalar(
// CHECK-SAME:    %{{.*}}: i8, %{{.*}}: tensor<i8>)
func.func @scalar(%x: i8, %y: tensor<i8>) {
  return
}

// -----

// Any number of blocks is fine where nothing is dynamic.
// CHECK-LABEL: func.func @blocks(
// CHECK-SAME:    %[[C:.*]]: i1, %[[X:.*]]: tensor<4xi8>) -> tensor<4xi8>
// CHECK:         cf.cond_br %[[C]]
// CHECK:         return %[[X]] : tensor<4xi8>
// CHECK:         %[[Y:.*]] = tosa.identity %[[X]]
// CHECK:         return %[[Y]] : tensor<4xi8>
func.func @blocks(%c: i1, %x: tensor<4xi8>) -> tensor<4xi8> {
  cf.cond_br %c, ^a, ^b
^a:
  return %x : tensor<4xi8>
^b:
  %y = tosa.identity %x : (tensor<4xi8>) -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// -----

// All returns agree on the types of the results.
// CHECK-LABEL: func.func @dynamic_blocks(
// ONE-SAME:      %{{.*}}: i1, %[[X:.*]]: tensor<1x4xi8>) -> tensor<1x4xi8>
// ONE:           return %[[X]] : tensor<1x4xi8>
// ONE:           return %{{.*}} : tensor<1x4xi8>
// THREE-SAME:    %{{.*}}: i1, %[[X:.*]]: tensor<3x4xi8>) -> tensor<3x4xi8>
// THREE:         return %[[X]] : tensor<3x4xi8>
// THREE:         return %{{.*}} : tensor<3x4xi8>
func.func @dynamic_blocks(%c: i1, %x: tensor<?x4xi8>) -> tensor<?x4xi8> {
  cf.cond_br %c, ^a, ^b
^a:
  return %x : tensor<?x4xi8>
^b:
  %y = tosa.identity %x : (tensor<?x4xi8>) -> tensor<?x4xi8>
  return %y : tensor<?x4xi8>
}

// -----

// Calls stay as they are where shapes are static.
// CHECK-LABEL: func.func @call(
// CHECK:         %[[Y:.*]] = call @helper(%{{.*}}) : (tensor<4xi8>) -> tensor<4xi8>
// CHECK-NEXT:    return %[[Y]]
func.func private @helper(tensor<4xi8>) -> tensor<4xi8>
func.func @call(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = call @helper(%x) : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// So does a cast of the user. Its operand and its users keep to it.
// CHECK-LABEL: func.func @user_cast(
// CHECK-SAME:    %[[X:.*]]: tensor<2x4xi8>) -> tensor<2x4xi8>
// CHECK-NEXT:    %[[Y:.*]] = tosa.identity %[[X]] : (tensor<2x4xi8>) -> tensor<2x4xi8>
// CHECK-NEXT:    %[[Z:.*]] = tensor.cast %[[Y]] : tensor<2x4xi8> to tensor<2x4xi8>
// CHECK-NEXT:    return %[[Z]]
func.func @user_cast(%x: tensor<2x4xi8>) -> tensor<2x4xi8> {
  %0 = tosa.identity %x : (tensor<2x4xi8>) -> tensor<?x4xi8>
  %1 = tensor.cast %0 : tensor<?x4xi8> to tensor<2x4xi8>
  return %1 : tensor<2x4xi8>
}

// -----

// What a private function takes and gives is not touched.
// CHECK-LABEL: func.func private @private(
// CHECK-SAME:    %[[X:.*]]: tensor<2x4xi8>) -> tensor<2x4xi8>
// CHECK:         %[[Y:.*]] = tosa.reshape %[[X]], %{{.*}} -> tensor<8xi8>
// CHECK:         tosa.reshape %[[Y]], %{{.*}} -> tensor<2x4xi8>
func.func private @private(%x: tensor<2x4xi8>) -> tensor<2x4xi8> {
  %s = tosa.const_shape {values = dense<-1> : tensor<1xindex>} : () -> !tosa.shape<1>
  %t = tosa.const_shape {values = dense<[2, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.reshape %x, %s : (tensor<2x4xi8>, !tosa.shape<1>) -> tensor<?xi8>
  %1 = tosa.reshape %0, %t : (tensor<?xi8>, !tosa.shape<2>) -> tensor<2x4xi8>
  return %1 : tensor<2x4xi8>
}

// -----

// Functions of other dialects are none of its business.
// CHECK-LABEL: ml_program.func @other(%{{.*}}: tensor<?xi8>)
ml_program.func @other(%x: tensor<?xi8>) {
  ml_program.return
}
