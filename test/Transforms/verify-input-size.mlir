// RUN: rescale-opt %s -split-input-file -verify-diagnostics -rescale-verify-input=index-bitwidth=32

// The most that there may be, and a tensor without elements.
func.func @most(%x: tensor<2147483647xi8>, %y: tensor<536870911xf32>,
                %z: tensor<65536x0x65536xi8>) {
  return
}

// -----

// expected-error @+1 {{'func.func' op argument 0 requires tensors of less than 2^31 bytes, got 'tensor<536870912xf32>'; split it, or compile an object for a target of 64 bits}}
func.func @one_more(%x: tensor<536870912xf32>) {
  return
}

// -----

func.func @op(%x: tensor<1x1xi8>) {
  %n = tosa.const_shape {values = dense<65536> : tensor<2xindex>} : () -> !tosa.shape<2>
  // expected-error @+1 {{'tosa.tile' op requires tensors of less than 2^31 bytes, got 'tensor<65536x65536xi8>'}}
  %0 = tosa.tile %x, %n : (tensor<1x1xi8>, !tosa.shape<2>) -> tensor<65536x65536xi8>
  return
}
