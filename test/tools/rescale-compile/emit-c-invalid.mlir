// What C has no form for: errors at the operation, and no file.

// RUN: rm -rf %t
// RUN: split-file %s %t
// RUN: not rescale-compile %t/float.mlir --emit=c -o %t/out 2>&1 | FileCheck %s --check-prefix=FLOAT
// RUN: not rescale-compile %t/dynamic.mlir --emit=c -o %t/out 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// RUN: not rescale-compile %t/custom.mlir --emit=c -o %t/out 2>&1 | FileCheck %s --check-prefix=CUSTOM
// RUN: not rescale-compile %t/custom.mlir --emit=c --name=1st -o %t/out 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not ls %t/out

//--- float.mlir
// FLOAT: float.mlir:3:8: error: 'tosa.cast' op requires integers, got 'tensor<4xf32>'
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.cast %x : (tensor<4xi8>) -> tensor<4xf32>
  %1 = tosa.cast %0 : (tensor<4xf32>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

//--- dynamic.mlir
// DYNAMIC: dynamic.mlir:2:1: error: 'func.func' op argument 0 requires static shapes
func.func @main(%x: tensor<?xi8>) -> tensor<?xi8> {
  return %x : tensor<?xi8>
}

//--- custom.mlir
// CUSTOM: custom.mlir:4:8: error: 'tosa.custom' op requires
// NAME: rescale-compile: error: requires a name that C takes, got '1st'; give one with --name
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.custom %x {operator_name = "spin", domain_name = "top", implementation_attrs = ""} : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
