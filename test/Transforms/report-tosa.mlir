// RUN: rescale-opt %s -rescale-report=format=table -o /dev/null 2>&1 | FileCheck %s
// RUN: rescale-opt %s -tosa-to-rescale -rescale-report=format=table -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --check-prefix=CONVERTED --implicit-check-not=warning

// CHECK: report-tosa.mlir:{{.*}}: warning: requires rescale.requantize for a report, got tosa.rescale; run --tosa-to-rescale first
// CHECK: none
// CONVERTED: {{^}}layer

func.func @main(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<1518500250> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<38> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<3> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %0 : tensor<4x2xi8>
}
