// What a target takes is not given up for bits, and one shift for a layer is
// asked for with costs as without.

// RUN: rescale-opt %s -rescale-narrow -rescale-verify-certificates \
// RUN:   --remarks-filter=rescale-narrow 2>&1 | FileCheck %s
// RUN: rescale-opt %s -rescale-narrow=shift=layer \
// RUN:   --remarks-filter=rescale-narrow 2>&1 \
// RUN:   | FileCheck %s --check-prefix=LAYER

#shift = #rescale.target<"npu", multiplicand = ui16, shift = [0, 31], shift_per = layer>
#costs = #rescale.target<"core", multiplicand = ui32, rounding = [half_up, floor], addend = free, costs = {mul32 = 1}>

// Narrower ones have two shifts.
// CHECK: remark: [Missed] not-narrowed {{.*}}Reason="the target would not take the narrowest"

// LAYER-LABEL: func @one_shift
// LAYER: mul dense<[1499, 559]> : tensor<2xui11> shift [14]
// CHECK-LABEL: func @one_shift
// CHECK: mul dense<[47984, 17889]> : tensor<2xui16> shift [19]
func.func @one_shift(%x: tensor<4x2xi8>) -> tensor<4x2xi8>
    attributes {rescale.target = #shift} {
  %y = rescale.requantize %x mul dense<[47984, 17889]> : tensor<2xui16> shift [19] axis 1 round half_up : tensor<4x2xi8> -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// LAYER-LABEL: func @layer
// LAYER: shift [33] axis 1
// CHECK-LABEL: func @layer
// CHECK: shift [33, 29] axis 1
func.func @layer(%x: tensor<4x2xi20>) -> tensor<4x2xi8>
    attributes {rescale.target = #costs} {
  %y = rescale.requantize %x mul dense<[1137482404, 1764230389]> : tensor<2xui31>
       shift [40, 39] axis 1 round half_up zero_point 4
       : tensor<4x2xi20> -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}
