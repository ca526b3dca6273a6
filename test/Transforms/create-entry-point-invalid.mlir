// RUN: rescale-opt %s -split-input-file -verify-diagnostics -rescale-create-entry-point=name=net_run

// expected-error @+1 {{requires a public function with a body, got none; give the model's function both}}
module {
  func.func private @hidden(tensor<4xi8>)
}

// -----

// expected-error @+1 {{requires one public function or one named 'main', got 'a', 'b'; choose with --function}}
module {
  func.func @a() { return }
  func.func @b() { return }
}

// -----

// expected-error @+1 {{'func.func' op requires ranked tensors as arguments and results, got 'i32'; pass scalars as tensors}}
func.func @scalar(%x: tensor<4xi8>, %n: i32) {
  return
}

// -----

// expected-error @+1 {{'func.func' op requires ranked tensors as arguments and results, got 'index'}}
func.func @scalar_result() -> index {
  %c = arith.constant 0 : index
  return %c : index
}

// -----

// expected-error @+1 {{'func.func' op requires that no other function calls the entry point; choose the caller with --function}}
func.func @main() {
  return
}
func.func @caller() {
  call @main() : () -> ()
  return
}

// -----

// expected-error @+1 {{'func.func' op cannot be renamed to 'net_run', which exists; choose another --name}}
func.func @main() {
  return
}
func.func private @net_run()

// -----

// expected-error @+1 {{'func.func' op requires a body to be called, got a declaration; define it}}
func.func private @missing(tensor<4xi8>) -> tensor<4xi8>

func.func @caller(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = call @missing(%x) : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
