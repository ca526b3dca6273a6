// Every error of rescale.requantize. The label above a case is the rule
// of docs/spec.md that it breaks.

// RUN: rescale-opt %s -split-input-file -verify-diagnostics

// requantize_c1: the input is no tensor of integers from 4 to 64 bits.
func.func @input_narrow(%x: tensor<2xi3>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of signless integer of 4 to 64 bits values, but got 'tensor<2xi3>'}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor : tensor<2xi3> -> tensor<2xi8>
  return
}

// -----

// requantize_c1
func.func @input_wide(%x: tensor<2xi65>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of signless integer of 4 to 64 bits values, but got 'tensor<2xi65>'}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor : tensor<2xi65> -> tensor<2xi8>
  return
}

// -----

// requantize_c1
func.func @input_unsigned_type(%x: tensor<2xui8>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of signless integer of 4 to 64 bits values, but got 'tensor<2xui8>'}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor : tensor<2xui8> -> tensor<2xi8>
  return
}

// -----

// requantize_c1
func.func @input_float(%x: tensor<2xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of signless integer of 4 to 64 bits values, but got 'tensor<2xf32>'}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor : tensor<2xf32> -> tensor<2xi8>
  return
}

// -----

// requantize_c1
func.func @input_index(%x: tensor<2xindex>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of signless integer of 4 to 64 bits values, but got 'tensor<2xindex>'}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor : tensor<2xindex> -> tensor<2xi8>
  return
}

// -----

// requantize_c1
func.func @input_unranked(%x: tensor<*xi32>) {
  // expected-error @+1 {{invalid kind of type specified: expected builtin.tensor, but found 'tensor<*xi32>'}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor : tensor<*xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c1: the result has no codes of 4 to 32 bits.
func.func @result_narrow(%x: tensor<2xi32>) {
  // expected-error @+1 {{result #0 must be ranked tensor of signless integer of 4 to 32 bits values, but got 'tensor<2xi3>'}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor : tensor<2xi32> -> tensor<2xi3>
  return
}

// -----

// requantize_c1
func.func @result_wide(%x: tensor<2xi32>) {
  // expected-error @+1 {{result #0 must be ranked tensor of signless integer of 4 to 32 bits values, but got 'tensor<2xi33>'}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor : tensor<2xi32> -> tensor<2xi33>
  return
}

// -----

// requantize_c2: the shapes differ.
func.func @shapes(%x: tensor<2xi32>) {
  // expected-error @+1 {{requires the same shape for all operands and results}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor : tensor<2xi32> -> tensor<3xi8>
  return
}

// -----

// requantize_c2
func.func @ranks(%x: tensor<2xi32>) {
  // expected-error @+1 {{requires the same shape for all operands and results}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor : tensor<2xi32> -> tensor<1x2xi8>
  return
}

// -----

// requantize_c3: the type of the multiplicands is no port.
func.func @port_signless(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires multiplicands of type ui1 to ui32 or si2 to si32 in a tensor of rank 1, got 'tensor<1xi8>'; write the width of their port, as in tensor<1xui8>}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xi8> shift [0] round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c3
func.func @port_wide(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires multiplicands of type ui1 to ui32 or si2 to si32 in a tensor of rank 1, got 'tensor<1xui33>'; write the width of their port, as in tensor<1xui8>}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui33> shift [0] round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c3: one bit of si1 is the sign and leaves none for a magnitude.
func.func @port_signed_bit(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires multiplicands of type ui1 to ui32 or si2 to si32 in a tensor of rank 1, got 'tensor<1xsi1>'; write the width of their port, as in tensor<1xui8>}}
  %y = rescale.requantize %x mul dense<0> : tensor<1xsi1> shift [0] round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c3
func.func @port_of_no_bits(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires multiplicands of type ui1 to ui32 or si2 to si32 in a tensor of rank 1, got 'tensor<1xui0>'; write the width of their port, as in tensor<1xui8>}}
  %y = rescale.requantize %x mul dense<0> : tensor<1xui0> shift [0] round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c3
func.func @multiplicands_vector(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires multiplicands of type ui1 to ui32 or si2 to si32 in a tensor of rank 1, got 'vector<1xui8>'; write the width of their port, as in tensor<1xui8>}}
  %y = rescale.requantize %x mul dense<1> : vector<1xui8> shift [0] round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c3
func.func @multiplicands_scalar(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires multiplicands of type ui1 to ui32 or si2 to si32 in a tensor of rank 1, got 'tensor<ui8>'; write the width of their port, as in tensor<1xui8>}}
  %y = rescale.requantize %x mul dense<1> : tensor<ui8> shift [0] round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c3
func.func @multiplicands_matrix(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires multiplicands of type ui1 to ui32 or si2 to si32 in a tensor of rank 1, got 'tensor<1x1xui8>'; write the width of their port, as in tensor<1xui8>}}
  %y = rescale.requantize %x mul dense<1> : tensor<1x1xui8> shift [0] round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c3
func.func @multiplicands_float(%x: tensor<2xi32>) {
  // expected-error @+1 {{invalid kind of attribute specified}}
  %y = rescale.requantize %x mul dense<1.0> : tensor<1xf32> shift [0] round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c3
func.func @multiplicands_resource(%x: tensor<2xi32>) {
  // expected-error @+1 {{invalid kind of attribute specified}}
  %y = rescale.requantize %x mul dense_resource<blob> : tensor<1xui8> shift [0] round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

{-# dialect_resources: { builtin: { blob: "0x0800000001" } } #-}

// -----

// requantize_c3
func.func @multiplicand_negative(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires multiplicands of at least 0, got -1; negate what is multiplied instead}}
  %y = rescale.requantize %x mul dense<[3, -1]> : tensor<2xsi8> shift [0] axis 0 round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c4
func.func @shift_negative(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires shifts from 0 to 63, got -1; scale the multiplicand by a power of two}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [-1] round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c4
func.func @shift_long(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires shifts from 0 to 63, got 64; scale the multiplicand by a power of two}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [63, 64] axis 0 round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c4
func.func @shift_type(%x: tensor<2xi32>) {
  // expected-error @+1 {{Invalid attribute `shifts` in property conversion}}
  %y = "rescale.requantize"(%x) <{multiplicands = dense<1> : tensor<1xui8>, shifts = array<i32: 0>, rounding = #rescale<rounding floor>}> : (tensor<2xi32>) -> tensor<2xi8>
  return
}

// -----

// requantize_c5
func.func @axis_negative(%x: tensor<2xi32>) {
  // expected-error @+1 {{attribute 'axis' failed to satisfy constraint: 64-bit signless integer attribute whose value is non-negative}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] axis -1 round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c5
func.func @axis_beyond_rank(%x: tensor<2x3xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires an axis below the rank 2, got 2; count dimensions from 0}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] axis 2 round floor : tensor<2x3xi32> -> tensor<2x3xi8>
  return
}

// -----

// requantize_c5
func.func @axis_of_scalar(%x: tensor<i32>) {
  // expected-error @+1 {{'rescale.requantize' op requires an axis below the rank 0, got 0; count dimensions from 0}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] axis 0 round floor : tensor<i32> -> tensor<i8>
  return
}

// -----

// requantize_c5
func.func @entries_without_axis(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires one entry of multiplicands where no axis is given, got 2; name the channels' dimension, as in axis 3}}
  %y = rescale.requantize %x mul dense<[1, 2]> : tensor<2xui8> shift [0] round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c5
func.func @no_entry(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires one entry of shifts where no axis is given, got 0; name the channels' dimension, as in axis 3}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [] round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c5
func.func @entries_and_channels(%x: tensor<2x3xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires 1 entry of shifts or 3, the size of dimension 1, got 2; give one for all or one for each}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [1, 2] axis 1 round floor : tensor<2x3xi32> -> tensor<2x3xi8>
  return
}

// -----

// requantize_c5
func.func @addend_entries_and_channels(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires 1 entry of addends or 2, the size of dimension 0, got 3; give one for all or one for each}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [1] axis 0 round addend addends [1, 2, 3] : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c5
func.func @negative_addend_entries_and_channels(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires 1 entry of negative_addends or 2, the size of dimension 0, got 3; give one for all or one for each}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [1] axis 0 round addend addends [1, 2] negative_addends [1, 1, 1] : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c5: no list is empty, not even where there is no channel.
func.func @no_channels(%x: tensor<0xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires 1 entry of multiplicands or 0, the size of dimension 0, got 0; give one for all or one for each}}
  %y = rescale.requantize %x mul dense<> : tensor<0xui8> shift [1] axis 0 round floor : tensor<0xi32> -> tensor<0xi8>
  return
}

// -----

// requantize_c5
func.func @dynamic_channels(%x: tensor<?xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires 1 entry of multiplicands or a static size of dimension 0, got 2 and a dynamic size; make the shape static}}
  %y = rescale.requantize %x mul dense<[1, 2]> : tensor<2xui8> shift [1] axis 0 round floor : tensor<?xi32> -> tensor<?xi8>
  return
}

// -----

// requantize_c6
func.func @addends_missing(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires addends exactly with the rounding addend, and negative_addends only beside them, got rounding addend without addends and without negative_addends; change the one or the other}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round addend : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c6
func.func @addends_superfluous(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires addends exactly with the rounding addend, and negative_addends only beside them, got rounding floor with addends and without negative_addends; change the one or the other}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor addends [1] : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c6
func.func @negative_addends_alone(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires addends exactly with the rounding addend, and negative_addends only beside them, got rounding floor without addends and with negative_addends; change the one or the other}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor negative_addends [1] : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c6
func.func @addends_type(%x: tensor<2xi32>) {
  // expected-error @+1 {{Invalid attribute `addends` in property conversion}}
  %y = "rescale.requantize"(%x) <{addends = array<i32: 1>, multiplicands = dense<1> : tensor<1xui8>, shifts = array<i8: 0>, rounding = #rescale<rounding addend>}> : (tensor<2xi32>) -> tensor<2xi8>
  return
}

// -----

// requantize_c6
func.func @negative_addends_type(%x: tensor<2xi32>) {
  // expected-error @+1 {{Invalid attribute `negative_addends` in property conversion}}
  %y = "rescale.requantize"(%x) <{addends = array<i64: 1>, negative_addends = [1], multiplicands = dense<1> : tensor<1xui8>, shifts = array<i8: 0>, rounding = #rescale<rounding addend>}> : (tensor<2xi32>) -> tensor<2xi8>
  return
}

// -----

// requantize_c7: floor((-3 + 11) / 4) = 2 at d = -1, floor(3 / 4) = 0 at d = 0.
func.func @addends_fall(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires a pair of addends whose code does not fall from d = -1 to d = 0, got 11 and 3 in channel 1; lower the negative one}}
  %y = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] axis 0 round addend addends [8, 3] negative_addends [11] : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c8
func.func @input_zero_point_low(%x: tensor<2xi8>) {
  // expected-error @+1 {{'rescale.requantize' op requires input_zero_point from -128 to 127, got -129; choose a value of its type}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor input_zero_point -129 : tensor<2xi8> -> tensor<2xi8>
  return
}

// -----

// requantize_c8
func.func @input_zero_point_unsigned(%x: tensor<2xi8>) {
  // expected-error @+1 {{'rescale.requantize' op requires input_zero_point from 0 to 255, got 256; choose a value of its type}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor input_zero_point 256 unsigned_input : tensor<2xi8> -> tensor<2xi8>
  return
}

// -----

// requantize_c8: the attribute holds the lower half of the unsigned 64-bit range.
func.func @input_zero_point_unsigned_64(%x: tensor<2xi64>) {
  // expected-error @+1 {{'rescale.requantize' op requires input_zero_point from 0 to 9223372036854775807, got -1; choose a value of its type}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor input_zero_point -1 unsigned_input : tensor<2xi64> -> tensor<2xi8>
  return
}

// -----

// requantize_c8
func.func @zero_point_high(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires zero_point from -8 to 7, got 8; choose a value of its type}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor zero_point 8 : tensor<2xi32> -> tensor<2xi4>
  return
}

// -----

// requantize_c8
func.func @zero_point_unsigned(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires zero_point from 0 to 255, got -1; choose a value of its type}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor zero_point -1 unsigned_result : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c8
func.func @input_zero_point_type(%x: tensor<2xi32>) {
  // expected-error @+1 {{attribute 'input_zero_point' failed to satisfy constraint: 64-bit signless integer attribute}}
  %y = "rescale.requantize"(%x) <{input_zero_point = 0 : i8, multiplicands = dense<1> : tensor<1xui8>, shifts = array<i8: 0>, rounding = #rescale<rounding floor>}> : (tensor<2xi32>) -> tensor<2xi8>
  return
}

// -----

// requantize_c8
func.func @zero_point_type(%x: tensor<2xi32>) {
  // expected-error @+1 {{attribute 'zero_point' failed to satisfy constraint: 64-bit signless integer attribute}}
  %y = "rescale.requantize"(%x) <{zero_point = 0 : i8, multiplicands = dense<1> : tensor<1xui8>, shifts = array<i8: 0>, rounding = #rescale<rounding floor>}> : (tensor<2xi32>) -> tensor<2xi8>
  return
}

// -----

// requantize_c9
func.func @clamp_unordered(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires an ordered clamp within [-128, 127], got [1, 0]; choose codes of the result type}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor clamp [1, 0] : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c9
func.func @clamp_low(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires an ordered clamp within [-128, 127], got [-129, 0]; choose codes of the result type}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor clamp [-129, 0] : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c9
func.func @clamp_unsigned(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires an ordered clamp within [0, 4294967295], got [0, 4294967296]; choose codes of the result type}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor clamp [0, 4294967296] unsigned_result : tensor<2xi32> -> tensor<2xi32>
  return
}

// -----

// requantize_c9
func.func @clamp_entries(%x: tensor<2xi32>) {
  // expected-error @+1 {{attribute 'clamp' failed to satisfy constraint: clamp bounds, least and greatest value}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor clamp [0] : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// requantize_c1
func.func @unsigned_input_value(%x: tensor<2xi32>) {
  // expected-error @+1 {{Invalid attribute `unsigned_input` in property conversion}}
  %y = "rescale.requantize"(%x) <{multiplicands = dense<1> : tensor<1xui8>, shifts = array<i8: 0>, rounding = #rescale<rounding floor>, unsigned_input = false}> : (tensor<2xi32>) -> tensor<2xi8>
  return
}

// -----

// requantize_c1
func.func @unsigned_result_value(%x: tensor<2xi32>) {
  // expected-error @+1 {{Invalid attribute `unsigned_result` in property conversion}}
  %y = "rescale.requantize"(%x) <{multiplicands = dense<1> : tensor<1xui8>, shifts = array<i8: 0>, rounding = #rescale<rounding floor>, unsigned_result = false}> : (tensor<2xi32>) -> tensor<2xi8>
  return
}

// -----

func.func @rounding_missing(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires attribute 'rounding'}}
  %y = "rescale.requantize"(%x) <{multiplicands = dense<1> : tensor<1xui8>, shifts = array<i8: 0>}> : (tensor<2xi32>) -> tensor<2xi8>
  return
}

// -----

func.func @multiplicands_missing(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires attribute 'multiplicands'}}
  %y = "rescale.requantize"(%x) <{rounding = #rescale<rounding floor>, shifts = array<i8: 0>}> : (tensor<2xi32>) -> tensor<2xi8>
  return
}

// -----

func.func @shifts_missing(%x: tensor<2xi32>) {
  // expected-error @+1 {{'rescale.requantize' op requires attribute 'shifts'}}
  %y = "rescale.requantize"(%x) <{multiplicands = dense<1> : tensor<1xui8>, rounding = #rescale<rounding floor>}> : (tensor<2xi32>) -> tensor<2xi8>
  return
}

// -----

func.func @rounding_type(%x: tensor<2xi32>) {
  // expected-error @+1 {{Invalid attribute `rounding` in property conversion}}
  %y = "rescale.requantize"(%x) <{multiplicands = dense<1> : tensor<1xui8>, rounding = 2 : i32, shifts = array<i8: 0>}> : (tensor<2xi32>) -> tensor<2xi8>
  return
}

// -----

// A word that is no rounding mode is a parse failure.
func.func @rounding_unknown(%x: tensor<2xi32>) {
  // expected-error @+2 {{expected one of [half_up, double, floor, half_even, half_away, addend] for a rounding mode, got: nearest}}
  // expected-error @+1 {{failed to parse Rescale_RoundingAttr parameter}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round nearest : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// A shift that no i8 holds is a parse failure.
func.func @shift_beyond_i8(%x: tensor<2xi32>) {
  // expected-error @+1 {{integer value too large}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [300] round floor : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// The optional parts stand in one order.
func.func @order(%x: tensor<2xi32>) {
  // expected-error @+1 {{expected ':'}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor clamp [0, 1] zero_point 3 : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

func.func @no_shift(%x: tensor<2xi32>) {
  // expected-error @+1 {{expected 'shift'}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> round floor : tensor<2xi32> -> tensor<2xi8>
  return
}
