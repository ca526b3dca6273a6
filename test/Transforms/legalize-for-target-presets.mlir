// A layer that is quantized symmetrically, as the targets without a zero point
// want it. Each takes it, with equal codes or nearly so.

// RUN: rescale-opt %s -rescale-legalize-for-target=allow-approximate \
// RUN:   -rescale-verify-certificates | FileCheck %s

// CHECK-LABEL: func @symmetric
func.func @symmetric(%x: tensor<4x2xi8>)
    -> (tensor<4x2xi8>, tensor<4x2xi8>, tensor<4x2xi8>, tensor<4x2xi8>,
        tensor<4x2xi8>) {
  %acc = tosa.cast %x : (tensor<4x2xi8>) -> tensor<4x2xi32>

  // CHECK: mul dense<{{.*}}> : tensor<2xui8> shift [{{.*}}] axis 1
  // CHECK-SAME: rescale.target = #rescale.target<"gap-sq8">
  %0 = rescale.requantize %acc mul dense<[1518500250, 1073741825]>
         : tensor<2xsi32> shift [33, 34] axis 1 round double
         {rescale.target = #rescale.target<"gap-sq8">}
     : tensor<4x2xi32> -> tensor<4x2xi8>

  // CHECK: mul dense<{{.*}}> : tensor<2xsi8> shift [{{[0-9]+}}] axis 1 round half_up
  // CHECK-SAME: rescale.target = #rescale.target<"cv18xx">
  %1 = rescale.requantize %acc mul dense<[1518500250, 1073741825]>
         : tensor<2xsi32> shift [33, 34] axis 1 round double
         {rescale.target = #rescale.target<"cv18xx">}
     : tensor<4x2xi32> -> tensor<4x2xi8>

  // CHECK: mul dense<[1518500250, 1073741825]> : tensor<2xsi32> shift [33, 34] axis 1 round double {rescale.target = #rescale.target<"cv18xx-qdm">}
  %2 = rescale.requantize %acc mul dense<[1518500250, 1073741825]>
         : tensor<2xsi32> shift [33, 34] axis 1 round double
         {rescale.target = #rescale.target<"cv18xx-qdm">}
     : tensor<4x2xi32> -> tensor<4x2xi8>

  // CHECK: mul dense<{{.*}}> : tensor<2xsi16> shift [{{[0-9]+}}] axis 1 round half_away
  // CHECK-SAME: rescale.target = #rescale.target<"nvdla">
  %3 = rescale.requantize %acc mul dense<[1518500250, 1073741825]>
         : tensor<2xsi32> shift [33, 34] axis 1 round double
         {rescale.target = #rescale.target<"nvdla">}
     : tensor<4x2xi32> -> tensor<4x2xi8>

  // CHECK: mul dense<{{.*}}> : tensor<2xui8> shift [{{.*}}] axis 1 round {{floor|addend|half_up}}
  // CHECK-SAME: rescale.target = #rescale.target<"ne16">
  %4 = rescale.requantize %acc mul dense<[1518500250, 1073741825]>
         : tensor<2xsi32> shift [33, 34] axis 1 round double
         {rescale.target = #rescale.target<"ne16">}
     : tensor<4x2xi32> -> tensor<4x2xi8>
  return %0, %1, %2, %3, %4 : tensor<4x2xi8>, tensor<4x2xi8>, tensor<4x2xi8>,
                              tensor<4x2xi8>, tensor<4x2xi8>
}
