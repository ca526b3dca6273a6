// RUN: rescale-opt %s -rescale-fuse -rescale-verify-certificates \
// RUN:   -split-input-file | FileCheck %s
// RUN: rescale-opt %s -rescale-narrow -rescale-fuse \
// RUN:   -rescale-verify-certificates -split-input-file \
// RUN:   | FileCheck %s --check-prefix=NARROWED

// An addition widens its operand and scales it; codes of 32 bits are too many
// for thresholds, but the first op only multiplies.
// CHECK-LABEL: func @product
// CHECK-NEXT: %[[Y:.*]] = rescale.requantize %{{.*}} mul dense<1623821475> : tensor<1xui31> shift [13] round addend addends [5120] negative_addends [3072] input_zero_point -128 : tensor<1x4xi8> -> tensor<1x4xi32>
// CHECK-NEXT: return %[[Y]]
func.func @product(%x: tensor<1x4xi8>) -> tensor<1x4xi32> {
  %0 = rescale.requantize %x mul dense<1073741824> : tensor<1xsi32> shift [10] round double input_zero_point -128 : tensor<1x4xi8> -> tensor<1x4xi32>
  %1 = rescale.requantize %0 mul dense<1623821475> : tensor<1xsi32> shift [33] round double : tensor<1x4xi32> -> tensor<1x4xi32>
  return %1 : tensor<1x4xi32>
}

// -----

// By thresholds, on the accumulators that can occur. What the first one clamps
// is what the second one makes of its clamp.
// CHECK-LABEL: func @thresholds
// CHECK-NEXT: %[[Y:.*]] = rescale.requantize %{{.*}} mul dense<3> : tensor<1xui2> shift [6] round half_up clamp [-152, 103] : tensor<2x2xi16> -> tensor<2x2xi32>
// CHECK-NEXT: %[[C:.*]] = tensor.collapse_shape %[[Y]] {{.*}} : tensor<2x2xi32> into tensor<4xi32>
// CHECK-NEXT: return %[[C]]
func.func @thresholds(%x: tensor<2x2xi16>) -> tensor<4xi32> {
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [6] round half_up zero_point 24 : tensor<2x2xi16> -> tensor<2x2xi8>
  %1 = tensor.collapse_shape %0 [[0, 1]] : tensor<2x2xi8> into tensor<4xi8>
  %2 = rescale.requantize %1 mul dense<1> : tensor<1xui8> shift [0] round floor input_zero_point 24 : tensor<4xi8> -> tensor<4xi32>
  return %2 : tensor<4xi32>
}

// -----

// Three become one.
// CHECK-LABEL: func @three
// CHECK-COUNT-1: rescale.requantize
// CHECK-NOT: rescale.requantize
func.func @three(%x: tensor<4xi16>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [3] round half_up : tensor<4xi16> -> tensor<4xi16>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [2] round floor : tensor<4xi16> -> tensor<4xi16>
  %2 = rescale.requantize %1 mul dense<1> : tensor<1xui8> shift [3] round floor : tensor<4xi16> -> tensor<4xi8>
  return %2 : tensor<4xi8>
}

// -----

// The channels of the second op, by the dimension that they come from.
// CHECK-LABEL: func @through_moves
// CHECK: %[[Y:.*]] = rescale.requantize %{{.*}} mul dense<[5, 7]> : tensor<2xui3> shift [1] axis 3 round {{.*}} : tensor<1x3x4x2xi8> -> tensor<1x3x4x2xi16>
// CHECK: %[[R:.*]] = tosa.reshape %[[Y]], %{{.*}} : (tensor<1x3x4x2xi16>, !tosa.shape<2>) -> tensor<12x2xi16>
// CHECK: %[[T:.*]] = tosa.transpose %[[R]] {perms = array<i32: 1, 0>} : (tensor<12x2xi16>) -> tensor<2x12xi16>
// CHECK: return %[[T]]
func.func @through_moves(%x: tensor<1x3x4x2xi8>) -> tensor<2x12xi16> {
  %0 = rescale.requantize %x mul dense<4> : tensor<1xui8> shift [1] round half_up : tensor<1x3x4x2xi8> -> tensor<1x3x4x2xi16>
  %s = tosa.const_shape {values = dense<[12, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %1 = tosa.reshape %0, %s : (tensor<1x3x4x2xi16>, !tosa.shape<2>) -> tensor<12x2xi16>
  %2 = tosa.transpose %1 {perms = array<i32: 1, 0>} : (tensor<12x2xi16>) -> tensor<2x12xi16>
  %3 = rescale.requantize %2 mul dense<[5, 7]> : tensor<2xui8> shift [2] axis 0 round half_up : tensor<2x12xi16> -> tensor<2x12xi16>
  return %3 : tensor<2x12xi16>
}

// -----

// Each channel of the first with the second.
// CHECK-LABEL: func @per_channel
// CHECK-NEXT: rescale.requantize %{{.*}} mul dense<[3, 5]> : tensor<2xui3> shift [2] axis 1 round half_up input_zero_point 1 : tensor<4x2xi8> -> tensor<4x2xi8>
func.func @per_channel(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %0 = rescale.requantize %x mul dense<[3, 5]> : tensor<2xui8> shift [0] axis 1 round half_up input_zero_point 1 : tensor<4x2xi8> -> tensor<4x2xi32>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [2] round half_up : tensor<4x2xi32> -> tensor<4x2xi8>
  return %1 : tensor<4x2xi8>
}

// -----

// The second one's channels have clamps of their own behind the first one's.
// CHECK-LABEL: func @clamps
// CHECK-NEXT: rescale.requantize %{{.*}} mul dense<[1, 3]> : tensor<2xui2> shift [0] axis 1 round floor clamp [-30, 30] : tensor<4x2xi8> -> tensor<4x2xi8>
func.func @clamps(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor : tensor<4x2xi8> -> tensor<4x2xi16>
  %1 = rescale.requantize %0 mul dense<[1, 3]> : tensor<2xui8> shift [0] axis 1 round floor clamp [-30, 30] : tensor<4x2xi16> -> tensor<4x2xi8>
  return %1 : tensor<4x2xi8>
}

// -----

// Values of graph regions may be moved in a circle.
// CHECK-LABEL: module @circle
// CHECK: rescale.requantize %[[X:.*]] mul
// CHECK-NOT: rescale.requantize
module @circle {
  %0 = tosa.identity %0 : (tensor<4xi32>) -> tensor<4xi32>
  %1 = rescale.requantize %0 mul dense<57> : tensor<1xui6> shift [9] round half_up : tensor<4xi32> -> tensor<4xi8>
}

// -----

// Or requantized in one.
// CHECK-LABEL: module @requantized_in_a_circle
// CHECK-NEXT: %[[X:.*]] = rescale.requantize %[[X]] mul
// CHECK-NEXT: tosa.identity
// CHECK-NEXT: rescale.requantize
// CHECK-NEXT: }
module @requantized_in_a_circle {
  %0 = rescale.requantize %0 mul dense<1> : tensor<1xui1> shift [0] round floor : tensor<4xi8> -> tensor<4xi8>
  %1 = tosa.identity %2 : (tensor<4xi8>) -> tensor<4xi8>
  %2 = rescale.requantize %1 mul dense<1> : tensor<1xui1> shift [0] round floor : tensor<4xi8> -> tensor<4xi8>
}

// -----

// The certificate of the third is for what it gets of the first two, and of the
// one that these become.
// NARROWED-LABEL: func @certified
// NARROWED-NEXT: rescale.requantize %{{.*}} shift [13] {{.*}} : tensor<4xi8> -> tensor<4xi32>
// NARROWED-NEXT: rescale.requantize %{{.*}} {rescale.certificate = #rescale.certificate<range = <proved low[-25372211] high[25173990]>, {{.*}} : tensor<4xi32> -> tensor<4xi8>
// NARROWED-NEXT: return
func.func @certified(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1073741824> : tensor<1xsi32> shift [10] round double : tensor<4xi8> -> tensor<4xi32>
  %1 = rescale.requantize %0 mul dense<1623821475> : tensor<1xsi32> shift [33] round double : tensor<4xi32> -> tensor<4xi32>
  %2 = rescale.requantize %1 mul dense<1518500250> : tensor<1xsi32> shift [51] round double : tensor<4xi32> -> tensor<4xi8>
  return %2 : tensor<4xi8>
}

// -----

// A target of its own stays with what becomes of the op.
#own = #rescale.target<"own", multiplicand = ui4, rounding = [floor, half_up]>
// CHECK-LABEL: func @target
// CHECK-NEXT: rescale.requantize %{{.*}} mul dense<15> {{.*}} {rescale.target = #rescale.target<"own"{{.*}}>} : tensor<4xi8> -> tensor<4xi16>
// CHECK-NEXT: return
func.func @target(%x: tensor<4xi8>) -> tensor<4xi16> {
  %0 = rescale.requantize %x mul dense<5> : tensor<1xui4> shift [0] round floor {rescale.target = #own} : tensor<4xi8> -> tensor<4xi16>
  %1 = rescale.requantize %0 mul dense<3> : tensor<1xui4> shift [3] round half_up {rescale.target = #own} : tensor<4xi16> -> tensor<4xi16>
  return %1 : tensor<4xi16>
}
