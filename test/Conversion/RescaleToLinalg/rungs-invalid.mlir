// A rung that is not proved exact is refused with the inequality that fails.

// RUN: rescale-opt %s -split-input-file -verify-diagnostics -convert-rescale-to-linalg=rung=multiply_32

// RUN: not rescale-opt %s -convert-rescale-to-linalg=rung=multiply_48 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: error: requires a rung of multiply_32, two_limbs, estimate, multiply_high and multiply_64, got 'multiply_48'; choose one of them

func.func @sum(%x: tensor<4xi16>) -> tensor<4xi8> {
  // expected-error @+1 {{requires m*d + b in 32 bits with values in [}}
  %y = rescale.requantize %x mul dense<[1518500250]> : tensor<1xui32>
         shift [38] round double zero_point 3
       : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// -----

func.func @codes(%x: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error @+1 {{requires at most 1048576 codes of signed accumulators for the rung multiply_32; leave the rung out}}
  %y = rescale.requantize %x mul dense<[3]> : tensor<1xui32>
         shift [1] round half_up : tensor<4xi32> -> tensor<4xi32>
  return %y : tensor<4xi32>
}

// -----

func.func @unsigned_input(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{requires at most 1048576 codes of signed accumulators for the rung multiply_32; leave the rung out}}
  %y = rescale.requantize %x mul dense<[3]> : tensor<1xui32>
         shift [1] round half_up unsigned_input : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}
