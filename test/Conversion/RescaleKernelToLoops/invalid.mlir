// RUN: rescale-opt %s --convert-rescale-kernel-to-loops -split-input-file -verify-diagnostics

func.func @tensors(%x: tensor<1x1x1x2xi8>, %y: tensor<1x1x1x1xi32>) -> tensor<1x1x1x1xi32> {
  // expected-error @+1 {{requires buffers without gaps, got 'tensor<1x1x1x2xi8>'; run one-shot-bufferize before}}
  %0 = rescale_kernel.conv2d ins(%x : tensor<1x1x1x2xi8>) outs(%y : tensor<1x1x1x1xi32>)
         weights dense<1> : tensor<1x1x1x2xi8> bias dense<0> : tensor<1xi32>
         stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1]
         epilogue {
         ^bb0(%acc: i32):
           rescale_kernel.yield %acc : i32
         } -> tensor<1x1x1x1xi32>
  return %0 : tensor<1x1x1x1xi32>
}

// -----

func.func @gaps(%x: memref<1x1x1x2xi8, strided<[4, 4, 4, 2]>>, %y: memref<1x1x1x1xi32>) {
  // expected-error @+1 {{requires buffers without gaps, got 'memref<1x1x1x2xi8, strided<[4, 4, 4, 2]>>'; copy it before}}
  rescale_kernel.conv2d ins(%x : memref<1x1x1x2xi8, strided<[4, 4, 4, 2]>>) outs(%y : memref<1x1x1x1xi32>)
    weights dense<1> : tensor<1x1x1x2xi8> bias dense<0> : tensor<1xi32>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1]
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// -----

func.func @transposed(%x: memref<1x1x1x1xi8>, %y: memref<1x1x1x1xi32>) {
  // expected-error @+1 {{requires a convolution for each phase, got a transposed one; run rescale-decompose-transpose-conv on tensors before}}
  rescale_kernel.transpose_conv2d ins(%x : memref<1x1x1x1xi8>) outs(%y : memref<1x1x1x1xi32>)
    weights dense<1> : tensor<1x1x1x1xi8> bias dense<0> : tensor<1xi32>
    stride [1, 1] out_pad [0, 0, 0, 0]
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// -----

module {
  %x = memref.alloc() : memref<1x1x1x2xi8>
  %y = memref.alloc() : memref<1x1x1x2xi8>
  // expected-error @+1 {{requires a function around it, got none; move it into one}}
  rescale_kernel.pool2d max ins(%x : memref<1x1x1x2xi8>) outs(%y : memref<1x1x1x2xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0]
    epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    }
}
