// RUN: rescale-opt %s -split-input-file -verify-diagnostics -rescale-verify-input

func.func @static(%x: tensor<1x4xi8>, %s: i32, %m: memref<?xi8>)
    -> tensor<1x4xi8> {
  return %x : tensor<1x4xi8>
}

// -----

// expected-error @+1 {{'func.func' op argument 1 requires static shapes, got 'tensor<?x4xi8>'; run `rescale import` or `rescale-opt --rescale-make-static`, which make the batch 1}}
func.func @dynamic_argument(%x: tensor<4xi8>, %y: tensor<?x4xi8>) {
  return
}

// -----

// expected-error @+1 {{'func.func' op result 0 requires static shapes, got 'tensor<*xi8>'}}
func.func private @dynamic_result() -> tensor<*xi8>

// -----

func.func @dynamic_op(%x: tensor<4xi8>) {
  // expected-error @+1 {{'tensor.cast' op requires static shapes, got 'tensor<?xi8>'}}
  %0 = tensor.cast %x : tensor<4xi8> to tensor<?xi8>
  return
}

// -----

// expected-error @+1 {{'func.func' op argument 0 requires signless integers, got 'tensor<4xui8>'; run `rescale import` or `rescale-opt --rescale-make-signed`, which move uint8 to int8}}
func.func @unsigned(%x: tensor<4xui8>) {
  return
}

// -----

// expected-error @+1 {{'func.func' op result 0 requires signless integers, got 'tensor<4xsi16>'}}
func.func private @signed() -> tensor<4xsi16>

// -----

// Every function is checked.
// expected-error @+1 {{'func.func' op argument 0 requires static shapes}}
func.func private @first(tensor<?xi8>)
// expected-error @+1 {{'func.func' op argument 0 requires static shapes}}
func.func private @second(tensor<?xi8>)

// -----

// What no op of the function makes.
// expected-error @+1 {{'func.func' op block argument 0 requires static shapes, got 'tensor<?xi8>'}}
func.func @dynamic_block() {
  return
^bb1(%x: tensor<?xi8>):
  cf.br ^bb1(%x : tensor<?xi8>)
}

// -----

func.func @long(%x: tensor<4611686018427387904xi8>, %y: tensor<65536x65536xi32>) {
  return
}

// -----

// 2^64 elements, which is 0 in 64 bits.
// expected-error @+1 {{'func.func' op argument 0 requires tensors of less than 2^63 bytes, got 'tensor<4611686018427387904x4xi8>'; split it}}
func.func @too_long(%x: tensor<4611686018427387904x4xi8>) {
  return
}

// -----

module {
  // expected-error @+1 {{'builtin.module' op requires functions in one module, got a module in a module; give the compiler the inner one}}
  module @inner {
    func.func @f(%x: tensor<4xi8>) -> tensor<4xi8> {
      return %x : tensor<4xi8>
    }
  }
}
