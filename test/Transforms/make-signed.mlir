// Unsigned codes v become v - 128 (v - 32768) wherever they stand.

// RUN: rescale-opt %s -split-input-file -rescale-make-signed | FileCheck %s

// CHECK-LABEL: func.func @interface(
// CHECK-SAME:    %[[X:.*]]: tensor<4xi8> {rescale.code_offset = -128 : i64, rescale.scale = 5.000000e-01 : f64, rescale.zero_point = -118 : i64},
// CHECK-SAME:    %{{.*}}: tensor<4xi16> {rescale.code_offset = -32768 : i64, rescale.zero_point = -32768 : i64},
// CHECK-SAME:    %{{.*}}: tensor<4xi8> {rescale.zero_point = 3 : i64})
// CHECK-SAME:    -> (tensor<4xi8> {rescale.code_offset = -128 : i64, rescale.zero_point = 127 : i64})
// CHECK-NEXT:    return %[[X]] : tensor<4xi8>
func.func @interface(%x: tensor<4xui8> {rescale.scale = 0.5 : f64, rescale.zero_point = 10 : i64},
                     %y: tensor<4xui16> {rescale.zero_point = 0 : i64},
                     %z: tensor<4xi8> {rescale.zero_point = 3 : i64})
    -> (tensor<4xui8> {rescale.zero_point = 255 : i64}) {
  return %x : tensor<4xui8>
}

// -----

// CHECK-LABEL: func.func @constants(
// CHECK:         values = dense<[-128, -1, 0, 127]> : tensor<4xi8>
// CHECK:         values = dense<[-32768, -1, 0, 32767]> : tensor<4xi16>
// CHECK:         values = dense<-121> : tensor<4xi8>
// CHECK:         values = dense<7> : tensor<4xi8>
func.func @constants() -> (tensor<4xui8>, tensor<4xui16>, tensor<4xui8>, tensor<4xi8>) {
  %0 = "tosa.const"() <{values = dense<[0, 127, 128, 255]> : tensor<4xui8>}> : () -> tensor<4xui8>
  %1 = "tosa.const"() <{values = dense<[0, 32767, 32768, 65535]> : tensor<4xui16>}> : () -> tensor<4xui16>
  %2 = "tosa.const"() <{values = dense<7> : tensor<4xui8>}> : () -> tensor<4xui8>
  %3 = "tosa.const"() <{values = dense<7> : tensor<4xi8>}> : () -> tensor<4xi8>
  return %0, %1, %2, %3 : tensor<4xui8>, tensor<4xui16>, tensor<4xui8>, tensor<4xi8>
}

// -----

// Resources are copied: another module may hold the same one.
// CHECK-LABEL: func.func @resources(
// CHECK:         values = dense<[-128, -1, 0, 127]> : tensor<4xi8>
// CHECK:         values = dense<[-32768, 32767]> : tensor<2xi16>
func.func @resources() -> (tensor<4xui8>, tensor<2xui16>) {
  %0 = "tosa.const"() <{values = dense_resource<bytes> : tensor<4xui8>}> : () -> tensor<4xui8>
  %1 = "tosa.const"() <{values = dense_resource<words> : tensor<2xui16>}> : () -> tensor<2xui16>
  return %0, %1 : tensor<4xui8>, tensor<2xui16>
}
{-#
  dialect_resources: {
    builtin: {
      bytes: "0x01000000007F80FF",
      words: "0x020000000000FFFF"
    }
  }
#-}

// -----

// CHECK-LABEL: func.func @clamp(
// CHECK:         tosa.clamp %{{.*}} {max_val = 72 : i8, min_val = -125 : i8}
// CHECK:         tosa.clamp %{{.*}} {max_val = 32767 : i16, min_val = -32767 : i16}
// CHECK:         tosa.clamp %{{.*}} {max_val = 100 : i8, min_val = 3 : i8}
func.func @clamp(%x: tensor<4xui8>, %y: tensor<4xui16>, %z: tensor<4xi8>) -> (tensor<4xui8>, tensor<4xui16>, tensor<4xi8>) {
  %0 = tosa.clamp %x {min_val = 3 : ui8, max_val = 200 : ui8} : (tensor<4xui8>) -> tensor<4xui8>
  %1 = tosa.clamp %y {min_val = 1 : ui16, max_val = 65535 : ui16} : (tensor<4xui16>) -> tensor<4xui16>
  %2 = tosa.clamp %z {min_val = 3 : i8, max_val = 100 : i8} : (tensor<4xi8>) -> tensor<4xi8>
  return %0, %1, %2 : tensor<4xui8>, tensor<4xui16>, tensor<4xi8>
}

// -----

// CHECK-LABEL: func.func @pools(
// CHECK:         %[[Z:.*]] = "tosa.const"() <{values = dense<-3> : tensor<1xi8>}>
// CHECK:         tosa.max_pool2d %{{.*}} : (tensor<1x4x4x1xi8>) -> tensor<1x2x2x1xi8>
// CHECK:         tosa.avg_pool2d %{{.*}}, %[[Z]], %[[Z]] {{.*}} -> tensor<1x1x1x1xi8>
func.func @pools(%x: tensor<1x4x4x1xui8>) -> tensor<1x1x1x1xui8> {
  %z = "tosa.const"() <{values = dense<125> : tensor<1xui8>}> : () -> tensor<1xui8>
  %0 = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x1xui8>) -> tensor<1x2x2x1xui8>
  %1 = tosa.avg_pool2d %0, %z, %z {acc_type = i32, kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x2x2x1xui8>, tensor<1xui8>, tensor<1xui8>) -> tensor<1x1x1x1xui8>
  return %1 : tensor<1x1x1x1xui8>
}

// -----

// CHECK-LABEL: func.func @convolution(
// CHECK-DAG:     %[[W:.*]] = "tosa.const"() <{values = dense<{{\[\[\[\[}}-127, 127]]]]> : tensor<1x1x1x2xi8>}>
// CHECK-DAG:     %[[ZX:.*]] = "tosa.const"() <{values = dense<0> : tensor<1xi8>}>
// CHECK-DAG:     %[[ZW:.*]] = "tosa.const"() <{values = dense<-8> : tensor<1xi8>}>
// CHECK:         tosa.conv2d %{{.*}}, %[[W]], %{{.*}}, %[[ZX]], %[[ZW]] {{.*}} : (tensor<1x2x2x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x1xi32>
// CHECK:         tosa.matmul {{.*}} : (tensor<1x2x2xi8>, tensor<1x2x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2xi32>
func.func @convolution(%x: tensor<1x2x2x2xui8>, %b: tensor<1xi32>, %m: tensor<1x2x2xui8>) -> (tensor<1x2x2x1xi32>, tensor<1x2x2xi32>) {
  %w = "tosa.const"() <{values = dense<[[[[1, 255]]]]> : tensor<1x1x1x2xui8>}> : () -> tensor<1x1x1x2xui8>
  %zx = "tosa.const"() <{values = dense<128> : tensor<1xui8>}> : () -> tensor<1xui8>
  %zw = "tosa.const"() <{values = dense<120> : tensor<1xui8>}> : () -> tensor<1xui8>
  %0 = tosa.conv2d %x, %w, %b, %zx, %zw {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x2xui8>, tensor<1x1x1x2xui8>, tensor<1xi32>, tensor<1xui8>, tensor<1xui8>) -> tensor<1x2x2x1xi32>
  %1 = tosa.matmul %m, %m, %zx, %zx : (tensor<1x2x2xui8>, tensor<1x2x2xui8>, tensor<1xui8>, tensor<1xui8>) -> tensor<1x2x2xi32>
  return %0, %1 : tensor<1x2x2x1xi32>, tensor<1x2x2xi32>
}

// -----

// What the converter writes: the zero point is signless, and read as the
// operand is. One constant is read both ways.
// CHECK-LABEL: func.func @rescale(
// CHECK:         values = dense<0> : tensor<1xi8>
// CHECK:         %[[LOW:.*]] = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}>
// CHECK:         %[[IN:.*]] = "tosa.const"() <{values = dense<0> : tensor<1xi8>}>
// CHECK:         tosa.rescale %{{.*}}, %{{.*}}, %{{.*}}, %[[IN]], %[[LOW]] {input_unsigned = false, output_unsigned = false
// CHECK:         %[[OUT:.*]] = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}>
// CHECK:         tosa.rescale %{{.*}}, %{{.*}}, %{{.*}}, %[[LOW]], %[[OUT]] {input_unsigned = false, output_unsigned = false
func.func @rescale(%x: tensor<4xui8>) -> tensor<4xui8> {
  %m = "tosa.const"() <{values = dense<1073741824> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<30> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zero = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %low = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.rescale %x, %m, %s, %low, %low {input_unsigned = true, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<4xui8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
  %1 = tosa.rescale %0, %m, %s, %low, %zero {input_unsigned = false, output_unsigned = true, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xui8>
  return %1 : tensor<4xui8>
}

// -----

// Zero points of an unsigned type: moved with an unsigned operand, the same
// bits with a signed one. A signless operand read as unsigned stays so.
// CHECK-LABEL: func.func @rescale_zero_point_types(
// CHECK:         values = dense<-28> : tensor<1xi8>
// CHECK:         %[[IN:.*]] = "tosa.const"() <{values = dense<-28> : tensor<1xi8>}>
// CHECK:         tosa.rescale %{{.*}}, %{{.*}}, %{{.*}}, %[[IN]], %{{.*}} {input_unsigned = false
// CHECK:         %[[SAME:.*]] = "tosa.const"() <{values = dense<100> : tensor<1xi8>}>
// CHECK:         tosa.rescale %{{.*}}, %{{.*}}, %{{.*}}, %[[SAME]], %{{.*}} {input_unsigned = true
// CHECK:         %[[MIDDLE:.*]] = "tosa.const"() <{values = dense<0> : tensor<1xi16>}>
// CHECK:         tosa.rescale {{.*}}%[[MIDDLE]] {{.*}}output_unsigned = false{{.*}} -> tensor<4xi16>
func.func @rescale_zero_point_types(%x: tensor<4xui8>, %y: tensor<4xi8>) -> (tensor<4xi8>, tensor<4xi8>, tensor<4xui16>) {
  %m = "tosa.const"() <{values = dense<1073741824> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<30> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zero = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %hundred = "tosa.const"() <{values = dense<100> : tensor<1xui8>}> : () -> tensor<1xui8>
  %middle = "tosa.const"() <{values = dense<32768> : tensor<1xui16>}> : () -> tensor<1xui16>
  %0 = tosa.rescale %x, %m, %s, %hundred, %zero {input_unsigned = true, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<4xui8>, tensor<1xi32>, tensor<1xi8>, tensor<1xui8>, tensor<1xi8>) -> tensor<4xi8>
  %1 = tosa.rescale %y, %m, %s, %hundred, %zero {input_unsigned = true, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xui8>, tensor<1xi8>) -> tensor<4xi8>
  %2 = tosa.rescale %y, %m, %s, %zero, %middle {input_unsigned = false, output_unsigned = true, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xui16>) -> tensor<4xui16>
  return %0, %1, %2 : tensor<4xi8>, tensor<4xi8>, tensor<4xui16>
}

// -----

// The entries of a table move, its rows do not.
// CHECK-LABEL: func.func @table(
// CHECK:         values = dense<"0x808182{{.*}}7D7E7F"> : tensor<256xi8>
// CHECK:         tosa.table %{{.*}}, %{{.*}} : (tensor<4xi8>, tensor<256xi8>) -> tensor<4xi8>
func.func @table(%x: tensor<4xi8>) -> tensor<4xui8> {
  %t = "tosa.const"() <{values = dense<"0x000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3D4D5D6D7D8D9DADBDCDDDEDFE0E1E2E3E4E5E6E7E8E9EAEBECEDEEEFF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF"> : tensor<256xui8>}> : () -> tensor<256xui8>
  %0 = tosa.table %x, %t : (tensor<4xi8>, tensor<256xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// -----

// Ops that move or compare codes change their types only.
// CHECK-LABEL: func.func @same_ops(
// CHECK-NOT:     ui8
func.func @same_ops(%x: tensor<1x2x2xui8>, %i: tensor<1x2xi32>, %p: tensor<1x2x2xi1>, %image: tensor<1x2x2x1xui8>) -> (tensor<1x2x2xi1>, tensor<2x2xi32>, tensor<1x1x2xui8>, tensor<1x4x4x1xui8>, tensor<1x2x2xui8>) {
  %pad = tosa.const_shape {values = dense<[0, 0, 0, 0, 1, 1]> : tensor<6xindex>} : () -> !tosa.shape<6>
  // CHECK: %[[PAD:.*]] = "tosa.const"() <{values = dense<-119> : tensor<1xi8>}>
  %c = "tosa.const"() <{values = dense<9> : tensor<1xui8>}> : () -> tensor<1xui8>
  // CHECK: tosa.pad %{{.*}}, %{{.*}}, %[[PAD]]
  %0 = tosa.pad %x, %pad, %c : (tensor<1x2x2xui8>, !tosa.shape<6>, tensor<1xui8>) -> tensor<1x2x4xui8>
  // CHECK: tosa.concat
  %1 = tosa.concat %0, %0 {axis = 1 : i32} : (tensor<1x2x4xui8>, tensor<1x2x4xui8>) -> tensor<1x4x4xui8>
  %start = tosa.const_shape {values = dense<[0, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %size = tosa.const_shape {values = dense<[1, 2, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
  // CHECK: tosa.slice
  %2 = tosa.slice %1, %start, %size : (tensor<1x4x4xui8>, !tosa.shape<3>, !tosa.shape<3>) -> tensor<1x2x2xui8>
  // CHECK: tosa.transpose
  %3 = tosa.transpose %2 {perms = array<i32: 0, 2, 1>} : (tensor<1x2x2xui8>) -> tensor<1x2x2xui8>
  // CHECK: tosa.reverse
  %4 = tosa.reverse %3 {axis = 1 : i32} : (tensor<1x2x2xui8>) -> tensor<1x2x2xui8>
  // CHECK: tosa.gather
  %5 = tosa.gather %4, %i : (tensor<1x2x2xui8>, tensor<1x2xi32>) -> tensor<1x2x2xui8>
  // CHECK: tosa.scatter
  %6 = tosa.scatter %5, %i, %4 : (tensor<1x2x2xui8>, tensor<1x2xi32>, tensor<1x2x2xui8>) -> tensor<1x2x2xui8>
  // CHECK: tosa.maximum
  %7 = tosa.maximum %6, %x : (tensor<1x2x2xui8>, tensor<1x2x2xui8>) -> tensor<1x2x2xui8>
  // CHECK: tosa.minimum
  %8 = tosa.minimum %7, %x : (tensor<1x2x2xui8>, tensor<1x2x2xui8>) -> tensor<1x2x2xui8>
  // CHECK: tosa.select
  %9 = tosa.select %p, %8, %x : (tensor<1x2x2xi1>, tensor<1x2x2xui8>, tensor<1x2x2xui8>) -> tensor<1x2x2xui8>
  %times = tosa.const_shape {values = dense<1> : tensor<3xindex>} : () -> !tosa.shape<3>
  // CHECK: tosa.tile
  %10 = tosa.tile %9, %times : (tensor<1x2x2xui8>, !tosa.shape<3>) -> tensor<1x2x2xui8>
  // CHECK: tosa.identity
  %11 = tosa.identity %10 : (tensor<1x2x2xui8>) -> tensor<1x2x2xui8>
  // CHECK: tosa.equal
  %12 = tosa.equal %11, %x : (tensor<1x2x2xui8>, tensor<1x2x2xui8>) -> tensor<1x2x2xi1>
  // CHECK: tosa.greater
  %13 = tosa.greater %11, %x : (tensor<1x2x2xui8>, tensor<1x2x2xui8>) -> tensor<1x2x2xi1>
  // CHECK: tosa.greater_equal
  %14 = tosa.greater_equal %11, %x : (tensor<1x2x2xui8>, tensor<1x2x2xui8>) -> tensor<1x2x2xi1>
  %15 = tosa.logical_and %12, %13 : (tensor<1x2x2xi1>, tensor<1x2x2xi1>) -> tensor<1x2x2xi1>
  %16 = tosa.logical_and %14, %15 : (tensor<1x2x2xi1>, tensor<1x2x2xi1>) -> tensor<1x2x2xi1>
  // CHECK: tosa.argmax
  %flat = tosa.argmax %11 {axis = 0 : i32} : (tensor<1x2x2xui8>) -> tensor<2x2xi32>
  // CHECK: tosa.reduce_max
  %17 = tosa.reduce_max %11 {axis = 1 : i32} : (tensor<1x2x2xui8>) -> tensor<1x1x2xui8>
  // CHECK: tosa.reduce_min
  %18 = tosa.reduce_min %17 {axis = 1 : i32} : (tensor<1x1x2xui8>) -> tensor<1x1x2xui8>
  %scale = tosa.const_shape {values = dense<[4, 2, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %offset = tosa.const_shape {values = dense<0> : tensor<2xindex>} : () -> !tosa.shape<2>
  %border = tosa.const_shape {values = dense<2> : tensor<2xindex>} : () -> !tosa.shape<2>
  // CHECK: tosa.resize
  %19 = tosa.resize %image, %scale, %offset, %border {mode = NEAREST_NEIGHBOR} : (tensor<1x2x2x1xui8>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x4x4x1xui8>
  // CHECK: tosa.negate %{{.*}}, %[[PAD]], %[[PAD]]
  %20 = tosa.negate %11, %c, %c : (tensor<1x2x2xui8>, tensor<1xui8>, tensor<1xui8>) -> tensor<1x2x2xui8>
  return %16, %flat, %18, %19, %20 : tensor<1x2x2xi1>, tensor<2x2xi32>, tensor<1x1x2xui8>, tensor<1x4x4x1xui8>, tensor<1x2x2xui8>
}

// -----

// CHECK-LABEL: func.func @casts(
// CHECK-SAME:    %[[X:.*]]: tensor<4xi8> {rescale.code_offset = {{[-0-9]+}} : i64}, %[[Y:.*]]: tensor<4xi32>, %[[Z:.*]]: tensor<4xi16> {rescale.code_offset = {{[-0-9]+}} : i64}, %[[W:.*]]: tensor<4xi8>)
func.func @casts(%x: tensor<4xui8>, %y: tensor<4xi32>, %z: tensor<4xui16>, %w: tensor<4xi8>) -> (tensor<4xi32>, tensor<4xui8>, tensor<4xi8>, tensor<4xui16>, tensor<4xi32>) {
  // CHECK-NEXT: %[[A:.*]] = tosa.cast %[[X]] : (tensor<4xi8>) -> tensor<4xi32>
  // CHECK-NEXT: %[[B128:.*]] = "tosa.const"() <{values = dense<128> : tensor<1xi32>}>
  // CHECK-NEXT: %[[R0:.*]] = tosa.add %[[A]], %[[B128]]
  %0 = tosa.cast %x : (tensor<4xui8>) -> tensor<4xi32>
  // CHECK-NEXT: %[[C:.*]] = tosa.cast %[[Y]] : (tensor<4xi32>) -> tensor<4xi8>
  // CHECK-NEXT: %[[SIGN:.*]] = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}>
  // CHECK-NEXT: %[[R1:.*]] = tosa.bitwise_xor %[[C]], %[[SIGN]]
  %1 = tosa.cast %y : (tensor<4xi32>) -> tensor<4xui8>
  // The low byte of v - 32768 is that of v.
  // CHECK-NEXT: %[[R2:.*]] = tosa.cast %[[Z]] : (tensor<4xi16>) -> tensor<4xi8>
  %2 = tosa.cast %z : (tensor<4xui16>) -> tensor<4xi8>
  // CHECK-NEXT: %[[D:.*]] = tosa.cast %[[W]] : (tensor<4xi8>) -> tensor<4xi16>
  // CHECK-NEXT: %[[SIGN16:.*]] = "tosa.const"() <{values = dense<-32768> : tensor<1xi16>}>
  // CHECK-NEXT: %[[R3:.*]] = tosa.bitwise_xor %[[D]], %[[SIGN16]]
  %3 = tosa.cast %w : (tensor<4xi8>) -> tensor<4xui16>
  // Each of a chain sees the types that stood there before.
  // CHECK-NEXT: %[[E:.*]] = tosa.cast %[[R1]] : (tensor<4xi8>) -> tensor<4xi32>
  // CHECK-NEXT: %[[F128:.*]] = "tosa.const"() <{values = dense<128> : tensor<1xi32>}>
  // CHECK-NEXT: %[[R4:.*]] = tosa.add %[[E]], %[[F128]]
  %4 = tosa.cast %1 : (tensor<4xui8>) -> tensor<4xi32>
  // CHECK-NEXT: return %[[R0]], %[[R1]], %[[R2]], %[[R3]], %[[R4]]
  return %0, %1, %2, %3, %4 : tensor<4xi32>, tensor<4xui8>, tensor<4xi8>, tensor<4xui16>, tensor<4xi32>
}

// -----

// CHECK-LABEL: func.func @caller(
// CHECK-SAME:    %[[X:.*]]: tensor<4xi8> {rescale.code_offset = -128 : i64}) -> (tensor<4xi8> {rescale.code_offset = -128 : i64})
// CHECK:         call @callee(%[[X]]) : (tensor<4xi8>) -> tensor<4xi8>
func.func @caller(%x: tensor<4xui8>) -> tensor<4xui8> {
  %0 = call @callee(%x) : (tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}
func.func private @callee(%x: tensor<4xui8>) -> tensor<4xui8> {
  return %x : tensor<4xui8>
}

// -----

// CHECK-LABEL: func.func @regions(
// CHECK:         tosa.cond_if %{{.*}} (%{{.*}} = %{{.*}}) : tensor<i1> (tensor<4xi8>) -> tensor<4xi8>
// CHECK:         ^bb0(%{{.*}}: tensor<4xi8>):
func.func @regions(%c: tensor<i1>, %x: tensor<4xui8>) -> tensor<4xui8> {
  %0 = tosa.cond_if %c (%a = %x) : tensor<i1> (tensor<4xui8>) -> tensor<4xui8> {
  ^bb0(%a: tensor<4xui8>):
    %1 = tosa.clamp %a {min_val = 3 : ui8, max_val = 200 : ui8} : (tensor<4xui8>) -> tensor<4xui8>
    tosa.yield %1 : tensor<4xui8>
  } else {
  ^bb0(%a: tensor<4xui8>):
    tosa.yield %a : tensor<4xui8>
  }
  return %0 : tensor<4xui8>
}

// -----

// Nothing to do: 32 bits, and 8 bits that are signless.
// CHECK-LABEL: func.func @others(
// CHECK-SAME:    %{{.*}}: tensor<4xui32>, %{{.*}}: tensor<4xi8>)
// CHECK:         tosa.bitwise_and
func.func @others(%x: tensor<4xui32>, %y: tensor<4xi8>) -> (tensor<4xui32>, tensor<4xi8>) {
  %0 = tosa.bitwise_and %y, %y : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
  return %x, %0 : tensor<4xui32>, tensor<4xi8>
}
