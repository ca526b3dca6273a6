// RUN: rescale-opt %s -verify-diagnostics -rescale-report="rung=multiply_32 output=%t.json" -o /dev/null
// RUN: not ls %t.json
// RUN: not rescale-opt %s -rescale-report=rung=fast 2>&1 | FileCheck %s

// CHECK: error: requires a rung of {{.+}}, got 'fast'; choose one of them
func.func @sum(%x: tensor<4xi16>) -> tensor<4xi8> {
  // expected-error @+1 {{requires m*d + b in 32 bits with values in [}}
  %y = rescale.requantize %x mul dense<[1518500250]> : tensor<1xui32>
         shift [38] round double zero_point 3
       : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}
