// Floats are for targets with an operating system.
// RUN: rm -rf %t
// RUN: not rescale-compile %s -o %t --target=thumbv7m-none-eabi 2>&1 | FileCheck %s
// RUN: not rescale-compile %s -o %t --target=riscv32-unknown-elf 2>&1 | FileCheck %s
// RUN: not rescale-compile %s -o %t --target=aarch64-none-elf 2>&1 | FileCheck %s
// RUN: not rescale-compile %s -o %t --integer-only 2>&1 | FileCheck %s
// RUN: not rescale-compile %s -o %t --integer-only --emit=rescale 2>&1 | FileCheck %s
// RUN: not rescale-compile %s -o %t --integer-only --emit=linalg 2>&1 | FileCheck %s
// RUN: not ls %t
// RUN: rescale-compile %s -o %t
// RUN: rescale-compile %s -o %t --target=aarch64-linux-gnu

// CHECK: softmax.mlir:[[@LINE+7]]:8: error: 'tosa.cast' op requires integers, got 'tensor<4xf32>'; import the .tflite with `rescale import`, whose softmax is in integers, or compile for a target with an operating system
// CHECK: softmax.mlir:[[@LINE+7]]:8: note: 'tosa.exp' op has 'tensor<4xf32>' too
// CHECK: softmax.mlir:[[@LINE+7]]:8: note: 'tosa.cast' op has 'tensor<4xf32>' too
func.func @main(%x: tensor<4xi8> {rescale.scale = 0.5 : f64})
    -> tensor<4xi8> {
  %c = tosa.add %x, %x : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
  // The first of three.
  %0 = tosa.cast %c : (tensor<4xi8>) -> tensor<4xf32>
  %1 = tosa.exp %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = tosa.cast %1 : (tensor<4xf32>) -> tensor<4xi8>
  return %2 : tensor<4xi8>
}
