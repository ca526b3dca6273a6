// RUN: rescale-opt %s -split-input-file -verify-diagnostics \
// RUN:   --rescale-to-linalg=integer-only

func.func @left(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{'tosa.custom' op requires a lowering to linalg}}
  %0 = tosa.custom %x {domain_name = "d", implementation_attrs = "",
                       operator_name = "o"} : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// expected-error @+1 {{'func.func' op argument 0 requires static shapes}}
func.func @dynamic(%x: tensor<?xi8>) -> tensor<?xi8> {
  return %x : tensor<?xi8>
}

// -----

func.func @float(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{'tosa.cast' op requires integers, got 'tensor<4xf32>'}}
  %0 = tosa.cast %x : (tensor<4xi8>) -> tensor<4xf32>
  // expected-note @+1 {{1 more op has floats, from here on}}
  %1 = tosa.cast %0 : (tensor<4xf32>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// -----

// An op that TOSA would not allow is named by the rule that it breaks.
func.func @rule(%x: tensor<4xi32>, %m: tensor<1xi32>) -> tensor<4xi8> {
  %s = "tosa.const"() <{values = dense<1> : tensor<1xi8>}> : () -> tensor<1xi8>
  %z32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}>
    : () -> tensor<1xi32>
  %z8 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c = "tosa.const"() <{values = dense<1> : tensor<1xi32>}> : () -> tensor<1xi32>
  // expected-error @+1 {{tosa_c}}
  %0 = tosa.rescale %x, %c, %s, %z32, %z8
         {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false,
          input_unsigned = false, output_unsigned = false}
    : (tensor<4xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>)
      -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
