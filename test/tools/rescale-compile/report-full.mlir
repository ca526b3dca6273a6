// A device that is full, made for the test so that no other can be harmed.
// REQUIRES: root
// RUN: rm -rf %t && mkdir -p %t && mknod %t/full c 1 7
// RUN: not rescale-compile %s --name=net -o %t/out --report=- > %t/full 2> %t/error
// RUN: FileCheck %s --input-file=%t/error
// RUN: not ls %t/out
// RUN: not rescale-opt %s -rescale-report=output=- -o %t/out > %t/full 2> %t/error
// RUN: FileCheck %s --input-file=%t/error --check-prefix=PASS
// RUN: not ls %t/out

// CHECK: rescale-compile: error: cannot write to the standard output: No space left on device; give a file with --report
// PASS: error: requires a report that can be written, got '-': No space left on device; choose another file

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
