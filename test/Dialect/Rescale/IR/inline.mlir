// RUN: rescale-opt %s --inline | FileCheck %s

// CHECK-LABEL: func @caller
// CHECK-NOT: call
// CHECK: rescale.requantize
func.func @caller(%x: tensor<2xi32>) -> tensor<2xi8> {
  %0 = call @callee(%x) : (tensor<2xi32>) -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

func.func private @callee(%x: tensor<2xi32>) -> tensor<2xi8> {
  %0 = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
         round half_up : tensor<2xi32> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}
