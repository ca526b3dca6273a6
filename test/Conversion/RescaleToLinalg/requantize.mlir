// Parameters that all channels share become constants, others become tables of
// the narrowest type, and the addend of the rounding mode is one of them.

// RUN: rescale-opt %s -convert-rescale-to-linalg | FileCheck %s
// RUN: rescale-opt %s -convert-rescale-to-linalg -canonicalize \
// RUN:   -convert-rescale-to-arith | FileCheck %s --check-prefix=NONE

// No operation of the dialect is left, and no constant is computed from a shift.
// NONE-NOT: rescale.requantize
// NONE-NOT: rescale.apply
// NONE-NOT: arith.shli

// The example of the pass's documentation.
// CHECK: #[[$ID:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK: #[[$CHANNEL:.+]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func @documented
// CHECK-SAME: (%[[X:.+]]: tensor<4x2xi32>)
// CHECK-DAG: %[[M:.+]] = arith.constant dense<[645922816, 763363328]> : tensor<2xi32>
// CHECK-DAG: %[[S:.+]] = arith.constant 32 : i8
// CHECK-DAG: %[[B:.+]] = arith.constant 2147483648 : i64
// CHECK: %[[E:.+]] = tensor.empty() : tensor<4x2xi8>
// CHECK: %[[Y:.+]] = linalg.generic {indexing_maps = [#[[$ID]], #[[$CHANNEL]], #[[$ID]]], iterator_types = ["parallel", "parallel"]} ins(%[[X]], %[[M]] : tensor<4x2xi32>, tensor<2xi32>) outs(%[[E]] : tensor<4x2xi8>)
// CHECK-NEXT: ^bb0(%[[A:.+]]: i32, %[[K:.+]]: i32, %{{.+}}: i8):
// CHECK-NEXT: %[[R:.+]] = rescale.apply %[[A]] * %[[K]] + %[[B]] shift %[[S]] round addend {addend_range = array<i64: 2147483648, 2147483648>, multiplicand_bits = 30 : i64, shift_range = array<i64: 32, 32>} : (i32, i32, i64, i8) -> i8
// CHECK-NEXT: linalg.yield %[[R]] : i8
// CHECK: return %[[Y]]
func.func @documented(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %y = rescale.requantize %x mul dense<[77, 91]> : tensor<2xui8>
         shift [9] axis 1 round half_up : tensor<4x2xi32> -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// Everything but the multiplicand varies; zero points, clamp and signs move
// into the body.
// CHECK-LABEL: func @tables
// CHECK-DAG: %[[M:.+]] = arith.constant -1 : i32
// CHECK-DAG: %[[S:.+]] = arith.constant dense<[9, 40]> : tensor<2xi8>
// CHECK-DAG: %[[B:.+]] = arith.constant dense<[127, -128]> : tensor<2xi8>
// CHECK-DAG: %[[N:.+]] = arith.constant dense<[-129, -200]> : tensor<2xi16>
// CHECK: linalg.generic
// CHECK-SAME: ins(%{{.+}}, %[[S]], %[[B]], %[[N]] : tensor<2x3xi32>, tensor<2xi8>, tensor<2xi8>, tensor<2xi16>)
// CHECK-NEXT: ^bb0(%[[A:.+]]: i32, %[[SA:.+]]: i8, %[[BA:.+]]: i8, %[[NA:.+]]: i16, %{{.+}}: i16):
// CHECK-NEXT: rescale.apply %[[A]] * %[[M]] + %[[BA]] negative %[[NA]] shift %[[SA]] round addend input_zero_point 7 zero_point 32768 clamp [3, 65534] unsigned_input unsigned_multiplicand unsigned_result {addend_range = array<i64: -200, 127>, multiplicand_bits = 32 : i64, shift_range = array<i64: 9, 40>} : (i32, i32, i8, i16, i8) -> i16
func.func @tables(%x: tensor<2x3xi32>) -> tensor<2x3xi16> {
  %y = rescale.requantize %x mul dense<4294967295> : tensor<1xui32>
         shift [9, 40] axis 0 round addend addends [127, -128]
         negative_addends [-129, -200] input_zero_point 7 zero_point 32768
         clamp [3, 65534] unsigned_input unsigned_result
     : tensor<2x3xi32> -> tensor<2x3xi16>
  return %y : tensor<2x3xi16>
}

// A multiplicand with the highest bit of its narrowest type is unsigned.
// CHECK-LABEL: func @multiplicands
func.func @multiplicands(%x: tensor<2xi32>)
    -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
  // CHECK: dense<[-1, 1]> : tensor<2xi8>
  // CHECK: rescale.apply {{.*}} unsigned_multiplicand {multiplicand_bits = 8 : i64,
  %0 = rescale.requantize %x mul dense<[255, 1]> : tensor<2xui32> shift [0]
         axis 0 round floor : tensor<2xi32> -> tensor<2xi8>
  // CHECK: dense<[256, 1]> : tensor<2xi16>
  // CHECK: rescale.apply %{{.+}} * %{{.+}} shift %{{.+}} round floor {multiplicand_bits = 9 : i64,
  %1 = rescale.requantize %x mul dense<[256, 1]> : tensor<2xui32> shift [0]
         axis 0 round floor : tensor<2xi32> -> tensor<2xi8>
  // CHECK: arith.constant 65536 : i32
  // CHECK: rescale.apply %{{.+}} * %{{.+}} shift %{{.+}} round floor {multiplicand_bits = 17 : i64,
  %2 = rescale.requantize %x mul dense<65536> : tensor<1xui32> shift [0]
         round floor : tensor<2xi32> -> tensor<2xi8>
  // CHECK: arith.constant 2147483647 : i32
  // CHECK: rescale.apply %{{.+}} * %{{.+}} shift %{{.+}} round floor {multiplicand_bits = 31 : i64,
  %3 = rescale.requantize %x mul dense<2147483647> : tensor<1xsi32> shift [0]
         round floor : tensor<2xi32> -> tensor<2xi8>
  // CHECK: arith.constant 0 : i8
  // CHECK: rescale.apply %{{.+}} * %{{.+}} shift %{{.+}} round floor {multiplicand_bits = 0 : i64,
  %4 = rescale.requantize %x mul dense<0> : tensor<1xui8> shift [0]
         round floor : tensor<2xi32> -> tensor<2xi8>
  return %0, %1, %2, %3, %4
    : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
}

// The addends of each mode: one, none, or a pair by the sign.
// CHECK-LABEL: func @roundings
func.func @roundings(%x: tensor<2xi32>, %short: tensor<2xi16>)
    -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>,
        tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
  // CHECK: %[[B0:.+]] = arith.constant 128 : i16
  // CHECK: rescale.apply %{{.+}} * %{{.+}} + %[[B0]] shift %{{.+}} round addend {addend_range = array<i64: 128, 128>,
  %0 = rescale.requantize %short mul dense<3> : tensor<1xui8> shift [8]
         round half_up : tensor<2xi16> -> tensor<2xi8>
  // 2^31 + 2^30 and 2^31 - 2^30.
  // CHECK-DAG: %[[B1:.+]] = arith.constant 3221225472 : i64
  // CHECK-DAG: %[[N1:.+]] = arith.constant 1073741824 : i32
  // CHECK: rescale.apply %{{.+}} * %{{.+}} + %[[B1]] negative %[[N1]] shift %{{.+}} round addend {addend_range = array<i64: 1073741824, 3221225472>,
  %1 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [32] round double
     : tensor<2xi32> -> tensor<2xi8>
  // Up to 31 bits, double rounding is half-up.
  // CHECK: %[[B2:.+]] = arith.constant 2147483648 : i64
  // CHECK: rescale.apply %{{.+}} * %{{.+}} + %[[B2]] shift %c32_i8{{.*}} round addend {
  %2 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [31] round double
     : tensor<2xi32> -> tensor<2xi8>
  // CHECK: rescale.apply %{{.+}} * %{{.+}} shift %{{.+}} round floor {multiplicand_bits
  %3 = rescale.requantize %short mul dense<3> : tensor<1xui8> shift [8]
         round floor : tensor<2xi16> -> tensor<2xi8>
  // CHECK: %[[B4:.+]] = arith.constant 128 : i16
  // CHECK: rescale.apply %{{.+}} * %{{.+}} + %[[B4]] shift %{{.+}} round half_even {
  %4 = rescale.requantize %short mul dense<3> : tensor<1xui8> shift [8]
         round half_even : tensor<2xi16> -> tensor<2xi8>
  // CHECK-DAG: %[[B5:.+]] = arith.constant 128 : i16
  // CHECK-DAG: %[[N5:.+]] = arith.constant 127 : i8
  // CHECK: rescale.apply %{{.+}} * %{{.+}} + %[[B5]] negative %[[N5]] shift %{{.+}} round addend {
  %5 = rescale.requantize %short mul dense<3> : tensor<1xui8> shift [8]
         round half_away : tensor<2xi16> -> tensor<2xi8>
  // Nothing is discarded: every mode is exact.
  // CHECK: rescale.apply %{{.+}} * %{{.+}} shift %{{.+}} round floor {
  %6 = rescale.requantize %short mul dense<3> : tensor<1xui8> shift [0]
         round half_away : tensor<2xi16> -> tensor<2xi8>
  // A zero addend is rounding down.
  // CHECK: rescale.apply %{{.+}} * %{{.+}} shift %{{.+}} round floor {
  %7 = rescale.requantize %short mul dense<3> : tensor<1xui8> shift [8]
         round addend addends [0] : tensor<2xi16> -> tensor<2xi8>
  return %0, %1, %2, %3, %4, %5, %6, %7
    : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>,
      tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
}

// Shifts on both sides of 31: only the addends of the long one come in pairs,
// but a table has them for all channels.
// CHECK-LABEL: func @double_per_channel
// CHECK-DAG: arith.constant dense<[2147483648, 3221225472]> : tensor<2xi64>
// CHECK-DAG: arith.constant dense<[2147483648, 1073741824]> : tensor<2xi64>
func.func @double_per_channel(%x: tensor<2xi32>) -> tensor<2xi8> {
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [31, 32] axis 0
         round double : tensor<2xi32> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// The greatest addend that a mode computes, 2^62 + 2^30.
// CHECK-LABEL: func @longest_shift
// CHECK-DAG: arith.constant 4611686019501129728 : i64
// CHECK-DAG: arith.constant 4611686017353646080 : i64
func.func @longest_shift(%x: tensor<2xi32>) -> tensor<2xi8> {
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [63] round double
     : tensor<2xi32> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// Sizes that are dynamic in the result are read from the input; those that are
// static on one side only follow the result.
// CHECK-LABEL: func @dynamic
// CHECK-SAME: (%[[X:.+]]: tensor<?x?x2xi32>)
// CHECK: %[[C1:.+]] = arith.constant 1 : index
// CHECK: %[[D:.+]] = tensor.dim %[[X]], %[[C1]]
// CHECK: tensor.empty(%[[D]]) : tensor<4x?x2xi8>
// CHECK: linalg.generic {{.*}} ins(%[[X]] : tensor<?x?x2xi32>) outs(%{{.+}} : tensor<4x?x2xi8>)
func.func @dynamic(%x: tensor<?x?x2xi32>) -> tensor<4x?x2xi8> {
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [8] axis 2
         round floor : tensor<?x?x2xi32> -> tensor<4x?x2xi8>
  return %0 : tensor<4x?x2xi8>
}

// CHECK-LABEL: func @less_static
// CHECK: tensor.empty(%{{.+}}) : tensor<?xi8>
// CHECK: linalg.generic {{.*}} ins(%{{.+}} : tensor<4xi32>) outs(%{{.+}} : tensor<?xi8>)
func.func @less_static(%x: tensor<4xi32>) -> tensor<?xi8> {
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [8]
         round floor : tensor<4xi32> -> tensor<?xi8>
  return %0 : tensor<?xi8>
}

// CHECK-LABEL: func @scalar
// CHECK: linalg.generic {{.*}} iterator_types = []
func.func @scalar(%x: tensor<i32>) -> tensor<i8> {
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [8]
         round floor : tensor<i32> -> tensor<i8>
  return %0 : tensor<i8>
}

// rescale.apply is another pass's.
// CHECK-LABEL: func @other_operations_stay
// CHECK: %[[Y:.+]] = rescale.apply
// CHECK-NEXT: return %[[Y]]
func.func @other_operations_stay(%x: i32, %m: i8) -> i8 {
  %0 = rescale.apply %x * %m shift %m round floor : (i32, i8, i8) -> i8
  return %0 : i8
}

// A ReLU clamps what any negative accumulator gives, so that it needs no addend
// of its own; with one code below the zero point it does.
// CHECK-LABEL: func @double_relu
// CHECK: rescale.apply
// CHECK-NOT: negative
// CHECK: rescale.apply
// CHECK-SAME: negative
func.func @double_relu(%x: tensor<2xi32>) -> (tensor<2xi8>, tensor<2xi8>) {
  %0 = rescale.requantize %x mul dense<[3, 5]> : tensor<2xui8> shift [40, 33]
         axis 0 round double zero_point -128 : tensor<2xi32> -> tensor<2xi8>
  %1 = rescale.requantize %x mul dense<[3, 5]> : tensor<2xui8> shift [40, 33]
         axis 0 round double zero_point -127 : tensor<2xi32> -> tensor<2xi8>
  return %0, %1 : tensor<2xi8>, tensor<2xi8>
}
