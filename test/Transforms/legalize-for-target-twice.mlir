// What was legalized fits, so that legalizing it again changes nothing.

// RUN: rescale-opt %s -rescale-legalize-for-target=allow-approximate \
// RUN:   -rescale-verify-certificates -o %t
// RUN: rescale-opt %t -rescale-legalize-for-target=allow-approximate \
// RUN:   | diff %t -
// RUN: FileCheck %s < %t
// RUN: rescale-opt %S/legalize-for-target.mlir -split-input-file \
// RUN:   -rescale-legalize-for-target -o %t
// RUN: rescale-opt %t -split-input-file -rescale-legalize-for-target \
// RUN:   | diff %t -
// RUN: rescale-opt %S/legalize-for-target-approximate.mlir -split-input-file \
// RUN:   -rescale-legalize-for-target=allow-approximate -o %t
// RUN: rescale-opt %t -split-input-file \
// RUN:   -rescale-legalize-for-target=allow-approximate | diff %t -

#three_bits = #rescale.target<"three", multiplicand = ui3>
#short_products = #rescale.target<"short", product_bits = 21>

// The second op fits for the codes of 0 to 107 that the first one gave, and not
// for the 109 that 7 / 2^6 gives. It has no certificate that would tell.
// CHECK-LABEL: func @growing
// CHECK: mul dense<7> : tensor<1xui3> shift [6]
// CHECK-SAME: largest_difference = [2]
// CHECK: mul dense<1215> : tensor<1xui32> shift [11]
// CHECK-SAME: range = <proved low[0] high[109]>
func.func @growing(%x: tensor<4xi32>) -> tensor<4xi8> {
  %c = tosa.clamp %x {min_val = 0 : i32, max_val = 1000 : i32}
     : (tensor<4xi32>) -> tensor<4xi32>
  %y = rescale.requantize %c mul dense<55> : tensor<1xui6> shift [9]
         round half_up {rescale.target = #three_bits}
     : tensor<4xi32> -> tensor<4xi8>
  %z = rescale.requantize %y mul dense<9720> : tensor<1xui14> shift [14]
         round half_up {rescale.target = #short_products}
     : tensor<4xi8> -> tensor<4xi8>
  return %z : tensor<4xi8>
}
