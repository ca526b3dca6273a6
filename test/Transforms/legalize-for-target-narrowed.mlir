// What was narrowed is compared with what it was before; where no search finds
// parameters for the target, those from before may fit it, as two addends of the
// rounding double do, and are put back.

// RUN: rescale-opt %s -rescale-narrow \
// RUN:   -rescale-legalize-for-target=target=tosa32 \
// RUN:   -rescale-verify-certificates | FileCheck %s

// CHECK-LABEL: func @put_back
// CHECK: mul dense<1518500250> : tensor<1xsi32> shift [38] round double
func.func @put_back(%x: tensor<4xi16>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38]
         round double : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// CHECK-LABEL: func @half_up
// CHECK: mul dense<{{[0-9]+}}> : tensor<1xsi32> shift [{{[0-9]+}}] round half_up
// CHECK-SAME: multiplicands = [1518500250], shifts = [38], rounding = double
func.func @half_up(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38]
         round double : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}
