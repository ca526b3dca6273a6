// RUN: rm -rf %t
// RUN: rescale-compile %s --name=net --emit=rescale -o %t
// RUN: FileCheck %s --input-file=%t/net.rescale.mlir --check-prefix=RESCALE
// RUN: rescale-compile %s --name=net --emit=linalg -o %t
// RUN: FileCheck %s --input-file=%t/net.linalg.mlir --check-prefix=LINALG
// RUN: rescale-compile %s --name=net --emit=llvm -o %t
// RUN: FileCheck %s --input-file=%t/net.ll --check-prefix=LLVM
// RUN: rescale-compile %s --name=net -o %t
// RUN: ls -A %t | FileCheck %s --check-prefix=FILES --match-full-lines

// A stage is input to the next, and gives the code that the model gives. Its
// text has no locations, so layers are called after what they have become.
// RUN: rescale-compile %t/net.rescale.mlir --name=net --emit=llvm -o %t/again
// RUN: diff %t/net.ll %t/again/net.ll
// RUN: rescale-compile %t/net.linalg.mlir --name=net --emit=llvm -o %t/again
// RUN: sed "s/generic_0/requantize_0/" %t/again/net.ll | diff %t/net.ll -

// So is bytecode, and the standard input.
// RUN: rescale-opt %s --emit-bytecode -o %t/net.mlirbc
// RUN: rescale-compile %t/net.mlirbc -o %t/again
// RUN: diff %t/net.o %t/again/net.o
// RUN: rescale-compile - --name=net -o %t/again < %s
// RUN: diff %t/net.o %t/again/net.o

// RESCALE: rescale.requantize
// RESCALE-SAME: clamp [-100, 127]
// LINALG: linalg.generic
// LINALG-NOT: rescale.requantize
// LLVM: define {{.*}}i32 @net_run(ptr

// Nothing else is left behind.
// FILES:      net.h
// FILES-NEXT: net.linalg.mlir
// FILES-NEXT: net.ll
// FILES-NEXT: net.o
// FILES-NEXT: net.rescale.mlir
// FILES-NOT:  {{.}}

func.func @main(%x: tensor<4xi32>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
         round half_up : tensor<4xi32> -> tensor<4xi8>
  %1 = tosa.clamp %0 {min_val = -100 : i8, max_val = 127 : i8}
     : (tensor<4xi8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}
