// RUN: rm -rf %t
// RUN: split-file %s %t
// RUN: rescale-opt %t/one.mlir --rescale-to-loops | FileCheck %s --check-prefix=ONE
// RUN: rescale-opt %t/shared.mlir --rescale-to-loops | FileCheck %s --check-prefix=SHARED

// The driver registers less than rescale-opt does, for the same code.
// RUN: rescale-compile %t/one.mlir -O0 --emit=llvm -o %t
// RUN: FileCheck %s --input-file=%t/one.ll --check-prefix=DRIVER
// RUN: rescale-compile %t/shared.mlir -O0 --emit=llvm -o %t
// RUN: FileCheck %s --input-file=%t/shared.ll --check-prefix=COPIES

// The result is computed where the caller wants it.
// ONE:        func.func @main(%{{.*}}: memref<0xi8> {{.*}}, %[[X:.*]]: memref<4xi8> {{.*}}, %[[Y:.*]]: memref<4xi8>
// ONE:        call @reverse_0(%[[X]], %[[Y]])
// ONE-NOT:    call
// DRIVER:     define {{.*}}i32 @one_run(ptr
// DRIVER:     call void @reverse_0
// DRIVER-NOT: call
//--- one.mlir
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.reverse %x {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// A result that is another one, an input or a constant costs a copy each, and
// no buffer.
// SHARED:         func.func @main(%{{.*}}: memref<0xi8>
// SHARED:         call @reverse_0
// SHARED-COUNT-5: call @copy_{{[0-4]}}(
// SHARED-NOT:     call
// COPIES:         define {{.*}}i32 @shared_run(ptr
// COPIES:         call void @reverse_0
// COPIES-COUNT-5: call void @copy_{{[0-4]}}(
// COPIES-NOT:     call void
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
