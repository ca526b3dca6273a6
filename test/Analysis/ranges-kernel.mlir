// RUN: rescale-opt %s -rescale-annotate-ranges=print-ranges -split-input-file \
// RUN:   -verify-diagnostics -o /dev/null

// An accumulator of each channel, [-255, 0] and [-380, 130], through an epilogue
// that has other parameters for each.
func.func @conv2d(%x: tensor<1x1x1x2xi8>) -> tensor<1x1x1x2xi8> {
  %m = arith.constant dense<[1, 4]> : tensor<2xi8>
  %s = arith.constant 2 : i8
  %init = tensor.empty() : tensor<1x1x1x2xi8> // expected-remark {{elements in [-128, 127]}}
  // expected-remark @below {{elements in axis 3: [-64, 0], [-128, 127]}}
  %0 = rescale_kernel.conv2d ins(%x : tensor<1x1x1x2xi8>) outs(%init : tensor<1x1x1x2xi8>)
         weights dense<[[[[-1, 0]]], [[[1, 1]]]]> : tensor<2x1x1x2xi8> bias dense<[0, -380]> : tensor<2xi32>
         stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1] input_zero_point -128
         epilogue(%m : tensor<2xi8>) maps [affine_map<(n, y, x, c) -> (c)>] {
         ^bb0(%acc: i32, %mul: i8):
           %1 = rescale.apply %acc * %mul shift %s round half_up : (i32, i8, i8) -> i8
           rescale_kernel.yield %1 : i8
         } -> tensor<1x1x1x2xi8>
  return %0 : tensor<1x1x1x2xi8>
}

// -----

// Channels that a requantization before has made different.
func.func @depthwise(%x: tensor<1x1x1x2xi32>) -> tensor<1x1x1x2xi32> {
  // expected-remark @below {{elements in axis 3: [-100, 100], [0, 0]}}
  %0 = rescale.requantize %x mul dense<[7, 0]> : tensor<2xui8> shift [3] axis 3 round half_up clamp [-100, 100] : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  %init = tensor.empty() : tensor<1x1x1x2xi32> // expected-remark {{elements in [-2147483648, 2147483647]}}
  // expected-remark @below {{elements in axis 3: [-200, 200], [7, 7]}}
  %1 = rescale_kernel.depthwise_conv2d ins(%0 : tensor<1x1x1x2xi8>) outs(%init : tensor<1x1x1x2xi32>)
         weights dense<2> : tensor<1x1x2x1xi8> bias dense<[0, 7]> : tensor<2xi32>
         stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1]
         epilogue {
         ^bb0(%acc: i32):
           rescale_kernel.yield %acc : i32
         } -> tensor<1x1x1x2xi32>
  return %1 : tensor<1x1x1x2xi32>
}

// -----

// A sum that 32 bits may not hold: it can be anything.
func.func @wraps(%x: tensor<1x1x1x1xi8>) -> tensor<1x1x1x1xi32> {
  %init = tensor.empty() : tensor<1x1x1x1xi32> // expected-remark {{elements in [-2147483648, 2147483647]}}
  // expected-remark @below {{elements in [-2147483648, 2147483647]}}
  %0 = rescale_kernel.conv2d ins(%x : tensor<1x1x1x1xi8>) outs(%init : tensor<1x1x1x1xi32>)
         weights dense<1> : tensor<1x1x1x1xi8> bias dense<2147483600> : tensor<1xi32>
         stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1]
         epilogue {
         ^bb0(%acc: i32):
           rescale_kernel.yield %acc : i32
         } -> tensor<1x1x1x1xi32>
  return %0 : tensor<1x1x1x1xi32>
}

// -----

func.func @matmul_and_pools(%a: tensor<1x2x3xi8>, %b: tensor<1x3x2xi8>, %x: tensor<1x2x2x1xi8>) {
  %init = tensor.empty() : tensor<1x2x2xi32> // expected-remark {{elements in [-2147483648, 2147483647]}}
  // expected-remark @below {{elements in [-97920, 97155]}}
  %0 = rescale_kernel.matmul ins(%a, %b : tensor<1x2x3xi8>, tensor<1x3x2xi8>) outs(%init : tensor<1x2x2xi32>)
         lhs_zero_point -128 epilogue {
         ^bb0(%acc: i32):
           rescale_kernel.yield %acc : i32
         } -> tensor<1x2x2xi32>
  %i8 = tensor.empty() : tensor<1x1x1x1xi8> // expected-remark {{elements in [-128, 127]}}
  // expected-remark @below {{elements in [0, 127]}}
  %1 = rescale_kernel.pool2d max ins(%x : tensor<1x2x2x1xi8>) outs(%i8 : tensor<1x1x1x1xi8>)
         kernel [2, 2] stride [1, 1] pad [0, 0, 0, 0] epilogue {
         ^bb0(%acc: i8):
           %c0 = arith.constant 0 : i8
           %2 = arith.maxsi %acc, %c0 : i8
           rescale_kernel.yield %2 : i8
         } -> tensor<1x1x1x1xi8>
  %i32 = tensor.empty() : tensor<1x1x1x1xi32> // expected-remark {{elements in [-2147483648, 2147483647]}}
  // expected-remark @below {{elements in [-138, 117]}}
  %3 = rescale_kernel.pool2d average ins(%x : tensor<1x2x2x1xi8>) outs(%i32 : tensor<1x1x1x1xi32>)
         kernel [2, 2] stride [1, 1] pad [0, 0, 0, 0] input_zero_point 10 epilogue {
         ^bb0(%acc: i32):
           rescale_kernel.yield %acc : i32
         } -> tensor<1x1x1x1xi32>
  return
}
