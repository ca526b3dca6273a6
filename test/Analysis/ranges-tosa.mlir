// RUN: rescale-opt %s -rescale-annotate-ranges=print-ranges -split-input-file \
// RUN:   -verify-diagnostics -o /dev/null

// Sums of constant weights with the ends of the input, and the bias.
func.func @conv2d(%x: tensor<1x2x2x1xi8>) -> tensor<1x1x1x2xi32> {
  %w = "tosa.const"() <{values = dense<[[[[1], [2]], [[-1], [3]]], [[[0], [0]], [[0], [1]]]]> : tensor<2x2x2x1xi8>}> : () -> tensor<2x2x2x1xi8>
  %b = "tosa.const"() <{values = dense<[100, -7]> : tensor<2xi32>}> : () -> tensor<2xi32>
  %z = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zw = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{elements in axis 3: [-155, 1630], [-7, 248]}}
  %0 = tosa.conv2d %x, %w, %b, %z, %zw {acc_type = i32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x2x2x1xi8>, tensor<2x2x2x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  return %0 : tensor<1x1x1x2xi32>
}

// -----

// Codes of 5 or more are differences of 6 or more: a window with fewer taps,
// at a border, has the least sum.
func.func @border(%x: tensor<1x2x2x1xi8>) -> tensor<1x3x3x1xi32> {
  %w = "tosa.const"() <{values = dense<1> : tensor<1x2x2x1xi8>}> : () -> tensor<1x2x2x1xi8>
  %b = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %z = "tosa.const"() <{values = dense<-1> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zw = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{elements in [5, 9]}}
  %0 = tosa.clamp %x {min_val = 5 : i8, max_val = 9 : i8} : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  // expected-remark @below {{elements in [6, 40]}}
  %1 = tosa.conv2d %0, %w, %b, %z, %zw {acc_type = i32, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x3x3x1xi32>
  return %1 : tensor<1x3x3x1xi32>
}

// -----

// Each channel by its own range, which the requantization before gives.
func.func @per_channel(%x: tensor<1x2x2x2xi32>) -> tensor<1x1x1x2xi32> {
  %w = "tosa.const"() <{values = dense<1> : tensor<2x2x2x1xi8>}> : () -> tensor<2x2x2x1xi8>
  %b = "tosa.const"() <{values = dense<0> : tensor<2xi32>}> : () -> tensor<2xi32>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // Multiplied by 0, only the rounding is left.
  // expected-remark @below {{elements in axis 3: [-100, 127], [3, 3]}}
  %0 = rescale.requantize %x mul dense<[7, 0]> : tensor<2xui8> shift [3] axis 3 round half_up zero_point 3 clamp [-100, 127] : tensor<1x2x2x2xi32> -> tensor<1x2x2x2xi8>
  // expected-remark @below {{elements in axis 3: [-400, 508], [12, 12]}}
  %1 = tosa.depthwise_conv2d %0, %w, %b, %z, %z {acc_type = i32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x2x2x2xi8>, tensor<2x2x2x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  return %1 : tensor<1x1x1x2xi32>
}

// -----

// With a stride of 2 each output has one tap, and the gaps none.
func.func @transpose_conv(%x: tensor<1x2x1x1xi8>) -> tensor<1x3x1x1xi32> {
  %w = "tosa.const"() <{values = dense<10> : tensor<1x1x1x1xi8>}> : () -> tensor<1x1x1x1xi8>
  %b = "tosa.const"() <{values = dense<1> : tensor<1xi32>}> : () -> tensor<1xi32>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{elements in [5, 9]}}
  %0 = tosa.clamp %x {min_val = 5 : i8, max_val = 9 : i8} : (tensor<1x2x1x1xi8>) -> tensor<1x2x1x1xi8>
  // expected-remark @below {{elements in [1, 91]}}
  %1 = tosa.transpose_conv2d %0, %w, %b, %z, %z {acc_type = i32, out_pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 1>} : (tensor<1x2x1x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x3x1x1xi32>
  return %1 : tensor<1x3x1x1xi32>
}

// -----

// Weights that the program computes: nothing is known.
func.func @run_time_weights(%x: tensor<1x1x1x1xi8>, %w: tensor<1x1x1x1xi8>) -> tensor<1x1x1x1xi32> {
  %b = "tosa.const"() <{values = dense<1> : tensor<1xi32>}> : () -> tensor<1xi32>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{elements in [-2147483648, 2147483647]}}
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  return %0 : tensor<1x1x1x1xi32>
}

// -----

// A shape that is not known: every tap may be outside.
func.func @dynamic(%x: tensor<1x?x2x1xi8>) -> tensor<1x?x1x1xi32> {
  %w = "tosa.const"() <{values = dense<1> : tensor<1x2x2x1xi8>}> : () -> tensor<1x2x2x1xi8>
  %b = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{elements in [5, 9]}}
  %0 = tosa.clamp %x {min_val = 5 : i8, max_val = 9 : i8} : (tensor<1x?x2x1xi8>) -> tensor<1x?x2x1xi8>
  // expected-remark @below {{elements in [0, 36]}}
  %1 = tosa.conv2d %0, %w, %b, %z, %z {acc_type = i32, pad = array<i64: 1, 1, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x?x2x1xi8>, tensor<1x2x2x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x?x1x1xi32>
  return %1 : tensor<1x?x1x1xi32>
}

// -----

// Sums of 48 bits, and one that would wrap in 32: it may be anything.
func.func @widths(%x: tensor<1x1x1x2xi16>, %y: tensor<1x1x1x1xi8>) {
  %w = "tosa.const"() <{values = dense<127> : tensor<1x1x1x2xi8>}> : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() <{values = dense<100000000000> : tensor<1xi48>}> : () -> tensor<1xi48>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi16>}> : () -> tensor<1xi16>
  %zw = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{elements in [99991676928, 100008322818]}}
  %0 = tosa.conv2d %x, %w, %b, %z, %zw {acc_type = i48, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x1x1x2xi16>, tensor<1x1x1x2xi8>, tensor<1xi48>, tensor<1xi16>, tensor<1xi8>) -> tensor<1x1x1x1xi48>
  %v = "tosa.const"() <{values = dense<1> : tensor<1x1x1x1xi8>}> : () -> tensor<1x1x1x1xi8>
  %c = "tosa.const"() <{values = dense<2147483600> : tensor<1xi32>}> : () -> tensor<1xi32>
  // expected-remark @below {{elements in [-2147483648, 2147483647]}}
  %1 = tosa.conv2d %y, %v, %c, %zw, %zw {acc_type = i32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  return
}

// -----

// Of two run-time factors, all products of the ends; of a constant one, its
// elements.
func.func @matmul(%a: tensor<1x2x3xi8>, %b: tensor<1x3x2xi8>) {
  %z = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{elements in [-97920, 97155]}}
  %1 = tosa.matmul %a, %b, %z, %0 : (tensor<1x2x3xi8>, tensor<1x3x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2xi32>
  %w = "tosa.const"() <{values = dense<[[[1, 0], [-1, 5], [2, 0]]]> : tensor<1x3x2xi8>}> : () -> tensor<1x3x2xi8>
  // expected-remark @below {{elements in axis 2: [-255, 765], [0, 1275]}}
  %2 = tosa.matmul %a, %w, %z, %0 : (tensor<1x2x3xi8>, tensor<1x3x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2xi32>
  %v = "tosa.const"() <{values = dense<[[[1, -1, 2], [0, 0, 1]]]> : tensor<1x2x3xi8>}> : () -> tensor<1x2x3xi8>
  // expected-remark @below {{elements in axis 1: [-511, 509], [-128, 127]}}
  %3 = tosa.matmul %v, %b, %0, %0 : (tensor<1x2x3xi8>, tensor<1x3x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2xi32>
  return
}

// -----

func.func @pools(%x: tensor<1x2x2x1xi8>) {
  %zi = "tosa.const"() <{values = dense<-10> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zo = "tosa.const"() <{values = dense<5> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{elements in [-5, 120]}}
  %0 = tosa.clamp %x {min_val = -5 : i8, max_val = 120 : i8} : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  // What is padded is not counted.
  // expected-remark @below {{elements in [-5, 120]}}
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 2, 2>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 2, 2>} : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  // expected-remark @below {{elements in [10, 127]}}
  %2 = tosa.avg_pool2d %0, %zi, %zo {acc_type = i32, kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x2x2x1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi8>
  return
}

// -----

func.func @reductions(%x: tensor<2x3xi32>) {
  %c = "tosa.const"() <{values = dense<[[5, -7, 0]]> : tensor<1x3xi32>}> : () -> tensor<1x3xi32>
  // expected-remark @below {{elements in [0, 10]}}
  %0 = tosa.clamp %x {min_val = 0 : i32, max_val = 10 : i32} : (tensor<2x3xi32>) -> tensor<2x3xi32>
  // expected-remark @below {{elements in axis 1: [5, 15], [-7, 3], [0, 10]}}
  %1 = tosa.add %0, %c : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
  // expected-remark @below {{elements in axis 1: [10, 30], [-14, 6], [0, 20]}}
  %2 = tosa.reduce_sum %1 {axis = 0 : i32} : (tensor<2x3xi32>) -> tensor<1x3xi32>
  // expected-remark @below {{elements in [-2, 28]}}
  %3 = tosa.reduce_sum %1 {axis = 1 : i32} : (tensor<2x3xi32>) -> tensor<2x1xi32>
  // expected-remark @below {{elements in [5, 15]}}
  %4 = tosa.reduce_max %1 {axis = 1 : i32} : (tensor<2x3xi32>) -> tensor<2x1xi32>
  // expected-remark @below {{elements in [-7, 3]}}
  %5 = tosa.reduce_min %1 {axis = 1 : i32} : (tensor<2x3xi32>) -> tensor<2x1xi32>
  return
}

// -----

func.func @elementwise(%x: tensor<4xi32>, %n: tensor<4xi8>, %p: tensor<4xi1>) {
  %s0 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %s2 = "tosa.const"() <{values = dense<2> : tensor<1xi8>}> : () -> tensor<1xi8>
  %two = "tosa.const"() <{values = dense<2> : tensor<1xi32>}> : () -> tensor<1xi32>
  %z1 = "tosa.const"() <{values = dense<1> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{elements in [-3, 10]}}
  %0 = tosa.clamp %x {min_val = -3 : i32, max_val = 10 : i32} : (tensor<4xi32>) -> tensor<4xi32>
  // expected-remark @below {{elements in [5, 7]}}
  %1 = tosa.clamp %x {min_val = 5 : i32, max_val = 7 : i32} : (tensor<4xi32>) -> tensor<4xi32>
  // expected-remark @below {{elements in [2, 17]}}
  %2 = tosa.add %0, %1 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  // expected-remark @below {{elements in [-10, 5]}}
  %3 = tosa.sub %0, %1 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  // expected-remark @below {{elements in [-21, 70]}}
  %4 = tosa.mul %0, %1, %s0 : (tensor<4xi32>, tensor<4xi32>, tensor<1xi8>) -> tensor<4xi32>
  // (-21 + 2) >> 2 and (70 + 2) >> 2
  // expected-remark @below {{elements in [-5, 18]}}
  %5 = tosa.mul %0, %1, %s2 : (tensor<4xi32>, tensor<4xi32>, tensor<1xi8>) -> tensor<4xi32>
  // expected-remark @below {{elements in [5, 10]}}
  %6 = tosa.maximum %0, %1 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  // expected-remark @below {{elements in [-3, 7]}}
  %7 = tosa.minimum %0, %1 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  // expected-remark @below {{elements in [0, 10]}}
  %8 = tosa.abs %0 : (tensor<4xi32>) -> tensor<4xi32>
  // expected-remark @below {{elements in [-12, 40]}}
  %9 = tosa.logical_left_shift %0, %two : (tensor<4xi32>, tensor<1xi32>) -> tensor<4xi32>
  // expected-remark @below {{elements in [-1, 2]}}
  %10 = tosa.arithmetic_right_shift %0, %two {round = false} : (tensor<4xi32>, tensor<1xi32>) -> tensor<4xi32>
  // expected-remark @below {{elements in [-1, 3]}}
  %11 = tosa.arithmetic_right_shift %0, %two {round = true} : (tensor<4xi32>, tensor<1xi32>) -> tensor<4xi32>
  // expected-remark @below {{elements in [-3, 10]}}
  %12 = tosa.select %p, %0, %1 : (tensor<4xi1>, tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  // expected-remark @below {{elements in [0, 32]}}
  %13 = tosa.clz %x : (tensor<4xi32>) -> tensor<4xi32>
  // Of what its type does not hold, nothing is known but the type.
  // expected-remark @below {{elements in [-3, 10]}}
  %14 = tosa.cast %0 : (tensor<4xi32>) -> tensor<4xi8>
  // expected-remark @below {{elements in [-128, 127]}}
  %15 = tosa.cast %x : (tensor<4xi32>) -> tensor<4xi8>
  // expected-remark @below {{elements in [0, 1]}}
  %16 = tosa.cast %p : (tensor<4xi1>) -> tensor<4xi8>
  // expected-remark @below {{elements in [1, 1]}}
  %17 = tosa.cast %1 : (tensor<4xi32>) -> tensor<4xi1>
  // 1 + 1 - -128 is clamped.
  // expected-remark @below {{elements in [-125, 127]}}
  %18 = tosa.negate %n, %z1, %z1 : (tensor<4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
  // Floats have no ranges, and what comes of them has that of its type.
  %19 = tosa.cast %n : (tensor<4xi8>) -> tensor<4xf32>
  %20 = tosa.exp %19 : (tensor<4xf32>) -> tensor<4xf32>
  // expected-remark @below {{elements in [-128, 127]}}
  %21 = tosa.cast %20 : (tensor<4xf32>) -> tensor<4xi8>
  return
}

// -----

func.func @moves(%x: tensor<1x2x3xi8>) {
  %c = "tosa.const"() <{values = dense<[[[5, -7, 0]]]> : tensor<1x1x3xi8>}> : () -> tensor<1x1x3xi8>
  %d = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{elements in axis 2: [5, 127], [-7, 127], [0, 127]}}
  %0 = tosa.maximum %x, %c : (tensor<1x2x3xi8>, tensor<1x1x3xi8>) -> tensor<1x2x3xi8>
  %s1 = tosa.const_shape {values = dense<[6]> : tensor<1xindex>} : () -> !tosa.shape<1>
  // expected-remark @below {{elements in axis 0: [5, 127], [-7, 127], [0, 127], [5, 127], [-7, 127], [0, 127]}}
  %1 = tosa.reshape %0, %s1 : (tensor<1x2x3xi8>, !tosa.shape<1>) -> tensor<6xi8>
  %s2 = tosa.const_shape {values = dense<[3, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  // expected-remark @below {{elements in [-7, 127]}}
  %2 = tosa.reshape %0, %s2 : (tensor<1x2x3xi8>, !tosa.shape<2>) -> tensor<3x2xi8>
  // expected-remark @below {{elements in axis 0: [5, 127], [-7, 127], [0, 127]}}
  %3 = tosa.transpose %0 {perms = array<i32: 2, 0, 1>} : (tensor<1x2x3xi8>) -> tensor<3x1x2xi8>
  %start = tosa.const_shape {values = dense<[0, 0, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %size = tosa.const_shape {values = dense<[1, 2, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
  // expected-remark @below {{elements in axis 2: [-7, 127], [0, 127]}}
  %4 = tosa.slice %0, %start, %size : (tensor<1x2x3xi8>, !tosa.shape<3>, !tosa.shape<3>) -> tensor<1x2x2xi8>
  %p = tosa.const_shape {values = dense<[0, 0, 0, 0, 1, 0]> : tensor<6xindex>} : () -> !tosa.shape<6>
  // expected-remark @below {{elements in axis 2: [9, 9], [5, 127], [-7, 127], [0, 127]}}
  %5 = tosa.pad %0, %p, %d : (tensor<1x2x3xi8>, !tosa.shape<6>, tensor<1xi8>) -> tensor<1x2x4xi8>
  %q = tosa.const_shape {values = dense<[0, 0, 0, 1, 0, 0]> : tensor<6xindex>} : () -> !tosa.shape<6>
  %z = "tosa.const"() <{values = dense<-9> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{elements in [-9, 127]}}
  %6 = tosa.pad %0, %q, %z : (tensor<1x2x3xi8>, !tosa.shape<6>, tensor<1xi8>) -> tensor<1x3x3xi8>
  // expected-remark @below {{elements in axis 2: [0, 127], [-7, 127], [5, 127]}}
  %7 = tosa.reverse %0 {axis = 2 : i32} : (tensor<1x2x3xi8>) -> tensor<1x2x3xi8>
  // expected-remark @below {{elements in axis 2: [5, 127], [-7, 127], [0, 127], [-128, 127], [-128, 127], [-128, 127]}}
  %8 = tosa.concat %0, %x {axis = 2 : i32} : (tensor<1x2x3xi8>, tensor<1x2x3xi8>) -> tensor<1x2x6xi8>
  // expected-remark @below {{elements in axis 2: [5, 127], [-7, 127], [0, 127]}}
  %9 = tosa.concat %0, %0 {axis = 1 : i32} : (tensor<1x2x3xi8>, tensor<1x2x3xi8>) -> tensor<1x4x3xi8>
  %m = tosa.const_shape {values = dense<[1, 1, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
  // expected-remark @below {{elements in axis 2: [5, 127], [-7, 127], [0, 127], [5, 127], [-7, 127], [0, 127]}}
  %10 = tosa.tile %0, %m : (tensor<1x2x3xi8>, !tosa.shape<3>) -> tensor<1x2x6xi8>
  %i = "tosa.const"() <{values = dense<0> : tensor<1x1xi32>}> : () -> tensor<1x1xi32>
  // expected-remark @below {{elements in axis 2: [5, 127], [-7, 127], [0, 127]}}
  %11 = tosa.gather %0, %i : (tensor<1x2x3xi8>, tensor<1x1xi32>) -> tensor<1x1x3xi8>
  // expected-remark @below {{elements in axis 2: [5, 127], [-7, 127], [0, 127]}}
  %12 = tosa.identity %0 : (tensor<1x2x3xi8>) -> tensor<1x2x3xi8>
  return
}

// -----

// Entries of a table, and values between two of them: greatest in the middle.
func.func @tables(%x: tensor<4xi8>, %y: tensor<4xi16>) {
  %t = "tosa.const"() <{values = dense<3> : tensor<256xi8>}> : () -> tensor<256xi8>
  // expected-remark @below {{elements in [3, 3]}}
  %0 = tosa.table %x, %t : (tensor<4xi8>, tensor<256xi8>) -> tensor<4xi8>
  %u = "tosa.const"() <{values = dense<-2> : tensor<513xi16>}> : () -> tensor<513xi16>
  // expected-remark @below {{elements in [-256, -256]}}
  %1 = tosa.table %y, %u : (tensor<4xi16>, tensor<513xi16>) -> tensor<4xi32>
  return
}

// -----

func.func @rescale(%x: tensor<1x2xi32>) {
  %m = "tosa.const"() <{values = dense<[1073741824, 0]> : tensor<2xi32>}> : () -> tensor<2xi32>
  %s = "tosa.const"() <{values = dense<[31, 31]> : tensor<2xi8>}> : () -> tensor<2xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<-100> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{elements in [0, 101]}}
  %0 = tosa.clamp %x {min_val = 0 : i32, max_val = 101 : i32} : (tensor<1x2xi32>) -> tensor<1x2xi32>
  // expected-remark @below {{elements in axis 1: [-100, -49], [-100, -100]}}
  %1 = tosa.rescale %0, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false} : (tensor<1x2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x2xi8>
  return
}

// -----

// An unsigned reading of what is in [-3, 10] as signed: 253 is among it.
func.func @unsigned(%x: tensor<4xi8>) {
  // expected-remark @below {{elements in [-3, 10]}}
  %0 = tosa.clamp %x {min_val = -3 : i8, max_val = 10 : i8} : (tensor<4xi8>) -> tensor<4xi8>
  // expected-remark @below {{elements in [0, 255]}}
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [0] round floor unsigned_input : tensor<4xi8> -> tensor<4xi16>
  // expected-remark @below {{elements in [3, 10]}}
  %2 = tosa.clamp %x {min_val = 3 : i8, max_val = 10 : i8} : (tensor<4xi8>) -> tensor<4xi8>
  // 300 is clamped to 255, and written as -1.
  // expected-remark @below {{elements in [-128, 127]}}
  %3 = rescale.requantize %2 mul dense<30> : tensor<1xui8> shift [0] round floor unsigned_result : tensor<4xi8> -> tensor<4xi8>
  // expected-remark @below {{elements in [-106, -1]}}
  %4 = rescale.requantize %2 mul dense<50> : tensor<1xui8> shift [0] round floor unsigned_result : tensor<4xi8> -> tensor<4xi8>
  return
}

// -----

// Calls are followed into a private function, which has no other callers.
func.func private @callee(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-remark @below {{elements in [6, 22]}}
  %0 = tosa.add %x, %x : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
func.func @caller(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-remark @below {{elements in [3, 11]}}
  %0 = tosa.clamp %x {min_val = 3 : i8, max_val = 11 : i8} : (tensor<4xi8>) -> tensor<4xi8>
  // expected-remark @below {{elements in [6, 22]}}
  %1 = call @callee(%0) : (tensor<4xi8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// -----

// What a loop carries may grow with each round. The analysis ends nevertheless.
func.func @loop(%x: tensor<4xi32>, %n: index) -> tensor<4xi32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = "tosa.const"() <{values = dense<1> : tensor<4xi32>}> : () -> tensor<4xi32>
  // expected-remark @below {{elements in [0, 9]}}
  %0 = tosa.clamp %x {min_val = 0 : i32, max_val = 9 : i32} : (tensor<4xi32>) -> tensor<4xi32>
  // expected-remark @below {{elements in [-2147483648, 2147483647]}}
  %1 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %0) -> tensor<4xi32> {
    // expected-remark @below {{elements in [-2147483648, 2147483647]}}
    %2 = tosa.add %a, %one : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
    scf.yield %2 : tensor<4xi32>
  }
  return %1 : tensor<4xi32>
}

// -----

// Either branch, so what holds for both.
func.func @branches(%x: tensor<4xi32>, %p: i1) -> tensor<4xi32> {
  // expected-remark @below {{elements in [0, 9]}}
  %0 = scf.if %p -> tensor<4xi32> {
    // expected-remark @below {{elements in [0, 3]}}
    %1 = tosa.clamp %x {min_val = 0 : i32, max_val = 3 : i32} : (tensor<4xi32>) -> tensor<4xi32>
    scf.yield %1 : tensor<4xi32>
  } else {
    // expected-remark @below {{elements in [2, 9]}}
    %1 = tosa.clamp %x {min_val = 2 : i32, max_val = 9 : i32} : (tensor<4xi32>) -> tensor<4xi32>
    scf.yield %1 : tensor<4xi32>
  }
  return %0 : tensor<4xi32>
}
