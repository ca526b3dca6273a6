// RUN: rescale-opt %s -convert-rescale-to-arith -o /dev/null \
// RUN:   --remarks-filter=convert-rescale-to-arith 2>&1 | FileCheck %s

// CHECK: [Passed] lowered | Category:convert-rescale-to-arith | Layer=conv_1, Proof="m*d + b in 32 bits with values in [-4161536, 4161665]", Rung=multiply_32
func.func @multiply_32(%x: i16, %m: i8) -> i8 {
  %s = arith.constant 9 : i8
  %y = rescale.apply %x * %m shift %s round half_up {multiplicand_bits = 7}
     : (i16, i8, i8) -> i8 loc("conv_1")
  return %y : i8
}

// CHECK: [Passed] lowered | {{.*}} | Proof="m*(2^8 - 1) < 2^32 with m up to 1048575, (m*d + b) / 2^8 in 32 bits with values in [-1229847532, 1228925]", Rung=two_limbs
func.func @two_limbs(%x: i32, %m: i32, %b: i8) -> i8 {
  %s = arith.constant 24 : i8
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung two_limbs>, addend_shift = 8,
          input_range = array<i64: -300000, 300>, multiplicand_bits = 20}
     : (i32, i32, i8, i8) -> i8
  return %y : i8
}

// CHECK: [Passed] lowered | {{.*}} | Proof="(m >> 12)*d + c in 32 bits with values in [-76800000, 76500000], q in 32 bits with values in [-1172, 1171], (E + 1)*2^s <= 2^32 with an estimate E = 10 codes off at s = 28", Rung=estimate
func.func @estimate(%x: i32, %m: i32) -> i8 {
  %s = arith.constant 28 : i8
  %y = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung estimate>, multiplicand_bits = 20,
          input_range = array<i64: -300000, 300000>}
     : (i32, i32, i8) -> i8
  return %y : i8
}

// CHECK: [Passed] lowered | {{.*}} | Proof="(m*d + b) / 2^32 in 32 bits with values in [-1073741824, 1073741824]", Rung=multiply_high
func.func @multiply_high(%x: i32, %m: i32) -> i8 {
  %s = arith.constant 40 : i8
  %y = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung multiply_high>} : (i32, i32, i8) -> i8
  return %y : i8
}

// CHECK: [Passed] lowered | {{.*}} | Proof="m*d + b in 64 bits with values in [-4611686016279904256, 4611686018427387904]", Rung=multiply_64
// CHECK: [Passed] lowered | {{.*}} | Proof="64 bits do not hold every intermediate", Rung=multiply_128
func.func @multiply_64(%x: i32, %w: i64, %m: i32) -> (i8, i8) {
  %s = arith.constant 40 : i8
  %0 = rescale.apply %x * %m shift %s round floor : (i32, i32, i8) -> i8
  %1 = rescale.apply %w * %m shift %s round floor : (i64, i32, i8) -> i8
  return %0, %1 : i8, i8
}
