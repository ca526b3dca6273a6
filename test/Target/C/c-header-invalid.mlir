// RUN: rm -rf %t
// RUN: split-file %s %t
// RUN: not rescale-compile %t/i4.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=I4
// RUN: not rescale-compile %t/result.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=RESULT
// RUN: not rescale-compile %t/empty.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not ls %t/out

//--- i4.mlir
// I4: i4.mlir:2:1: error: 'func.func' op requires tensors of i1, i8, i16, i32, i64, f32 or f64 for C, got 'tensor<4xi4>' as input 0; convert it in the model
func.func @main(%x: tensor<4xi4>) {
  return
}

//--- result.mlir
// RESULT: result.mlir:2:1: error: 'func.func' op requires tensors of i1, i8, i16, i32, i64, f32 or f64 for C, got 'i32' as output 1
func.func @main(%x: tensor<4xi8>, %n: tensor<i32>) -> (tensor<4xi8>, i32) {
  %0 = tensor.extract %n[] : tensor<i32>
  return %x, %0 : tensor<4xi8>, i32
}

//--- empty.mlir
// EMPTY: empty.mlir:2:1: error: 'func.func' op requires tensors with elements, got 'tensor<4x0xi8>' as output 0; remove it from the model
func.func @main(%x: tensor<4xi8>) -> tensor<4x0xi8> {
  %0 = tensor.empty() : tensor<4x0xi8>
  return %0 : tensor<4x0xi8>
}
