// A model in TOSA has nothing of the dialect that targets are of.
// RUN: rescale-compile %s --name=net --emit=rescale --rescaler=tosa16 -o %t
// RUN: FileCheck %s --input-file=%t/net.rescale.mlir
// CHECK: rescale.target = #rescale.target<"tosa16">
// CHECK: rescale.requantize {{.*}} : tensor<1xsi16>
func.func @main(%x: tensor<4xi16>) -> tensor<4xi8> {
  %m = "tosa.const"() {values = dense<3> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<10> : tensor<1xi8>} : () -> tensor<1xi8>
  %zi = "tosa.const"() {values = dense<0> : tensor<1xi16>} : () -> tensor<1xi16>
  %zo = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %x, %m, %s, %zi, %zo {
    input_unsigned = false, output_unsigned = false, per_channel = false,
    rounding_mode = SINGLE_ROUND, scale32 = true
  } : (tensor<4xi16>, tensor<1xi32>, tensor<1xi8>, tensor<1xi16>, tensor<1xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
