// A rung that is not proved exact is refused with the inequality that fails.

// RUN: rescale-opt %s -split-input-file -verify-diagnostics -convert-rescale-to-linalg=rung=multiply_32

// RUN: not rescale-opt %s -convert-rescale-to-linalg=rung=multiply_48 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: error: requires a rung of multiply_32, two_limbs, estimate, multiply_high, rounding_high, rounding_high_16 and multiply_64, with or without ',fallback', got 'multiply_48'; choose one of them
// RUN: not rescale-opt %s -convert-rescale-to-linalg=rung=two_limbs,other 2>&1 | FileCheck %s --check-prefix=BEHIND
// BEHIND: error: requires a rung of {{.+}}, got 'two_limbs,other'; choose one of them

func.func @sum(%x: tensor<4xi16>) -> tensor<4xi8> {
  // expected-error @+1 {{requires m*d + b in 32 bits with values in [}}
  %y = rescale.requantize %x mul dense<[1518500250]> : tensor<1xui32>
         shift [38] round double zero_point 3
       : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// -----

func.func @codes(%x: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error @+1 {{requires at most 1048576 codes of signed accumulators for the rung multiply_32; append ,fallback to it, or leave the rung out}}
  %y = rescale.requantize %x mul dense<[3]> : tensor<1xui32>
         shift [1] round half_up : tensor<4xi32> -> tensor<4xi32>
  return %y : tensor<4xi32>
}

// -----

func.func @unsigned_input(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{requires at most 1048576 codes of signed accumulators for the rung multiply_32; append ,fallback to it, or leave the rung out}}
  %y = rescale.requantize %x mul dense<[3]> : tensor<1xui32>
         shift [1] round half_up unsigned_input : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// -----

// A slope of less than 2^-31 in steps that 31 bits do not have.
func.func @parameters(%x: tensor<4x2xi32>) -> tensor<4x2xi16> {
  // expected-error @+1 {{requires codes of floor((m*d + b) / 2^s) with m < 2^31, s <= 31 in every channel with no such parameters in channel 1 for the rung multiply_32; append ,fallback to it, or leave the rung out}}
  %y = rescale.requantize %x mul dense<[1, 1518500250]> : tensor<2xui32>
         shift [31, 50] axis 1 round half_up : tensor<4x2xi32> -> tensor<4x2xi16>
  return %y : tensor<4x2xi16>
}
