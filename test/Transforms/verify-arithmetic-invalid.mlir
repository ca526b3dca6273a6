// Wrong arithmetic, refuted with an accumulator; that a solver refutes it too is
// in test/Conversion/RescaleToSMT/faults.mlir.

// RUN: rescale-opt %s -split-input-file -verify-diagnostics -rescale-verify-arithmetic

// A wrong rounding constant.
func.func @rounding_constant(%x: tensor<4xi32>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  // expected-error @+1 {{requires the codes of the requantization, got -116 instead of -115 at accumulator -768 of channel 0; force another rung, and report this one}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [77], shifts = [9], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i8):
    %m = arith.constant 77 : i32
    %b = arith.constant 255 : i32
    %s = arith.constant 9 : i32
    %low = arith.constant -128 : i32
    %high = arith.constant 127 : i32
    %1 = arith.muli %in, %m : i32
    %2 = arith.addi %1, %b : i32
    %3 = arith.shrsi %2, %s : i32
    %4 = arith.maxsi %3, %low : i32
    %5 = arith.minsi %4, %high : i32
    %6 = arith.trunci %5 : i32 to i8
    linalg.yield %6 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// A wrong multiplicand.
func.func @multiplicand(%x: tensor<4xi32>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  // expected-error @+1 {{requires the codes of the requantization}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [77], shifts = [9], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i8):
    %m = arith.constant 76 : i32
    %b = arith.constant 256 : i32
    %s = arith.constant 9 : i32
    %low = arith.constant -128 : i32
    %high = arith.constant 127 : i32
    %1 = arith.muli %in, %m : i32
    %2 = arith.addi %1, %b : i32
    %3 = arith.shrsi %2, %s : i32
    %4 = arith.maxsi %3, %low : i32
    %5 = arith.minsi %4, %high : i32
    %6 = arith.trunci %5 : i32 to i8
    linalg.yield %6 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// A product that 32 bits do not hold.
func.func @unsafe_product(%x: tensor<4xi32>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  // expected-error @+1 {{requires arithmetic without overflow, got one of arith.muli in 'i32' at accumulator}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-150754] high[149891]>, multiplicands = [2426573], shifts = [30], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i8):
    %m = arith.constant 2426573 : i32
    %b = arith.constant 536870912 : i32
    %s = arith.constant 30 : i32
    %low = arith.constant -128 : i32
    %high = arith.constant 127 : i32
    %1 = arith.muli %in, %m : i32
    %2 = arith.addi %1, %b : i32
    %3 = arith.shrsi %2, %s : i32
    %4 = arith.maxsi %3, %low : i32
    %5 = arith.minsi %4, %high : i32
    %6 = arith.trunci %5 : i32 to i8
    linalg.yield %6 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// Only the sum does not fit: 2147400000 + 8388608.
func.func @unsafe_sum(%x: tensor<4xi32>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  // expected-error @+1 {{requires arithmetic without overflow, got one of arith.addi in 'i32' at accumulator}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-100000] high[100000]>, multiplicands = [21474], shifts = [24], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i8):
    %m = arith.constant 21474 : i32
    %b = arith.constant 8388608 : i32
    %s = arith.constant 24 : i32
    %low = arith.constant -128 : i32
    %high = arith.constant 127 : i32
    %1 = arith.muli %in, %m overflow<nsw> : i32
    %2 = arith.addi %1, %b overflow<nsw> : i32
    %3 = arith.shrsi %2, %s : i32
    %4 = arith.maxsi %3, %low : i32
    %5 = arith.minsi %4, %high : i32
    %6 = arith.trunci %5 : i32 to i8
    linalg.yield %6 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// The same as meant: then the code is wrong.
func.func @meant_to_wrap(%x: tensor<4xi32>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  // expected-error @+1 {{requires the codes of the requantization, got}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-150754] high[149891]>, multiplicands = [2426573], shifts = [30], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i8):
    %m = arith.constant 2426573 : i32
    %b = arith.constant 536870912 : i32
    %s = arith.constant 30 : i32
    %low = arith.constant -128 : i32
    %high = arith.constant 127 : i32
    %1 = arith.muli %in, %m {rescale.wraps} : i32
    %2 = arith.addi %1, %b : i32
    %3 = arith.shrsi %2, %s : i32
    %4 = arith.maxsi %3, %low : i32
    %5 = arith.minsi %4, %high : i32
    %6 = arith.trunci %5 : i32 to i8
    linalg.yield %6 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// -10 * 3 fits as a signed number, but not as an unsigned one.
func.func @both_flags(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  // expected-error @+1 {{requires arithmetic without overflow, got one of arith.muli in 'i8' at accumulator -10 of channel 0, and the code -30 for -30; force another rung, and report this one}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-10] high[10]>, multiplicands = [3], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    %c3 = arith.constant 3 : i8
    %1 = arith.muli %in, %c3 overflow<nsw, nuw> : i8
    linalg.yield %1 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// A shift by the width is poison.
func.func @long_shift(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  // expected-error @+1 {{requires arithmetic without overflow, got one of arith.shrui in 'i8' at accumulator 0 of channel 0, and the code}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[0] high[10]>, multiplicands = [0], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    %c8 = arith.constant 8 : i8
    %1 = arith.shrui %in, %c8 : i8
    linalg.yield %1 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// What cannot be read.
func.func @floats(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  // expected-error @+1 {{requires one tensor of accumulators and one of codes; verify before operations are fused}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-100] high[100]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @division(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-100] high[100]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    %c1 = arith.constant 1 : i8
    // expected-error @+1 {{requires integer arithmetic of at most 128 bits, got arith.divsi; verify what convert-rescale-to-arith made before other passes change it}}
    %1 = arith.divsi %in, %c1 : i8
    linalg.yield %1 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @run_time_operand(%x: tensor<4xi8>, %m: i8) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-100] high[100]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    // expected-error @+1 {{requires operands made of the accumulator and of constants, got another; verify before bodies are fused}}
    %1 = arith.addi %in, %m : i8
    linalg.yield %1 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @run_time_table(%x: tensor<4xi8>, %m: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  // expected-error @+1 {{requires accumulators as the first operand and constant tables along one dimension as the others, got another operand with the number 1; verify before tables are moved or joined}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x, %m : tensor<4xi8>, tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-100] high[100]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %k: i8, %out: i8):
    linalg.yield %in : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @channels(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %e = tensor.empty() : tensor<4x2xi8>
  %m = arith.constant dense<[1, 2]> : tensor<2xi8>
  // expected-error @+1 {{requires a certificate of 2 channels, got one of 3; write it with rescale-certify}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
    ins(%x, %m : tensor<4x2xi8>, tensor<2xi8>) outs(%e : tensor<4x2xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-100] high[100]>, multiplicands = [1, 1, 1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %k: i8, %out: i8):
    linalg.yield %in : i8
  } -> tensor<4x2xi8>
  return %0 : tensor<4x2xi8>
}

// -----

func.func @tables(%x: tensor<2x2xi8>) -> tensor<2x2xi8> {
  %e = tensor.empty() : tensor<2x2xi8>
  %m = arith.constant dense<[1, 2]> : tensor<2xi8>
  %s = arith.constant dense<[1, 2, 3]> : tensor<3xi8>
  // expected-error @+1 {{requires accumulators as the first operand and constant tables along one dimension as the others, got another operand with the number 2; verify before tables are moved or joined}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i + j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
    ins(%x, %m, %s : tensor<2x2xi8>, tensor<2xi8>, tensor<3xi8>) outs(%e : tensor<2x2xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-100] high[100]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %k: i8, %l: i8, %out: i8):
    linalg.yield %in : i8
  } -> tensor<2x2xi8>
  return %0 : tensor<2x2xi8>
}

// -----

func.func @differences(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  // expected-error @+1 {{requires a certificate of what is to be computed exactly, got one with differences; write it with rescale-certify}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-100] high[100]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [3], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    linalg.yield %in : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @falling(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  // expected-error @+1 {{requires an original that does not fall, got a falling one in channel 0; write it with rescale-certify}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-100] high[100]>, multiplicands = [1], shifts = [0], rounding = addend, addends = [-50], negative_addends = [50], input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    linalg.yield %in : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @too_many(%x: tensor<4xi48>) -> tensor<4xi48> {
  %e = tensor.empty() : tensor<4xi48>
  // expected-error @+1 {{requires at most 2^32 accumulators or 2^20 codes to evaluate them all, got accumulators from 0 to 9000000000 in channel 0; verify it by a solver, with --verify=smt or convert-rescale-to-smt}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi48>) outs(%e : tensor<4xi48>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[0] high[9000000000]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 9000000000], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i48, %out: i48):
    linalg.yield %in : i48
  } -> tensor<4xi48>
  return %0 : tensor<4xi48>
}

// -----

// What a flag that is not known makes poison would be taken for proved.
func.func @exact(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-100] high[100]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    %c1 = arith.constant 1 : i8
    // expected-error @+1 {{requires operations without flags but those of overflow, got 'isExact'; verify what convert-rescale-to-arith made before other passes change it}}
    %1 = arith.shrsi %in, %c1 exact : i8
    linalg.yield %1 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @table_of_indices(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %t = arith.constant dense<7> : tensor<4xindex>
  // expected-error @+1 {{requires accumulators as the first operand and constant tables along one dimension as the others, got another operand with the number 1; verify before tables are moved or joined}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x, %t : tensor<4xi8>, tensor<4xindex>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-100] high[100]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %k: index, %out: i8):
    linalg.yield %in : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @transposed(%x: tensor<4x4xi8>) -> tensor<4x4xi8> {
  %e = tensor.empty() : tensor<4x4xi8>
  // expected-error @+1 {{requires an accumulator for each code at the same place, got other maps; verify before operations are fused}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
    ins(%x : tensor<4x4xi8>) outs(%e : tensor<4x4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-100] high[100]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    linalg.yield %in : i8
  } -> tensor<4x4xi8>
  return %0 : tensor<4x4xi8>
}

// -----

func.func @observed(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  // expected-error @+1 {{requires a certificate of proved accumulators, got one of observed ones; write it with rescale-certify}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <observed low[-100] high[100]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    linalg.yield %in : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// expected-warning @+1 {{found no requantization with a certificate to verify; run rescale-certify and convert-rescale-to-linalg with keep-certificates before}}
module {}
