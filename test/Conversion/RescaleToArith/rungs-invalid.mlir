// A rung that the promises do not allow is an error with the inequality that
// fails, never wrong code.

// RUN: rescale-opt %s -convert-rescale-to-arith -split-input-file -verify-diagnostics

func.func @sum_32(%x: i32, %m: i32, %s: i8) -> i8 {
  // expected-error@+1 {{'rescale.apply' op requires m*d + b in 32 bits for the rung multiply_32, got values in [-2147483648, 2147516415]; promise less or leave the rung out}}
  %y = rescale.apply %x * %m shift %s round half_up
         {rung = #rescale<rung multiply_32>, input_range = array<i64: -2, 2>,
          sum_range = array<i64: -2147483648, 2147516415>,
          shift_range = array<i64: 0, 31>}
     : (i32, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @multiplicand_32(%x: i8, %m: i32, %s: i8) -> i8 {
  // expected-error@+1 {{requires m in 32 bits for the rung multiply_high, got m in [0, 4294967295]; promise}}
  %y = rescale.apply %x * %m shift %s round floor unsigned_multiplicand
         {rung = #rescale<rung multiply_high>} : (i8, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @difference(%x: i32, %m: i8, %s: i8) -> i8 {
  // expected-error@+1 {{requires d in 32 bits for the rung two_limbs, got d in [-2147483649, 2147483646]; promise}}
  %y = rescale.apply %x * %m shift %s round floor input_zero_point 1
         {rung = #rescale<rung two_limbs>} : (i32, i8, i8) -> i8
  return %y : i8
}

// -----

func.func @input(%x: i48, %m: i8, %s: i8) -> i8 {
  // expected-error@+1 {{requires x in 32 bits for the rung estimate, got x in [-140737488355328, 140737488355327]; promise}}
  %y = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung estimate>} : (i48, i8, i8) -> i8
  return %y : i8
}

// -----

func.func @codes(%x: i32, %m: i32) -> i32 {
  %s = arith.constant 32 : i8
  // expected-error@+1 {{requires codes in 32 bits for the rung multiply_high, got codes in [536870912, 2684354560]; promise}}
  %y = rescale.apply %x * %m shift %s round floor zero_point 1610612736
         {rung = #rescale<rung multiply_high>} : (i32, i32, i8) -> i32
  return %y : i32
}

// -----

func.func @clamp(%x: i8, %m: i8, %s: i8) -> i32 {
  // expected-error@+1 {{requires clamp bounds in 32 bits for the rung multiply_32, got clamp bounds in [3000000000, 3000000000]; promise}}
  %y = rescale.apply %x * %m shift %s round floor
         clamp [3000000000, 4294967295] unsigned_result
         {rung = #rescale<rung multiply_32>} : (i8, i8, i8) -> i32
  return %y : i32
}

// -----

func.func @ties(%x: i8, %m: i8, %s: i8) -> i8 {
  // expected-error@+1 {{requires a rounding by addends for the rung two_limbs, got the rounding half_even; promise}}
  %y = rescale.apply %x * %m shift %s round half_even
         {rung = #rescale<rung two_limbs>} : (i8, i8, i8) -> i8
  return %y : i8
}

// -----

func.func @negative(%x: i8, %m: i8, %s: i8) -> i8 {
  // expected-error@+1 {{requires m >= 0 for the rung two_limbs, got m down to -128; promise}}
  %y = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung two_limbs>, shift_range = array<i64: 8, 9>}
     : (i8, i8, i8) -> i8
  return %y : i8
}

// -----

func.func @limb_shift(%x: i32, %m: i8, %s: i8) -> i8 {
  // expected-error@+1 {{requires s >= 8 for the rung two_limbs, got s down to 0; promise}}
  %y = rescale.apply %x * %m + %m shift %s round addend
         {rung = #rescale<rung two_limbs>, shift_range = array<i64: 0, 9>,
          addend_shift = 8, multiplicand_bits = 7} : (i32, i8, i8, i8) -> i8
  return %y : i8
}

// -----

func.func @lower_limb(%x: i32, %m: i32, %b: i8, %s: i8) -> i8 {
  // expected-error@+1 {{requires m*(2^8 - 1) < 2^32 for the rung two_limbs, got m up to 33554431; promise}}
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung two_limbs>, shift_range = array<i64: 32, 40>,
          input_range = array<i64: -1000000, 1000000>,
          addend_shift = 8, multiplicand_bits = 25} : (i32, i32, i8, i8) -> i8
  return %y : i8
}

// -----

// 2^8 - 1 times itself leaves no room for b of as many bits.
func.func @lower_limb_addend(%x: i32, %b: i32, %s: i8) -> i8 {
  %m = arith.constant 16843009 : i32
  // expected-error@+1 {{requires m*(2^8 - 1) + b mod 2^8 < 2^32 for the rung two_limbs, got m up to 16843009; promise}}
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung two_limbs>, shift_range = array<i64: 8, 8>,
          input_range = array<i64: -1000000, 1000000>}
     : (i32, i32, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @upper_limb(%x: i32, %m: i32, %b: i8, %s: i8) -> i8 {
  // expected-error@+1 {{requires (m*d + b) / 2^8 in 32 bits for the rung two_limbs, got values in [-8796085682303, 8796084629631]; promise}}
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung two_limbs>, shift_range = array<i64: 32, 40>,
          addend_shift = 8, multiplicand_bits = 20} : (i32, i32, i8, i8) -> i8
  return %y : i8
}

// -----

func.func @limb_addend(%x: i32, %m: i32, %b: i64, %s: i8) -> i8 {
  // expected-error@+1 {{requires b in 32 bits for the rung two_limbs, got b in [0, 2147483648]; promise}}
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung two_limbs>, shift_range = array<i64: 32, 40>,
          input_range = array<i64: -1000, 1000>, multiplicand_bits = 10,
          addend_range = array<i64: 0, 2147483648>} : (i32, i32, i64, i8) -> i8
  return %y : i8
}

// -----

func.func @upper_addend(%x: i32, %m: i32, %b: i32, %s: i8) -> i8 {
  // expected-error@+1 {{requires b / 2^8 in 32 bits for the rung two_limbs, got values in [-34359738368, 34359738352]; promise}}
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung two_limbs>, shift_range = array<i64: 8, 40>,
          input_range = array<i64: -1000, 1000>, multiplicand_bits = 10,
          addend_shift = 12, sum_range = array<i64: 0, 1000000>}
     : (i32, i32, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @estimate_short(%x: i16, %m: i32, %s: i8) -> i8 {
  // expected-error@+1 {{requires s >= 12 for the rung estimate, got s down to 11; promise}}
  %y = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung estimate>, multiplicand_bits = 20,
          shift_range = array<i64: 11, 20>} : (i16, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @estimate_long(%x: i16, %m: i32, %s: i8) -> i8 {
  // expected-error@+1 {{requires s <= 31 for the rung estimate, got s up to 32; promise}}
  %y = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung estimate>, multiplicand_bits = 20,
          shift_range = array<i64: 12, 32>} : (i16, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @estimate_wide(%x: i32, %m: i32, %s: i8) -> i8 {
  // expected-error@+1 {{requires (m >> 12)*d + c in 32 bits for the rung estimate, got values in [0, 2550000000]; promise}}
  %y = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung estimate>, multiplicand_bits = 20,
          shift_range = array<i64: 20, 29>,
          input_range = array<i64: 0, 10000000>} : (i32, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @estimate_quotient(%x: i32, %m: i32, %s: i8) -> i32 {
  // expected-error@+1 {{requires q in 32 bits for the rung estimate, got values in [0, 2150397949]; promise}}
  %y = rescale.apply %x * %m shift %s round floor zero_point -1000000
         {rung = #rescale<rung estimate>, multiplicand_bits = 20,
          shift_range = array<i64: 12, 12>,
          input_range = array<i64: 0, 8400000>} : (i32, i32, i8) -> i32
  return %y : i32
}

// -----

// At a shift of 30 two codes off are too much.
func.func @estimate_off(%x: i32, %m: i32, %s: i8) -> i8 {
  // expected-error@+1 {{requires (E + 1)*2^s <= 2^32 for the rung estimate, got an estimate E = 4 codes off at s = 30; promise}}
  %y = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung estimate>, multiplicand_bits = 20,
          shift_range = array<i64: 30, 30>,
          input_range = array<i64: -500000, 500000>} : (i32, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @high_shift(%x: i32, %m: i32, %b: i8, %s: i8) -> i8 {
  // expected-error@+1 {{requires s >= 32 for the rung multiply_high, got s down to 31; promise}}
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung multiply_high>, shift_range = array<i64: 31, 35>,
          addend_shift = 32} : (i32, i32, i8, i8) -> i8
  return %y : i8
}

// -----

// Nothing is left of a difference that is shifted by all of its bits.
func.func @high_no_shift(%x: i8, %m: i32, %s: i8) -> i8 {
  // expected-error@+1 {{requires s >= 1 for the rung multiply_high, got s down to 0; promise}}
  %y = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung multiply_high>, shift_range = array<i64: 0, 35>,
          input_range = array<i64: 0, 0>} : (i8, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @high_moved(%x: i32, %m: i32, %b: i32, %s: i8) -> i8 {
  // expected-error@+1 {{requires d*2^1 in 32 bits for the rung multiply_high, got values in [-4294967296, 4294967294]; promise}}
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung multiply_high>, shift_range = array<i64: 32, 35>,
          addend_shift = 31} : (i32, i32, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @high_addend(%x: i32, %m: i32, %b: i32, %s: i8) -> i8 {
  // expected-error@+1 {{requires b as a multiple of 2^32 for the rung multiply_high, got multiples of 2^0 in [-2147483648, 2147483647]; promise}}
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung multiply_high>, shift_range = array<i64: 32, 35>}
     : (i32, i32, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @high_sum(%x: i32, %m: i32, %b: i32, %s: i8) -> i8 {
  // expected-error@+1 {{requires (m*d + b) / 2^32 in 32 bits for the rung multiply_high, got values in [-3221225472, 3221225471]; promise}}
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung multiply_high>, shift_range = array<i64: 34, 35>,
          addend_shift = 32} : (i32, i32, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @rounding_addend(%x: i32, %m: i32, %b: i32, %s: i8) -> i8 {
  // expected-error@+1 {{requires b as an odd multiple of 2^30 for the rung rounding_high, got multiples of 2^31 in [-4611686018427387904, 4611686016279904256]; promise}}
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung rounding_high>, shift_range = array<i64: 32, 35>,
          addend_shift = 31} : (i32, i32, i32, i8) -> i8
  return %y : i8
}

// -----

// Half of 2^32 is too much for what is added.
func.func @rounding_half_up(%x: i32, %m: i32) -> i8 {
  %s = arith.constant 32 : i8
  // expected-error@+1 {{requires b as an odd multiple of 2^30 for the rung rounding_high, got multiples of 2^0 in [2147483648, 2147483648]; promise}}
  %y = rescale.apply %x * %m shift %s round half_up
         {rung = #rescale<rung rounding_high>} : (i32, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @rounding_shift(%x: i32, %m: i32, %b: i32, %s: i8) -> i8 {
  // expected-error@+1 {{requires s >= 31 for the rung rounding_high, got s down to 30; promise}}
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung rounding_high>, shift_range = array<i64: 30, 35>,
          addend_shift = 31, addend_half} : (i32, i32, i32, i8) -> i8
  return %y : i8
}

// -----

// The one product that machines saturate.
func.func @rounding_wrap(%x: i32, %m: i32) -> i8 {
  %s = arith.constant 31 : i8
  // expected-error@+1 {{requires (m*d + 2^30) / 2^31 in 32 bits for the rung rounding_high, got values in [-2147483647, 2147483648]; promise}}
  %y = rescale.apply %x * %m shift %s round half_up
         {rung = #rescale<rung rounding_high>} : (i32, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @rounding_moved(%x: i32, %m: i32) -> i8 {
  %s = arith.constant 30 : i8
  // expected-error@+1 {{requires d*2^1 in 32 bits for the rung rounding_high, got values in [-4294967296, 4294967294]; promise}}
  %y = rescale.apply %x * %m shift %s round half_up
         {rung = #rescale<rung rounding_high>, multiplicand_bits = 31} : (i32, i32, i8) -> i8
  return %y : i8
}

// -----

func.func @rounding_16_difference(%x: i32, %m: i16) -> i8 {
  %s = arith.constant 15 : i8
  // expected-error@+1 {{requires d in 16 bits for the rung rounding_high_16, got d in [-32769, 5]; promise}}
  %y = rescale.apply %x * %m shift %s round half_up
         {rung = #rescale<rung rounding_high_16>,
          input_range = array<i64: -32769, 5>} : (i32, i16, i8) -> i8
  return %y : i8
}

// -----

func.func @rounding_16_codes(%x: i16, %m: i16) -> i32 {
  %s = arith.constant 15 : i8
  // expected-error@+1 {{requires codes in 16 bits for the rung rounding_high_16, got codes in [-2767, 62766]; promise}}
  %y = rescale.apply %x * %m shift %s round half_up zero_point 30000
         {rung = #rescale<rung rounding_high_16>, multiplicand_bits = 15}
     : (i16, i16, i8) -> i32
  return %y : i32
}

// -----

func.func @sum_64(%x: i64, %m: i32, %s: i8) -> i8 {
  // expected-error@+1 {{requires m*d + b in 64 bits for the rung multiply_64, got values in}}
  %y = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung multiply_64>} : (i64, i32, i8) -> i8
  return %y : i8
}
