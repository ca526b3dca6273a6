// One channel: a product, a sum, a shift, a clamp. Every code of the clamp is a
// question, those that no accumulator reaches too.

// RUN: rescale-opt %s -convert-rescale-to-smt | FileCheck %s
// RUN: rescale-opt %s -convert-rescale-to-smt \
// RUN:   | rescale-translate --export-smtlib --smtlibexport-inline-single-use-values \
// RUN:   | FileCheck %s --check-prefix=SMTLIB

// CHECK: smt.solver() {channel = 0 : i64}
// CHECK: smt.set_logic "QF_LIA"
// CHECK: %[[X:.+]] = smt.declare_fun "accumulator" : !smt.int
// CHECK: smt.check sat
// CHECK-NOT: linalg.generic

// SMTLIB: (set-logic QF_LIA)
// SMTLIB-NEXT: (declare-const accumulator Int)
// SMTLIB-NEXT: (assert (let (([[LOW:.+]] (- 0 20)))
// SMTLIB-NEXT: (>= accumulator [[LOW]])))
// SMTLIB-NEXT: (assert (<= accumulator 5))
// SMTLIB-NEXT: (declare-const exact Int)
// SMTLIB-NEXT: (assert (= exact (* 3 accumulator)))
// SMTLIB-NEXT: (declare-const exact_0 Int)
// SMTLIB-NEXT: (assert (= exact_0 (+ exact 2)))
// SMTLIB-NEXT: (declare-const quotient Int)
// SMTLIB-NEXT: (declare-const remainder Int)
// SMTLIB-NEXT: (assert (= exact_0 (+ (* 4 quotient) remainder)))
// SMTLIB-NEXT: (assert (>= remainder 0))
// SMTLIB-NEXT: (assert (< remainder 4))
// The product, the sum, and the codes from -2 to 3, of which 3 is none.
// SMTLIB: (assert (= code min))
// SMTLIB-NEXT: (assert (let (([[M2:.+]] (- 0 2)))
// SMTLIB-NEXT: (let (([[M20:.+]] (- 0 20)))
// SMTLIB-NEXT: (let (([[MIN:.+]] (- 0 2147483648)))
// SMTLIB-NEXT: (or (< exact [[MIN]]) (> exact 2147483647)
// SMTLIB-SAME: (< exact_0 [[MIN]]) (> exact_0 2147483647)
// SMTLIB-SAME: (distinct (>= accumulator [[M20]]) (>= code [[M2]]))
// SMTLIB-SAME: (distinct (>= accumulator [[M2]]) (>= code (- 0 1)))
// SMTLIB-SAME: (distinct (>= accumulator 0) (>= code 0))
// SMTLIB-SAME: (distinct (>= accumulator 1) (>= code 1))
// SMTLIB-SAME: (distinct (>= accumulator 2) (>= code 2))
// SMTLIB-SAME: (distinct (>= accumulator 6) (>= code 3))
// SMTLIB: (check-sat)
// SMTLIB-NEXT: (reset)
func.func @f(%x: tensor<4xi32>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-20] high[5]>, multiplicands = [3], shifts = [2], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-2, 2], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i8):
    %m = arith.constant 3 : i32
    %c2 = arith.constant 2 : i32
    %low = arith.constant -2 : i32
    %1 = arith.muli %in, %m : i32
    %2 = arith.addi %1, %c2 : i32
    %3 = arith.shrsi %2, %c2 : i32
    %4 = arith.maxsi %3, %low : i32
    %5 = arith.minsi %4, %c2 : i32
    %6 = arith.trunci %5 : i32 to i8
    linalg.yield %6 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
