// RUN: rescale-opt %s -rescale-fuse -o /dev/null \
// RUN:   --remarks-filter=rescale-fuse 2>&1 | FileCheck %s
// RUN: rescale-opt %s -rescale-fuse | FileCheck %s --check-prefix=IR

// CHECK: remark: [Passed] fused | Category:rescale-fuse
// IR-LABEL: func @fused
// IR-COUNT-1: rescale.requantize
func.func @fused(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<4> : tensor<1xui8> shift [1] round half_up : tensor<4xi8> -> tensor<4xi16>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [2] round half_up : tensor<4xi16> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// Two roundings that no single one does, with the accumulator that shows it.
// CHECK: remark: [Missed] not-fused | Category:rescale-fuse | {{.*}}Reason="no staircase does both: the closest one gives {{-?[0-9]+}} for {{-?[0-9]+}}, the sequence {{-?[0-9]+}}"
// IR-LABEL: func @two_roundings
// IR-COUNT-2: rescale.requantize
func.func @two_roundings(%x: tensor<4xi16>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<5> : tensor<1xui8> shift [4] round half_up : tensor<4xi16> -> tensor<4xi16>
  %1 = rescale.requantize %0 mul dense<7> : tensor<1xui8> shift [5] round half_up : tensor<4xi16> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// CHECK: remark: [Missed] not-fused | {{.*}}Reason="the codes in between have other users"
func.func @other_users(%x: tensor<4xi8>) -> (tensor<4xi16>, tensor<4xi8>) {
  %0 = rescale.requantize %x mul dense<4> : tensor<1xui8> shift [1] round half_up : tensor<4xi8> -> tensor<4xi16>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [2] round half_up : tensor<4xi16> -> tensor<4xi8>
  return %0, %1 : tensor<4xi16>, tensor<4xi8>
}

// CHECK: remark: [Missed] not-fused | {{.*}}Reason="channels lie along two axes"
func.func @two_axes(%x: tensor<2x2xi8>) -> tensor<2x2xi8> {
  %0 = rescale.requantize %x mul dense<[4, 6]> : tensor<2xui8> shift [1] axis 0 round half_up : tensor<2x2xi8> -> tensor<2x2xi16>
  %1 = rescale.requantize %0 mul dense<[1, 3]> : tensor<2xui8> shift [3] axis 1 round half_up : tensor<2x2xi16> -> tensor<2x2xi8>
  return %1 : tensor<2x2xi8>
}

// CHECK: remark: [Missed] not-fused | {{.*}}Reason="channels are mixed in between"
func.func @mixed(%x: tensor<6xi8>) -> tensor<2x3xi8> {
  %0 = rescale.requantize %x mul dense<4> : tensor<1xui8> shift [1] round half_up : tensor<6xi8> -> tensor<6xi16>
  %1 = tensor.expand_shape %0 [[0, 1]] output_shape [2, 3] : tensor<6xi16> into tensor<2x3xi16>
  %2 = rescale.requantize %1 mul dense<[1, 3]> : tensor<2xui8> shift [3] axis 0 round half_up : tensor<2x3xi16> -> tensor<2x3xi8>
  return %2 : tensor<2x3xi8>
}

// CHECK: remark: [Missed] not-fused | {{.*}}Reason="codes are read with another sign"
func.func @another_sign(%x: tensor<4xi16>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<4> : tensor<1xui8> shift [1] round half_up unsigned_result : tensor<4xi16> -> tensor<4xi8>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [2] round half_up : tensor<4xi8> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// CHECK: remark: [Missed] not-fused | {{.*}}Reason="the accumulators exceed signed 64 bits"
func.func @unsigned_64(%x: tensor<4xi64>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<5> : tensor<1xui8> shift [60] round half_up unsigned_input : tensor<4xi64> -> tensor<4xi8>
  %1 = rescale.requantize %0 mul dense<3> : tensor<1xui8> shift [2] round half_up : tensor<4xi8> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// CHECK: remark: [Missed] not-fused | {{.*}}Reason="requires at most 1048576 steps in the range, got {{[0-9]+}}"
func.func @many_codes(%x: tensor<4xi32>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [1] round half_up : tensor<4xi32> -> tensor<4xi32>
  %1 = rescale.requantize %0 mul dense<3> : tensor<1xui8> shift [20] round half_up : tensor<4xi32> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// CHECK: remark: [Missed] not-fused | {{.*}}Reason="the two have different targets"
func.func @two_targets(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<4> : tensor<1xui8> shift [1] round half_up : tensor<4xi8> -> tensor<4xi16>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [2] round half_up {rescale.target = #rescale.target<"ne16">} : tensor<4xi16> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// 35 has six bits. What the target does not take before may go.
// CHECK: remark: [Missed] not-fused | {{.*}}Reason="the target would not take the one"
// CHECK: remark: [Passed] fused
#narrow = #rescale.target<"narrow", multiplicand = ui4, rounding = [floor, half_up]>
func.func @taken(%x: tensor<4xi8>) -> (tensor<4xi16>, tensor<4xi16>) attributes {rescale.target = #narrow} {
  %0 = rescale.requantize %x mul dense<5> : tensor<1xui4> shift [0] round floor : tensor<4xi8> -> tensor<4xi16>
  %1 = rescale.requantize %0 mul dense<7> : tensor<1xui4> shift [3] round half_up : tensor<4xi16> -> tensor<4xi16>
  %2 = rescale.requantize %x mul dense<5> : tensor<1xui4> shift [0] round double : tensor<4xi8> -> tensor<4xi16>
  %3 = rescale.requantize %2 mul dense<17> : tensor<1xui5> shift [3] round half_up : tensor<4xi16> -> tensor<4xi16>
  return %1, %3 : tensor<4xi16>, tensor<4xi16>
}
