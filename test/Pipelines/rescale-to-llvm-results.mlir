// RUN: rm -rf %t
// RUN: split-file %s %t
// RUN: rescale-opt %t/one.mlir --rescale-to-llvm | FileCheck %s --check-prefix=ONE
// RUN: rescale-opt %t/shared.mlir --rescale-to-llvm | FileCheck %s --check-prefix=SHARED

// The driver registers less than rescale-opt does, for the same code.
// RUN: rescale-compile %t/one.mlir -O0 --emit=llvm -o %t
// RUN: FileCheck %s --input-file=%t/one.ll --check-prefix=DRIVER
// RUN: rescale-compile %t/shared.mlir -O0 --emit=llvm -o %t
// RUN: FileCheck %s --input-file=%t/shared.ll --check-prefix=COPIES

// The result is computed where the caller wants it.
// ONE-NOT:    llvm.mlir.global
// ONE-NOT:    llvm.intr.memcpy
// ONE:        llvm.return
// ONE-NOT:    llvm.mlir.global
// DRIVER-NOT: @buffer
// DRIVER-NOT: memcpy
// DRIVER:     define {{.*}}i32 @one_run(ptr
// DRIVER-NOT: memcpy
// DRIVER:     ret i32
//--- one.mlir
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.reverse %x {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// A result that is another one, an input or a constant costs a copy each, and
// no buffer.
// SHARED-NOT:         @buffer
// SHARED:             llvm.func @main(
// SHARED-COUNT-5:     llvm.intr.memcpy
// SHARED-NOT:         llvm.intr.memcpy
// COPIES-NOT:         @buffer
// COPIES:             define {{.*}}i32 @shared_run(ptr
// COPIES-COUNT-5:     call void @llvm.memcpy
// COPIES-NOT:         call void @llvm.memcpy
//--- shared.mlir
func.func @main(%x: tensor<4xi8>)
    -> (tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<2xi8>,
        tensor<2xi8>) {
  %0 = tosa.reverse %x {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
  %c = "tosa.const"() <{values = dense<[3, -3]> : tensor<2xi8>}>
    : () -> tensor<2xi8>
  return %0, %0, %x, %x, %c, %c
    : tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<2xi8>,
      tensor<2xi8>
}
