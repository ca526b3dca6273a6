// RUN: rescale-opt %s --tosa-to-rescale | FileCheck %s

// Every requantization is an op of ours; the rest of TOSA stays, with shapes
// inferred.
// CHECK-LABEL: func.func @main
// CHECK-NEXT: rescale.requantize %{{.*}} mul dense<1073741824> : tensor<1xsi32> shift [30] round double input_zero_point 3
// CHECK-SAME: tensor<4xi8> -> tensor<4xi32>
// CHECK-NEXT: tosa.add
// CHECK-NEXT: return
func.func @main(%x: tensor<4xi8>) -> tensor<4xi32> {
  %m = "tosa.const"() <{values = dense<1073741824> : tensor<1xi32>}>
     : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<30> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<3> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi32>}>
      : () -> tensor<1xi32>
  %0 = tosa.rescale %x, %m, %s, %zi, %zo
         {scale32 = true, rounding_mode = DOUBLE_ROUND, per_channel = false,
          input_unsigned = false, output_unsigned = false}
     : (tensor<4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>)
       -> tensor<4xi32>
  %1 = tosa.add %0, %0 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return %1 : tensor<4xi32>
}
