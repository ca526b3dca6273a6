// RUN: rescale-opt %s -split-input-file -verify-diagnostics

// kernel_c1
func.func @float(%x: tensor<1x4x4x2xf32>, %init: tensor<1x4x4x2xi8>) {
  // expected-error @below {{op operand #0 must be statically shaped 4-D tensor or memref of 1 to 2147483647 elements of 8-bit signless integer or 16-bit signless integer, but got 'tensor<1x4x4x2xf32>'}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xf32>) outs(%init : tensor<1x4x4x2xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x4x4x2xi8>
  return
}

// -----

// kernel_c1
func.func @dynamic(%x: tensor<1x4x4x2xi8>, %init: tensor<1x?x4x2xi8>) {
  // expected-error @below {{op operand #1 must be statically shaped 4-D tensor or memref of 1 to 2147483647 elements of signless integer, but got 'tensor<1x?x4x2xi8>'}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x?x4x2xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x?x4x2xi8>
  return
}

// -----

// kernel_c1
func.func @empty(%a: memref<1x2x0xi8>, %b: memref<1x0x4xi8>, %init: memref<1x2x4xi32>) {
  // expected-error @below {{op operand #0 must be statically shaped 3-D tensor or memref of 1 to 2147483647 elements of 8-bit signless integer or 16-bit signless integer, but got 'memref<1x2x0xi8>'}}
  rescale_kernel.matmul ins(%a, %b : memref<1x2x0xi8>, memref<1x0x4xi8>)
    outs(%init : memref<1x2x4xi32>) epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// -----

// kernel_c1
func.func @large(%a: memref<1x65536x1xi8>, %b: memref<1x1x65536xi8>, %init: memref<1x65536x65536xi32>) {
  // expected-error @below {{op operand #2 must be statically shaped 3-D tensor or memref of 1 to 2147483647 elements of signless integer, but got 'memref<1x65536x65536xi32>'}}
  rescale_kernel.matmul ins(%a, %b : memref<1x65536x1xi8>, memref<1x1x65536xi8>)
    outs(%init : memref<1x65536x65536xi32>) epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// -----

// kernel_c1: the number of elements needs more than 64 bits.
func.func @overflow(%x: memref<1x4294967296x4294967296x1xi8>, %init: memref<1x1x1x1xi8>) {
  // expected-error @below {{op operand #0 must be statically shaped 4-D tensor}}
  rescale_kernel.pool2d max ins(%x : memref<1x4294967296x4294967296x1xi8>) outs(%init : memref<1x1x1x1xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    }
  return
}

// -----

// kernel_c1
func.func @rank(%x: tensor<1x4x4x2xi8>, %init: tensor<7xi8>) {
  // expected-error @below {{op operand #1 must be statically shaped 4-D tensor or memref of 1 to 2147483647 elements of signless integer, but got 'tensor<7xi8>'}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<7xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<7xi8>
  return
}

// -----

// kernel_c1
func.func @epilogue_input(%x: tensor<1x4x4x2xi8>, %t: tensor<?xi8>, %init: tensor<1x4x4x2xi8>) {
  // expected-error @below {{op operand #1 must be variadic of statically shaped tensor or memref of 1 to 2147483647 signless integers, but got 'tensor<?xi8>'}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0]
    epilogue(%t : tensor<?xi8>) maps [affine_map<(n, y, x, c) -> (0)>] {
    ^bb0(%acc: i8, %other: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x4x4x2xi8>
  return
}

// -----

// kernel_c2
func.func @argument_count(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi8>) {
  // expected-error @below {{requires an epilogue with an argument for the accumulator and one for each of 0 epilogue inputs, got 2; add or remove arguments}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8, %other: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x4x4x2xi8>
  return
}

// -----

// kernel_c2
func.func @argument_type(%x: tensor<1x4x4x2xi8>, %t: tensor<2xi32>, %init: tensor<1x4x4x2xi8>) {
  // expected-error @below {{requires epilogue argument 1 of the type of its operand's elements, 'i32', got 'i16'; change its type}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0]
    epilogue(%t : tensor<2xi32>) maps [affine_map<(n, y, x, c) -> (c)>] {
    ^bb0(%acc: i8, %other: i16):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x4x4x2xi8>
  return
}

// -----

// kernel_c3
func.func @map_count(%x: tensor<1x4x4x2xi8>, %t: tensor<2xi32>, %init: tensor<1x4x4x2xi8>) {
  // expected-error @below {{requires a map for each of 1 epilogue inputs, got 0; add or remove maps}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0]
    epilogue(%t : tensor<2xi32>) maps [] {
    ^bb0(%acc: i8, %other: i32):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x4x4x2xi8>
  return
}

// -----

// kernel_c3
func.func @map(%x: tensor<1x4x4x2xi8>, %t: tensor<2xi32>, %init: tensor<1x4x4x2xi8>) {
  // expected-error @below {{requires epilogue map 0 to take an index of the result to one of the operand, got affine_map<(d0, d1, d2, d3) -> (d1)> for a result of 'tensor<1x4x4x2xi8>' and an operand of 'tensor<2xi32>'; use a dimension of equal size, or a constant}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0]
    epilogue(%t : tensor<2xi32>) maps [affine_map<(n, y, x, c) -> (y)>] {
    ^bb0(%acc: i8, %other: i32):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x4x4x2xi8>
  return
}

// -----

// kernel_c3
func.func @map_expression(%x: tensor<1x4x4x2xi8>, %t: tensor<2xi32>, %init: tensor<1x4x4x2xi8>) {
  // expected-error @below {{requires epilogue map 0 to take an index of the result to one of the operand}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0]
    epilogue(%t : tensor<2xi32>) maps [affine_map<(n, y, x, c) -> (2)>] {
    ^bb0(%acc: i8, %other: i32):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x4x4x2xi8>
  return
}

// -----

// kernel_c4
func.func @yield_type(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi16>) {
  // expected-error @below {{requires an epilogue that yields the result's element type, 'i16', got 'i8'; convert it before}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi16>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x4x4x2xi16>
  return
}

// -----

// kernel_c4
func.func @no_yield(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi8>) {
  // expected-error @below {{requires an epilogue that ends in rescale_kernel.yield, got another op; add one}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8):
      cf.br ^bb0(%acc : i8)
    } -> tensor<1x4x4x2xi8>
  return
}

// -----

// kernel_c5
func.func @accumulator(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi16>) {
  // expected-error @below {{requires an accumulator of type 'i32', got 'i16'; change the first argument of the epilogue}}
  %0 = rescale_kernel.pool2d average ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi16>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i16):
      rescale_kernel.yield %acc : i16
    } -> tensor<1x4x4x2xi16>
  return
}

// -----

// kernel_c7
func.func @mixed(%x: tensor<1x4x4x2xi8>, %t: memref<2xi8>, %init: tensor<1x4x4x2xi8>) {
  // expected-error @below {{requires operands that are all tensors or all buffers, got 'memref<2xi8>' and a result in 'tensor<1x4x4x2xi8>'; bufferize the function as a whole}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0]
    epilogue(%t : memref<2xi8>) maps [affine_map<(n, y, x, c) -> (c)>] {
    ^bb0(%acc: i8, %other: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x4x4x2xi8>
  return
}

// -----

// conv_c1
func.func @weights_rank(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi32>) {
  // expected-error @below {{requires weights of rank 4, got 'tensor<2x2xi8>'; write them as OHWC}}
  %0 = rescale_kernel.conv2d ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi32>)
    weights dense<1> : tensor<2x2xi8> bias dense<0> : tensor<2xi32>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1] epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x4x4x2xi32>
  return
}

// -----

// conv_c1
func.func @depthwise_weights_rank(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi32>) {
  // expected-error @below {{requires weights of rank 4, got 'tensor<2x2xi8>'; write them as HWCM}}
  %0 = rescale_kernel.depthwise_conv2d ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi32>)
    weights dense<1> : tensor<2x2xi8> bias dense<0> : tensor<2xi32>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1] epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x4x4x2xi32>
  return
}

// -----

// conv_c1
func.func @weights_shape(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi32>) {
  // expected-error @below {{requires weights of shape 2x1x1x2 and i8 or i16, less than 2^31 of them, got 'tensor<2x1x1x3xi8>'; change them}}
  %0 = rescale_kernel.conv2d ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi32>)
    weights dense<1> : tensor<2x1x1x3xi8> bias dense<0> : tensor<2xi32>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1] epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x4x4x2xi32>
  return
}

// -----

// conv_c1
func.func @bias_shape(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi32>) {
  // expected-error @below {{requires biases of shape 2 and i32 or i64, got 'tensor<3xi32>'; change them}}
  %0 = rescale_kernel.conv2d ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi32>)
    weights dense<1> : tensor<2x1x1x2xi8> bias dense<0> : tensor<3xi32>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1] epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x4x4x2xi32>
  return
}

// -----

// conv_c2
func.func @stride(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi32>) {
  // expected-error @below {{requires a window, strides and dilations of at least 1 and padding of at least 0, each an i32; change them}}
  %0 = rescale_kernel.conv2d ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi32>)
    weights dense<1> : tensor<2x1x1x2xi8> bias dense<0> : tensor<2xi32>
    stride [0, 1] pad [0, 0, 0, 0] dilation [1, 1] epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x4x4x2xi32>
  return
}

// -----

// conv_c2
func.func @dilation(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi32>) {
  // expected-error @below {{requires a window, strides and dilations of at least 1 and padding of at least 0, each an i32; change them}}
  %0 = rescale_kernel.conv2d ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi32>)
    weights dense<1> : tensor<2x1x1x2xi8> bias dense<0> : tensor<2xi32>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 2147483648] epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x4x4x2xi32>
  return
}

// -----

// conv_c3
func.func @result_shape(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi32>) {
  // expected-error @below {{requires a result of shape 1x2x4x2 with every size at least 1, got 'tensor<1x4x4x2xi32>'; change the result or the window}}
  %0 = rescale_kernel.conv2d ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi32>)
    weights dense<1> : tensor<2x1x1x2xi8> bias dense<0> : tensor<2xi32>
    stride [2, 1] pad [0, 0, 0, 0] dilation [1, 1] epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x4x4x2xi32>
  return
}

// -----

// matmul_c1
func.func @matmul_shapes(%a: tensor<1x2x3xi8>, %b: tensor<1x4x4xi8>, %init: tensor<1x2x4xi32>) {
  // expected-error @below {{requires operands of shapes NxRxK and NxKxC and a result of NxRxC, got 'tensor<1x2x3xi8>', 'tensor<1x4x4xi8>' and 'tensor<1x2x4xi32>'; change the shapes}}
  %0 = rescale_kernel.matmul ins(%a, %b : tensor<1x2x3xi8>, tensor<1x4x4xi8>) outs(%init : tensor<1x2x4xi32>) epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x2x4xi32>
  return
}

// -----

// kernel_c5
func.func @matmul_accumulator(%a: tensor<1x2x3xi8>, %b: tensor<1x3x4xi8>, %init: tensor<1x2x4xi16>) {
  // expected-error @below {{requires an accumulator of type 'i32' or 'i64', got 'i16'; change the first argument of the epilogue}}
  %0 = rescale_kernel.matmul ins(%a, %b : tensor<1x2x3xi8>, tensor<1x3x4xi8>) outs(%init : tensor<1x2x4xi16>) epilogue {
    ^bb0(%acc: i16):
      rescale_kernel.yield %acc : i16
    } -> tensor<1x2x4xi16>
  return
}

// -----

// pool_c1
func.func @pool_padding(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi8>) {
  // expected-error @below {{requires padding smaller than the window, got 2 for a window of 2; reduce the padding}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi8>)
    kernel [2, 2] stride [1, 1] pad [0, 2, 0, 0] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x4x4x2xi8>
  return
}

// -----

// pool_c2
func.func @pool_shape(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi8>) {
  // expected-error @below {{requires a result of shape 1x2x4x2 with every size at least 1}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi8>)
    kernel [2, 1] stride [2, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x4x4x2xi8>
  return
}

// -----

// pool_c3
func.func @max_zero_point(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi8>) {
  // expected-error @below {{requires an input zero point of 0 for a maximum, got 100; leave it out}}
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] input_zero_point 100 epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x4x4x2xi8>
  return
}

// -----

// pool_c3
func.func @large_sum(%x: memref<1x256x257x1xi16>, %init: memref<1x1x1x1xi32>) {
  // expected-error @below {{requires sums that fit i32, got a window of 256x257 over 'memref<1x256x257x1xi16>'; compute a mean of i64 instead}}
  rescale_kernel.pool2d average ins(%x : memref<1x256x257x1xi16>) outs(%init : memref<1x1x1x1xi32>)
    kernel [256, 257] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// -----

// conv_c1
func.func @transpose_weights_rank(%x: tensor<1x4x4x1xi8>, %init: tensor<1x9x9x2xi32>) {
  // expected-error @below {{requires weights of rank 4, got 'tensor<2x1xi8>'; write them as OHWC}}
  %0 = rescale_kernel.transpose_conv2d ins(%x : tensor<1x4x4x1xi8>) outs(%init : tensor<1x9x9x2xi32>)
    weights dense<1> : tensor<2x1xi8> bias dense<0> : tensor<2xi32>
    stride [2, 2] out_pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x9x9x2xi32>
  return
}

// -----

// transpose_conv_c1
func.func @transpose_stride(%x: tensor<1x4x4x1xi8>, %init: tensor<1x9x9x2xi32>) {
  // expected-error @below {{requires strides of at least 1 and padding, each an i32; change them}}
  %0 = rescale_kernel.transpose_conv2d ins(%x : tensor<1x4x4x1xi8>) outs(%init : tensor<1x9x9x2xi32>)
    weights dense<1> : tensor<2x3x3x1xi8> bias dense<0> : tensor<2xi32>
    stride [2, 0] out_pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x9x9x2xi32>
  return
}

// -----

// transpose_conv_c1
func.func @transpose_pad(%x: tensor<1x4x4x1xi8>, %init: tensor<1x9x9x2xi32>) {
  // expected-error @below {{requires strides of at least 1 and padding, each an i32; change them}}
  %0 = rescale_kernel.transpose_conv2d ins(%x : tensor<1x4x4x1xi8>) outs(%init : tensor<1x9x9x2xi32>)
    weights dense<1> : tensor<2x3x3x1xi8> bias dense<0> : tensor<2xi32>
    stride [2, 2] out_pad [0, -2147483649, 0, 0] epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x9x9x2xi32>
  return
}

// -----

// transpose_conv_c2
func.func @transpose_shape(%x: tensor<1x4x4x1xi8>, %init: tensor<1x9x9x2xi32>) {
  // expected-error @below {{requires a result of shape 1x9x8x2, got 'tensor<1x9x9x2xi32>'; change the result or the window}}
  %0 = rescale_kernel.transpose_conv2d ins(%x : tensor<1x4x4x1xi8>) outs(%init : tensor<1x9x9x2xi32>)
    weights dense<1> : tensor<2x3x3x1xi8> bias dense<0> : tensor<2xi32>
    stride [2, 2] out_pad [0, 0, 0, -1] epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x9x9x2xi32>
  return
}

// -----

// kernel_c6
func.func @zero_point(%x: tensor<1x4x4x2xi8>, %init: tensor<1x4x4x2xi32>) {
  // expected-error @below {{requires a zero point that its operand's type, 'i8', holds, got 128; change the zero point}}
  %0 = rescale_kernel.pool2d average ins(%x : tensor<1x4x4x2xi8>) outs(%init : tensor<1x4x4x2xi32>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] input_zero_point 128 epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x4x4x2xi32>
  return
}

// -----

// kernel_c6
func.func @matmul_zero_point(%a: tensor<1x2x3xi8>, %b: tensor<1x3x4xi8>, %init: tensor<1x2x4xi32>) {
  // expected-error @below {{requires a zero point that its operand's type, 'i8', holds, got -129; change the zero point}}
  %0 = rescale_kernel.matmul ins(%a, %b : tensor<1x2x3xi8>, tensor<1x3x4xi8>) outs(%init : tensor<1x2x4xi32>)
    rhs_zero_point -129 epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x2x4xi32>
  return
}
