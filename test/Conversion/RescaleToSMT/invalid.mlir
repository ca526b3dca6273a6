// RUN: rescale-opt %s -split-input-file -verify-diagnostics -convert-rescale-to-smt

func.func @square(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-9] high[9]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    // expected-error @+1 {{requires linear arithmetic to ask a solver, got 'arith.muli' of two that are no constants; use rescale-verify-arithmetic, which evaluates it}}
    %1 = arith.muli %in, %in : i8
    linalg.yield %1 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @mask(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-9] high[9]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    %c5 = arith.constant 5 : i8
    // expected-error @+1 {{got 'arith.andi' without a mask of lower bits, of upper bits or of a sign}}
    %1 = arith.andi %in, %c5 : i8
    linalg.yield %1 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @shift(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-9] high[9]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    // expected-error @+1 {{got a shift by what is no constant, or more than the type has bits}}
    %1 = arith.shrsi %in, %in : i8
    linalg.yield %1 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @bit(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-9] high[9]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    %1 = arith.trunci %in : i8 to i1
    // expected-error @+1 {{got 'arith.addi' of one bit}}
    %2 = arith.addi %1, %1 : i1
    %3 = arith.extui %2 : i1 to i8
    linalg.yield %3 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @wide(%x: tensor<4xi32>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-9] high[9]>, multiplicands = [0], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i8):
    %c30 = arith.constant 30 : i128
    // expected-error @+1 {{requires linear arithmetic to ask a solver, got a value of more than 100 bits; use rescale-verify-arithmetic, which evaluates it}}
    %1 = arith.extsi %in : i32 to i128
    %2 = arith.shrsi %1, %c30 : i128
    %3 = arith.trunci %2 : i128 to i8
    linalg.yield %3 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
