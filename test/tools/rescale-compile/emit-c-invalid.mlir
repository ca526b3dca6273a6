// What C has no form for: errors at the operation, and no file.

// RUN: rm -rf %t
// RUN: split-file %s %t
// RUN: not rescale-compile %t/floats.mlir --emit=c -o %t/out 2>&1 | FileCheck %s --check-prefix=FLOAT
// RUN: not rescale-compile %t/dynamic.mlir --emit=c -o %t/out 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// RUN: not rescale-compile %t/custom.mlir --emit=c -o %t/out 2>&1 | FileCheck %s --check-prefix=CUSTOM
// RUN: not rescale-compile %t/custom.mlir --emit=c --name=1st -o %t/out 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not rescale-compile %t/same.mlir --emit=c --name=net -o %t/out 2>&1 | FileCheck %s --check-prefix=SAME
// RUN: not rescale-compile %t/identifier.mlir --emit=c -o %t/out 2>&1 | FileCheck %s --check-prefix=IDENTIFIER
// RUN: not ls %t/out

// What there was stays as it was.
// RUN: mkdir %t/kept && echo mine > %t/kept/custom.c
// RUN: not rescale-compile %t/custom.mlir --emit=c -o %t/kept 2> %t/log
// RUN: ls %t/kept | count 1
// RUN: grep mine %t/kept/custom.c

//--- floats.mlir
// FLOAT: floats.mlir:3:8: error: 'tosa.cast' op requires integers, got 'tensor<4xf32>'
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
// NAME: rescale-compile: error: requires a name that C takes, got '1st', which is no identifier; give another with --name
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.custom %x {operator_name = "spin", domain_name = "top", implementation_attrs = ""} : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

//--- same.mlir
// SAME: same.mlir:6:1: error: 'func.func' op cannot be renamed to 'net_run', which exists; choose another --name
func.func private @net_run(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.reverse %x {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = call @net_run(%x) : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

//--- identifier.mlir
// IDENTIFIER: identifier.mlir:2:1: error: 'func.func' op requires a name that is an identifier of C, got 'a.b'; rename it
func.func private @"a.b"(%x: tensor<4xi8>) -> tensor<4xi8> attributes {no_inline} {
  %0 = tosa.reverse %x {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = call @"a.b"(%x) : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
