// RUN: rescale-opt %s --tosa-to-rescale | FileCheck %s
// RUN: rescale-opt %s --tosa-to-rescale=narrow=lossless | FileCheck %s
// RUN: rescale-opt %s --tosa-to-rescale=narrow=off | FileCheck %s --check-prefix=OFF
// RUN: not rescale-opt %s --tosa-to-rescale=narrow=33 2>&1 | FileCheck %s --check-prefix=MODE
// RUN: rescale-opt %s --tosa-to-rescale | sed 's/high\[127\]/high[9]/' > %t.mlir
// RUN: not rescale-opt %t.mlir --tosa-to-rescale=narrow=off 2>&1 | FileCheck %s --check-prefix=FORGED

// MODE: for the --narrow option: requires lossless, off or a number of bits from 1 to 32, got '33'; leave it out for lossless

// Certificates are verified whether or not there is something to narrow.
// FORGED: error: 'rescale.requantize' op requires a certificate for the accumulators [-128, 127] of channel 0, got one for [-128, 9]

// Every requantization is an op of ours; the rest of TOSA stays, with shapes
// inferred.
// CHECK-LABEL: func.func @main
// CHECK-NEXT: rescale.requantize %{{.*}} mul dense<true> : tensor<1xui1> shift [0] round floor input_zero_point 3
// CHECK-SAME: rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [1073741824], shifts = [30]
// CHECK-SAME: tensor<4xi8> -> tensor<4xi32>
// CHECK-NEXT: tosa.add
// CHECK-NEXT: return

// OFF: rescale.requantize %{{.*}} mul dense<1073741824> : tensor<1xsi32> shift [30] round double input_zero_point 3 : tensor<4xi8> -> tensor<4xi32>
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
