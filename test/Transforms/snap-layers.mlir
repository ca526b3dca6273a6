// Layers with bits of their own, by their names in the report; the others are
// left, or have those of all.

// RUN: rescale-opt %s -rescale-snap=layers=conv2d_1:4 \
// RUN:   | FileCheck %s --check-prefix=LEFT
// RUN: rescale-opt %s "-rescale-snap=bits=1 layers=conv2d_1:4:layer" \
// RUN:   | FileCheck %s --check-prefix=OTHERS
// RUN: not rescale-opt %s -rescale-snap=layers=conv2d_1:17 2>&1 \
// RUN:   | FileCheck %s --check-prefix=BITS
// RUN: not rescale-opt %s -rescale-snap=layers=conv:4 2>&1 \
// RUN:   | FileCheck %s --check-prefix=UNKNOWN

// LEFT: mul dense<1518500250>
// LEFT: mul dense<[12, 10]> : tensor<2xui4> shift [11, 10]
// OTHERS: mul dense<true> : tensor<1xui1> shift [7]
// OTHERS: mul dense<[6, 10]> : tensor<2xui4> shift [10]
// BITS: error: requires layers as NAME:BITS or NAME:BITS:layer, with bits from 1 to 16, got 'conv2d_1:17'
// UNKNOWN: error: requires the name of a layer, got 'conv'; the layers are conv2d_0, conv2d_1

func.func @main(%x: tensor<1x1x1x1xi8>) -> tensor<1x1x1x2xi8> {
  %w = "tosa.const"() {values = dense<100> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1xi8>
  %b = "tosa.const"() {values = dense<64> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  %w2 = "tosa.const"() {values = dense<[[[[100]]], [[[50]]]]> : tensor<2x1x1x1xi8>} : () -> tensor<2x1x1x1xi8>
  %2 = tosa.conv2d %1, %w2, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x1xi8>, tensor<2x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  %3 = rescale.requantize %2 mul dense<[1518500250, 1214800200]> : tensor<2xsi32> shift [38, 37] axis 3 round double : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  return %3 : tensor<1x1x1x2xi8>
}
