// RUN: rescale-opt %s -verify-diagnostics \
// RUN:   -rescale-verify-lowered=dialects=arith,math

func.func @other_dialects(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.identity %x : (tensor<4xi8>) -> tensor<4xi8>
  // expected-error @+1 {{'arith.addi' op requires a lowering to linalg}}
  %1 = arith.addi %0, %0 : tensor<4xi8>
  return %1 : tensor<4xi8>
}
