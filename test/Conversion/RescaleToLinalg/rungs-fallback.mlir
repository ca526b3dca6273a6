// A rung may be taken only where it is exact: the others are computed as they
// would be without it, and a remark says why.

// RUN: rescale-opt %s -convert-rescale-to-linalg="target=cortex-m4 rung=multiply_32,fallback" \
// RUN:   -remarks-filter=convert-rescale-to-linalg -mlir-print-op-on-diagnostic=false 2>&1 | FileCheck %s
// RUN: rescale-opt %s -convert-rescale-to-linalg=rung=multiply_32,fallback | FileCheck %s --check-prefix=NONE

// CHECK: remark: [Missed] not-exact | Category:convert-rescale-to-linalg | Reason="requires m*d + b in 32 bits with values in [{{.*}}]", Rung=multiply_32
// CHECK: remark: [Missed] not-exact {{.*}} Reason="requires at most 1048576 codes of signed accumulators", Rung=multiply_32
// CHECK-NOT: remark

// CHECK-LABEL: func @wide
// CHECK: rescale.apply {{.+}} rung = #rescale<rung multiply_high>
// NONE-LABEL: func @wide
// NONE-NOT: rung
func.func @wide(%x: tensor<4x2xi16>) -> tensor<4x2xi8> {
  %y = rescale.requantize %x mul dense<[1518500250, 1342177281]> : tensor<2xui32>
         shift [38, 37] axis 1 round double zero_point -128
       : tensor<4x2xi16> -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// CHECK-LABEL: func @narrow
// CHECK: rescale.apply {{.+}} rung = #rescale<rung multiply_32>
// NONE-LABEL: func @narrow
// NONE: rescale.apply {{.+}} rung = #rescale<rung multiply_32>
func.func @narrow(%x: tensor<4xi16>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<3> : tensor<1xui32>
         shift [8] round double zero_point 3 : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// CHECK-LABEL: func @codes
// CHECK-NOT: rung
func.func @codes(%x: tensor<4xi32>) -> tensor<4xi32> {
  %y = rescale.requantize %x mul dense<3> : tensor<1xui32>
         shift [1] round half_up : tensor<4xi32> -> tensor<4xi32>
  return %y : tensor<4xi32>
}
