// RUN: rescale-opt %s -split-input-file -verify-diagnostics \
// RUN:   -rescale-verify-lowered

func.func @lowered(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = arith.addi %x, %x : tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @left(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{'tosa.custom' op requires a lowering to linalg, but there is none for these types and attributes; express it by other ops in the model}}
  %0 = tosa.custom %x {domain_name = "d", implementation_attrs = "",
                       operator_name = "o"} : (tensor<4xi8>) -> tensor<4xi8>
  // expected-error @+1 {{'rescale.requantize' op requires a lowering to linalg}}
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui1> shift [0] round floor
     : tensor<4xi8> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}
