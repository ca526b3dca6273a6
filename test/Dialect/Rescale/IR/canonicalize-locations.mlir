// RUN: rescale-opt %s --canonicalize --mlir-print-debuginfo | FileCheck %s

// A fused op is from both places.

// CHECK-LABEL: func @requantize
func.func @requantize(%x: tensor<2xi32>) -> tensor<2xi8> {
  // CHECK: rescale.requantize {{.*}} loc(#[[$BOTH:.+]])
  %0 = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
         round half_up : tensor<2xi32> -> tensor<2xi8> loc("conv")
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [0]
         round half_up clamp [0, 10] : tensor<2xi8> -> tensor<2xi8> loc("relu")
  return %1 : tensor<2xi8>
}

// CHECK-LABEL: func @apply
func.func @apply(%x: i32, %m: i8, %s: i8) -> i8 {
  // CHECK: rescale.apply {{.*}} loc(#[[$BOTH_APPLY:.+]])
  %zero = arith.constant 0 : i8
  %0 = rescale.apply %x * %m shift %s round half_up : (i32, i8, i8) -> i8
         loc("scale")
  %1 = arith.maxsi %0, %zero : i8 loc("clip")
  return %1 : i8
}

// CHECK-DAG: #[[CONV:.+]] = loc("conv")
// CHECK-DAG: #[[RELU:.+]] = loc("relu")
// CHECK-DAG: #[[SCALE:.+]] = loc("scale")
// CHECK-DAG: #[[CLIP:.+]] = loc("clip")
// CHECK-DAG: #[[$BOTH]] = loc(fused[#[[CONV]], #[[RELU]]])
// CHECK-DAG: #[[$BOTH_APPLY]] = loc(fused[#[[SCALE]], #[[CLIP]]])
