// Every operation with every optional part, in the custom and the generic form
// and through bytecode.

// RUN: rescale-opt %s -verify-roundtrip | FileCheck %s
// RUN: rescale-opt %s -mlir-print-op-generic \
// RUN:   | FileCheck %s --check-prefix=GENERIC
// RUN: rescale-opt %s -mlir-print-op-generic | rescale-opt | FileCheck %s
// RUN: rescale-opt %s -emit-bytecode | rescale-opt | FileCheck %s

//===----------------------------------------------------------------------===//
// rescale.requantize
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @requantize_least
// CHECK: rescale.requantize %{{.*}} mul dense<77> : tensor<1xui8> shift [9] round half_up : tensor<2xi32> -> tensor<2xi8>
// GENERIC-LABEL: sym_name = "requantize_least"
// GENERIC: "rescale.requantize"(%{{.*}}) <{input_zero_point = 0 : i64, multiplicands = dense<77> : tensor<1xui8>, rounding = #rescale<rounding half_up>, shifts = array<i8: 9>, zero_point = 0 : i64}> : (tensor<2xi32>) -> tensor<2xi8>
func.func @requantize_least(%x: tensor<2xi32>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9] round half_up
     : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// CHECK-LABEL: func @requantize_all_parts
// CHECK: rescale.requantize %{{.*}} mul dense<[77, 91]> : tensor<2xui8> shift [9, 10] axis 3 round addend addends [256, 512] negative_addends [255, 511] input_zero_point 7 zero_point 128 clamp [3, 250] unsigned_input unsigned_result {note = "kept"} : tensor<1x4x4x2xi32> -> tensor<1x4x4x2xi8>
// GENERIC-LABEL: sym_name = "requantize_all_parts"
// GENERIC: "rescale.requantize"(%{{.*}}) <{addends = array<i64: 256, 512>, axis = 3 : i64, clamp = array<i64: 3, 250>, input_zero_point = 7 : i64, multiplicands = dense<[77, 91]> : tensor<2xui8>, negative_addends = array<i64: 255, 511>, rounding = #rescale<rounding addend>, shifts = array<i8: 9, 10>, unsigned_input, unsigned_result, zero_point = 128 : i64}> {note = "kept"}
func.func @requantize_all_parts(%x: tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi8> {
  %y = rescale.requantize %x mul dense<[77, 91]> : tensor<2xui8> shift [9, 10]
         axis 3 round addend addends [256, 512] negative_addends [255, 511]
         input_zero_point 7 zero_point 128 clamp [3, 250] unsigned_input
         unsigned_result {note = "kept"}
     : tensor<1x4x4x2xi32> -> tensor<1x4x4x2xi8>
  return %y : tensor<1x4x4x2xi8>
}

// CHECK-LABEL: func @requantize_roundings
func.func @requantize_roundings(%x: tensor<2xi32>)
    -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>,
        tensor<2xi8>) {
  // CHECK: round half_up :
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [40] round half_up
     : tensor<2xi32> -> tensor<2xi8>
  // CHECK: round double :
  %1 = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [40] round double
     : tensor<2xi32> -> tensor<2xi8>
  // CHECK: round floor :
  %2 = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [40] round floor
     : tensor<2xi32> -> tensor<2xi8>
  // CHECK: round half_even :
  %3 = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [40] round half_even
     : tensor<2xi32> -> tensor<2xi8>
  // CHECK: round half_away :
  %4 = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [40] round half_away
     : tensor<2xi32> -> tensor<2xi8>
  // CHECK: round addend addends [9223372036854775807] negative_addends [-9223372036854775808] :
  %5 = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [40] round addend
         addends [9223372036854775807] negative_addends [-9223372036854775808]
     : tensor<2xi32> -> tensor<2xi8>
  return %0, %1, %2, %3, %4, %5
    : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>,
      tensor<2xi8>
}

// The narrowest, the odd and the widest ports, each with its largest value.
// CHECK-LABEL: func @requantize_ports
func.func @requantize_ports(%x: tensor<2xi32>)
    -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>,
        tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
  // One bit prints as a truth value.
  // CHECK: mul dense<true> : tensor<1xui1>
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [0] round floor
     : tensor<2xi32> -> tensor<2xi8>
  // CHECK: mul dense<15> : tensor<1xui4>
  %1 = rescale.requantize %x mul dense<15> : tensor<1xui4> shift [4] round floor
     : tensor<2xi32> -> tensor<2xi8>
  // CHECK: mul dense<[31, 0]> : tensor<2xui5>
  %2 = rescale.requantize %x mul dense<[31, 0]> : tensor<2xui5> shift [5] axis 0
         round floor : tensor<2xi32> -> tensor<2xi8>
  // CHECK: mul dense<[1048575, 7]> : tensor<2xui20>
  %3 = rescale.requantize %x mul dense<[1048575, 7]> : tensor<2xui20> shift [20]
         axis 0 round floor : tensor<2xi32> -> tensor<2xi8>
  // CHECK: mul dense<4294967295> : tensor<1xui32>
  %4 = rescale.requantize %x mul dense<4294967295> : tensor<1xui32> shift [63]
         round floor : tensor<2xi32> -> tensor<2xi8>
  // CHECK: mul dense<1> : tensor<1xsi2>
  %5 = rescale.requantize %x mul dense<1> : tensor<1xsi2> shift [1] round floor
     : tensor<2xi32> -> tensor<2xi8>
  // CHECK: mul dense<32767> : tensor<1xsi16>
  %6 = rescale.requantize %x mul dense<32767> : tensor<1xsi16> shift [15]
         round floor : tensor<2xi32> -> tensor<2xi8>
  // CHECK: mul dense<[2147483647, 1073741824]> : tensor<2xsi32>
  %7 = rescale.requantize %x mul dense<[2147483647, 1073741824]> : tensor<2xsi32>
         shift [31, 62] axis 0 round floor : tensor<2xi32> -> tensor<2xi8>
  return %0, %1, %2, %3, %4, %5, %6, %7
    : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>,
      tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
}

// CHECK-LABEL: func @requantize_types
func.func @requantize_types(%a: tensor<i4>, %b: tensor<3xi5>, %c: tensor<?x2xi48>,
                            %d: tensor<0x2xi64>)
    -> (tensor<i32>, tensor<3xi31>, tensor<?x2xi16>, tensor<0x2xi4>) {
  // CHECK: : tensor<i4> -> tensor<i32>
  %0 = rescale.requantize %a mul dense<1> : tensor<1xui1> shift [0] round floor
     : tensor<i4> -> tensor<i32>
  // CHECK: : tensor<3xi5> -> tensor<3xi31>
  %1 = rescale.requantize %b mul dense<1> : tensor<1xui1> shift [0] round floor
     : tensor<3xi5> -> tensor<3xi31>
  // CHECK: mul dense<[true, false]> : tensor<2xui1> shift [0] axis 1 round floor : tensor<?x2xi48> -> tensor<?x2xi16>
  %2 = rescale.requantize %c mul dense<[1, 0]> : tensor<2xui1> shift [0] axis 1
         round floor : tensor<?x2xi48> -> tensor<?x2xi16>
  // CHECK: : tensor<0x2xi64> -> tensor<0x2xi4>
  %3 = rescale.requantize %d mul dense<[1, 0]> : tensor<2xui1> shift [0] axis 1
         round floor : tensor<0x2xi64> -> tensor<0x2xi4>
  return %0, %1, %2, %3
    : tensor<i32>, tensor<3xi31>, tensor<?x2xi16>, tensor<0x2xi4>
}

// Sizes may be known on one side only, as in tensor.cast.
// CHECK-LABEL: func @requantize_dynamic
func.func @requantize_dynamic(%a: tensor<?x2xi32>, %b: tensor<3x?xi32>)
    -> (tensor<3x2xi8>, tensor<?x2xi8>) {
  // CHECK: : tensor<?x2xi32> -> tensor<3x2xi8>
  %0 = rescale.requantize %a mul dense<[1, 0]> : tensor<2xui1> shift [0] axis 1
         round floor : tensor<?x2xi32> -> tensor<3x2xi8>
  // CHECK: : tensor<3x?xi32> -> tensor<?x2xi8>
  %1 = rescale.requantize %b mul dense<1> : tensor<1xui1> shift [0]
         round floor : tensor<3x?xi32> -> tensor<?x2xi8>
  return %0, %1 : tensor<3x2xi8>, tensor<?x2xi8>
}

// The zero points' and the clamp's ends for both signs.
// CHECK-LABEL: func @requantize_limits
func.func @requantize_limits(%x: tensor<2xi64>)
    -> (tensor<2xi32>, tensor<2xi32>, tensor<2xi8>) {
  // CHECK: input_zero_point -9223372036854775808 zero_point -2147483648 clamp [-2147483648, -2147483648] :
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [0] round floor
         input_zero_point -9223372036854775808 zero_point -2147483648
         clamp [-2147483648, -2147483648] : tensor<2xi64> -> tensor<2xi32>
  // CHECK: input_zero_point 9223372036854775807 zero_point 4294967295 clamp [4294967294, 4294967295] unsigned_input unsigned_result :
  %1 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [0] round floor
         input_zero_point 9223372036854775807 zero_point 4294967295
         clamp [4294967294, 4294967295] unsigned_input unsigned_result
     : tensor<2xi64> -> tensor<2xi32>
  // A default that is written is not printed again.
  // CHECK: round floor : tensor<2xi64>
  %2 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [0] round floor
         input_zero_point 0 zero_point 0 : tensor<2xi64> -> tensor<2xi8>
  return %0, %1, %2 : tensor<2xi32>, tensor<2xi32>, tensor<2xi8>
}

//===----------------------------------------------------------------------===//
// rescale.apply
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @apply_least
// CHECK: rescale.apply %{{.*}} * %{{.*}} shift %{{.*}} round half_up : (i32, i8, i8) -> i8
// GENERIC-LABEL: sym_name = "apply_least"
// GENERIC: "rescale.apply"(%{{.*}}, %{{.*}}, %{{.*}}) <{addend_shift = 0 : i64, input_zero_point = 0 : i64, operandSegmentSizes = array<i32: 1, 1, 0, 0, 1>, rounding = #rescale<rounding half_up>, zero_point = 0 : i64}> : (i32, i8, i8) -> i8
func.func @apply_least(%x: i32, %m: i8, %s: i8) -> i8 {
  %y = rescale.apply %x * %m shift %s round half_up : (i32, i8, i8) -> i8
  return %y : i8
}

// CHECK-LABEL: func @apply_all_parts
// CHECK: rescale.apply %{{.*}} * %{{.*}} + %{{.*}} negative %{{.*}} shift %{{.*}} round addend input_zero_point 7 zero_point 128 clamp [3, 250] unsigned_input unsigned_multiplicand unsigned_result {addend_range = array<i64: -512, 512>, input_range = array<i64: 0, 40000>, multiplicand_bits = 32 : i64, note = "kept", shift_range = array<i64: 9, 10>} : (i32, i32, i64, i16, i8) -> i8
// GENERIC-LABEL: sym_name = "apply_all_parts"
// GENERIC: "rescale.apply"({{.*}}) <{addend_range = array<i64: -512, 512>, addend_shift = 0 : i64, clamp = array<i64: 3, 250>, input_range = array<i64: 0, 40000>, input_zero_point = 7 : i64, multiplicand_bits = 32 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 1, 1>, rounding = #rescale<rounding addend>, shift_range = array<i64: 9, 10>, unsigned_input, unsigned_multiplicand, unsigned_result, zero_point = 128 : i64}> {note = "kept"}
func.func @apply_all_parts(%x: i32, %m: i32, %b: i64, %n: i16, %s: i8) -> i8 {
  %y = rescale.apply %x * %m + %b negative %n shift %s round addend
         input_zero_point 7 zero_point 128 clamp [3, 250] unsigned_input
         unsigned_multiplicand unsigned_result
         {addend_range = array<i64: -512, 512>, input_range = array<i64: 0, 40000>,
          multiplicand_bits = 32, note = "kept", shift_range = array<i64: 9, 10>}
     : (i32, i32, i64, i16, i8) -> i8
  return %y : i8
}

// CHECK-LABEL: func @apply_roundings
func.func @apply_roundings(%x: i64, %m: i16, %b: i8, %s: i8)
    -> (i4, i5, i16, i31, i32, i32, i32) {
  // CHECK: round half_up : (i64, i16, i8) -> i4
  %0 = rescale.apply %x * %m shift %s round half_up : (i64, i16, i8) -> i4
  // CHECK: round double : (i64, i16, i8) -> i5
  %1 = rescale.apply %x * %m shift %s round double : (i64, i16, i8) -> i5
  // CHECK: round floor : (i64, i16, i8) -> i16
  %2 = rescale.apply %x * %m shift %s round floor : (i64, i16, i8) -> i16
  // CHECK: round half_even : (i64, i16, i8) -> i31
  %3 = rescale.apply %x * %m shift %s round half_even : (i64, i16, i8) -> i31
  // CHECK: + %{{.*}} shift %{{.*}} round half_even : (i64, i16, i8, i8) -> i32
  %4 = rescale.apply %x * %m + %b shift %s round half_even
     : (i64, i16, i8, i8) -> i32
  // CHECK: round half_away : (i64, i16, i8) -> i32
  %5 = rescale.apply %x * %m shift %s round half_away : (i64, i16, i8) -> i32
  // CHECK: + %{{.*}} shift %{{.*}} round addend : (i64, i16, i8, i8) -> i32
  %6 = rescale.apply %x * %m + %b shift %s round addend
     : (i64, i16, i8, i8) -> i32
  return %0, %1, %2, %3, %4, %5, %6 : i4, i5, i16, i31, i32, i32, i32
}

// CHECK-LABEL: func @apply_vectors
func.func @apply_vectors(%a: vector<8xi48>, %am: vector<8xi32>, %as: vector<8xi8>,
                         %b: vector<2x3xi4>, %bm: vector<2x3xi8>,
                         %c: vector<[4]xi32>, %cm: vector<[4]xi16>,
                         %cs: vector<[4]xi8>, %d: vector<i32>, %dm: vector<i8>)
    -> (vector<8xi16>, vector<2x3xi32>, vector<[4]xi8>, vector<i8>) {
  // CHECK: : (vector<8xi48>, vector<8xi32>, vector<8xi8>) -> vector<8xi16>
  %0 = rescale.apply %a * %am shift %as round double
     : (vector<8xi48>, vector<8xi32>, vector<8xi8>) -> vector<8xi16>
  // CHECK: : (vector<2x3xi4>, vector<2x3xi8>, vector<2x3xi8>, vector<2x3xi8>) -> vector<2x3xi32>
  %1 = rescale.apply %b * %bm + %bm shift %bm round addend
     : (vector<2x3xi4>, vector<2x3xi8>, vector<2x3xi8>, vector<2x3xi8>)
       -> vector<2x3xi32>
  // CHECK: : (vector<[4]xi32>, vector<[4]xi16>, vector<[4]xi8>) -> vector<[4]xi8>
  %2 = rescale.apply %c * %cm shift %cs round half_up
     : (vector<[4]xi32>, vector<[4]xi16>, vector<[4]xi8>) -> vector<[4]xi8>
  // CHECK: : (vector<i32>, vector<i8>, vector<i8>) -> vector<i8>
  %3 = rescale.apply %d * %dm shift %dm round half_up
     : (vector<i32>, vector<i8>, vector<i8>) -> vector<i8>
  return %0, %1, %2, %3 : vector<8xi16>, vector<2x3xi32>, vector<[4]xi8>, vector<i8>
}

// A scalar parameter holds for all lanes.
// CHECK-LABEL: func @apply_scalar_parameters
// CHECK: : (vector<8xi32>, i8, vector<8xi16>, i8) -> vector<8xi16>
func.func @apply_scalar_parameters(%x: vector<8xi32>, %m: i8, %b: vector<8xi16>,
                                   %s: i8) -> vector<8xi16> {
  %0 = rescale.apply %x * %m + %b shift %s round addend
     : (vector<8xi32>, i8, vector<8xi16>, i8) -> vector<8xi16>
  return %0 : vector<8xi16>
}

// Promises at their limits.
// CHECK-LABEL: func @apply_limits
func.func @apply_limits(%x: i64, %m: i32, %b: i64, %s: i8) -> (i32, i32) {
  // CHECK: {addend_range = array<i64: -9223372036854775808, 9223372036854775807>, input_range = array<i64: -9223372036854775808, 9223372036854775807>, multiplicand_bits = 31 : i64, shift_range = array<i64: 0, 63>}
  %0 = rescale.apply %x * %m + %b shift %s round addend
         {addend_range = array<i64: -9223372036854775808, 9223372036854775807>,
          input_range = array<i64: -9223372036854775808, 9223372036854775807>,
          multiplicand_bits = 31, shift_range = array<i64: 0, 63>}
     : (i64, i32, i64, i8) -> i32
  // CHECK: {input_range = array<i64: 0, 9223372036854775807>, multiplicand_bits = 0 : i64, shift_range = array<i64: 63, 63>}
  %1 = rescale.apply %x * %m shift %s round floor unsigned_input
         {input_range = array<i64: 0, 9223372036854775807>,
          multiplicand_bits = 0, shift_range = array<i64: 63, 63>}
     : (i64, i32, i8) -> i32
  return %0, %1 : i32, i32
}

//===----------------------------------------------------------------------===//
// The rounding attribute and the attributes of arguments and results
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func private @roundings
// CHECK-SAME: [#rescale<rounding half_up>, #rescale<rounding double>, #rescale<rounding floor>, #rescale<rounding half_even>, #rescale<rounding half_away>, #rescale<rounding addend>]
func.func private @roundings() attributes {
  roundings = [#rescale<rounding half_up>, #rescale<rounding double>,
               #rescale<rounding floor>, #rescale<rounding half_even>,
               #rescale<rounding half_away>, #rescale<rounding addend>]}

// CHECK-LABEL: func private @quantized
// CHECK-SAME: tensor<4xi8> {rescale.scale = 5.000000e-01 : f64, rescale.zero_point = -128 : i64}
// CHECK-SAME: -> (tensor<4xi8> {rescale.scale = 4.940660e-324 : f64, rescale.zero_point = 4294967295 : i64})
func.func private @quantized(
    tensor<4xi8> {rescale.scale = 0.5 : f64, rescale.zero_point = -128 : i64})
    -> (tensor<4xi8> {rescale.scale = 0x0000000000000001 : f64,
                      rescale.zero_point = 4294967295 : i64})

// What is known of accumulators, for all channels or for each. range_c1 to
// range_c3
// CHECK-LABEL: func @ranges
// CHECK: rescale.observed_range = #rescale.range<observed low[-3] high[5]>, rescale.proved_range = #rescale.range<proved low[-128, -4] high[127, 5]>
func.func @ranges(%x: tensor<2xi8>) -> tensor<2xi8> {
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] axis 0 round floor
    {rescale.proved_range = #rescale.range<proved low [-128, -4] high [127, 5]>,
     rescale.observed_range = #rescale.range<observed low [-3] high [5]>} : tensor<2xi8> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// What data gave, of each channel and of the patches of a depthwise
// convolution; in text, or in a resource. histogram_c1 to moment_c3
// CHECK-LABEL: func @calibrated
// CHECK: tosa.depthwise_conv2d {{.*}}rescale.input_mean = dense<{{.*}}> : tensor<2x3xf64>, rescale.input_moment = dense<2.000000e+00> : tensor<2x3x3xf64>
// CHECK: rescale.observed_histogram = {bin_bits = array<i8: 0, 3>, bins = dense_resource<bins_0> : tensor<3xi64>, counts = dense<[1, 2, 4611686018427387904]> : tensor<3xi64>, sizes = array<i64: 1, 2>}
func.func @calibrated(%x: tensor<1x4x4x2xi8>, %w: tensor<1x3x2x1xi8>, %b: tensor<2xi32>, %z: tensor<1xi8>) -> tensor<1x4x2x2xi8> {
  %0 = tosa.depthwise_conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>,
     rescale.input_mean = dense<[[1.0, -2.5, 0.0], [0.0, 3.0, 4.0]]> : tensor<2x3xf64>, rescale.input_moment = dense<2.0> : tensor<2x3x3xf64>}
    : (tensor<1x4x4x2xi8>, tensor<1x3x2x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x2x2xi32>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [0] axis 3 round floor
    {rescale.observed_histogram = {bin_bits = array<i8: 0, 3>, sizes = array<i64: 1, 2>, bins = dense_resource<bins_0> : tensor<3xi64>, counts = dense<[1, 2, 0x4000000000000000]> : tensor<3xi64>}} : tensor<1x4x2x2xi32> -> tensor<1x4x2x2xi8>
  return %1 : tensor<1x4x2x2xi8>
}

// 7, then -1 and 2.
{-#
  dialect_resources: {
    builtin: {
      bins_0: "0x080000000700000000000000FFFFFFFFFFFFFFFF0200000000000000"
    }
  }
#-}
