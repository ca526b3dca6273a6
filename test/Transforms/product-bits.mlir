// RUN: rescale-opt %s -rescale-report -o /dev/null 2>&1 | FileCheck %s
// RUN: rescale-opt %s -rescale-legalize-for-target | FileCheck %s --check-prefix=FIT

// With two addends the widest sum may be beside zero: 2097152 - 3 has 22 bits
// with the sign, and what the ends of the range give, 2097152 - 1200000 and
// 1048575, only 21.
// CHECK-LABEL: "negative_addend": 2097152
// CHECK-NEXT:  "product_bits": 22
// FIT-LABEL: func @below_zero
// FIT-NOT: negative_addends [2097152]
#target = #rescale.target<"t", multiplicand = ui2, addend = by_sign, product_bits = 21>
func.func @below_zero(%x: tensor<4xi32>) -> tensor<4xi8> attributes {rescale.target = #target} {
  %0 = tosa.clamp %x {min_val = -400000 : i32, max_val = 0 : i32} : (tensor<4xi32>) -> tensor<4xi32>
  %1 = rescale.requantize %0 mul dense<3> : tensor<1xui2> shift [21] round addend addends [1048575] negative_addends [2097152] : tensor<4xi32> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// The same from zero on, where the addend falls by less than a divisor.
// CHECK-LABEL: "addend": -1048577
// CHECK:       "product_bits": 22
// FIT-LABEL: func @at_zero
// FIT-NOT: addends [-1048577]
func.func @at_zero(%x: tensor<4xi32>) -> tensor<4xi8> attributes {rescale.target = #target} {
  %0 = tosa.clamp %x {min_val = -1 : i32, max_val = 400000 : i32} : (tensor<4xi32>) -> tensor<4xi32>
  %1 = rescale.requantize %0 mul dense<3> : tensor<1xui2> shift [21] round addend addends [-1048577] negative_addends [-1048573] : tensor<4xi32> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}
