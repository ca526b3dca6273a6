// rescale.apply vectorizes in a linalg.generic by upstream's vectorizer: the
// traits of the operation are all that it needs.

// RUN: rescale-opt %s -transform-interpreter -canonicalize -split-input-file \
// RUN:   | FileCheck %s

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op) {
    %generic = transform.structured.match ops{["linalg.generic"]} in %root
      : (!transform.any_op) -> !transform.any_op
    transform.structured.vectorize %generic : !transform.any_op
    transform.yield
  }

  // The multiplicands are a table, the shift and the addend constants: all become
  // vectors of the input's shape.
  // CHECK-LABEL: func @table
  // CHECK-DAG: %[[B:.+]] = arith.constant dense<256> : vector<4x2xi16>
  // CHECK-DAG: %[[S:.+]] = arith.constant dense<9> : vector<4x2xi8>
  // CHECK-DAG: %[[X:.+]] = vector.transfer_read {{.*}} : tensor<4x2xi32>, vector<4x2xi32>
  // CHECK-DAG: %[[M:.+]] = vector.transfer_read {{.*}} : tensor<2xi8>, vector<4x2xi8>
  // CHECK: rescale.apply %[[X]] * %[[M]] + %[[B]] shift %[[S]] round addend zero_point 3 clamp [-100, 100] unsigned_input {addend_range = array<i64: 256, 256>, multiplicand_bits = 7 : i64, shift_range = array<i64: 9, 9>} : (vector<4x2xi32>, vector<4x2xi8>, vector<4x2xi16>, vector<4x2xi8>) -> vector<4x2xi8>
  // CHECK-NOT: linalg.generic
  func.func @table(%x: tensor<4x2xi32>, %m: tensor<2xi8>) -> tensor<4x2xi8> {
    %s = arith.constant 9 : i8
    %b = arith.constant 256 : i16
    %e = tensor.empty() : tensor<4x2xi8>
    %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>,
                                          affine_map<(i, j) -> (j)>,
                                          affine_map<(i, j) -> (i, j)>],
                         iterator_types = ["parallel", "parallel"]}
           ins(%x, %m : tensor<4x2xi32>, tensor<2xi8>)
           outs(%e : tensor<4x2xi8>) {
    ^bb0(%a: i32, %k: i8, %out: i8):
      %r = rescale.apply %a * %k + %b shift %s round addend zero_point 3
             clamp [-100, 100] unsigned_input
             {addend_range = array<i64: 256, 256>, multiplicand_bits = 7 : i64,
              shift_range = array<i64: 9, 9>} : (i32, i8, i16, i8) -> i8
      linalg.yield %r : i8
    } -> tensor<4x2xi8>
    return %y : tensor<4x2xi8>
  }
}
