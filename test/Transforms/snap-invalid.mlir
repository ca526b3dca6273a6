// RUN: rescale-opt %s -rescale-snap=bits=4 -split-input-file -verify-diagnostics
// RUN: not rescale-opt %s -rescale-snap -split-input-file 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NONE
// RUN: not rescale-opt %s -rescale-snap=bits=0 -split-input-file 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NONE
// RUN: not rescale-opt %s -rescale-snap=bits=17 -split-input-file 2>&1 \
// RUN:   | FileCheck %s --check-prefix=MANY
// RUN: not rescale-opt %s "-rescale-snap=bits=4 grid=below" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=GRID
// RUN: not rescale-opt %s "-rescale-snap=bits=4 grid=best shift=layer" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=BEST
// RUN: not rescale-opt %s "-rescale-snap=bits=4 grid=nearest shift=layer" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NEAREST

// BEST: error: requires grid=above for layers with one shift, got grid=best; give each channel its shift, or leave out the grid
// NEAREST: error: requires grid=above for layers with one shift, got grid=nearest; give each channel its shift, or leave out the grid
// NONE: error: requires bits from 1 to 16, got 0; give the width of the multiplicands, as in bits=4
// MANY: error: requires bits from 1 to 16, got 17; give the width of the multiplicands, as in bits=4
// GRID: Cannot find option named 'below'!

// Of another network: 10 / 100 is no -10 / -20.
func.func @sign(%x: tensor<1x1x1x2xi8>) -> tensor<1x1x1x1xi8> {
  %w = "tosa.const"() {values = dense<[[[[100, -20]]]]> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() {values = dense<7> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  // expected-error @+1 {{requires float weights that some scale rounds to the integer ones, got 2.000000e-01 for -20 at weight 1 of channel 0; import those of the network that was quantized}}
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.float_weights = dense<[[[[1.0, 0.2]]]]> : tensor<1x1x1x2xf32>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}

// -----

// 0.01 in steps of 1 / 127 rounds to 1, and not to 3.
func.func @size(%x: tensor<1x1x1x2xi8>) -> tensor<1x1x1x1xi8> {
  %w = "tosa.const"() {values = dense<[[[[100, 3]]]]> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() {values = dense<7> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  // expected-error @+1 {{requires float weights that some scale rounds to the integer ones, got 1.000000e-02 for 3 at weight 1 of channel 0; import those of the network that was quantized}}
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.float_weights = dense<[[[[1.0, 0.01]]]]> : tensor<1x1x1x2xf32>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}

// -----

// Not those of the weights, but in the shape of the input.
func.func @count(%x: tensor<1x1x1x2xi8>) -> tensor<1x1x1x2xi8> {
  %w = "tosa.const"() {values = dense<100> : tensor<2x1x1x2xi8>} : () -> tensor<2x1x1x2xi8>
  %b = "tosa.const"() {values = dense<7> : tensor<2xi32>} : () -> tensor<2xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  // expected-error @+1 {{requires as many float weights as weights, 4, got 2; import those of the network that was quantized}}
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.float_weights = dense<1.0> : tensor<1x1x1x2xf32>} : (tensor<1x1x1x2xi8>, tensor<2x1x1x2xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  return %1 : tensor<1x1x1x2xi8>
}

// -----

func.func @infinite(%x: tensor<1x1x1x2xi8>) -> tensor<1x1x1x1xi8> {
  %w = "tosa.const"() {values = dense<[[[[100, 3]]]]> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() {values = dense<7> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  // expected-error @+1 {{requires finite float weights whose data is there, got 'tensor<1x1x1x2xf32>'; import them again}}
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.float_weights = dense<0x7F800000> : tensor<1x1x1x2xf32>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}

// -----

// The one scale of both channels has to be one of the first's, 0.01.
func.func @shared(%x: tensor<1x1x1x2xi8>) -> tensor<1x1x1x2xi8> {
  %w = "tosa.const"() {values = dense<[[[[100, 50]]], [[[1, 100]]]]> : tensor<2x1x1x2xi8>} : () -> tensor<2x1x1x2xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  // expected-error @+1 {{requires float weights that some scale rounds to the integer ones, got 2.000000e+00 for 100 at weight 1 of channel 1; import those of the network that was quantized}}
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.float_weights = dense<[[[[1.0, 0.5]]], [[[0.01, 2.0]]]]> : tensor<2x1x1x2xf32>} : (tensor<1x1x1x2xi8>, tensor<2x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui1> shift [7] round half_up : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  return %1 : tensor<1x1x1x2xi8>
}

// -----

// 0.1 is 0 steps and 1e30 is 127, or more: any step is possible.
func.func @far(%x: tensor<1x1x1x2xi8>) -> tensor<1x1x1x1xi8> {
  %w = "tosa.const"() {values = dense<[[[[0, 127]]]]> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() {values = dense<7> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  // expected-error-re @+1 {{requires float weights of at most 2^31 steps, got {{.*}} in channel 0, whose step is from {{.*}} to {{.*}}; import those of the network that was quantized}}
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.float_weights = dense<[[[[0.1, 1.0e30]]]]> : tensor<1x1x1x2xf32>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}
