// The dialect checks what the pass writes, in a module without its ops too.

// RUN: not rescale-opt %s -rescale-annotate-interface="inputs=-1:0 outputs=none" 2>&1 | FileCheck %s
// RUN: not rescale-opt %s -rescale-annotate-interface="inputs=none outputs=0:0" 2>&1 | FileCheck %s --check-prefix=ZERO

// CHECK: error: requires rescale.scale to be a positive f64, got -1.000000e+00 : f64;
// ZERO: error: requires rescale.scale to be a positive f64, got 0.000000e+00 : f64;
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
