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

// CHECK: softmax.mlir:[[@LINE+15]]:8: error: 'tosa.cast' op requires integers, got 'tensor<4xf32>'; import the .tflite with `rescale import`, whose softmax is in integers, or {{compile for a target with an operating system|leave out --integer-only}}
// CHECK: softmax.mlir:[[@LINE+15]]:8: note: 2 more ops have floats, from here on
// CHECK-NOT: note:

// Which targets take floats, where that is what helps.
// RUN: not rescale-compile %s -o %t/c --emit=c 2>&1 | FileCheck %s --check-prefix=C
// RUN: not rescale-compile %s -o %t/host --integer-only 2>&1 | FileCheck %s --check-prefix=ONLY
// ONLY: whose softmax is in integers, or leave out --integer-only
// C: whose softmax is in integers, or compile with --emit=obj for a target with an operating system
// RUN: not rescale-compile %s -o %t/m4 --target=cortex-m4 2>&1 | FileCheck %s --check-prefix=M4
// M4: whose softmax is in integers, or compile for a target with an operating system
func.func @main(%x: tensor<4xi8> {rescale.scale = 0.5 : f64})
    -> tensor<4xi8> {
  %c = tosa.add %x, %x : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
  // The first of three.
  %0 = tosa.cast %c : (tensor<4xi8>) -> tensor<4xf32>
  %1 = tosa.exp %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = tosa.cast %1 : (tensor<4xf32>) -> tensor<4xi8>
  return %2 : tensor<4xi8>
}
