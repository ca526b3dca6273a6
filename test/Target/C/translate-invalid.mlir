// RUN: not rescale-translate --rescale-to-c --no-implicit-module %s 2>&1 | FileCheck %s
// CHECK: translate-invalid.mlir:3:1: error: 'func.func' op requires a module to print as C, got another operation; wrap it
func.func @f() {
  return
}
