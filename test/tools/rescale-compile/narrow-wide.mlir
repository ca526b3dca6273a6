// What has too many codes for few bits keeps its own, and is named.

// RUN: rm -rf %t && mkdir -p %t
// RUN: rescale-compile %s --name=net --emit=rescale --narrow=8 -o %t 2>&1 | FileCheck %s --match-full-lines
// CHECK:      no code differs from the model's
// CHECK-EMPTY:
// CHECK-NEXT: wider than 8 bits:
// CHECK-NEXT: layer      bits before  bits
// CHECK-NEXT: rescale_0           31    31
func.func @main(%x: tensor<4xi32>) -> tensor<4xi32> {
  %m = "tosa.const"() {values = dense<1518500251> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<31> : tensor<1xi8>} : () -> tensor<1xi8>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = tosa.rescale %x, %m, %s, %z, %z {
    input_unsigned = false, output_unsigned = false, per_channel = false,
    rounding_mode = SINGLE_ROUND, scale32 = true
  } : (tensor<4xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi32>) -> tensor<4xi32>
  return %0 : tensor<4xi32>
}
