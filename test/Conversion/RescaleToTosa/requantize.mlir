// RUN: rescale-opt %s --convert-rescale-to-tosa | FileCheck %s

// TOSA's strict validation accepts what is written.
// RUN: rescale-opt %s --convert-rescale-to-tosa --tosa-attach-target="\
// RUN:   profiles=pro_int extensions=int16,doubleround" \
// RUN:   --tosa-validate=strict-op-spec-alignment -o /dev/null

// Ports of TOSA's own are written unchanged.
// CHECK-LABEL: func.func @own(
// CHECK-SAME: %[[X:.*]]: tensor<4x2xi32>
func.func @own(%x: tensor<4x2xi32>) -> (tensor<4x2xi8>, tensor<4x2xi8>, tensor<4x2xi8>) {
  // CHECK: %[[M:.*]] = "tosa.const"() <{values = dense<77> : tensor<1xi32>}>
  // CHECK: %[[S:.*]] = "tosa.const"() <{values = dense<9> : tensor<1xi8>}>
  // CHECK: %[[ZI:.*]] = "tosa.const"() <{values = dense<0> : tensor<1xi32>}>
  // CHECK: %[[ZO:.*]] = "tosa.const"() <{values = dense<3> : tensor<1xi8>}>
  // CHECK: tosa.rescale %[[X]], %[[M]], %[[S]], %[[ZI]], %[[ZO]] {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
  %0 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up zero_point 3 : tensor<4x2xi32> -> tensor<4x2xi8>
  // Up to a shift of 31 the rounding double is half_up, and keeps its name.
  // CHECK: dense<77> : tensor<1xi32>
  // CHECK: rounding_mode = DOUBLE_ROUND, scale32 = true
  %1 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round double zero_point 3 : tensor<4x2xi32> -> tensor<4x2xi8>
  // CHECK: dense<77> : tensor<1xi16>
  // CHECK: rounding_mode = SINGLE_ROUND, scale32 = false
  %2 = rescale.requantize %x mul dense<77> : tensor<1xsi16> shift [9]
         round half_up zero_point 3 : tensor<4x2xi32> -> tensor<4x2xi8>
  return %0, %1, %2 : tensor<4x2xi8>, tensor<4x2xi8>, tensor<4x2xi8>
}

// Other ports are scaled until TOSA defines the code of every accumulator:
// 32 bits need a shift of 32.
// CHECK-LABEL: func.func @scaled(
func.func @scaled(%x: tensor<2xi32>, %c: tensor<2xi8>) -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
  // 77 * 2^23, 91 * 2^22
  // CHECK: dense<[645922816, 381681664]> : tensor<2xi32>
  // CHECK: dense<32> : tensor<2xi8>
  // CHECK: per_channel = true, rounding_mode = SINGLE_ROUND, scale32 = true
  %0 = rescale.requantize %x mul dense<[77, 91]> : tensor<2xui8> shift [9, 10]
         axis 0 round half_up : tensor<2xi32> -> tensor<2xi8>
  // With any zero point the differences of i8 have 9 bits: 1 * 2^9.
  // CHECK: dense<512> : tensor<1xi32>
  // CHECK: dense<9> : tensor<1xi8>
  %1 = rescale.requantize %c mul dense<1> : tensor<1xui1> shift [0]
         round half_up input_zero_point -128 : tensor<2xi8> -> tensor<2xi8>
  // A shift that is long enough stays; the port is TOSA's.
  // CHECK: dense<255> : tensor<1xi32>
  // CHECK: dense<40> : tensor<1xi8>
  %2 = rescale.requantize %x mul dense<255> : tensor<1xui8> shift [40]
         round half_up : tensor<2xi32> -> tensor<2xi8>
  // CHECK: dense<0> : tensor<1xi32>
  // CHECK: dense<32> : tensor<1xi8>
  %3 = rescale.requantize %x mul dense<0> : tensor<1xui8> shift [0]
         round floor : tensor<2xi32> -> tensor<2xi8>
  // 2^31 is halved, and so is 6 at a shift of 63.
  // CHECK: dense<[1073741824, 3]> : tensor<2xi32>
  // CHECK: dense<[39, 62]> : tensor<2xi8>
  %4 = rescale.requantize %x mul dense<[2147483648, 6]> : tensor<2xui32>
         shift [40, 63] axis 0 round half_up : tensor<2xi32> -> tensor<2xi8>
  return %0, %1, %2, %3, %4 : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
}

// TOSA takes -2^(s-1) to 2^(s-1) - 1: the 8 bits of i8 without a zero point, and
// one more with any, of which the differences are [-127, 128] or [-129, 126].
// CHECK-LABEL: func.func @least_shift(
func.func @least_shift(%x: tensor<2xi8>) -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
  // CHECK: dense<128> : tensor<1xi32>
  // CHECK: dense<8> : tensor<1xi8>
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [1]
         round half_up : tensor<2xi8> -> tensor<2xi8>
  // CHECK: dense<256> : tensor<1xi32>
  // CHECK: dense<9> : tensor<1xi8>
  %1 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [1]
         round half_up input_zero_point -1 : tensor<2xi8> -> tensor<2xi8>
  // CHECK: dense<256> : tensor<1xi32>
  // CHECK: dense<9> : tensor<1xi8>
  %2 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [1]
         round half_up input_zero_point 1 : tensor<2xi8> -> tensor<2xi8>
  return %0, %1, %2 : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
}

// DOUBLE_ROUND starts beyond a shift of 31. Channels below may be scaled up to
// there, the others not at all.
// CHECK-LABEL: func.func @double(
func.func @double(%x: tensor<2xi32>) -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
  // CHECK: dense<[645922816, 182]> : tensor<2xi32>
  // CHECK: dense<32> : tensor<2xi8>
  // CHECK: rounding_mode = SINGLE_ROUND
  %0 = rescale.requantize %x mul dense<[77, 91]> : tensor<2xui8> shift [9, 31]
         axis 0 round double : tensor<2xi32> -> tensor<2xi8>
  // CHECK: dense<[322961408, 91]> : tensor<2xi32>
  // CHECK: dense<[31, 40]> : tensor<2xi8>
  // CHECK: rounding_mode = DOUBLE_ROUND
  %1 = rescale.requantize %x mul dense<[77, 91]> : tensor<2xui8> shift [9, 40]
         axis 0 round double : tensor<2xi32> -> tensor<2xi8>
  // A 16-bit port has no DOUBLE_ROUND, so the 32-bit one says it.
  // CHECK: dense<77> : tensor<1xi32>
  // CHECK: rounding_mode = DOUBLE_ROUND, scale32 = true
  %2 = rescale.requantize %x mul dense<77> : tensor<1xsi16> shift [40]
         round double : tensor<2xi32> -> tensor<2xi8>
  return %0, %1, %2 : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
}

// Addends are known again.
// CHECK-LABEL: func.func @addends(
func.func @addends(%x: tensor<2xi32>, %c: tensor<2xi8>) -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
  // CHECK: dense<77> : tensor<1xi32>
  // CHECK: rounding_mode = SINGLE_ROUND
  %0 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round addend addends [256] : tensor<2xi32> -> tensor<2xi8>
  // 2^32 + 2^30 and 2^32 - 2^30
  // CHECK: rounding_mode = DOUBLE_ROUND
  %1 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [33]
         round addend addends [5368709120] negative_addends [3221225472]
         : tensor<2xi32> -> tensor<2xi8>
  // Nothing is rounded at a shift of 0.
  // CHECK: rounding_mode = SINGLE_ROUND
  %2 = rescale.requantize %x mul dense<7> : tensor<1xui3> shift [0]
         round half_even : tensor<2xi32> -> tensor<2xi8>
  // No code lies below the zero point, so that half_away is half_up.
  // CHECK: rounding_mode = SINGLE_ROUND
  %3 = rescale.requantize %c mul dense<7> : tensor<1xui3> shift [4]
         round half_away input_zero_point -128 : tensor<2xi8> -> tensor<2xi8>
  return %0, %1, %2, %3 : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
}

// 48 bits go with 16-bit multipliers, and need no range: 77 * 2^2, and 80000 / 4.
// CHECK-LABEL: func.func @wide(
func.func @wide(%x: tensor<2xi48>) -> (tensor<2xi16>, tensor<2xi32>) {
  // CHECK: dense<[308, 20000]> : tensor<2xi16>
  // CHECK: dense<[2, 38]> : tensor<2xi8>
  // CHECK: rounding_mode = SINGLE_ROUND, scale32 = false
  %0 = rescale.requantize %x mul dense<[77, 80000]> : tensor<2xsi32>
         shift [0, 40] axis 0 round half_up : tensor<2xi48> -> tensor<2xi16>
  // CHECK: dense<32767> : tensor<1xi16>
  %1 = rescale.requantize %x mul dense<32767> : tensor<1xui15>
         shift [15] round half_up : tensor<2xi48> -> tensor<2xi32>
  return %0, %1 : tensor<2xi16>, tensor<2xi32>
}

// Zero points of unsigned operands are written as their bits.
// CHECK-LABEL: func.func @unsigned(
func.func @unsigned(%x: tensor<2xi8>, %w: tensor<2xi16>) -> (tensor<2xi8>, tensor<2xi16>, tensor<2xi8>) {
  // CHECK: dense<-56> : tensor<1xi8>
  // CHECK: dense<-3> : tensor<1xi8>
  // CHECK: input_unsigned = true, output_unsigned = false
  %0 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up input_zero_point 200 zero_point -3 unsigned_input
         : tensor<2xi8> -> tensor<2xi8>
  // CHECK: dense<-3> : tensor<1xi8>
  // CHECK: dense<-32768> : tensor<1xi16>
  // CHECK: input_unsigned = false, output_unsigned = true
  // CHECK-NOT: tosa.clamp
  %1 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up input_zero_point -3 zero_point 32768 clamp [0, 65535]
         unsigned_result : tensor<2xi8> -> tensor<2xi16>
  // CHECK: dense<-32768> : tensor<1xi16>
  %2 = rescale.requantize %w mul dense<77> : tensor<1xsi32> shift [9]
         round half_up input_zero_point 32768 unsigned_input
         : tensor<2xi16> -> tensor<2xi8>
  return %0, %1, %2 : tensor<2xi8>, tensor<2xi16>, tensor<2xi8>
}

// CHECK-LABEL: func.func @clamp(
func.func @clamp(%x: tensor<2xi32>) -> (tensor<2xi8>, tensor<2xi16>, tensor<2xi32>) {
  // CHECK: %[[Y:.*]] = tosa.rescale
  // CHECK: tosa.clamp %[[Y]] {max_val = 126 : i8, min_val = -128 : i8}
  // CHECK-NOT: tosa.clamp
  %0 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up clamp [-128, 126] : tensor<2xi32> -> tensor<2xi8>
  // CHECK: tosa.rescale
  // CHECK: tosa.clamp {{.*}} {max_val = 5 : i16, min_val = 5 : i16}
  %1 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up clamp [5, 5] : tensor<2xi32> -> tensor<2xi16>
  // The whole range is no clamp.
  // CHECK: tosa.rescale
  // CHECK-NOT: tosa.clamp
  %2 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up clamp [-2147483648, 2147483647]
         : tensor<2xi32> -> tensor<2xi32>
  return %0, %1, %2 : tensor<2xi8>, tensor<2xi16>, tensor<2xi32>
}

// With the last dimension as axis, one entry becomes one for each channel. Any
// other axis without different entries says nothing.
// CHECK-LABEL: func.func @axis(
func.func @axis(%x: tensor<2x3xi32>) -> (tensor<2x3xi8>, tensor<2x3xi8>) {
  // CHECK: dense<[77, 78, 79]> : tensor<3xi32>
  // CHECK: dense<9> : tensor<3xi8>
  // CHECK: per_channel = true
  %0 = rescale.requantize %x mul dense<[77, 78, 79]> : tensor<3xsi32> shift [9]
         axis 1 round half_up : tensor<2x3xi32> -> tensor<2x3xi8>
  // CHECK: dense<77> : tensor<1xi32>
  // CHECK: per_channel = false
  %1 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         axis 0 round half_up : tensor<2x3xi32> -> tensor<2x3xi8>
  return %0, %1 : tensor<2x3xi8>, tensor<2x3xi8>
}

// CHECK-LABEL: func.func @apply(
// CHECK: rescale.apply
func.func @apply(%x: i32, %m: i8, %s: i8) -> i8 {
  %0 = rescale.apply %x * %m shift %s round half_up : (i32, i8, i8) -> i8
  return %0 : i8
}

// The target was for requantizations.
// CHECK-LABEL: func.func @target(
// CHECK-NOT: rescale.target
func.func @target(%x: tensor<2xi32>) -> tensor<2xi8>
    attributes {rescale.target = #rescale.target<"tosa32">} {
  %0 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up : tensor<2xi32> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}
