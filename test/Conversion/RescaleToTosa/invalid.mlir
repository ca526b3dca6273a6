// RUN: rescale-opt %s --convert-rescale-to-tosa -split-input-file \
// RUN:   -verify-diagnostics

// rescale_to_tosa_c1
func.func @input_i64(%x: tensor<2xi64>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires an input of 8, 16, 32 or 48 bits for TOSA, got 64; change the type of the accumulator (rescale_to_tosa_c1)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up : tensor<2xi64> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c1
func.func @input_i4(%x: tensor<2xi4>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires an input of 8, 16, 32 or 48 bits for TOSA, got 4; change the type of the accumulator (rescale_to_tosa_c1)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up : tensor<2xi4> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c2
func.func @result_i4(%x: tensor<2xi32>) -> tensor<2xi4> {
  // expected-error @below {{'rescale.requantize' op requires a result of 8, 16 or 32 bits for TOSA, got 4; change the type of the codes (rescale_to_tosa_c2)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up : tensor<2xi32> -> tensor<2xi4>
  return %y : tensor<2xi4>
}

// -----

// rescale_to_tosa_c3
func.func @both_unsigned(%x: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires unsigned_input or unsigned_result to be absent for TOSA, got both; requantize to a signed type in between (rescale_to_tosa_c3)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up unsigned_input unsigned_result
         : tensor<2xi8> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c4
func.func @unsigned_accumulator(%x: tensor<2xi32>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires types of 8 or 16 bits with unsigned_input for TOSA, got 32 and 8 bits; requantize to a signed type in between (rescale_to_tosa_c4)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up unsigned_input : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c4
func.func @unsigned_codes(%x: tensor<2xi32>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires types of 8 or 16 bits with unsigned_result for TOSA, got 32 and 8 bits; requantize to a signed type in between (rescale_to_tosa_c4)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up unsigned_result : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c5
func.func @input_zero_point(%x: tensor<2xi32>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires input_zero_point to be 0 for TOSA on 32 bits, got 7; only 8 bits have any zero point (rescale_to_tosa_c5)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up input_zero_point 7 : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c5
func.func @input_zero_point_u16(%x: tensor<2xi16>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires input_zero_point to be 0 for TOSA on 16 bits, or 32768, got 7; only 8 bits have any zero point (rescale_to_tosa_c5)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up input_zero_point 7 unsigned_input
         : tensor<2xi16> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c6
func.func @zero_point(%x: tensor<2xi32>) -> tensor<2xi16> {
  // expected-error @below {{'rescale.requantize' op requires zero_point to be 0 for TOSA on 16 bits, got -7; only 8 bits have any zero point (rescale_to_tosa_c6)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up zero_point -7 : tensor<2xi32> -> tensor<2xi16>
  return %y : tensor<2xi16>
}

// -----

// rescale_to_tosa_c7
func.func @clamp_unsigned(%x: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires a clamp of signed codes of 8 or 16 bits for TOSA, got [0, 254] of unsigned 8 bits; clamp a later result instead (rescale_to_tosa_c7)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up clamp [0, 254] unsigned_result
         : tensor<2xi8> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c7
func.func @clamp_i32(%x: tensor<2xi8>) -> tensor<2xi32> {
  // expected-error @below {{'rescale.requantize' op requires a clamp of signed codes of 8 or 16 bits for TOSA, got [0, 2147483647] of signed 32 bits; clamp a later result instead (rescale_to_tosa_c7)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up clamp [0, 2147483647] : tensor<2xi8> -> tensor<2xi32>
  return %y : tensor<2xi32>
}

// -----

// rescale_to_tosa_c8
func.func @axis(%x: tensor<2x3xi32>) -> tensor<2x3xi8> {
  // expected-error @below {{'rescale.requantize' op requires axis to be the last dimension, 1, for TOSA, got 0; transpose the input (rescale_to_tosa_c8)}}
  %y = rescale.requantize %x mul dense<[77, 78]> : tensor<2xsi32> shift [9]
         axis 0 round half_up : tensor<2x3xi32> -> tensor<2x3xi8>
  return %y : tensor<2x3xi8>
}

// -----

// rescale_to_tosa_c9
func.func @rounding(%x: tensor<2xi32>) -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
  // expected-error @below {{'rescale.requantize' op requires the rounding half_up or double for TOSA, got floor; change the rounding (rescale_to_tosa_c9)}}
  %0 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round floor : tensor<2xi32> -> tensor<2xi8>
  // Every op is reported.
  // expected-error @below {{'rescale.requantize' op requires the rounding half_up or double for TOSA, got half_even; change the rounding (rescale_to_tosa_c9)}}
  %1 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_even : tensor<2xi32> -> tensor<2xi8>
  // expected-error @below {{'rescale.requantize' op requires the rounding half_up or double for TOSA, got half_away; change the rounding (rescale_to_tosa_c9)}}
  %2 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_away : tensor<2xi32> -> tensor<2xi8>
  return %0, %1, %2 : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
}

// -----

// rescale_to_tosa_c9: the zero point leaves one code below it.
func.func @rounding_one_negative(%x: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires the rounding half_up or double for TOSA, got half_away; change the rounding (rescale_to_tosa_c9)}}
  %0 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_away input_zero_point -127 : tensor<2xi8> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// -----

// rescale_to_tosa_c9
func.func @addends(%x: tensor<2xi32>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires the addends of half_up, or in all channels those of double, for TOSA, got 255 and 255 at shift 9 in channel 0; change the addends (rescale_to_tosa_c9)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round addend addends [255] : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c9: each channel alone is one of TOSA's modes, of which an op
// has only one.
func.func @mixed_addends(%x: tensor<2xi32>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires the addends of half_up, or in all channels those of double, for TOSA, got 4294967296 and 4294967296 at shift 33 in channel 1; change the addends (rescale_to_tosa_c9)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [33] axis 0
         round addend addends [5368709120, 4294967296]
         negative_addends [3221225472, 4294967296] : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c10
func.func @double_i48(%x: tensor<2xi48>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires an input of at most 32 bits with the rounding double for TOSA, got 48; change the rounding to half_up (rescale_to_tosa_c10)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi16> shift [40]
         round double : tensor<2xi48> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c11
func.func @multiplicands(%x: tensor<2xi32>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires multiplicands of at most 31 bits for TOSA, got 2147483649 with shift 40 in channel 1; narrow the multiplicand (rescale_to_tosa_c11)}}
  %y = rescale.requantize %x mul dense<[2, 2147483649]> : tensor<2xui32>
         shift [40] axis 0 round half_up : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c11: beyond a shift of 31 DOUBLE_ROUND cannot be scaled.
func.func @multiplicands_double(%x: tensor<2xi32>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires multiplicands of at most 31 bits for TOSA, got 2147483648 with shift 40 in channel 0; narrow the multiplicand (rescale_to_tosa_c11)}}
  %y = rescale.requantize %x mul dense<2147483648> : tensor<1xui32>
         shift [40] round double : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c11
func.func @multiplicands_i48(%x: tensor<2xi48>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires multiplicands of at most 15 bits for TOSA, got 32769 with shift 40 in channel 0; narrow the multiplicand (rescale_to_tosa_c11)}}
  %y = rescale.requantize %x mul dense<32769> : tensor<1xsi32>
         shift [40] round half_up : tensor<2xi48> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c12
func.func @shift_0(%x: tensor<2xi32>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires shifts from 2 to 62 for TOSA, got 0 with multiplicand 536870912 in channel 0; scale both by a power of two (rescale_to_tosa_c12)}}
  %y = rescale.requantize %x mul dense<536870912> : tensor<1xsi32>
         shift [0] round half_up : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c12
func.func @shift_63(%x: tensor<2xi32>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires shifts from 2 to 62 for TOSA, got 63 with multiplicand 77 in channel 0; scale both by a power of two (rescale_to_tosa_c12)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32>
         shift [63] round half_up : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c12
func.func @shift_63_double(%x: tensor<2xi32>) -> tensor<2xi8> {
  // expected-error @below {{'rescale.requantize' op requires shifts from 2 to 62 for TOSA, got 63 with multiplicand 4 in channel 0; scale both by a power of two (rescale_to_tosa_c12)}}
  %y = rescale.requantize %x mul dense<4> : tensor<1xsi32>
         shift [63] round double : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// -----

// rescale_to_tosa_c13
func.func @empty(%x: tensor<?x0xi32>) -> tensor<?x0xi8> {
  // expected-error @below {{'rescale.requantize' op requires dimensions of at least 1 for TOSA, got tensor<?x0xi32>; remove the op, which has no element (rescale_to_tosa_c13)}}
  %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         axis 1 round half_up : tensor<?x0xi32> -> tensor<?x0xi8>
  return %y : tensor<?x0xi8>
}
