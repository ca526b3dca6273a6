// RUN: rescale-opt %s --convert-tosa-to-rescale --mlir-print-debuginfo | \
// RUN:   FileCheck %s
// RUN: rescale-opt %s --convert-tosa-to-rescale -o /dev/null \
// RUN:   --remarks-filter=convert-tosa-to-rescale 2>&1 | \
// RUN:   FileCheck %s --check-prefix=REMARK

// REMARK-NOT: remark

// Two clamps are one, and both locations are kept.
// CHECK-LABEL: func.func @chain(
func.func @chain(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<3> : tensor<1xi8>}> : () -> tensor<1xi8>
  // CHECK: %[[Y:.*]] = rescale.requantize {{.*}} zero_point 3 clamp [3, 100] : {{.*}} loc(#[[$FUSED:.*]])
  // CHECK-NEXT: return %[[Y]]
  %0 = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8> loc("conv")
  %1 = tosa.clamp %0 {min_val = 3 : i8, max_val = 127 : i8} : (tensor<4x2xi8>) -> tensor<4x2xi8> loc("relu")
  %2 = tosa.clamp %1 {min_val = -5 : i8, max_val = 100 : i8} : (tensor<4x2xi8>) -> tensor<4x2xi8> loc("min")
  return %2 : tensor<4x2xi8>
}

// Clamps without a common code leave the code that the last one allows.
// CHECK-LABEL: func.func @disjoint(
func.func @disjoint(%x: tensor<4x2xi32>) -> tensor<4x2xi16> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi16>}> : () -> tensor<1xi16>
  // CHECK: rescale.requantize {{.*}} clamp [-7, -7]
  // CHECK-NOT: tosa.clamp
  %0 = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi16>) -> tensor<4x2xi16>
  %1 = tosa.clamp %0 {min_val = 10 : i16, max_val = 20 : i16} : (tensor<4x2xi16>) -> tensor<4x2xi16>
  %2 = tosa.clamp %1 {min_val = -9 : i16, max_val = -7 : i16} : (tensor<4x2xi16>) -> tensor<4x2xi16>
  return %2 : tensor<4x2xi16>
}

// CHECK-LABEL: func.func @two_users(
func.func @two_users(%x: tensor<4x2xi32>) -> (tensor<4x2xi8>, tensor<4x2xi8>) {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<3> : tensor<1xi8>}> : () -> tensor<1xi8>
  // CHECK: %[[Y:.*]] = rescale.requantize {{.*}} zero_point 3 :
  // CHECK-NEXT: tosa.clamp %[[Y]]
  // REMARK: clamp.mlir:[[#@LINE+2]]:{{.*}}: remark: [Missed] clamp-not-folded | Category:convert-tosa-to-rescale | Reason="the result of the requantization has another user"
  %0 = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  %1 = tosa.clamp %0 {min_val = 3 : i8, max_val = 127 : i8} : (tensor<4x2xi8>) -> tensor<4x2xi8>
  return %0, %1 : tensor<4x2xi8>, tensor<4x2xi8>
}

// tosa.clamp compares signed codes.
// CHECK-LABEL: func.func @unsigned(
func.func @unsigned(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // CHECK: %[[Y:.*]] = rescale.requantize {{.*}} round half_up unsigned_result :
  // CHECK-NEXT: tosa.clamp %[[Y]]
  // REMARK: clamp.mlir:[[#@LINE+2]]:{{.*}}: remark: [Missed] clamp-not-folded | Category:convert-tosa-to-rescale | Reason="the requantization gives unsigned codes and the clamp compares signed ones"
  %0 = tosa.rescale %x, %m, %s, %z, %z {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = true} : (tensor<4x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4x2xi8>
  %1 = tosa.clamp %0 {min_val = 3 : i8, max_val = 127 : i8} : (tensor<4x2xi8>) -> tensor<4x2xi8>
  return %1 : tensor<4x2xi8>
}

// CHECK-LABEL: func.func @shape(
func.func @shape(%x: tensor<?x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<3> : tensor<1xi8>}> : () -> tensor<1xi8>
  // CHECK: %[[Y:.*]] = rescale.requantize {{.*}} zero_point 3 :
  // CHECK-NEXT: tosa.clamp %[[Y]]
  // REMARK: clamp.mlir:[[#@LINE+2]]:{{.*}}: remark: [Missed] clamp-not-folded | Category:convert-tosa-to-rescale | Reason="the clamp changes the static shape"
  %0 = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<?x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<?x2xi8>
  %1 = tosa.clamp %0 {min_val = 3 : i8, max_val = 127 : i8} : (tensor<?x2xi8>) -> tensor<4x2xi8>
  return %1 : tensor<4x2xi8>
}

// A clamp of something else is none of this pass's business.
// CHECK-LABEL: func.func @argument(
// CHECK: tosa.clamp
func.func @argument(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.clamp %x {min_val = 3 : i8, max_val = 127 : i8} : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// The certificate is not about the codes behind the clamp.
// CHECK-LABEL: func.func @certified(
func.func @certified(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: rescale.requantize
  // CHECK-SAME: round floor clamp [0, 10] : tensor<4xi8>
  // CHECK-NOT: tosa.clamp
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  %1 = tosa.clamp %0 {min_val = 0 : i8, max_val = 10 : i8} : (tensor<4xi8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// CHECK-LABEL: func.func @differences(
// REMARK: remark: [Missed] clamp-not-folded {{.*}} Reason="the certificate of the requantization has differences, or is observed"
func.func @differences(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: tosa.clamp
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [128], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  %1 = tosa.clamp %0 {min_val = 0 : i8, max_val = 10 : i8} : (tensor<4xi8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// REMARK-NOT: remark

// CHECK-DAG: #[[CONV:.*]] = loc("conv")
// CHECK-DAG: #[[RELU:.*]] = loc("relu")
// CHECK-DAG: #[[MIN:.*]] = loc("min")
// CHECK: #[[$FUSED]] = loc(fused[#[[CONV]], #[[RELU]], #[[MIN]]])
