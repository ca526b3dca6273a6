// Run-time parameters. execute.mlir runs what comes out.

// RUN: rescale-opt %s --convert-tosa-to-rescale --canonicalize | FileCheck %s

// CHECK-DAG: #[[$ALL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$CHANNEL:.*]] = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func.func @per_channel(
// CHECK-SAME: %[[X:.*]]: tensor<?x2xi32>, %[[M:.*]]: tensor<2xi32>, %[[S:.*]]: tensor<2xi8>
func.func @per_channel(%x: tensor<?x2xi32>, %m: tensor<2xi32>, %s: tensor<2xi8>) -> tensor<?x2xi8> {
  %zi = arith.constant dense<0> : tensor<1xi32>
  %zo = arith.constant dense<-3> : tensor<1xi8>
  // CHECK: %[[SIZE:.*]] = tensor.dim %[[X]]
  // CHECK: %[[EMPTY:.*]] = tensor.empty(%[[SIZE]]) : tensor<?x2xi8>
  // CHECK: linalg.generic {indexing_maps = [#[[$ALL]], #[[$CHANNEL]], #[[$CHANNEL]], #[[$ALL]]], iterator_types = ["parallel", "parallel"]}
  // CHECK-SAME: ins(%[[X]], %[[M]], %[[S]] : {{.*}}) outs(%[[EMPTY]]
  // CHECK-NEXT: ^bb0(%[[A:.*]]: i32, %[[K:.*]]: i32, %[[T:.*]]: i8, %{{.*}}: i8):
  // CHECK-NEXT: %[[Y:.*]] = rescale.apply %[[A]] * %[[K]] shift %[[T]] round double zero_point -3 {multiplicand_bits = 31 : i64, shift_range = array<i64: 2, 62>} : (i32, i32, i8) -> i8
  // CHECK-NEXT: linalg.yield %[[Y]]
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = DOUBLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false} : (tensor<?x2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<?x2xi8>
  return %y : tensor<?x2xi8>
}

// What is constant narrows the promises.
// CHECK-LABEL: func.func @mixed(
// CHECK-SAME: %[[X:.*]]: tensor<2xi8>, %[[M:.*]]: tensor<1xi16>, %[[S:.*]]: tensor<1xi8>
func.func @mixed(%x: tensor<2xi8>, %m: tensor<1xi16>, %s: tensor<1xi8>) -> (tensor<2xi8>, tensor<2xi8>) {
  %cm = arith.constant dense<300> : tensor<1xi16>
  %cs = arith.constant dense<9> : tensor<1xi8>
  %z = arith.constant dense<-3> : tensor<1xi8>
  // CHECK-DAG: %[[CM:.*]] = arith.constant 300 : i16
  // CHECK-DAG: %[[CS:.*]] = arith.constant 9 : i8
  // CHECK: %[[M0:.*]] = tensor.extract %[[M]][%{{.*}}] : tensor<1xi16>
  // CHECK: rescale.apply %{{.*}} * %[[M0]] shift %[[CS]] round half_up input_zero_point 253 zero_point -3 unsigned_input {multiplicand_bits = 15 : i64, shift_range = array<i64: 9, 9>} : (i8, i16, i8) -> i8
  %0 = tosa.rescale %x, %m, %cs, %z, %z {scale32 = false, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = true, output_unsigned = false} : (tensor<2xi8>, tensor<1xi16>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<2xi8>
  // CHECK: %[[S0:.*]] = tensor.extract %[[S]][%{{.*}}] : tensor<1xi8>
  // CHECK: rescale.apply %{{.*}} * %[[CM]] shift %[[S0]] round half_up input_zero_point -3 zero_point 253 unsigned_result {multiplicand_bits = 9 : i64, shift_range = array<i64: 2, 62>} : (i8, i16, i8) -> i8
  %1 = tosa.rescale %x, %cm, %s, %z, %z {scale32 = false, rounding_mode = INEXACT_ROUND, per_channel = false, input_unsigned = false, output_unsigned = true} : (tensor<2xi8>, tensor<1xi16>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<2xi8>
  return %0, %1 : tensor<2xi8>, tensor<2xi8>
}

// CHECK-LABEL: func.func @zero_points(
// CHECK-SAME: %[[X:.*]]: tensor<2xi8>, %[[ZI:.*]]: tensor<1xi8>, %[[ZO:.*]]: tensor<1xi16>
func.func @zero_points(%x: tensor<2xi8>, %zi: tensor<1xi8>, %zo: tensor<1xi16>) -> tensor<2xi16> {
  %m = arith.constant dense<77> : tensor<1xi32>
  %s = arith.constant dense<9> : tensor<1xi8>
  // CHECK-DAG: %[[ZI0:.*]] = tensor.extract %[[ZI]]
  // CHECK-DAG: %[[ZO0:.*]] = tensor.extract %[[ZO]]
  // CHECK: ^bb0(%[[A:.*]]: i8,
  // CHECK-DAG: %[[XE:.*]] = arith.extsi %[[A]] : i8 to i32
  // CHECK-DAG: %[[ZIE:.*]] = arith.extsi %[[ZI0]] : i8 to i32
  // CHECK: %[[D:.*]] = arith.subi %[[XE]], %[[ZIE]] : i32
  // CHECK: %[[Q:.*]] = rescale.apply %[[D]] * %{{.*}} round half_up clamp [-1073741824, 1073741823] {input_range = array<i64: -255, 255>, multiplicand_bits = 7 : i64, shift_range = array<i64: 9, 9>} : (i32, i32, i8) -> i32
  // CHECK: %[[ZOE:.*]] = arith.extui %[[ZO0]] : i16 to i32
  // CHECK: %[[SUM:.*]] = arith.addi %[[Q]], %[[ZOE]] : i32
  // CHECK: %[[LOW:.*]] = arith.maxsi %[[SUM]], %c0_i32
  // CHECK: %[[HIGH:.*]] = arith.minsi %[[LOW]], %c65535_i32
  // CHECK: arith.trunci %[[HIGH]] : i32 to i16
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = true} : (tensor<2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi16>) -> tensor<2xi16>
  return %y : tensor<2xi16>
}

// CHECK-LABEL: func.func @wide_zero_points(
func.func @wide_zero_points(%x: tensor<i48>, %m: tensor<1xi16>, %s: tensor<1xi8>, %zi: tensor<1xi48>, %zo: tensor<1xi32>) -> tensor<i32> {
  // CHECK: %[[D:.*]] = arith.subi {{.*}} : i64
  // CHECK: %[[Q:.*]] = rescale.apply %[[D]] * {{.*}} round half_up {input_range = array<i64: -281474976710655, 281474976710655>, multiplicand_bits = 15 : i64, shift_range = array<i64: 2, 62>} : (i64, i16, i8) -> i32
  // CHECK: %[[QE:.*]] = arith.extsi %[[Q]] : i32 to i64
  // CHECK: arith.addi %[[QE]], %{{.*}} : i64
  // CHECK: arith.trunci {{.*}} : i64 to i32
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = false, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<i48>, tensor<1xi16>, tensor<1xi8>, tensor<1xi48>, tensor<1xi32>) -> tensor<i32>
  return %y : tensor<i32>
}

// CHECK-LABEL: func.func @one_size_known(
func.func @one_size_known(%x: tensor<?x3xi32>, %m: tensor<1xi32>) -> tensor<2x?xi8> {
  %s = arith.constant dense<9> : tensor<1xi8>
  %zi = arith.constant dense<0> : tensor<1xi32>
  %zo = arith.constant dense<0> : tensor<1xi8>
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2x3xi8>)
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<?x3xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<2x?xi8>
  return %y : tensor<2x?xi8>
}
