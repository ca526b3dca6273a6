// The first comment says what the file was made from: all that its bytes depend
// on, and no folder or date.

// RUN: rm -rf %t && mkdir -p %t/a %t/b
// RUN: cp %s %t/a/model.mlir && cp %s %t/b/model.mlir
// RUN: rescale-compile %t/a/model.mlir --emit=c --name=net --target=cortex-m4 --static-arena --dump-layers --function=main --flash=1000 -O3 -o %t/a
// RUN: rescale-compile %t/b/model.mlir --emit=cmake --name=net --target=cortex-m4 --static-arena --dump-layers --function=main -o %t/b
// RUN: diff %t/a/net.c %t/b/net.c
// RUN: diff %t/a/net.h %t/b/net.h
// RUN: FileCheck %s --input-file=%t/a/net.c
// RUN: FileCheck %s --input-file=%t/a/net.h
// CHECK:      /* net: a network compiled by rescale-compile.
// CHECK-NEXT: *
// CHECK-NEXT: * Version: {{[0-9.]+}} with LLVM 22.{{[0-9.]+$}}
// CHECK-NEXT: * Model: model.mlir{{$}}
// CHECK-NEXT: * SHA-256: {{[0-9a-f]+$}}
// CHECK-NEXT: * Options: --target=cortex-m4 --function=main --dump-layers --static-arena{{$| \*/}}

// The hash is that of the file.
// RUN: sha256sum %t/a/model.mlir | cut -d ' ' -f 1 > %t/hash
// RUN: grep -F -f %t/hash %t/a/net.c
// RUN: grep -v "// " %s > %t/b/model.mlir
// RUN: rescale-compile %t/b/model.mlir --emit=c --name=net -o %t/b
// RUN: not grep -F -f %t/hash %t/b/net.c
// RUN: FileCheck %s --input-file=%t/b/net.c --check-prefix=HOST
// HOST: * Options: --target=host{{$}}

// An object depends on the processor too.
// RUN: rescale-compile %s --name=net --target=riscv32-unknown-elf --cpu=generic-rv32 --features=+m,+c -o %t/b
// RUN: FileCheck %s --input-file=%t/b/net.h --check-prefix=OBJECT
// OBJECT: * Options: --target=riscv32-unknown-elf -O2 --cpu=generic-rv32
// OBJECT-NEXT: * --features=+m,+c */

// RUN: rescale-compile - --emit=c --name=net -o %t/b < %s
// RUN: FileCheck %s --input-file=%t/b/net.c --check-prefix=STDIN
// STDIN: * Model: standard input{{$}}
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.reverse %x {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
