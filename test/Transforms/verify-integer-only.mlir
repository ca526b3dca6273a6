// RUN: rescale-opt %s -split-input-file -verify-diagnostics \
// RUN:   -allow-unregistered-dialect -verify-integer-only

// One error at the first float op, which counts the others. Constants are reported
// through their users.
func.func @softmax(%x: tensor<4xi8>) -> tensor<4xi8> {
  %c = "tosa.const"() <{values = dense<2.0> : tensor<1xf32>}>
     : () -> tensor<1xf32>
  // expected-error @+1 {{'tosa.cast' op requires integers, got 'tensor<4xf32>'; import the .tflite with `rescale import`, whose softmax is in integers, or compile for a target with an operating system}}
  %0 = tosa.cast %x : (tensor<4xi8>) -> tensor<4xf32>
  // expected-note @+1 {{2 more ops have floats, from here on}}
  %1 = tosa.sub %0, %c : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
  %2 = tosa.cast %1 : (tensor<4xf32>) -> tensor<4xi8>
  return %2 : tensor<4xi8>
}

// -----

// A constant without a user has nobody to speak for it.
func.func @unused() {
  // expected-error @+1 {{'arith.constant' op requires integers, got 'f32'}}
  %c = arith.constant 2.0 : f32
  return
}

// -----

// expected-error @+1 {{'func.func' op requires integers, got attribute 'function_type'}}
func.func private @declared(tensor<4xf16>)

// -----

// expected-error @+1 {{'func.func' op requires integers, got 'complex<f32>'; quantize the model to integers first, or compile for a target with an operating system}}
func.func @nested(%x: complex<f32>) {
  return
}

// -----

func.func @block_argument(%x: tensor<4xi8>) {
  // expected-error @+1 {{'test.op' op requires integers, got 'vector<2xbf16>'}}
  "test.op"() ({
  ^bb0(%y: vector<2xbf16>):
    "test.end"() : () -> ()
  }) : () -> ()
  return
}

// -----

// expected-error @+1 {{'memref.global' op requires integers, got attribute 'type'}}
memref.global "private" @global : memref<1xf64> = uninitialized

// -----

// What stands in discardable attributes and in those of arguments computes
// nothing.
module attributes {test.note = 1.0 : f32} {
  func.func @quantized(%x: tensor<4xi8> {rescale.scale = 0.5 : f64,
                                         rescale.zero_point = -128 : i64})
      -> (tensor<4xi8> {rescale.scale = 0.25 : f64}) {
    return %x : tensor<4xi8>
  }
}
