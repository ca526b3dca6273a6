// REQUIRES: unprivileged
// RUN: rm -rf %t && mkdir -p %t
// RUN: mkdir %t/locked && chmod 555 %t/locked
// RUN: not %unprivileged rescale-compile %s -o %t/locked 2>&1 | FileCheck %s
// RUN: ls -A %t/locked | count 0

// CHECK: rescale-compile: error: requires an output directory that can be written to, got '{{.*}}locked': permission denied; choose another with -o

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
