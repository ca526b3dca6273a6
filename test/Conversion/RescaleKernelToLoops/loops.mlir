// RUN: rescale-opt %s --convert-rescale-kernel-to-loops -canonicalize -cse -split-input-file | FileCheck %s
// RUN: rescale-opt %s --convert-rescale-kernel-to-loops=target=host -canonicalize -cse -split-input-file \
// RUN:   | FileCheck %s --check-prefix=HOST

// A patch in scratch memory, two pixels by two channels, the zero point in the
// bias, weights interleaved; the epilogue once, and what depends on the channel
// loaded once for both pixels. 3 * 3 codes of 8 bits by 3 stay within 32 bits.

// CHECK-LABEL: memref.global "private" constant @padded_weights : memref<36xi8> = dense<
// CHECK-SAME:    [3, -3, 3, -3,
// CHECK-NEXT:  memref.global "private" constant @padded_bias : memref<4xi32> = dense<[-53, 56, 1, 2]>
// CHECK-NEXT:  func.func private @padded_requantize(%[[A:.*]]: i32 {rescale.name = "accumulator"}, %[[M:.*]]: i8) -> i8 {
// CHECK-NEXT:    %[[E:.*]] = arith.extsi %[[M]] : i8 to i32
// CHECK-NEXT:    %[[P:.*]] = arith.muli %[[A]], %[[E]] : i32
// CHECK-NEXT:    %[[R:.*]] = arith.trunci %[[P]] : i32 to i8
// CHECK-NEXT:    return %[[R]] : i8
// CHECK:       func.func private @padded(
// CHECK-SAME:    %[[X:.*]]: memref<1x4x4x1xi8>, %[[T:.*]]: memref<4xi8>,
// CHECK-SAME:    %[[Y:.*]]: memref<1x4x4x4xi8> {rescale.overlap = {{\[\[}}0, 47]]})
// CHECK:         %[[PATCH:.*]] = memref.alloc() : memref<18xi8>
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             scf.if
// CHECK:               memref.store %{{.*}}, %[[PATCH]]
// CHECK:             scf.for %{{.*}} = %c0{{.*}} to %c4{{.*}} step %c2
// CHECK:               %[[SUMS:.*]]:4 = scf.for %{{.*}} = %c0{{.*}} to %c9{{.*}} step %c3
// CHECK:                 memref.load %[[PATCH]]
// CHECK:                 arith.muli %{{.*}} overflow<nsw> : i32
// CHECK:                 arith.addi %{{.*}} overflow<nsw> : i32
// CHECK:               %[[S:.*]] = memref.load %[[T]]
// CHECK:               call @padded_requantize(%[[SUMS]]#0, %[[S]])
// CHECK-NOT:           memref.load
// CHECK:               call @padded_requantize(%[[SUMS]]#1, %[[S]])
// CHECK:               memref.load %[[T]]
// HOST-LABEL: memref.global "private" constant @padded_weights : memref<36xi8> = dense<
// HOST-SAME:    [3, 3, 3, 3, 3, 3, 3, 3, 3, -3,
func.func private @padded(%x: memref<1x4x4x1xi8>, %t: memref<4xi8>, %y: memref<1x4x4x4xi8>) {
  rescale_kernel.conv2d ins(%x : memref<1x4x4x1xi8>) outs(%y : memref<1x4x4x4xi8>)
    weights dense<[[[[3],[3],[3]],[[3],[3],[3]],[[3],[3],[3]]],
                   [[[-3],[-3],[-3]],[[-3],[-3],[-3]],[[-3],[-3],[-3]]],
                   [[[0],[0],[0]],[[0],[0],[0]],[[0],[0],[0]]],
                   [[[0],[0],[0]],[[0],[0],[0]],[[0],[0],[0]]]]> : tensor<4x3x3x1xi8>
    bias dense<[1, 2, 1, 2]> : tensor<4xi32>
    stride [1, 1] pad [1, 1, 1, 1] dilation [1, 1] input_zero_point 2
    epilogue(%t : memref<4xi8>) maps [affine_map<(d0, d1, d2, d3) -> (d3)>] {
    ^bb0(%acc: i32, %m: i8):
      %0 = arith.extsi %m : i8 to i32
      %1 = arith.muli %acc, %0 : i32
      %2 = arith.trunci %1 : i32 to i8
      rescale_kernel.yield %2 : i8
    }
  return
}

// -----

// A pointwise convolution reads its input where it is, in one loop over pixels;
// the residual is read where the result is written, so they may be one buffer.

// CHECK-LABEL: func.func private @pointwise_requantize
// CHECK:       func.func private @pointwise(
// CHECK-SAME:    %{{.*}}: memref<1x4x4x8xi8>, %{{.*}}: memref<1x4x4x8xi8>,
// CHECK-SAME:    %{{.*}}: memref<1x4x4x8xi8> {rescale.may_alias = [1], rescale.overlap = {{\[\[}}0, 14], [1, 8]]})
// CHECK-NOT:     memref.alloc
// CHECK-NOT:     scf.if
// CHECK:         scf.for %{{.*}} = %c0{{.*}} to %c16{{.*}} step %c2
// CHECK:           scf.for %{{.*}} = %c0{{.*}} to %c8{{.*}} step %c2
// CHECK:             scf.for %{{.*}} = %c0{{.*}} to %c8{{.*}} step %c4
// CHECK:               memref.load
// CHECK-NOT:         scf.for
func.func private @pointwise(%x: memref<1x4x4x8xi8>, %r: memref<1x4x4x8xi8>, %y: memref<1x4x4x8xi8>) {
  rescale_kernel.conv2d ins(%x : memref<1x4x4x8xi8>) outs(%y : memref<1x4x4x8xi8>)
    weights dense<1> : tensor<8x1x1x8xi8> bias dense<0> : tensor<8xi32>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1]
    epilogue(%r : memref<1x4x4x8xi8>) maps [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>] {
    ^bb0(%acc: i32, %e: i8):
      %0 = arith.trunci %acc : i32 to i8
      %1 = arith.addi %0, %e : i8
      rescale_kernel.yield %1 : i8
    }
  return
}

// -----

// 2^8 products of 2^30 leave 32 bits, so the sum wraps; a product never does.

// CHECK-LABEL: func.func private @wraps(
// CHECK:         arith.muli %{{.*}} overflow<nsw> : i32
// CHECK-NEXT:    arith.addi %{{[a-z0-9]*}}, %{{[a-z0-9]*}} : i32
func.func private @wraps(%x: memref<1x1x1x256xi16>, %y: memref<1x1x1x1xi32>) {
  rescale_kernel.conv2d ins(%x : memref<1x1x1x256xi16>) outs(%y : memref<1x1x1x1xi32>)
    weights dense<-32768> : tensor<1x1x1x256xi16> bias dense<0> : tensor<1xi32>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1]
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// -----

// The sum of an accumulator of 64 bits is one of 32 where the weights prove
// that it fits; a bias that does not is added last.

// CHECK-LABEL: func.func private @wide(
// CHECK:         %[[SUM:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %c0_i32) -> (i32)
// CHECK:         %[[WIDE:.*]] = arith.extsi %[[SUM]] : i32 to i64
// CHECK:         %[[ACC:.*]] = arith.addi %[[WIDE]], %c4294967296_i64 : i64
// CHECK:         memref.store %[[ACC]]
func.func private @wide(%x: memref<1x1x1x8xi16>, %y: memref<1x1x1x1xi64>) {
  rescale_kernel.conv2d ins(%x : memref<1x1x1x8xi16>) outs(%y : memref<1x1x1x1xi64>)
    weights dense<100> : tensor<1x1x1x8xi8> bias dense<4294967296> : tensor<1xi64>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1]
    epilogue {
    ^bb0(%acc: i64):
      rescale_kernel.yield %acc : i64
    }
  return
}

// -----

// Neighbours share what they see: 3 x 4 codes for two pixels, each loaded once
// for both.

// CHECK-LABEL: func.func private @depthwise(
// CHECK:         memref.alloc() : memref<24xi8>
// CHECK:         scf.for %{{.*}} = %c0{{.*}} to %c2{{.*}} step %c1{{.*}} {
// CHECK-COUNT-18:  arith.muli %{{.*}} overflow<nsw> : i32
// CHECK-NOT:       arith.muli %{{.*}} overflow<nsw>
func.func private @depthwise(%x: memref<1x4x4x2xi8>, %y: memref<1x4x4x2xi32>) {
  rescale_kernel.depthwise_conv2d ins(%x : memref<1x4x4x2xi8>) outs(%y : memref<1x4x4x2xi32>)
    weights dense<1> : tensor<3x3x2x1xi8> bias dense<0> : tensor<2xi32>
    stride [1, 1] pad [1, 1, 1, 1] dilation [1, 1]
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// -----

// A padded average divides by a number of elements that differs: with the
// narrowest multiplicands that are equal for all sums, in 32 bits.

// CHECK-LABEL: memref.global "private" constant @average_multiplicand : memref<4xi16> = dense<[1, 257, 257, 513]>
// CHECK-NEXT:  memref.global "private" constant @average_addend : memref<4xi16> = dense<[0, 256, 256, 1024]>
// CHECK-NEXT:  memref.global "private" constant @average_shift : memref<4xi8> = dense<[0, 9, 9, 11]>
// CHECK-LABEL: func.func private @average(
// CHECK:         arith.maxsi
// CHECK:         arith.minsi
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:         arith.shrsi %{{.*}} : i32
func.func private @average(%x: memref<1x3x3x2xi8>, %y: memref<1x4x4x2xi32>) {
  rescale_kernel.pool2d average ins(%x : memref<1x3x3x2xi8>) outs(%y : memref<1x4x4x2xi32>)
    kernel [2, 2] stride [1, 1] pad [1, 1, 1, 1]
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// A view with gaps, such as one part of a concatenation, is written by image,
// row and column, and may not overlap the input.
// CHECK-LABEL: func.func @view(
// CHECK-SAME: memref<1x2x2x1xi8>,
// CHECK-SAME: %[[Y:[^ :]*]]: memref<1x2x2x2xi32, strided<[24, 12, 3, 1], offset: 1>>)
// CHECK: scf.for %[[ROW:.*]] =
// CHECK: memref.store %{{.*}}, %[[Y]][%c0{{.*}}, %[[ROW]], %{{.*}}, %{{.*}}]
func.func @view(%x: memref<1x2x2x1xi8>, %y: memref<1x2x2x2xi32, strided<[24, 12, 3, 1], offset: 1>>) {
  rescale_kernel.conv2d ins(%x : memref<1x2x2x1xi8>) outs(%y : memref<1x2x2x2xi32, strided<[24, 12, 3, 1], offset: 1>>)
    weights dense<1> : tensor<2x1x1x1xi8> bias dense<0> : tensor<2xi32>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1]
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// CHECK-LABEL: func.func @matmul_view(
// CHECK-SAME: %[[Y:[^ :]*]]: memref<1x2x2xi32, strided<[24, 12, 3]>>)
// CHECK: memref.store %{{.*}}, %[[Y]][%{{.*}}, %{{.*}}, %{{.*}}]
func.func @matmul_view(%a: memref<1x2x3xi8>, %b: memref<1x3x2xi8>, %y: memref<1x2x2xi32, strided<[24, 12, 3]>>) {
  rescale_kernel.matmul ins(%a, %b : memref<1x2x3xi8>, memref<1x3x2xi8>) outs(%y : memref<1x2x2xi32, strided<[24, 12, 3]>>)
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// Both factors are one buffer: what the result would write over is still to be
// read as the other one.
// CHECK-LABEL: func.func @square(
// CHECK-NOT: rescale.overlap
// CHECK-NOT: rescale.may_alias
// CHECK: return
func.func @square(%a: memref<1x2x2xi8>, %y: memref<1x2x2xi8>) {
  rescale_kernel.matmul ins(%a, %a : memref<1x2x2xi8>, memref<1x2x2xi8>) outs(%y : memref<1x2x2xi8>)
    epilogue {
    ^bb0(%acc: i32):
      %0 = arith.trunci %acc : i32 to i8
      rescale_kernel.yield %0 : i8
    }
  return
}

// A part of a buffer without gaps, whose strides for one element do not matter.
// CHECK-LABEL: func.func @part(
// CHECK: memref.collapse_shape %{{.*}} {{\[}}[0, 1, 2, 3]] : memref<1x1x1x2xi8, strided<[8, 8, 8, 1], offset: 3>> into memref<2xi8, strided<[1], offset: 3>>
func.func @part(%x: memref<1x1x1x2xi8, strided<[8, 8, 8, 1], offset: 3>>, %y: memref<1x1x1x1xi32>) {
  rescale_kernel.conv2d ins(%x : memref<1x1x1x2xi8, strided<[8, 8, 8, 1], offset: 3>>) outs(%y : memref<1x1x1x1xi32>)
    weights dense<1> : tensor<1x1x1x2xi8> bias dense<0> : tensor<1xi32>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1]
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// What a loop reads again, the iteration before may not have written over; and
// so with a branch, around which may be a loop.
// CHECK-LABEL: func.func @again(
// CHECK-NOT: rescale.overlap
// CHECK-NOT: rescale.may_alias
// CHECK: return
func.func @again(%n: index, %x: memref<1x4x4x2xi8>, %y: memref<1x4x4x2xi8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    rescale_kernel.pool2d max ins(%x : memref<1x4x4x2xi8>) outs(%y : memref<1x4x4x2xi8>)
      kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0]
      epilogue {
      ^bb0(%max: i8):
        rescale_kernel.yield %max : i8
      }
  }
  return
}

// The divisors of an average are those of the counts that occur: of 2, 4 or 6
// rows and 3 or 4 columns.
// CHECK-DAG: memref.global "private" constant @counts_multiplicand : memref<6xi16> = dense<[683, 1025, 683, 2049, 1821, 2731]>
// CHECK-DAG: memref.global "private" constant @counts_addend : memref<6xi32> = dense<[2048, 4096, 4096, 16384, 16384, 32768]>
// CHECK-DAG: memref.global "private" constant @counts_shift : memref<6xi8> = dense<[12, 13, 13, 15, 15, 16]>
// CHECK-LABEL: func.func private @counts(
// CHECK:         arith.divsi %{{.*}}, %c2 : index
func.func private @counts(%x: memref<1x8x4x1xi8>, %y: memref<1x4x2x1xi32>) {
  rescale_kernel.pool2d average ins(%x : memref<1x8x4x1xi8>) outs(%y : memref<1x4x2x1xi32>)
    kernel [6, 4] stride [2, 1] pad [4, 1, 1, 0]
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// Sums of int16 codes need 64 bits, and the division that TOSA defines.
// CHECK-NOT: memref.global
// CHECK-LABEL: func.func private @wide(
// CHECK:         arith.muli %{{.*}}, %c1431655766_i64
// CHECK:         arith.shrsi %{{.*}}, %c33_i64
func.func private @wide(%x: memref<1x2x3x2xi16>, %y: memref<1x1x1x2xi32>) {
  rescale_kernel.pool2d average ins(%x : memref<1x2x3x2xi16>) outs(%y : memref<1x1x1x2xi32>)
    kernel [2, 3] stride [1, 1] pad [0, 0, 0, 0]
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// Every window sees all of the image, which is one element.
// CHECK-NOT: memref.global
// CHECK-LABEL: func.func private @one_count(
// CHECK-NOT:     arith.shrsi
// CHECK:         return
func.func private @one_count(%x: memref<1x1x1x2xi8>, %y: memref<1x1x1x2xi32>) {
  rescale_kernel.pool2d average ins(%x : memref<1x1x1x2xi8>) outs(%y : memref<1x1x1x2xi32>)
    kernel [3, 3] stride [1, 1] pad [1, 1, 1, 1]
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// Sums are less the zero point, as the range is for which divisions are equal.
// CHECK-LABEL: func.func private @zero_point(
// CHECK:         %[[SUM:.*]] = arith.addi %{{.*}}, %c2_i32 overflow<nsw> : i32
// CHECK-NEXT:    arith.shrsi %[[SUM]], %c2_i32 : i32
func.func private @zero_point(%x: memref<1x2x2x2xi8>, %y: memref<1x1x1x2xi32>) {
  rescale_kernel.pool2d average ins(%x : memref<1x2x2x2xi8>) outs(%y : memref<1x1x1x2xi32>)
    kernel [2, 2] stride [1, 1] pad [0, 0, 0, 0] input_zero_point -128
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    }
  return
}

// Of more than 2^26 elements it is not simulated what may overlap.
// CHECK-LABEL: func.func private @large(
// CHECK-NOT: rescale.overlap
// CHECK-NOT: rescale.may_alias
// CHECK: return
func.func private @large(%x: memref<1x8193x8192x1xi8>, %y: memref<1x8193x8192x1xi8>) {
  rescale_kernel.pool2d max ins(%x : memref<1x8193x8192x1xi8>) outs(%y : memref<1x8193x8192x1xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0]
    epilogue {
    ^bb0(%max: i8):
      rescale_kernel.yield %max : i8
    }
  return
}

// -----

// Tables are symbols of the function's module.
// CHECK-LABEL: module @inner {
// CHECK:         memref.global "private" constant @f_weights_0 : memref<2xi8> = dense<1>
// CHECK:         func.func @f(
// CHECK:           memref.get_global @f_weights_0
// CHECK:         memref.global "private" constant @f_weights : memref<1xi8> = dense<9>
module {
  module @inner {
    func.func @f(%x: memref<1x4x4x1xi8>, %y: memref<1x4x4x2xi32>) {
      rescale_kernel.conv2d ins(%x : memref<1x4x4x1xi8>) outs(%y : memref<1x4x4x2xi32>)
        weights dense<1> : tensor<2x1x1x1xi8> bias dense<[3, 4]> : tensor<2xi32>
        stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1]
        epilogue {
        ^bb0(%acc: i32):
          rescale_kernel.yield %acc : i32
        }
      return
    }
    memref.global "private" constant @f_weights : memref<1xi8> = dense<9>
  }
}
