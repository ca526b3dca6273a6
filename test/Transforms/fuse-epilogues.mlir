// RUN: rescale-opt %s --pass-pipeline="builtin.module(func.func(rescale-fuse-epilogues,canonicalize))" -split-input-file | FileCheck %s

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d3)>

// A requantization by tables and the residual that is added behind it. The
// range of the accumulator follows from weights of 2 and 3 and bytes from -128
// to 127, that is 0 to 255 after the zero point.
// CHECK: #[[$CHANNEL:.*]] = affine_map<(d0, d1, d2, d3) -> (d3)>
// CHECK: #[[$ID:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
// CHECK-LABEL: func.func @residual
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x2x1xi8>, %[[R:[^:]*]]: tensor<1x2x2x2xi8>, %[[M:[^:]*]]: tensor<2xi32>
// CHECK: %[[RESULT:.*]] = rescale_kernel.conv2d ins(%[[X]] : tensor<1x2x2x1xi8>) outs(%{{.*}} : tensor<1x2x2x2xi8>)
// CHECK-SAME: epilogue(%[[M]], %[[R]] : tensor<2xi32>, tensor<1x2x2x2xi8>) maps [#[[$CHANNEL]], #[[$ID]]] {
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: i32, %[[M0:.*]]: i32, %[[R0:.*]]: i8):
// CHECK-NEXT: %[[CODE:.*]] = rescale.apply %[[ACC]] * %[[M0]] {{.*}}input_range = array<i64: 0, 765>
// CHECK-NEXT: %[[SUM:.*]] = arith.addi %[[CODE]], %[[R0]] : i8
// CHECK-NEXT: rescale_kernel.yield %[[SUM]] : i8
// CHECK-NOT: linalg.generic
// CHECK: return %[[RESULT]]
func.func @residual(%x: tensor<1x2x2x1xi8>, %r: tensor<1x2x2x2xi8>, %m: tensor<2xi32>) -> tensor<1x2x2x2xi8> {
  %s = arith.constant 9 : i8
  %e32 = tensor.empty() : tensor<1x2x2x2xi32>
  %e8 = tensor.empty() : tensor<1x2x2x2xi8>
  %0 = rescale_kernel.conv2d ins(%x : tensor<1x2x2x1xi8>) outs(%e32 : tensor<1x2x2x2xi32>)
    weights dense<[[[[2]]], [[[3]]]]> : tensor<2x1x1x1xi8> bias dense<0> : tensor<2xi32>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1] input_zero_point -128 epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x2x2x2xi32>
  %1 = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%0, %m : tensor<1x2x2x2xi32>, tensor<2xi32>) outs(%e8 : tensor<1x2x2x2xi8>) {
  ^bb0(%in: i32, %m0: i32, %out: i8):
    %3 = rescale.apply %in * %m0 shift %s round half_up : (i32, i32, i8) -> i8
    linalg.yield %3 : i8
  } -> tensor<1x2x2x2xi8>
  %2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%1, %r : tensor<1x2x2x2xi8>, tensor<1x2x2x2xi8>) outs(%e8 : tensor<1x2x2x2xi8>) {
  ^bb0(%a: i8, %b: i8, %out: i8):
    %3 = arith.addi %a, %b : i8
    linalg.yield %3 : i8
  } -> tensor<1x2x2x2xi8>
  return %2 : tensor<1x2x2x2xi8>
}

// -----

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#transposed = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>

// Another user of the accumulators, and another order of elements.
// CHECK-LABEL: func.func @not_fused
// CHECK: rescale_kernel.pool2d
// CHECK: linalg.generic
// CHECK: rescale_kernel.pool2d
// CHECK: linalg.generic
func.func @not_fused(%x: tensor<1x2x2x1xi8>) -> (tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>) {
  %e = tensor.empty() : tensor<1x2x2x1xi8>
  %c1 = arith.constant 1 : i8
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x2x2x1xi8>) outs(%e : tensor<1x2x2x1xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x2x2x1xi8>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%0 : tensor<1x2x2x1xi8>) outs(%e : tensor<1x2x2x1xi8>) {
  ^bb0(%in: i8, %out: i8):
    %4 = arith.addi %in, %c1 : i8
    linalg.yield %4 : i8
  } -> tensor<1x2x2x1xi8>
  %2 = rescale_kernel.pool2d max ins(%x : tensor<1x2x2x1xi8>) outs(%e : tensor<1x2x2x1xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x2x2x1xi8>
  %3 = linalg.generic {indexing_maps = [#transposed, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%2 : tensor<1x2x2x1xi8>) outs(%e : tensor<1x2x2x1xi8>) {
  ^bb0(%in: i8, %out: i8):
    %4 = arith.addi %in, %c1 : i8
    linalg.yield %4 : i8
  } -> tensor<1x2x2x1xi8>
  return %0, %1, %3 : tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>
}

// -----

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// Codes that a residual addition widens stay codes in memory: the addition
// becomes part of the later kernel, and reads them.
// CHECK-LABEL: func.func @widened
// CHECK: %[[EARLY:.*]] = rescale_kernel.pool2d
// CHECK: rescale_kernel.yield %{{.*}} : i8
// CHECK: %[[LATE:.*]] = rescale_kernel.pool2d
// CHECK-SAME: epilogue(%[[EARLY]] : tensor<1x2x2x1xi8>)
// CHECK-COUNT-2: arith.extsi %{{.*}} : i8 to i32
// CHECK-NOT: linalg.generic
// CHECK: return %[[LATE]]
func.func @widened(%x: tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8> {
  %e = tensor.empty() : tensor<1x2x2x1xi8>
  %e32 = tensor.empty() : tensor<1x2x2x1xi32>
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x2x2x1xi8>) outs(%e : tensor<1x2x2x1xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x2x2x1xi8>
  %1 = rescale_kernel.pool2d max ins(%x : tensor<1x2x2x1xi8>) outs(%e : tensor<1x2x2x1xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x2x2x1xi8>
  %2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%0 : tensor<1x2x2x1xi8>) outs(%e32 : tensor<1x2x2x1xi32>) {
  ^bb0(%in: i8, %out: i32):
    %5 = arith.extsi %in : i8 to i32
    linalg.yield %5 : i32
  } -> tensor<1x2x2x1xi32>
  %3 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%1 : tensor<1x2x2x1xi8>) outs(%e32 : tensor<1x2x2x1xi32>) {
  ^bb0(%in: i8, %out: i32):
    %5 = arith.extsi %in : i8 to i32
    linalg.yield %5 : i32
  } -> tensor<1x2x2x1xi32>
  %4 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%2, %3 : tensor<1x2x2x1xi32>, tensor<1x2x2x1xi32>) outs(%e : tensor<1x2x2x1xi8>) {
  ^bb0(%a: i32, %b: i32, %out: i8):
    %5 = arith.muli %a, %b : i32
    %6 = arith.trunci %5 : i32 to i8
    linalg.yield %6 : i8
  } -> tensor<1x2x2x1xi8>
  return %4 : tensor<1x2x2x1xi8>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// A wide result with two users is computed twice, so that it needs no buffer.
// CHECK-LABEL: func.func @recomputed
// CHECK-SAME: %[[X:[^:]*]]: tensor<4x8xi8>
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[X]] : tensor<4x8xi8>) outs(%{{.*}} : tensor<4xi32>)
// CHECK: arith.extsi
// CHECK: linalg.generic {{.*}} ins(%[[X]], %[[SUM]] : tensor<4x8xi8>, tensor<4xi32>) outs(%{{.*}} : tensor<4x8xi8>)
// CHECK: arith.extsi
// CHECK-NOT: tensor<4x8xi32>
func.func @recomputed(%x: tensor<4x8xi8>) -> tensor<4x8xi8> {
  %c0 = arith.constant 0 : i32
  %e32 = tensor.empty() : tensor<4x8xi32>
  %e8 = tensor.empty() : tensor<4x8xi8>
  %e4 = tensor.empty() : tensor<4xi32>
  %zero = linalg.fill ins(%c0 : i32) outs(%e4 : tensor<4xi32>) -> tensor<4xi32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xi8>) outs(%e32 : tensor<4x8xi32>) {
  ^bb0(%in: i8, %out: i32):
    %3 = arith.extsi %in : i8 to i32
    linalg.yield %3 : i32
  } -> tensor<4x8xi32>
  %1 = linalg.reduce ins(%0 : tensor<4x8xi32>) outs(%zero : tensor<4xi32>) dimensions = [1]
    (%in: i32, %init: i32) {
      %3 = arith.addi %in, %init : i32
      linalg.yield %3 : i32
    }
  %2 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %1 : tensor<4x8xi32>, tensor<4xi32>) outs(%e8 : tensor<4x8xi8>) {
  ^bb0(%in: i32, %sum: i32, %out: i8):
    %3 = arith.shrsi %in, %sum : i32
    %4 = arith.trunci %3 : i32 to i8
    linalg.yield %4 : i8
  } -> tensor<4x8xi8>
  return %2 : tensor<4x8xi8>
}

// -----

// The last row and column of the input are reached by no window; the second
// pool has padding there.
// CHECK-LABEL: func.func @slices
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x4x4x1xi8>
// CHECK: %[[SLICE:.*]] = tensor.extract_slice
// CHECK: rescale_kernel.pool2d max ins(%[[X]] : tensor<1x4x4x1xi8>)
// CHECK: rescale_kernel.pool2d max ins(%[[SLICE]] : tensor<1x3x3x1xi8>)
func.func @slices(%x: tensor<1x4x4x1xi8>) -> (tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>) {
  %e = tensor.empty() : tensor<1x2x2x1xi8>
  %slice = tensor.extract_slice %x[0, 0, 0, 0] [1, 3, 3, 1] [1, 1, 1, 1] : tensor<1x4x4x1xi8> to tensor<1x3x3x1xi8>
  %0 = rescale_kernel.pool2d max ins(%slice : tensor<1x3x3x1xi8>) outs(%e : tensor<1x2x2x1xi8>)
    kernel [1, 1] stride [2, 2] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x2x2x1xi8>
  %1 = rescale_kernel.pool2d max ins(%slice : tensor<1x3x3x1xi8>) outs(%e : tensor<1x2x2x1xi8>)
    kernel [2, 2] stride [2, 2] pad [0, 1, 0, 1] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x2x2x1xi8>
  return %0, %1 : tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>
}

// -----

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// An accumulator of TOSA's 48 bits that fits is read in its 64; one that may
// exceed them wraps as it did.
// CHECK-LABEL: func.func @wide
// CHECK: ^bb0(%[[ACC:.*]]: i64):
// CHECK-NEXT: rescale.apply %[[ACC]] * %{{.*}}input_range = array<i64: -98304, 98301>{{.*}} : (i64, i16, i8) -> i16
// CHECK: ^bb0(%[[ACC:.*]]: i64):
// CHECK-NEXT: %[[CUT:.*]] = arith.trunci %[[ACC]] : i64 to i48
// CHECK-NEXT: rescale.apply %[[CUT]] * %{{.*}} round half_up : (i48, i16, i8) -> i16
func.func @wide(%x: tensor<1x2x2x1xi16>) -> (tensor<1x2x2x1xi16>, tensor<1x2x2x1xi16>) {
  %m = arith.constant 77 : i16
  %s = arith.constant 9 : i8
  %e48 = tensor.empty() : tensor<1x2x2x1xi48>
  %e16 = tensor.empty() : tensor<1x2x2x1xi16>
  %0 = rescale_kernel.conv2d ins(%x : tensor<1x2x2x1xi16>) outs(%e48 : tensor<1x2x2x1xi48>)
    weights dense<3> : tensor<1x1x1x1xi8> bias dense<0> : tensor<1xi64>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1] epilogue {
    ^bb0(%acc: i64):
      %4 = arith.trunci %acc : i64 to i48
      rescale_kernel.yield %4 : i48
    } -> tensor<1x2x2x1xi48>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%0 : tensor<1x2x2x1xi48>) outs(%e16 : tensor<1x2x2x1xi16>) {
  ^bb0(%in: i48, %out: i16):
    %4 = rescale.apply %in * %m shift %s round half_up : (i48, i16, i8) -> i16
    linalg.yield %4 : i16
  } -> tensor<1x2x2x1xi16>
  %2 = rescale_kernel.conv2d ins(%x : tensor<1x2x2x1xi16>) outs(%e48 : tensor<1x2x2x1xi48>)
    weights dense<3> : tensor<1x1x1x1xi8> bias dense<140737488355327> : tensor<1xi64>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1] epilogue {
    ^bb0(%acc: i64):
      %4 = arith.trunci %acc : i64 to i48
      rescale_kernel.yield %4 : i48
    } -> tensor<1x2x2x1xi48>
  %3 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%2 : tensor<1x2x2x1xi48>) outs(%e16 : tensor<1x2x2x1xi16>) {
  ^bb0(%in: i48, %out: i16):
    %4 = rescale.apply %in * %m shift %s round half_up : (i48, i16, i8) -> i16
    linalg.yield %4 : i16
  } -> tensor<1x2x2x1xi16>
  return %1, %3 : tensor<1x2x2x1xi16>, tensor<1x2x2x1xi16>
}

// -----

#id = affine_map<(d0) -> (d0)>

// Values used twice are computed once: copies would double at each step.
// CHECK-LABEL: func.func @diamonds
// CHECK: linalg.generic
// CHECK-COUNT-3: arith.muli
// CHECK-NOT: arith.muli
// CHECK-NOT: linalg.generic
func.func @diamonds(%x: tensor<8xi32>) -> tensor<8xi32> {
  %e = tensor.empty() : tensor<8xi32>
  %0 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%x, %x : tensor<8xi32>, tensor<8xi32>) outs(%e : tensor<8xi32>) {
  ^bb0(%a: i32, %b: i32, %out: i32):
    %3 = arith.muli %a, %b : i32
    linalg.yield %3 : i32
  } -> tensor<8xi32>
  %1 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%0, %0 : tensor<8xi32>, tensor<8xi32>) outs(%e : tensor<8xi32>) {
  ^bb0(%a: i32, %b: i32, %out: i32):
    %3 = arith.muli %a, %b : i32
    linalg.yield %3 : i32
  } -> tensor<8xi32>
  %2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%1, %1 : tensor<8xi32>, tensor<8xi32>) outs(%e : tensor<8xi32>) {
  ^bb0(%a: i32, %b: i32, %out: i32):
    %3 = arith.muli %a, %b : i32
    linalg.yield %3 : i32
  } -> tensor<8xi32>
  return %2 : tensor<8xi32>
}

// -----

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// A float is no element of a kernel's result.
// CHECK-LABEL: func.func @float
// CHECK: rescale_kernel.pool2d
// CHECK: linalg.generic
func.func @float(%x: tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xf32> {
  %e = tensor.empty() : tensor<1x2x2x1xi8>
  %f = tensor.empty() : tensor<1x2x2x1xf32>
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x2x2x1xi8>) outs(%e : tensor<1x2x2x1xi8>)
    kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0] epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x2x2x1xi8>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%0 : tensor<1x2x2x1xi8>) outs(%f : tensor<1x2x2x1xf32>) {
  ^bb0(%in: i8, %out: f32):
    %2 = arith.sitofp %in : i8 to f32
    linalg.yield %2 : f32
  } -> tensor<1x2x2x1xf32>
  return %1 : tensor<1x2x2x1xf32>
}
