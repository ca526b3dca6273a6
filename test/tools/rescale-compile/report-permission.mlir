// REQUIRES: unprivileged
// RUN: rm -rf %t && mkdir -p %t/out && chmod 777 %t/out
// RUN: mkdir %t/locked && chmod 555 %t/locked
// RUN: not %unprivileged rescale-compile %s -o %t/out --report=%t/locked/report.json 2>&1 | FileCheck %s
// RUN: ls -A %t/locked | count 0
// RUN: ls -A %t/out | count 0

// CHECK: rescale-compile: error: requires a file that can be written to, got '{{.*}}locked/report.json': permission denied; choose another with --report

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
