// RUN: rescale-opt %s -rescale-tap-layers=layers=%t.json | FileCheck %s

// Codes without a sign that C has no type for are those of a wider one.
// CHECK-LABEL: func.func @main(%{{.*}}: tensor<4xi4>) -> (tensor<4xi8>, tensor<4xi8>, tensor<4xi8>)
// CHECK: arith.extui %{{.*}} : tensor<4xi4> to tensor<4xi8>
func.func @main(%x: tensor<4xi4>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [1] round half_up {unsigned_input} : tensor<4xi4> -> tensor<4xi8>
  %1 = rescale.requantize %0 mul dense<3> : tensor<1xui2> shift [2] round half_up : tensor<4xi8> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}
