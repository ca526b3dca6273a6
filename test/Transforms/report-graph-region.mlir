// RUN: rescale-opt %s -rescale-report -o /dev/null 2>&1 | FileCheck %s

// Graph regions have values that are forwarded in a circle: nothing computes
// them.
module {
  %0 = tosa.identity %2 : (tensor<4xi32>) -> tensor<4xi32>
  %1 = tosa.reverse %0 {axis = 0 : i32} : (tensor<4xi32>) -> tensor<4xi32>
  %2 = tosa.identity %1 : (tensor<4xi32>) -> tensor<4xi32>
  // CHECK:      "source": null,
  // CHECK-NEXT: "role": "accumulators",
  // CHECK:      "range": [
  // CHECK-NEXT:   -2147483648,
  // CHECK-NEXT:   2147483647
  %3 = rescale.requantize %2 mul dense<57> : tensor<1xui6> shift [9] round half_up : tensor<4xi32> -> tensor<4xi8>

  %4 = tosa.identity %4 : (tensor<4xi32>) -> tensor<4xi32>
  // CHECK:      "source": null,
  %5 = rescale.requantize %4 mul dense<57> : tensor<1xui6> shift [9] round half_up : tensor<4xi32> -> tensor<4xi8>
}
