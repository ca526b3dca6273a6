// What is wrong with an input is said where it stands, with the way out; the
// exit code is 1, and nothing is written.
// RUN: rm -rf %t
// RUN: split-file %s %t

// RUN: not rescale-compile %t/missing.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: rescale-compile: error: cannot read '{{.*}}missing.mlir': No such file or directory; give the path of a model

// RUN: not rescale-compile %t --name=a -o %t/out 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: rescale-compile: error: cannot read '{{.*}}': Is a directory; give the path of a model

// RUN: not rescale-compile %t/model.tflite -o %t/out 2>&1 | FileCheck %s --check-prefix=TFLITE
// TFLITE: rescale-compile: error: requires MLIR, got the TensorFlow Lite model '{{.*}}model.tflite'; run `rescale import {{.*}}model.tflite -o model.mlir` first

// RUN: not rescale-compile %t/syntax.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=SYNTAX
// SYNTAX: syntax.mlir:2:3: error: {{.*}}'nonsense'
// SYNTAX: rescale-compile: error: requires text or bytecode that MLIR 22.{{.*}} reads, of the dialects rescale, tosa and those of linalg on tensors, got '{{.*}}syntax.mlir'; import a .tflite with `rescale import`

// RUN: not rescale-compile %t/dialect.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=DIALECT
// DIALECT: dialect.mlir:2:{{.*}}: error:
// DIALECT: rescale-compile: error: requires text or bytecode that MLIR 22.{{.*}} reads

// RUN: not rescale-compile %t/op.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=OP
// OP: op.mlir:2:8: error: 'tosa.custom' op requires a lowering to linalg, but there is none for these types and attributes; express it by other ops in the model

// RUN: not rescale-compile %t/dynamic.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// DYNAMIC: dynamic.mlir:1:1: error: 'func.func' op argument 0 requires static shapes, got 'tensor<?x4xi8>'; run `rescale import` or `rescale-opt --rescale-make-static`, which make the batch 1

// RUN: not rescale-compile %t/uint8.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=UNSIGNED
// UNSIGNED: uint8.mlir:1:1: error: 'func.func' op argument 0 requires signless integers, got 'tensor<4xui8>'; run `rescale import` or `rescale-opt --rescale-make-signed`, which move uint8 to int8

// RUN: not rescale-compile %t/nested.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=NESTED
// NESTED-NOT: error
// NESTED: nested.mlir:2:3: error: 'builtin.module' op requires functions in one module, got a module in a module; give the compiler the inner one
// NESTED-NOT: error

// RUN: not rescale-compile %t/endless.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=ENDLESS
// RUN: not rescale-compile %t/endless.mlir --emit=c -o %t/out 2>&1 | FileCheck %s --check-prefix=ENDLESS
// ENDLESS-NOT: error
// ENDLESS: endless.mlir:1:1: error: 'func.func' op requires a function that returns, got one whose branches never end; let one lead to a return
// ENDLESS-NOT: error

// RUN: not rescale-compile %t/empty.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: error: requires a public function with a body, got none; give the model's function both

// RUN: not rescale-compile %t/several.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=SEVERAL
// SEVERAL: error: requires one public function or one named 'main', got 'a', 'b'; choose with --function
// RUN: not rescale-compile %t/several.mlir --function=c -o %t/out 2>&1 | FileCheck %s --check-prefix=FUNCTION
// FUNCTION: error: requires a public function 'c', got 'a', 'b'; choose one of them with --function

// RUN: not ls %t/out
// RUN: rescale-compile %t/several.mlir --function=b --name=b -o %t/out
// RUN: ls %t/out/b.o

//--- model.tflite
    TFL3 and what follows
//--- syntax.mlir
func.func @main() {
  nonsense
}
//--- dialect.mlir
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = "tfl.relu"(%x) : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
//--- op.mlir
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.custom %x {domain_name = "d", implementation_attrs = "", operator_name = "o"} : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
//--- dynamic.mlir
func.func @main(%x: tensor<?x4xi8>) -> tensor<?x4xi8> {
  return %x : tensor<?x4xi8>
}
//--- uint8.mlir
func.func @main(%x: tensor<4xui8>) -> tensor<4xui8> {
  return %x : tensor<4xui8>
}
//--- nested.mlir
module {
  module @inner {
    func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
      %0 = tosa.clamp %x {min_val = -1 : i8, max_val = 1 : i8} : (tensor<4xi8>) -> tensor<4xi8>
      return %0 : tensor<4xi8>
    }
  }
}
//--- endless.mlir
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  cf.br ^bb1(%x : tensor<4xi8>)
^bb1(%y: tensor<4xi8>):
  cf.br ^bb1(%y : tensor<4xi8>)
^bb2:
  return %x : tensor<4xi8>
}
//--- empty.mlir
module {}
//--- several.mlir
func.func @a(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
func.func @b(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
