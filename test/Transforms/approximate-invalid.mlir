// RUN: rescale-opt %s -rescale-approximate=bits=8 -split-input-file \
// RUN:   -verify-diagnostics
// RUN: not rescale-opt %s -rescale-approximate -split-input-file 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NONE
// RUN: not rescale-opt %s -rescale-approximate=bits=0 -split-input-file 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NONE
// RUN: not rescale-opt %s -rescale-approximate=bits=33 -split-input-file 2>&1 \
// RUN:   | FileCheck %s --check-prefix=MANY
// RUN: not rescale-opt %s -rescale-approximate=bits=-8 -split-input-file 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NEGATIVE
// RUN: not rescale-opt %s "-rescale-approximate=bits=8 criterion=median" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=CRITERION

// NONE: error: requires bits from 1 to 32, got 0; give the width of the multiplicands, as in bits=8
// MANY: error: requires bits from 1 to 32, got 33; give the width of the multiplicands, as in bits=8
// NEGATIVE: error: requires bits from 1 to 32, got -8; give the width of the multiplicands, as in bits=8
// CRITERION: Cannot find option named 'median'!

// A certificate for fewer accumulators than occur.
func.func @range(%x: tensor<4xi16>) -> tensor<4xi8> {
  // expected-error @below {{requires a certificate for the accumulators [-32768, 32767] of channel 0, got one for [0, 9]}}
  %0 = rescale.requantize %x mul dense<46341> : tensor<1xui16> shift [23] round half_up
    {rescale.certificate = #rescale.certificate<range = <proved low[0] high[9]>, multiplicands = [1518500250], shifts = [38], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 12256852251237890236>} : tensor<4xi16> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// Differences that are made smaller than they are, in an op that is narrow
// enough.
func.func @figures(%x: tensor<4xi16>) -> tensor<4xi8> {
  // expected-error @below {{requires a certificate that is true, got in channel 0: the number of differing accumulators is another one}}
  %0 = rescale.requantize %x mul dense<181> : tensor<1xui8> shift [15] round half_up
    {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [1518500250], shifts = [38], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [1], digest = 8269230264040755631>} : tensor<4xi16> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
