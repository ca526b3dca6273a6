// Wrong arithmetic has a solution, and right arithmetic none: the channels of
// test/Transforms/verify-arithmetic.mlir, and those of a wrong rounding
// constant, of an unsafe product, of one that is meant to wrap, and of a limb
// that is cut too early.

// REQUIRES: z3
// RUN: rescale-opt %S/../../Transforms/verify-arithmetic.mlir -convert-rescale-to-smt \
// RUN:   | rescale-translate --export-smtlib --smtlibexport-inline-single-use-values -o %t.smt2
// RUN: %z3 %t.smt2 | FileCheck %s --check-prefix=RIGHT
// RIGHT-COUNT-10: unsat
// RIGHT-NOT: sat
// RUN: rescale-opt %s -convert-rescale-to-smt \
// RUN:   | rescale-translate --export-smtlib --smtlibexport-inline-single-use-values -o %t.smt2
// RUN: %z3 %t.smt2 | FileCheck %s --check-prefix=WRONG
// WRONG: {{^}}sat
// WRONG-NEXT: unsat
// WRONG-NEXT: {{^}}sat
// WRONG-NEXT: {{^}}sat
// WRONG-NEXT: {{^}}sat

// What a solver says of them is what evaluation says.
// RUN: not rescale-opt %s -rescale-verify-arithmetic -o /dev/null 2>&1 | FileCheck %s --check-prefix=EVALUATED
// EVALUATED-COUNT-4: error: requires {{(the codes of the requantization|arithmetic without overflow)}}, got

#id = affine_map<(i) -> (i)>
#columns = affine_map<(i, j) -> (j)>
#rows = affine_map<(i, j) -> (i, j)>

func.func @rounding_constant(%x: tensor<4xi32>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-800] high[800]>, multiplicands = [77], shifts = [9], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i8):
    %m = arith.constant 77 : i32
    %b = arith.constant 255 : i32
    %s = arith.constant 9 : i32
    %1 = arith.muli %in, %m : i32
    %2 = arith.addi %1, %b : i32
    %3 = arith.shrsi %2, %s : i32
    %4 = arith.trunci %3 : i32 to i8
    linalg.yield %4 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// The second channel alone: 2^31 = 32768 * 65536 does not fit, and the code is
// right all the same.
func.func @unsafe_product(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %e = tensor.empty() : tensor<4x2xi8>
  %m = arith.constant dense<[65535, 65536]> : tensor<2xi32>
  %0 = linalg.generic {indexing_maps = [#rows, #columns, #rows], iterator_types = ["parallel", "parallel"]}
    ins(%x, %m : tensor<4x2xi32>, tensor<2xi32>) outs(%e : tensor<4x2xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-32767, 32767] high[32767, 32768]>, multiplicands = [65536], shifts = [31], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-1, 0], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %k: i32, %out: i8):
    %s = arith.constant 31 : i32
    %1 = arith.muli %in, %k {rescale.wraps} : i32
    %2 = arith.muli %in, %k overflow<nsw> : i32
    %3 = arith.shrsi %2, %s : i32
    %4 = arith.trunci %3 : i32 to i8
    linalg.yield %4 : i8
  } -> tensor<4x2xi8>
  return %0 : tensor<4x2xi8>
}

func.func @meant_to_wrap(%x: tensor<4xi32>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-150754] high[149891]>, multiplicands = [2426573], shifts = [32], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i8):
    %m = arith.constant 2426573 : i32
    %s = arith.constant 31 : i32
    %1 = arith.muli %in, %m {rescale.wraps} : i32
    %2 = arith.shrsi %1, %s : i32
    %3 = arith.trunci %2 : i32 to i8
    linalg.yield %3 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// 15 bits of 16: the carry into the upper limb is lost.
func.func @limb(%x: tensor<4xi32>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-30000] high[30000]>, multiplicands = [16000001], shifts = [32], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i8):
    %m = arith.constant 16000001 : i32
    %mask = arith.constant 127 : i32
    %c8 = arith.constant 8 : i32
    %c24 = arith.constant 24 : i32
    %1 = arith.shrsi %in, %c8 : i32
    %2 = arith.andi %in, %mask : i32
    %3 = arith.muli %1, %m : i32
    %4 = arith.muli %2, %m : i32
    %5 = arith.shrui %4, %c8 : i32
    %6 = arith.addi %3, %5 : i32
    %7 = arith.shrsi %6, %c24 : i32
    %8 = arith.trunci %7 : i32 to i8
    linalg.yield %8 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
