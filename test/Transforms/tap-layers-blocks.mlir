// RUN: rescale-opt %s -rescale-tap-layers=layers=%t.json | FileCheck %s
// RUN: FileCheck %s --check-prefix=JSON < %t.json

// What a block computes need not be there where the function returns.
// CHECK-LABEL: func.func @main(%{{.*}}: tensor<4xi8>, %{{.*}}: i1) -> tensor<4xi8>
// JSON: []
func.func @main(%x: tensor<4xi8>, %c: i1) -> tensor<4xi8> {
  cf.cond_br %c, ^narrow, ^end(%x : tensor<4xi8>)
^narrow:
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [3] round floor : tensor<4xi8> -> tensor<4xi8>
  cf.br ^end(%0 : tensor<4xi8>)
^end(%y: tensor<4xi8>):
  return %y : tensor<4xi8>
}
