// REQUIRES: unprivileged
// RUN: rm -rf %t && mkdir -p %t && chmod 755 %t
// RUN: echo '#rescale.target<"ne16">' > %t/locked.mlir && chmod 000 %t/locked.mlir
// RUN: not %unprivileged rescale-compile %s -o %t/out --rescaler=%t/locked.mlir 2>&1 | FileCheck %s

// CHECK: rescale-compile: error: requires a target's file that can be read, got '{{.*}}locked.mlir': {{.*}}ermission denied; choose another

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
