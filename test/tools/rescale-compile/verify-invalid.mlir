// A model that comes with arithmetic of its own, and with a certificate that
// says something else: it is refuted, and nothing is written.

// RUN: rm -rf %t
// RUN: not rescale-compile %s --emit=c --verify -o %t 2>&1 | FileCheck %s
// CHECK-NOT: proved
// CHECK: verify-invalid.mlir:[[# @LINE + 8]]:{{[0-9]+}}: error: requires the codes of the requantization, got -18 instead of -17 at accumulator -112 of channel 0; force another rung, and report this one
// RUN: not ls %t/verify_invalid.c

// Without being asked to, the driver believes it.
// RUN: rescale-compile %s --emit=c -o %t

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [5], shifts = [5], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    %m = arith.constant 5 : i8
    %b = arith.constant 15 : i8
    %s = arith.constant 5 : i8
    %1 = rescale.apply %in * %m + %b shift %s round addend : (i8, i8, i8, i8) -> i8
    linalg.yield %1 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
