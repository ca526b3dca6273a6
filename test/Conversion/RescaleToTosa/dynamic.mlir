// RUN: rescale-opt %s --convert-rescale-to-tosa | FileCheck %s

// Without different entries a dynamic number of channels does not matter.
// CHECK-LABEL: func.func @channels(
// CHECK: dense<77> : tensor<1xi32>
// CHECK: tosa.rescale {{.*}} per_channel = false,{{.*}} -> tensor<2x?xi8>
func.func @channels(%x: tensor<2x?xi32>) -> tensor<2x?xi8> {
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         axis 1 round half_up : tensor<2x?xi32> -> tensor<2x?xi8>
  return %y : tensor<2x?xi8>
}

// CHECK-LABEL: func.func @batch(
// CHECK: dense<[77, 78]> : tensor<2xi32>
// CHECK: tosa.rescale {{.*}} per_channel = true,{{.*}} -> tensor<?x2xi8>
func.func @batch(%x: tensor<?x2xi32>) -> tensor<?x2xi8> {
  %y = rescale.requantize %x mul dense<[77, 78]> : tensor<2xsi32> shift [9]
         axis 1 round half_up : tensor<?x2xi32> -> tensor<?x2xi8>
  return %y : tensor<?x2xi8>
}
