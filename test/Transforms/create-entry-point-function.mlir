// RUN: rescale-opt %s -rescale-create-entry-point=function=b | FileCheck %s
// RUN: not rescale-opt %s -rescale-create-entry-point=function=c 2>&1 \
// RUN:   | FileCheck %s --check-prefix=ERROR

// ERROR: error: requires a public function 'c', got 'main', 'b'; choose one of them with --function

// CHECK-LABEL: func.func private @main
// CHECK-LABEL: func.func @b
// CHECK-SAME:    -> i32
func.func @main() {
  return
}
func.func @b() {
  return
}
