// Every rule of #rescale.target, broken.

// RUN: rescale-opt %s -split-input-file -verify-diagnostics

// target_c1
// expected-error@+1 {{requires a name, got ""; name the machine}}
#t = #rescale.target<"", multiplicand = ui8>

// -----

// target_c1: a misspelt preset.
// expected-error@+1 {{requires the name of a preset, got "ne61"; the presets are cortex-m0, cortex-m4, rv32im, aarch64, host, tosa16, tosa32, cmsis-nn, xnnpack16, ne16, gap-sq8, cv18xx, cv18xx-qdm, nvdla, ethos-u55, and one's own target has fields}}
#t = #rescale.target<"ne61">

// -----

// target_c1
// expected-error@+1 {{requires the name of a preset, got "ne61"}}
#t = #rescale.target<"ours" like "ne61">

// -----

// target_c1: what other fields a preset has would not be told from its name.
// expected-error@+1 {{requires a name of its own for a target with fields, got that of the preset "ne16"; write "mine" like "ne16"}}
#t = #rescale.target<"ne16", multiplicand = ui7>

// -----

// target_c1
// expected-error@+1 {{requires a field of targets, got bits; docs/Dialect.md has them}}
#t = #rescale.target<"ours", bits = 7>

// -----

// target_c1
// expected-error@+1 {{requires each field once, got clamp again; remove one}}
#t = #rescale.target<"ours", clamp = any, clamp = type>

// -----

// target_c2
// expected-error@+1 {{requires multiplicand to be the type of a port, got 'i8'; write it as in multiplicand = ui8}}
#t = #rescale.target<"ours", multiplicand = i8>

// -----

// target_c2: 0 bits.
// expected-error@+1 {{requires a port of ui1 to ui32 or si2 to si32, got ui0; no multiplicand fits another one}}
#t = #rescale.target<"ours", multiplicand = ui0>

// -----

// target_c2: a sign and nothing else.
// expected-error@+1 {{requires a port of ui1 to ui32 or si2 to si32, got si1}}
#t = #rescale.target<"ours", multiplicand = si1>

// -----

// target_c2
// expected-error@+1 {{requires a port of ui1 to ui32 or si2 to si32, got ui33}}
#t = #rescale.target<"ours", multiplicand = ui33>

// -----

// target_c3: no shift at all.
// expected-error@+1 {{requires shifts from 0 to 63 in order, got [9, 8]; give the least and the greatest}}
#t = #rescale.target<"ours", shift = [9, 8]>

// -----

// target_c3
// expected-error@+1 {{requires shifts from 0 to 63 in order, got [0, 64]}}
#t = #rescale.target<"ours", shift = [0, 64]>

// -----

// target_c4
// expected-error@+1 {{requires product_bits from 1 to 128, got 0; give the register's width}}
#t = #rescale.target<"ours", product_bits = 0>

// -----

// target_c4
// expected-error@+1 {{requires accumulator_bits from 1 to 64, got 65; give the register's width}}
#t = #rescale.target<"ours", accumulator_bits = 65>

// -----

// target_c4
// expected-error@+1 {{requires addend_bits from 1 to 64, got 0; give the register's width}}
#t = #rescale.target<"ours", addend_bits = 0>

// -----

// target_c5
// expected-error@+1 {{requires at least one rounding mode and not addend, got none; the field addend has what an addend may be}}
#t = #rescale.target<"ours", rounding = []>

// -----

// target_c5
// expected-error@+1 {{requires at least one rounding mode and not addend, got addend; the field addend has what an addend may be}}
#t = #rescale.target<"ours", rounding = [half_up, addend]>

// -----

// target_c5
// expected-error@+1 {{requires rounding to be one of half_up, double, floor, half_even, half_away, addend, got up; choose one of them}}
#t = #rescale.target<"ours", rounding = [up]>

// -----

// target_c6
// expected-error@+1 {{requires shift_per = layer with multiplicand_per = layer, got channel; change the one or the other}}
#t = #rescale.target<"ours", multiplicand_per = layer>

// -----

// target_c6
// expected-error@+1 {{requires shift_per to be one of channel, layer, got tensor; choose one of them}}
#t = #rescale.target<"ours", shift_per = tensor>

// -----

// target_c7
// expected-error@+1 {{requires widths of 1 to 64 in result_bits, got 0; remove it}}
#t = #rescale.target<"ours", result_bits = [0]>

// -----

// target_c7
// expected-error@+1 {{requires input_zero_point to be none or any, got in_addend; choose one of them}}
#t = #rescale.target<"ours", input_zero_point = in_addend>

// -----

// target_c8
// expected-error@+1 {{requires 1 to 64 bits of a parameter, got 0 of shift; give its width in memory}}
#t = #rescale.target<"ours", layout = columns [shift : 0]>

// -----

// target_c8
// expected-error@+1 {{requires each parameter once in layout, got shift again; remove one}}
#t = #rescale.target<"ours", layout = columns [shift : 8, padding : 8, padding : 8, shift : 8]>

// -----

// target_c8
// expected-error@+1 {{requires a parameter to be one of multiplicand, shift, addend, negative_addend, bias, zero_point, clamp_min, clamp_max, padding, got scale; choose one of them}}
#t = #rescale.target<"ours", layout = columns [scale : 8]>

// -----

// target_c8: what is legalized for 32 bits is not packed into 8.
// expected-error@+1 {{requires a layout that holds what other fields admit, got multiplicand : 8 for ui32; say layout = columns [multiplicand : 32], or multiplicand = ui8}}
#t = #rescale.target<"ours", layout = columns [multiplicand : 8]>

// -----

// target_c8: that of the preset.
// expected-error@+1 {{requires a layout that holds what other fields admit, got multiplicand : 8 for ui16; say layout = columns [multiplicand : 16, shift : 8, addend : 32], or multiplicand = ui8}}
#t = #rescale.target<"ours" like "ne16", multiplicand = ui16>

// -----

// target_c8
// expected-error@+1 {{got shift : 4 for shifts up to 16, multiplicand : 1 for si2; say layout = records [shift : 5, multiplicand : 2], or shift = [15, 15], multiplicand = ui1}}
#t = #rescale.target<"ours", multiplicand = si2, shift = [16, 16], layout = records [shift : 4, multiplicand : 1]>

// -----

// target_c8
// expected-error@+1 {{got addend : 17 for addend_bits = 18, negative_addend : 16 for addend_bits = 18; say layout = columns [addend : 18, negative_addend : 18], or addend_bits = 16}}
#t = #rescale.target<"ours", addend = by_sign, addend_bits = 18, layout = columns [addend : 17, negative_addend : 16]>

// -----

// target_c8
// expected-error@+1 {{got bias : 40 for addend_bits = 64; say layout = columns [bias : 64], or addend_bits = 40}}
#t = #rescale.target<"ours", addend = in_bias, layout = columns [bias : 40]>

// -----

// Biases that no addend is in are the layers' own, as zero points and clamps are.
#t = #rescale.target<"ours", multiplicand = si31, shift = [0, 15], addend = none, layout = columns [multiplicand : 31, shift : 4, addend : 1, bias : 16, zero_point : 1, clamp_min : 1]>

// -----

// expected-error@+1 {{requires each entry once in input_bits, got 8 again; remove one}}
#t = #rescale.target<"ours", input_bits = [8, 16, 8]>

// -----

// expected-error@+1 {{requires each entry once in rounding, got floor again; remove one}}
#t = #rescale.target<"ours", rounding = [floor, half_up, floor]>

// -----

// The one of the preset may be said again.
// expected-error@+1 {{requires each entry once in costs, got load again; remove one}}
#t = #rescale.target<"ours" like "cortex-m4", costs = {load = 2, mul64 = 4, load = 3}>

// -----

// expected-error@+1 {{requires a cost to be one of mul32, mul64, add32, add64, shift32, shift64, variable_shift32, variable_shift64, select, load, mul_high, saturate, rounding_mul_high, rounding_mul_high16, mul16, got div; choose one of them}}
#t = #rescale.target<"ours", costs = {div = 3}>

// -----

// target_c9
// expected-error@+1 {{requires rescale.target to be a #rescale.target<...> on a module, a function or rescale.requantize, got 3 : i64 on builtin.module; remove it}}
module attributes {rescale.target = 3} {}

// -----

func.func @elsewhere() {
  // target_c9
  // expected-error@+1 {{requires rescale.target to be a #rescale.target<...> on a module, a function or rescale.requantize, got #rescale.target<"ne16"> on arith.constant; remove it}}
  %c = arith.constant {rescale.target = #rescale.target<"ne16">} 1 : i32
  return
}

// -----

// expected-error@+1 {{requires numbers of 0 to 2^32 - 1, got -1; choose one of them}}
module attributes {rescale.target = #rescale.target<"npu", costs = {mul64 = -1}>} {}

// -----

// expected-error@+1 {{requires numbers of 0 to 2^32 - 1, got 4294967296; choose one of them}}
module attributes {rescale.target = #rescale.target<"npu", product_bits = 4294967296>} {}
