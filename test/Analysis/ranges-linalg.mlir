// RUN: rescale-opt %s -rescale-annotate-ranges=print-ranges -split-input-file \
// RUN:   -verify-diagnostics -o /dev/null

#id = affine_map<(n, c) -> (n, c)>
#channel = affine_map<(n, c) -> (c)>

// A body with a constant for each channel, for which the rounding and the clamp
// of an apply are as exact as those of a requantize.
func.func @elementwise(%x: tensor<2x3xi8>) -> tensor<2x3xi8> {
  %m = arith.constant dense<[1, 2, 3]> : tensor<3xi8>
  %b = arith.constant dense<[0, 8, 16]> : tensor<3xi8>
  %s = arith.constant 4 : i8
  %init = tensor.empty() : tensor<2x3xi8> // expected-remark {{elements in [-128, 127]}}
  // expected-remark @below {{elements in axis 1: [-8, 7], [-16, 10], [-23, 10]}}
  %0 = linalg.generic {indexing_maps = [#id, #channel, #channel, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m, %b : tensor<2x3xi8>, tensor<3xi8>, tensor<3xi8>) outs(%init : tensor<2x3xi8>) {
  ^bb0(%in: i8, %mul: i8, %add: i8, %out: i8):
    %1 = rescale.apply %in * %mul + %add shift %s round addend clamp [-23, 10] : (i8, i8, i8, i8) -> i8
    linalg.yield %1 : i8
  } -> tensor<2x3xi8>
  return %0 : tensor<2x3xi8>
}

// -----

// Biases are the init of a convolution; the padding is an element among others.
func.func @conv(%x: tensor<1x2x2x2xi8>) -> tensor<1x3x2x2xi32> {
  %w = arith.constant dense<[[[[1, 2], [-1, 0]]], [[[3, 0], [0, 1]]]]> : tensor<2x1x2x2xi8>
  %bias = arith.constant dense<[1000, 2000]> : tensor<2xi32>
  %pad = arith.constant 5 : i8
  %z = arith.constant 5 : i32
  %zw = arith.constant 0 : i32
  %init = tensor.empty() : tensor<1x3x2x2xi32> // expected-remark {{elements in [-2147483648, 2147483647]}}
  // expected-remark @below {{elements in axis 3: [1000, 1000], [2000, 2000]}}
  %0 = linalg.broadcast ins(%bias : tensor<2xi32>) outs(%init : tensor<1x3x2x2xi32>) dimensions = [0, 1, 2]
  // expected-remark @below {{elements in axis 1: [5, 5], [-128, 127], [-128, 127], [5, 5]}}
  %1 = tensor.pad %x low[0, 1, 0, 0] high[0, 1, 0, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %pad : i8
  } : tensor<1x2x2x2xi8> to tensor<1x4x2x2xi8>
  // expected-remark @below {{elements in axis 3: [346, 1621], [1601, 2366]}}
  %2 = linalg.conv_2d_nhwc_hwcf_q {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%1, %w, %z, %zw : tensor<1x4x2x2xi8>, tensor<2x1x2x2xi8>, i32, i32) outs(%0 : tensor<1x3x2x2xi32>) -> tensor<1x3x2x2xi32>
  return %2 : tensor<1x3x2x2xi32>
}

// -----

// A sum of four elements, and the greatest of them.
func.func @pools(%x: tensor<1x2x2x1xi8>) {
  %c0 = arith.constant 0 : i32
  %c5 = arith.constant 5 : i8
  %window = tensor.empty() : tensor<2x2xi8> // expected-remark {{elements in [-128, 127]}}
  %empty = tensor.empty() : tensor<1x1x1x1xi32> // expected-remark {{elements in [-2147483648, 2147483647]}}
  // expected-remark @below {{elements in [0, 0]}}
  %0 = linalg.fill ins(%c0 : i32) outs(%empty : tensor<1x1x1x1xi32>) -> tensor<1x1x1x1xi32>
  // expected-remark @below {{elements in [-512, 508]}}
  %1 = linalg.pooling_nhwc_sum {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x, %window : tensor<1x2x2x1xi8>, tensor<2x2xi8>) outs(%0 : tensor<1x1x1x1xi32>) -> tensor<1x1x1x1xi32>
  %small = tensor.empty() : tensor<1x1x1x1xi8> // expected-remark {{elements in [-128, 127]}}
  // expected-remark @below {{elements in [5, 5]}}
  %2 = linalg.fill ins(%c5 : i8) outs(%small : tensor<1x1x1x1xi8>) -> tensor<1x1x1x1xi8>
  // expected-remark @below {{elements in [5, 127]}}
  %3 = linalg.pooling_nhwc_max {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%x, %window : tensor<1x2x2x1xi8>, tensor<2x2xi8>) outs(%2 : tensor<1x1x1x1xi8>) -> tensor<1x1x1x1xi8>
  return
}

// -----

#line = affine_map<(i) -> (i)>
#point = affine_map<(i) -> ()>

// A product of results is no sum that is followed.
func.func @other_reduction(%x: tensor<4xi8>) -> tensor<i8> {
  %c = arith.constant dense<1> : tensor<i8>
  // expected-remark @below {{elements in [-128, 127]}}
  %0 = linalg.generic {indexing_maps = [#line, #point], iterator_types = ["reduction"]}
      ins(%x : tensor<4xi8>) outs(%c : tensor<i8>) {
  ^bb0(%in: i8, %out: i8):
    %1 = arith.muli %in, %out : i8
    linalg.yield %1 : i8
  } -> tensor<i8>
  return %0 : tensor<i8>
}

// -----

#line = affine_map<(i) -> (i)>

// An entry of a table, where all rows are within it.
func.func @table(%x: tensor<4xi8>) -> tensor<4xi8> {
  %t = arith.constant dense<[9, -3, 4, 100]> : tensor<4xi8>
  %c3 = arith.constant 3 : i8
  %c1 = arith.constant 1 : i8
  %init = tensor.empty() : tensor<4xi8> // expected-remark {{elements in [-128, 127]}}
  // expected-remark @below {{elements in [-3, 100]}}
  %0 = linalg.generic {indexing_maps = [#line, #line], iterator_types = ["parallel"]}
      ins(%x : tensor<4xi8>) outs(%init : tensor<4xi8>) {
  ^bb0(%in: i8, %out: i8):
    %1 = arith.minui %in, %c3 : i8
    %2 = arith.maxui %1, %c1 : i8
    %3 = arith.index_cast %2 : i8 to index
    %4 = tensor.extract %t[%3] : tensor<4xi8>
    linalg.yield %4 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @moves() {
  %c = arith.constant dense<[[[5], [-7], [0]]]> : tensor<1x3x1xi8>
  // expected-remark @below {{elements in axis 0: [5, 5], [-7, -7], [0, 0]}}
  %0 = tensor.collapse_shape %c [[0, 1, 2]] : tensor<1x3x1xi8> into tensor<3xi8>
  // expected-remark @below {{elements in axis 1: [5, 5], [-7, -7], [0, 0]}}
  %1 = tensor.expand_shape %0 [[0, 1]] output_shape [1, 3] : tensor<3xi8> into tensor<1x3xi8>
  // expected-remark @below {{elements in axis 0: [-7, -7], [0, 0]}}
  %2 = tensor.extract_slice %1[0, 1] [1, 2] [1, 1] : tensor<1x3xi8> to tensor<2xi8>
  // expected-remark @below {{elements in axis 1: [-7, 5], [-7, 0], [-7, 0]}}
  %3 = tensor.insert_slice %2 into %1[0, 0] [1, 2] [1, 1] : tensor<2xi8> into tensor<1x3xi8>
  // expected-remark @below {{elements in axis 1: [5, 5], [-7, -7], [0, 0]}}
  %4 = tensor.insert_slice %1 into %1[0, 0] [1, 3] [1, 1] : tensor<1x3xi8> into tensor<1x3xi8>
  // expected-remark @below {{elements in [-7, 5]}}
  %5 = tensor.cast %1 : tensor<1x3xi8> to tensor<?x?xi8>
  return
}
