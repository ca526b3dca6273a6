// RUN: rm -rf %t
// RUN: rescale-compile %s --name=conv -o %t
// RUN: %cc -std=c99 -I %t %S/Inputs/convolution.c %t/conv.o -o %t/convolution
// RUN: %t/convolution | FileCheck %s
// RUN: rescale-compile %s --name=conv -O0 -o %t
// RUN: %cc -std=c99 -I %t %S/Inputs/convolution.c %t/conv.o -o %t/convolution
// RUN: %t/convolution | FileCheck %s
// RUN: rescale-compile %s --name=conv -O3 --cpu=native -o %t
// RUN: %cc -std=c99 -I %t %S/Inputs/convolution.c %t/conv.o -o %t/convolution
// RUN: %t/convolution | FileCheck %s

// A padded convolution with a zero point, requantized per channel with double
// rounding, computes what TOSA says, whatever the optimization and processor.
// CHECK: 24000 of 24000 equal
func.func @main(%x: tensor<1x4x4x2xi8>) -> tensor<1x4x4x3xi8> {
  %w = "tosa.const"() <{values = dense<[
      [[[1, -2], [3, -4], [5, -6]], [[7, -8], [9, -10], [11, -12]],
       [[13, -14], [15, -16], [17, -18]]],
      [[[127, -128], [127, -128], [127, -128]],
       [[127, -128], [127, -128], [127, -128]],
       [[127, -128], [127, -128], [127, -128]]],
      [[[0, 1], [0, -1], [2, 0]], [[0, 3], [-3, 0], [0, 5]],
       [[7, 0], [0, 0], [-9, 1]]]]> : tensor<3x3x3x2xi8>}>
    : () -> tensor<3x3x3x2xi8>
  %b = "tosa.const"() <{values = dense<[100, -70000, 5]> : tensor<3xi32>}>
    : () -> tensor<3xi32>
  %zx = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}>
    : () -> tensor<1xi8>
  %zw = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %acc = tosa.conv2d %x, %w, %b, %zx, %zw
           {acc_type = i32, dilation = array<i64: 1, 1>,
            pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>}
    : (tensor<1x4x4x2xi8>, tensor<3x3x3x2xi8>, tensor<3xi32>, tensor<1xi8>,
       tensor<1xi8>) -> tensor<1x4x4x3xi32>
  %m = "tosa.const"() <{values = dense<[1242405367, 1572401305, 1073741824]>
                        : tensor<3xi32>}> : () -> tensor<3xi32>
  %s = "tosa.const"() <{values = dense<[39, 44, 35]> : tensor<3xi8>}>
    : () -> tensor<3xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}>
    : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<-5> : tensor<1xi8>}>
    : () -> tensor<1xi8>
  %y = tosa.rescale %acc, %m, %s, %zi, %zo
         {scale32 = true, rounding_mode = DOUBLE_ROUND, per_channel = true,
          input_unsigned = false, output_unsigned = false}
    : (tensor<1x4x4x3xi32>, tensor<3xi32>, tensor<3xi8>, tensor<1xi32>,
       tensor<1xi8>) -> tensor<1x4x4x3xi8>
  return %y : tensor<1x4x4x3xi8>
}
