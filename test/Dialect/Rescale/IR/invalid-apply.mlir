// Every error of rescale.apply. The label above a case is the rule
// of docs/spec.md that it breaks.

// RUN: rescale-opt %s -split-input-file -verify-diagnostics

// apply_c1
func.func @apply_input(%x: i65, %m: i8, %s: i8) {
  // expected-error @+1 {{operand #0 must be signless integer of 4 to 64 bits or vector of signless integer of 4 to 64 bits values, but got 'i65'}}
  %y = rescale.apply %x * %m shift %s round floor : (i65, i8, i8) -> i8
  return
}

// -----

// apply_c1
func.func @apply_tensor(%x: tensor<2xi32>, %m: tensor<2xi8>) {
  // expected-error @+1 {{operand #0 must be signless integer of 4 to 64 bits or vector of signless integer of 4 to 64 bits values, but got 'tensor<2xi32>'}}
  %y = rescale.apply %x * %m shift %m round floor : (tensor<2xi32>, tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  return
}

// -----

// apply_c1
func.func @apply_multiplicand(%x: i32, %m: i4, %s: i8) {
  // expected-error @+1 {{operand #1 must be 8-bit signless integer or 16-bit signless integer or 32-bit signless integer or vector of 8-bit signless integer or 16-bit signless integer or 32-bit signless integer values, but got 'i4'}}
  %y = rescale.apply %x * %m shift %s round floor : (i32, i4, i8) -> i8
  return
}

// -----

// apply_c1
func.func @apply_addend(%x: i32, %m: i8, %b: i128, %s: i8) {
  // expected-error @+1 {{operand #2 must be 8-bit signless integer or 16-bit signless integer or 32-bit signless integer or 64-bit signless integer or vector of 8-bit signless integer or 16-bit signless integer or 32-bit signless integer or 64-bit signless integer values, but got 'i128'}}
  %y = rescale.apply %x * %m + %b shift %s round addend : (i32, i8, i128, i8) -> i8
  return
}

// -----

// apply_c1
func.func @apply_negative_addend(%x: i32, %m: i8, %b: i4, %s: i8) {
  // expected-error @+1 {{operand #3 must be 8-bit signless integer or 16-bit signless integer or 32-bit signless integer or 64-bit signless integer or vector of 8-bit signless integer or 16-bit signless integer or 32-bit signless integer or 64-bit signless integer values, but got 'i4'}}
  %y = rescale.apply %x * %m + %m negative %b shift %s round addend : (i32, i8, i8, i4, i8) -> i8
  return
}

// -----

// apply_c1
func.func @apply_shift(%x: i32, %m: i8, %s: i32) {
  // expected-error @+1 {{operand #2 must be 8-bit signless integer or vector of 8-bit signless integer values, but got 'i32'}}
  %y = rescale.apply %x * %m shift %s round floor : (i32, i8, i32) -> i8
  return
}

// -----

// apply_c1
func.func @apply_result(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{result #0 must be signless integer of 4 to 32 bits or vector of signless integer of 4 to 32 bits values, but got 'i64'}}
  %y = rescale.apply %x * %m shift %s round floor : (i32, i8, i8) -> i64
  return
}

// -----

// apply_c1
func.func @apply_unsigned_input(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{Invalid attribute `unsigned_input` in property conversion}}
  %y = "rescale.apply"(%x, %m, %s) <{operandSegmentSizes = array<i32: 1, 1, 0, 0, 1>, rounding = #rescale<rounding floor>, unsigned_input = 1 : i64}> : (i32, i8, i8) -> i8
  return
}

// -----

// apply_c1
func.func @apply_unsigned_multiplicand(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{Invalid attribute `unsigned_multiplicand` in property conversion}}
  %y = "rescale.apply"(%x, %m, %s) <{operandSegmentSizes = array<i32: 1, 1, 0, 0, 1>, rounding = #rescale<rounding floor>, unsigned_multiplicand = 1 : i64}> : (i32, i8, i8) -> i8
  return
}

// -----

// apply_c1
func.func @apply_unsigned_result(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{Invalid attribute `unsigned_result` in property conversion}}
  %y = "rescale.apply"(%x, %m, %s) <{operandSegmentSizes = array<i32: 1, 1, 0, 0, 1>, rounding = #rescale<rounding floor>, unsigned_result = 1 : i64}> : (i32, i8, i8) -> i8
  return
}

// -----

// apply_c2
func.func @apply_scalar_result(%x: vector<2xi32>, %m: vector<2xi8>) {
  // expected-error @+1 {{if an operand is non-scalar, then there must be at least one non-scalar result}}
  %y = rescale.apply %x * %m shift %m round floor : (vector<2xi32>, vector<2xi8>, vector<2xi8>) -> i8
  return
}

// -----

// apply_c2
func.func @apply_vector_result(%x: i32, %m: i8) {
  // expected-error @+1 {{if a result is non-scalar, then at least one operand must be non-scalar}}
  %y = rescale.apply %x * %m shift %m round floor : (i32, i8, i8) -> vector<2xi8>
  return
}

// -----

// apply_c2: a scalar input is not spread over the lanes of another operand.
func.func @apply_scalar_input(%x: i32, %m: vector<2xi8>) {
  // expected-error @+1 {{'rescale.apply' op requires a result of the input's shape, got 'i32' and 'vector<2xi8>'; make both scalars or vectors of one shape}}
  %y = rescale.apply %x * %m shift %m round floor : (i32, vector<2xi8>, vector<2xi8>) -> vector<2xi8>
  return
}

// -----

// apply_c2
func.func @apply_shapes(%x: vector<2xi32>, %m: vector<2xi8>, %s: vector<3xi8>) {
  // expected-error @+1 {{all non-scalar operands/results must have the same shape and base type}}
  %y = rescale.apply %x * %m shift %s round floor : (vector<2xi32>, vector<2xi8>, vector<3xi8>) -> vector<2xi8>
  return
}

// -----

// apply_c2
func.func @apply_scalable(%x: vector<[2]xi32>, %m: vector<2xi8>) {
  // expected-error @+1 {{all non-scalar operands/results must have the same shape and base type}}
  %y = rescale.apply %x * %m shift %m round floor : (vector<[2]xi32>, vector<2xi8>, vector<2xi8>) -> vector<2xi8>
  return
}

// -----

// apply_c3
func.func @apply_addend_missing(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires an addend with the rounding addend, allows one with half_even, and a second one only beside the first with the rounding addend, got rounding addend with 0 addends; change the one or the other}}
  %y = rescale.apply %x * %m shift %s round addend : (i32, i8, i8) -> i8
  return
}

// -----

// apply_c3
func.func @apply_addend_superfluous(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{got rounding half_up with 1 addends; change the one or the other}}
  %y = rescale.apply %x * %m + %m shift %s round half_up : (i32, i8, i8, i8) -> i8
  return
}

// -----

// apply_c3
func.func @apply_half_even_pair(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{got rounding half_even with 2 addends; change the one or the other}}
  %y = rescale.apply %x * %m + %m negative %m shift %s round half_even : (i32, i8, i8, i8, i8) -> i8
  return
}

// -----

// apply_c3
func.func @apply_second_addend_alone(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{got rounding addend with 1 addends; change the one or the other}}
  %y = rescale.apply %x * %m negative %m shift %s round addend : (i32, i8, i8, i8) -> i8
  return
}

// -----

// apply_c4
func.func @apply_bits(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires multiplicand_bits of at most 7, got 8; use a wider operand or unsigned_multiplicand}}
  %y = rescale.apply %x * %m shift %s round floor {multiplicand_bits = 8} : (i32, i8, i8) -> i8
  return
}

// -----

// apply_c4
func.func @apply_bits_unsigned(%x: i32, %m: vector<2xi16>, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires multiplicand_bits of at most 32, got 33; use a wider operand or unsigned_multiplicand}}
  %y = rescale.apply %x * %x shift %s round floor unsigned_multiplicand {multiplicand_bits = 33} : (i32, i32, i8) -> i8
  return
}

// -----

// apply_c4
func.func @apply_bits_negative(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{attribute 'multiplicand_bits' failed to satisfy constraint: 64-bit signless integer attribute whose value is non-negative}}
  %y = rescale.apply %x * %m shift %s round floor {multiplicand_bits = -1} : (i32, i8, i8) -> i8
  return
}

// -----

// apply_c5
func.func @apply_shift_range(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires an ordered shift_range within [0, 63], got [0, 64]; bound the operand or leave the promise out}}
  %y = rescale.apply %x * %m shift %s round floor {shift_range = array<i64: 0, 64>} : (i32, i8, i8) -> i8
  return
}

// -----

// apply_c5
func.func @apply_shift_range_unordered(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires an ordered shift_range within [0, 63], got [9, 8]; bound the operand or leave the promise out}}
  %y = rescale.apply %x * %m shift %s round floor {shift_range = array<i64: 9, 8>} : (i32, i8, i8) -> i8
  return
}

// -----

// apply_c5
func.func @apply_input_range(%x: i8, %m: i8, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires an ordered input_range within [-128, 127], got [0, 128]; bound the operand or leave the promise out}}
  %y = rescale.apply %x * %m shift %s round floor {input_range = array<i64: 0, 128>} : (i8, i8, i8) -> i8
  return
}

// -----

// apply_c5
func.func @apply_input_range_unsigned(%x: i8, %m: i8, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires an ordered input_range within [0, 255], got [-1, 128]; bound the operand or leave the promise out}}
  %y = rescale.apply %x * %m shift %s round floor unsigned_input {input_range = array<i64: -1, 128>} : (i8, i8, i8) -> i8
  return
}

// -----

// apply_c5
func.func @apply_addend_range(%x: i8, %m: i8, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires an ordered addend_range within [-9223372036854775808, 9223372036854775807], got [1, 0]; bound the operand or leave the promise out}}
  %y = rescale.apply %x * %m + %m shift %s round addend {addend_range = array<i64: 1, 0>} : (i8, i8, i8, i8) -> i8
  return
}

// -----

// apply_c5
func.func @apply_shift_range_entries(%x: i8, %m: i8, %s: i8) {
  // expected-error @+1 {{attribute 'shift_range' failed to satisfy constraint: range of the shift, least and greatest value}}
  %y = rescale.apply %x * %m shift %s round floor {shift_range = array<i64: 1>} : (i8, i8, i8) -> i8
  return
}

// -----

// apply_c5
func.func @apply_input_range_entries(%x: i8, %m: i8, %s: i8) {
  // expected-error @+1 {{attribute 'input_range' failed to satisfy constraint: range of the input, least and greatest value}}
  %y = rescale.apply %x * %m shift %s round floor {input_range = array<i64: 1, 2, 3>} : (i8, i8, i8) -> i8
  return
}

// -----

// apply_c5
func.func @apply_addend_range_entries(%x: i8, %m: i8, %s: i8) {
  // expected-error @+1 {{attribute 'addend_range' failed to satisfy constraint: range of the addends, least and greatest value}}
  %y = rescale.apply %x * %m + %m shift %s round addend {addend_range = [1, 2]} : (i8, i8, i8, i8) -> i8
  return
}

// -----

// apply_c6
func.func @apply_addend_range_alone(%x: i8, %m: i8, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires an addend where an addend_range is promised, got none; leave the promise out}}
  %y = rescale.apply %x * %m shift %s round floor {addend_range = array<i64: 0, 1>} : (i8, i8, i8) -> i8
  return
}

// -----

// apply_c7
func.func @apply_input_zero_point(%x: i8, %m: i8, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires input_zero_point from -128 to 127, got 128; choose a value of its type}}
  %y = rescale.apply %x * %m shift %s round floor input_zero_point 128 : (i8, i8, i8) -> i8
  return
}

// -----

// apply_c7
func.func @apply_zero_point(%x: vector<2xi8>) {
  // expected-error @+1 {{'rescale.apply' op requires zero_point from 0 to 15, got 16; choose a value of its type}}
  %y = rescale.apply %x * %x shift %x round floor zero_point 16 unsigned_result : (vector<2xi8>, vector<2xi8>, vector<2xi8>) -> vector<2xi4>
  return
}

// -----

// apply_c7
func.func @apply_input_zero_point_type(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{attribute 'input_zero_point' failed to satisfy constraint: 64-bit signless integer attribute}}
  %y = "rescale.apply"(%x, %m, %s) <{input_zero_point = 1 : i32, operandSegmentSizes = array<i32: 1, 1, 0, 0, 1>, rounding = #rescale<rounding floor>}> : (i32, i8, i8) -> i8
  return
}

// -----

// apply_c7
func.func @apply_zero_point_type(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{Invalid attribute `zero_point` in property conversion}}
  %y = "rescale.apply"(%x, %m, %s) <{operandSegmentSizes = array<i32: 1, 1, 0, 0, 1>, rounding = #rescale<rounding floor>, zero_point = 1.0}> : (i32, i8, i8) -> i8
  return
}

// -----

// apply_c8
func.func @apply_clamp(%x: i8, %m: i8, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires an ordered clamp within [-128, 127], got [0, 128]; choose codes of the result type}}
  %y = rescale.apply %x * %m shift %s round floor clamp [0, 128] : (i8, i8, i8) -> i8
  return
}

// -----

// apply_c8
func.func @apply_clamp_entries(%x: i8, %m: i8, %s: i8) {
  // expected-error @+1 {{attribute 'clamp' failed to satisfy constraint: clamp bounds, least and greatest value}}
  %y = rescale.apply %x * %m shift %s round floor clamp [] : (i8, i8, i8) -> i8
  return
}

// -----

func.func @apply_rounding_missing(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires attribute 'rounding'}}
  %y = "rescale.apply"(%x, %m, %s) <{operandSegmentSizes = array<i32: 1, 1, 0, 0, 1>}> : (i32, i8, i8) -> i8
  return
}

// -----

func.func @apply_rounding_type(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{Invalid attribute `rounding` in property conversion}}
  %y = "rescale.apply"(%x, %m, %s) <{operandSegmentSizes = array<i32: 1, 1, 0, 0, 1>, rounding = "floor"}> : (i32, i8, i8) -> i8
  return
}

// -----

func.func @apply_shift_missing(%x: i32, %m: i8) {
  // expected-error @+1 {{expected 'shift'}}
  %y = rescale.apply %x * %m round floor : (i32, i8) -> i8
  return
}

// -----

// apply_c9

func.func @apply_addend_shift_rounding(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires the rounding addend for an addend_shift, got half_up; leave the addend_shift out}}
  %y = rescale.apply %x * %m shift %s round half_up {addend_shift = 8} : (i32, i8, i8) -> i8
  return
}

// -----

func.func @apply_addend_shift_width(%x: i32, %m: i8, %s: i8, %b: i64) {
  // expected-error @+1 {{'rescale.apply' op requires addends of at most 32 bits beside an addend_shift of 32, got 64; use a narrower operand or a lesser addend_shift}}
  %y = rescale.apply %x * %m + %b shift %s round addend {addend_shift = 32} : (i32, i8, i64, i8) -> i8
  return
}

// -----

func.func @apply_addend_shift_range(%x: i32, %m: i8, %s: i8, %b: i8) {
  // expected-error @+1 {{attribute 'addend_shift' failed to satisfy constraint}}
  %y = rescale.apply %x * %m + %b shift %s round addend {addend_shift = 33} : (i32, i8, i8, i8) -> i8
  return
}

// -----

func.func @apply_addend_half(%x: i32, %m: i8, %s: i8, %b: i8) {
  // expected-error @+1 {{'rescale.apply' op requires an addend_shift of at least 1 for an addend_half, got 0; leave the addend_half out}}
  %y = rescale.apply %x * %m + %b shift %s round addend {addend_half} : (i32, i8, i8, i8) -> i8
  return
}

// -----

// apply_c10

func.func @apply_sum_range(%x: i32, %m: i8, %s: i8) {
  // expected-error @+1 {{'rescale.apply' op requires an ordered sum_range within [-9223372036854775808, 9223372036854775807], got [1, 0]; bound the operand or leave the promise out}}
  %y = rescale.apply %x * %m shift %s round floor {sum_range = array<i64: 1, 0>} : (i32, i8, i8) -> i8
  return
}
