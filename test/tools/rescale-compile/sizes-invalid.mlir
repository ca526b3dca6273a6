// What an index of the target cannot count: one error, at the model's operation.
// RUN: rm -rf %t && split-file %s %t
// DEFINE: %{compile} = not rescale-compile %t/inner.mlir -o %t/out
// RUN: %{compile} --target=thumbv7em-none-eabi --cpu=cortex-m4 2> %t/log
// RUN: FileCheck %s --check-prefix=INNER < %t/log
// RUN: %{compile} --emit=c 2> %t/log
// RUN: FileCheck %s --check-prefix=INNER < %t/log
// RUN: %{compile} --target=riscv32-unknown-elf --emit=llvm 2> %t/log
// RUN: FileCheck %s --check-prefix=INNER < %t/log
// RUN: rescale-compile %t/inner.mlir --emit=llvm -o %t/out64
// REDEFINE: %{compile} = not rescale-compile %t/arena.mlir -o %t/out
// RUN: %{compile} --target=thumbv7em-none-eabi 2>&1 | FileCheck %s --check-prefix=ARENA
// RUN: %{compile} --emit=c 2>&1 | FileCheck %s --check-prefix=ARENA
// RUN: rescale-compile %t/arena.mlir --emit=llvm -o %t/out64
// RUN: not ls %t/out

//--- inner.mlir
// INNER-NOT: error
// INNER:     inner.mlir:7:8: error: 'tosa.tile' op requires tensors of less than 2^31 bytes, got 'tensor<65536x65536xi32>'; split it, or compile an object for a target of 64 bits
// INNER-NOT: error
func.func @main(%x: tensor<1x1xi32>) -> tensor<1x1xi32> {
  %n = tosa.const_shape {values = dense<65536> : tensor<2xindex>} : () -> !tosa.shape<2>
  %z = tosa.const_shape {values = dense<0> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.tile %x, %n : (tensor<1x1xi32>, !tosa.shape<2>) -> tensor<65536x65536xi32>
  %1 = tosa.reverse %0 {axis = 0 : i32} : (tensor<65536x65536xi32>) -> tensor<65536x65536xi32>
  %one = tosa.const_shape {values = dense<1> : tensor<2xindex>} : () -> !tosa.shape<2>
  %2 = tosa.slice %1, %z, %one : (tensor<65536x65536xi32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x1xi32>
  return %2 : tensor<1x1xi32>
}

// Each is small enough, but both are alive.
//--- arena.mlir
// ARENA-NOT: error
// ARENA:     rescale-compile: error: requires a network whose arena has less than 2^31 bytes, got 3000000000; compile an object for a target of 64 bits, or a smaller network
func.func @main(%x: tensor<1500000000xi8>) -> tensor<1500000000xi8> {
  %0 = tosa.reverse %x {axis = 0 : i32} : (tensor<1500000000xi8>) -> tensor<1500000000xi8>
  %1 = tosa.maximum %0, %x : (tensor<1500000000xi8>, tensor<1500000000xi8>) -> tensor<1500000000xi8>
  %2 = tosa.reverse %1 {axis = 0 : i32} : (tensor<1500000000xi8>) -> tensor<1500000000xi8>
  %3 = tosa.maximum %2, %0 : (tensor<1500000000xi8>, tensor<1500000000xi8>) -> tensor<1500000000xi8>
  %4 = tosa.reverse %3 {axis = 0 : i32} : (tensor<1500000000xi8>) -> tensor<1500000000xi8>
  return %4 : tensor<1500000000xi8>
}
