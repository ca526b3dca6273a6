// Every error of the dialect's attributes. The label above a case is the rule of
// docs/spec.md that it breaks. The operations have a file each.

// RUN: rescale-opt %s -split-input-file -verify-diagnostics

// expected-error @+2 {{expected one of [half_up, double, floor, half_even, half_away, addend] for a rounding mode, got: nearest}}
// expected-error @+1 {{failed to parse Rescale_RoundingAttr parameter}}
func.func private @rounding_unknown_mode() attributes {mode = #rescale<rounding nearest>}

// -----

// expected-error @+1 {{unknown attribute `round` in dialect `rescale`}}
func.func private @attribute_unknown() attributes {mode = #rescale<round floor>}

// -----

// quantization_c1
// expected-error @+1 {{requires rescale.scale to be a positive f64, got 5.000000e-01 : f32; write the step of the codes, as in rescale.scale = 0.5 : f64}}
func.func private @scale_f32(tensor<4xi8> {rescale.scale = 0.5 : f32})

// -----

// quantization_c1
// expected-error @+1 {{requires rescale.scale to be a positive f64, got 0.000000e+00 : f64; write the step of the codes, as in rescale.scale = 0.5 : f64}}
func.func private @scale_zero() -> (tensor<4xi8> {rescale.scale = 0.0 : f64})

// -----

// quantization_c1
// expected-error @+1 {{requires rescale.scale to be a positive f64, got -5.000000e-01 : f64; write the step of the codes, as in rescale.scale = 0.5 : f64}}
func.func private @scale_negative(tensor<4xi8> {rescale.scale = -0.5 : f64})

// -----

// quantization_c1
// expected-error @+1 {{requires rescale.scale to be a positive f64, got 0x7FF0000000000000 : f64; write the step of the codes, as in rescale.scale = 0.5 : f64}}
func.func private @scale_infinite(tensor<4xi8> {rescale.scale = 0x7FF0000000000000 : f64})

// -----

// quantization_c2
// expected-error @+1 {{requires rescale.zero_point to be an i64 from -2147483648 to 4294967295, got -128 : i8; write the code of real 0, as in rescale.zero_point = -128 : i64}}
func.func private @zero_point_i8(tensor<4xi8> {rescale.zero_point = -128 : i8})

// -----

// quantization_c2: no code of 32 bits reaches it.
// expected-error @+1 {{requires rescale.zero_point to be an i64 from -2147483648 to 4294967295, got 4294967296 : i64; write the code of real 0, as in rescale.zero_point = -128 : i64}}
func.func private @zero_point_wide(tensor<4xi8> {rescale.zero_point = 4294967296 : i64})

// -----

// quantization_c3
// expected-error @+1 {{requires rescale.scale, rescale.zero_point or another known attribute on arguments and results, got 'rescale.offset'; remove it}}
func.func private @argument_attribute(tensor<4xi8> {rescale.offset = 1 : i64})

// -----

// quantization_c3
// expected-error @+1 {{requires rescale.scale, rescale.zero_point or another known attribute on arguments and results, got 'rescale.unit'; remove it}}
func.func private @result_attribute() -> (tensor<4xi8> {rescale.unit})

// -----

// quantization_c3
// expected-error @+1 {{requires a known attribute of the rescale dialect, got 'rescale.scale'; remove it}}
func.func private @operation_attribute() attributes {rescale.scale = 0.5 : f64}

// -----

// source_c1
// expected-error @+1 {{requires rescale.source to be a dictionary of the strings file, sha256 and importer on a module, got {file = "a.tflite", sha256 = "01"} on 'builtin.module'; let rescale import write it}}
module attributes {rescale.source = {file = "a.tflite", sha256 = "01"}} {}

// -----

// source_c1
// expected-error @+1 {{requires rescale.source to be a dictionary of the strings file, sha256 and importer on a module, got {file = "", importer = "b", sha256 = "01"} on 'builtin.module'; let rescale import write it}}
module attributes {rescale.source = {file = "", sha256 = "01", importer = "b"}} {}

// -----

// source_c1
// expected-error @+1 {{requires rescale.source to be a dictionary of the strings file, sha256 and importer on a module, got {file = "a", importer = "b", sha256 = "01"} on 'func.func'; let rescale import write it}}
func.func private @source() attributes {rescale.source = {file = "a", sha256 = "01", importer = "b"}}

// -----

// source_c2
// expected-error @+1 {{requires rescale.code_offset to be an i64, got -128 : i8; let rescale-make-signed write it}}
func.func private @code_offset(tensor<4xi8> {rescale.code_offset = -128 : i8})

// -----

// layer_c1
// expected-error @+1 {{requires rescale.name to be a string that is not empty, got ""; write a name, as in rescale.name = "input"}}
func.func private @name(tensor<4xi8> {rescale.name = ""})

// -----

// layer_c2
// expected-error @+1 {{requires rescale.arena to be a unit attribute of a buffer of bytes, got 8 : i64 on 'memref<8xi8>'; let rescale-plan-arena write it}}
func.func private @arena_size(memref<8xi8> {rescale.arena = 8})

// -----

// layer_c2
// expected-error @+1 {{requires rescale.arena to be a unit attribute of a buffer of bytes, got unit on 'memref<8xi32>'}}
func.func private @arena_words(memref<8xi32> {rescale.arena})

// -----

// layer_c2
// expected-error @+1 {{requires rescale.arena to be a unit attribute of a buffer of bytes, got unit on 'memref<?xi8>'}}
func.func private @arena_dynamic(memref<?xi8> {rescale.arena})

// -----

// layer_c2, quantization_c3: not on results.
// expected-error @+1 {{requires rescale.scale, rescale.zero_point or another known attribute on arguments and results, got 'rescale.arena'; remove it}}
func.func private @arena_result() -> (memref<8xi8> {rescale.arena})

// -----

// layer_c3
// expected-error @+1 {{requires rescale.layer to be a dictionary with a string name, arrays of strings ops and requantizations and the bounds accumulator in order, got "conv"; write it as in rescale.layer = {ops = ["tosa.conv2d"]}}}
func.func private @layer() attributes {rescale.layer = "conv"}

// -----

// layer_c3
// expected-error @+1 {{requires rescale.layer to be a dictionary with a string name, arrays of strings ops and requantizations and the bounds accumulator in order, got {ops = [1]}}}
func.func private @layer_ops() attributes {rescale.layer = {ops = [1]}}

// -----

// layer_c3
// expected-error @+1 {{requires rescale.layer to be a dictionary with a string name, arrays of strings ops and requantizations and the bounds accumulator in order, got {kind = "conv"}}}
func.func private @layer_unknown() attributes {rescale.layer = {kind = "conv"}}

// -----

// layer_c3
// expected-error @+1 {{requires rescale.layer to be a dictionary with a string name, arrays of strings ops and requantizations and the bounds accumulator in order, got {accumulator = array<i64: 1, 0>}}}
func.func private @layer_order() attributes {rescale.layer = {accumulator = array<i64: 1, 0>}}

// -----

// layer_c3
// expected-error @+1 {{requires rescale.layer to be a dictionary with a string name, arrays of strings ops and requantizations and the bounds accumulator in order, got {requantizations = "proved"}}}
func.func private @layer_requantizations() attributes {rescale.layer = {requantizations = "proved"}}

// -----

// layer_c3
func.func @layer_on_operation(%x: i32) -> i32 {
  // expected-error @+1 {{requires rescale.layer on a function, got it on 'arith.addi'; remove it}}
  %0 = arith.addi %x, %x {rescale.layer = {}} : i32
  return %0 : i32
}

// -----

// layer_c4
// expected-error @+1 {{requires rescale.arena to have size, alignment and lower_bound, each an i64 that is not negative, the alignment a power of two, got {alignment = 4 : i64, size = 8 : i64}; let rescale-plan-arena write it}}
func.func private @arena() attributes {rescale.arena = {size = 8, alignment = 4}}

// -----

// layer_c4
// expected-error @+1 {{requires rescale.arena to have size, alignment and lower_bound}}
func.func private @arena_unit() attributes {rescale.arena}

// -----

// layer_c4
// expected-error @+1 {{requires rescale.arena to have size, alignment and lower_bound, each an i64 that is not negative, the alignment a power of two, got {alignment = 12 : i64}}
func.func private @arena_alignment() attributes {rescale.arena = {size = 8, alignment = 12, lower_bound = 8}}

// -----

// layer_c5
// expected-error @+1 {{requires rescale.may_alias to be an array of numbers of other arguments, each once, got [2]; write them as in rescale.may_alias = [0]}}
func.func private @may_alias(tensor<4xi8>, tensor<4xi8> {rescale.may_alias = [2]})

// -----

// layer_c5
// expected-error @+1 {{requires rescale.may_alias to be an array of numbers of other arguments, each once, got array<i64: 0>}}
func.func private @may_alias_dense(tensor<4xi8>, tensor<4xi8> {rescale.may_alias = array<i64: 0>})

// -----

// layer_c5
// expected-error @+1 {{requires rescale.may_alias to be an array of numbers of other arguments, each once, got [1]}}
func.func private @may_alias_itself(tensor<4xi8>, tensor<4xi8> {rescale.may_alias = [1]})

// -----

// layer_c5
// expected-error @+1 {{requires rescale.may_alias to be an array of numbers of other arguments, each once, got [0, 0]}}
func.func private @may_alias_twice(tensor<4xi8>, tensor<4xi8> {rescale.may_alias = [0, 0]})

// -----

// layer_c6
// expected-error @+1 {{requires rescale.overlap to be an array of pairs of another argument's number, each once, and a distance in bytes, got [0, 64]; write them as in rescale.overlap = [[0, 64]]}}
func.func private @overlap(tensor<4xi8>, tensor<4xi8> {rescale.overlap = [0, 64]})

// -----

// layer_c6
// expected-error @+1 {{requires rescale.overlap to be an array of pairs of another argument's number, each once, and a distance in bytes, got [}}
func.func private @overlap_negative(tensor<4xi8>, tensor<4xi8> {rescale.overlap = [[0, -1]]})

// -----

// layer_c6
// expected-error @+1 {{requires rescale.overlap to be an array of pairs of another argument's number, each once, and a distance in bytes, got [}}
func.func private @overlap_twice(tensor<4xi8>, tensor<4xi8> {rescale.overlap = [[0, 1], [0, 2]]})

// -----

// layer_c7
// expected-error @+1 {{requires rescale.proved to have the bounds accumulator and partial_sums in order and a positive i64 may_wrap or no_overflow, got 1 : i64; let rescale-prove-overflow write it}}
func.func private @proved() attributes {rescale.proved = 1 : i64}

// -----

// layer_c7
// expected-error @+1 {{requires rescale.proved to have the bounds accumulator and partial_sums in order and a positive i64 may_wrap or no_overflow, got {partial_sums = array<i64: 1, 0>}}
func.func private @proved_order() attributes {rescale.proved = {partial_sums = array<i64: 1, 0>}}

// -----

// layer_c7
// expected-error @+1 {{requires rescale.proved to have the bounds accumulator and partial_sums in order and a positive i64 may_wrap or no_overflow, got {may_wrap = 1 : i64, no_overflow}}}
func.func private @proved_both() attributes {rescale.proved = {may_wrap = 1, no_overflow}}

// -----

// layer_c7
// expected-error @+1 {{requires rescale.proved to have the bounds accumulator and partial_sums in order and a positive i64 may_wrap or no_overflow, got {no_carry}}}
func.func private @proved_unknown() attributes {rescale.proved = {no_carry}}

// -----

// layer_c8
// expected-error @+1 {{requires rescale.entry_point to be a unit attribute of a public function, got unit on 'func.func'; let rescale-create-entry-point write it}}
func.func private @entry_point() attributes {rescale.entry_point}

// -----

// layer_c8
// expected-error @+1 {{requires rescale.entry_point to be a unit attribute of a public function, got "net" on 'func.func'}}
func.func @entry_point_string() attributes {rescale.entry_point = "net"} {
  return
}

// -----

// layer_c9
func.func @in_range_on_addition(%x: i32) -> i32 {
  // expected-error @+1 {{requires rescale.in_range to be a unit attribute of a shift, got unit on 'arith.addi'; let rescale-prove-overflow write it}}
  %0 = arith.addi %x, %x {rescale.in_range} : i32
  return %0 : i32
}

// -----

// layer_c9
func.func @in_range_with_value(%x: i32) -> i32 {
  // expected-error @+1 {{requires rescale.in_range to be a unit attribute of a shift, got true on 'arith.shli'}}
  %0 = arith.shli %x, %x {rescale.in_range = true} : i32
  return %0 : i32
}

// -----

// layer_c10
func.func @wraps_on_shift(%x: i32) -> i32 {
  // expected-error @+1 {{requires rescale.wraps to be a unit attribute of an addition, a subtraction, a multiplication or a shift to the left, got unit on 'arith.shrsi'; remove it}}
  %0 = arith.shrsi %x, %x {rescale.wraps} : i32
  return %0 : i32
}

// -----

// layer_c10
func.func @wraps_with_value(%x: i32) -> i32 {
  // expected-error @+1 {{a shift to the left, got true on 'arith.subi'}}
  %0 = arith.subi %x, %x {rescale.wraps = true} : i32
  return %0 : i32
}

// -----

// range_c1
// expected-error @+1 {{requires as many least as greatest accumulators, and at least one, got 2 and 1; write one of each for all channels, or for each}}
func.func private @range_sizes() attributes {range = #rescale.range<proved low [0, 1] high [2]>}

// -----

// range_c1
// expected-error @+1 {{requires a least accumulator of at most the greatest one, got 3 and 2 at index 1; swap them}}
func.func private @range_order() attributes {range = #rescale.range<observed low [0, 3] high [1, 2]>}

// -----

// range_c2
// expected-error @+1 {{requires rescale.proved_range to be a #rescale.range<proved ...> on rescale.requantize, got #rescale.range<proved low[0] high[1]> on func.func; remove it}}
func.func private @range_place() attributes {rescale.proved_range = #rescale.range<proved low [0] high [1]>}

// -----

// range_c2
func.func @range_kind(%x: tensor<2xi8>) {
  // expected-error @+1 {{requires rescale.proved_range to be a #rescale.range<proved ...> on rescale.requantize, got #rescale.range<observed low[0] high[1]> on rescale.requantize; remove it}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor {rescale.proved_range = #rescale.range<observed low [0] high [1]>} : tensor<2xi8> -> tensor<2xi8>
  return
}

// -----

// range_c2
func.func @range_other(%x: tensor<2xi8>) {
  // expected-error @+1 {{requires rescale.observed_range to be a #rescale.range<observed ...> on rescale.requantize, got 7 : i64 on rescale.requantize; remove it}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor {rescale.observed_range = 7} : tensor<2xi8> -> tensor<2xi8>
  return
}

// -----

// range_c3
func.func @range_entries(%x: tensor<3xi8>) {
  // expected-error @+1 {{requires rescale.observed_range to have one entry, or one for each channel along a static axis, got 2; let rescale-annotate-ranges write it}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] axis 0 round floor {rescale.observed_range = #rescale.range<observed low [0, 0] high [1, 1]>} : tensor<3xi8> -> tensor<3xi8>
  return
}

// -----

// range_c3
func.func @range_values(%x: tensor<3xi8>) {
  // expected-error @+1 {{requires rescale.proved_range to hold values of the input, got [0, 128] at index 0; let rescale-annotate-ranges write it}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor {rescale.proved_range = #rescale.range<proved low [0] high [128]>} : tensor<3xi8> -> tensor<3xi8>
  return
}

// -----

// The op's own rules come first: an axis that it does not have, and a range.
func.func @range_axis(%x: tensor<3xi8>) {
  // expected-error @+1 {{requires an axis below the rank 1, got 4; count dimensions from 0}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] axis 4 round floor {rescale.proved_range = #rescale.range<proved low [0, 0] high [1, 1]>} : tensor<3xi8> -> tensor<3xi8>
  return
}

// -----

// expected-error @+2 {{expected one of [proved, observed] for where a range comes from, got: guessed}}
// expected-error @+1 {{failed to parse Rescale_RangeAttr parameter 'kind'}}
func.func private @range_unknown() attributes {range = #rescale.range<guessed low [0] high [1]>}

// -----

// histogram_c1
func.func @histogram_elsewhere(%x: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error @+1 {{requires rescale.observed_histogram to be a dictionary of the arrays bin_bits, of i8, and sizes, of i64, and the lists bins and counts, of i64, on rescale.requantize, got another one on 'arith.addi'; let rescale calibrate write it}}
  %0 = arith.addi %x, %x {rescale.observed_histogram = {bin_bits = array<i8: 0>, sizes = array<i64: 1>, bins = dense<3> : tensor<1xi64>, counts = dense<1> : tensor<1xi64>}} : tensor<2xi8>
  return %0 : tensor<2xi8>
}

// -----

// histogram_c1: counts of i32.
func.func @histogram_type(%x: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error @+1 {{requires rescale.observed_histogram to be a dictionary of the arrays bin_bits, of i8, and sizes, of i64, and the lists bins and counts, of i64, on rescale.requantize, got another one on 'rescale.requantize'; let rescale calibrate write it}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor {rescale.observed_histogram = {bin_bits = array<i8: 0>, sizes = array<i64: 1>, bins = dense<3> : tensor<1xi64>, counts = dense<1> : tensor<1xi32>}} : tensor<2xi8> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// -----

// histogram_c2: one bin more than the sizes say.
func.func @histogram_sizes(%x: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error @+1 {{requires rescale.observed_histogram to have bin_bits from 0 to 62 and a positive size for each of its columns, and as many bins and counts as these sum to, got others; let rescale calibrate write it}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor {rescale.observed_histogram = {bin_bits = array<i8: 0>, sizes = array<i64: 1>, bins = dense<[3, 4]> : tensor<2xi64>, counts = dense<1> : tensor<2xi64>}} : tensor<2xi8> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// -----

// histogram_c2
func.func @histogram_width(%x: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error @+1 {{requires rescale.observed_histogram to have bin_bits from 0 to 62 and a positive size for each of its columns, and as many bins and counts as these sum to, got others; let rescale calibrate write it}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor {rescale.observed_histogram = {bin_bits = array<i8: 63>, sizes = array<i64: 1>, bins = dense<0> : tensor<1xi64>, counts = dense<1> : tensor<1xi64>}} : tensor<2xi8> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// -----

// histogram_c2: no data.
func.func @histogram_resource(%x: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error @+1 {{requires rescale.observed_histogram to have bin_bits from 0 to 62 and a positive size for each of its columns, and as many bins and counts as these sum to, got others; let rescale calibrate write it}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor {rescale.observed_histogram = {bin_bits = array<i8: 0>, sizes = array<i64: 1>, bins = dense_resource<bins> : tensor<1xi64>, counts = dense<1> : tensor<1xi64>}} : tensor<2xi8> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// -----

// histogram_c2
func.func @histogram_columns(%x: tensor<3xi8>) -> tensor<3xi8> {
  // expected-error @+1 {{requires rescale.observed_histogram to have one column, or one for each channel along a static axis, got 2; let rescale calibrate write it}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] axis 0 round floor {rescale.observed_histogram = {bin_bits = array<i8: 0, 0>, sizes = array<i64: 1, 1>, bins = dense<3> : tensor<2xi64>, counts = dense<1> : tensor<2xi64>}} : tensor<3xi8> -> tensor<3xi8>
  return %0 : tensor<3xi8>
}

// -----

// histogram_c3: the same bin twice.
func.func @histogram_order(%x: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error @+1 {{requires rescale.observed_histogram to have rising bins of values of the input and positive counts whose sum is less than 2^63, got others in column 0; let rescale calibrate write it}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor {rescale.observed_histogram = {bin_bits = array<i8: 0>, sizes = array<i64: 2>, bins = dense<3> : tensor<2xi64>, counts = dense<1> : tensor<2xi64>}} : tensor<2xi8> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// -----

// histogram_c3: from 128 on.
func.func @histogram_values(%x: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error @+1 {{requires rescale.observed_histogram to have rising bins of values of the input and positive counts whose sum is less than 2^63, got others in column 0; let rescale calibrate write it}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor {rescale.observed_histogram = {bin_bits = array<i8: 6>, sizes = array<i64: 1>, bins = dense<2> : tensor<1xi64>, counts = dense<1> : tensor<1xi64>}} : tensor<2xi8> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// -----

// histogram_c3
func.func @histogram_counts(%x: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error @+1 {{requires rescale.observed_histogram to have rising bins of values of the input and positive counts whose sum is less than 2^63, got others in column 0; let rescale calibrate write it}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [0] round floor {rescale.observed_histogram = {bin_bits = array<i8: 0>, sizes = array<i64: 2>, bins = dense<[3, 4]> : tensor<2xi64>, counts = dense<[1, 0]> : tensor<2xi64>}} : tensor<2xi8> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// -----

// moment_c1
func.func @mean_elsewhere(%x: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error @+1 {{requires "rescale.input_mean" on tosa.conv2d, tosa.depthwise_conv2d or tosa.matmul with static weights of one batch, got it on 'arith.addi'; remove it}}
  %0 = arith.addi %x, %x {rescale.input_mean = dense<1.0> : tensor<2xf64>} : tensor<2xi8>
  return %0 : tensor<2xi8>
}

// -----

// moment_c1: each batch of the weights meets inputs of its own.
func.func @mean_batches(%x: tensor<2x1x2xi8>, %w: tensor<2x2x2xi8>, %z: tensor<1xi8>) -> tensor<2x1x2xi32> {
  // expected-error @+1 {{requires "rescale.input_mean" on tosa.conv2d, tosa.depthwise_conv2d or tosa.matmul with static weights of one batch, got it on 'tosa.matmul'; remove it}}
  %0 = tosa.matmul %x, %w, %z, %z {rescale.input_mean = dense<1.0> : tensor<2xf64>} : (tensor<2x1x2xi8>, tensor<2x2x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<2x1x2xi32>
  return %0 : tensor<2x1x2xi32>
}

// -----

// moment_c2: a row of the weights has 3 elements.
func.func @mean_shape(%x: tensor<1x2x3xi8>, %w: tensor<1x3x4xi8>, %z: tensor<1xi8>) -> tensor<1x2x4xi32> {
  // expected-error @+1 {{requires "rescale.input_mean" of type 'tensor<3xf64>', got 'tensor<2xf64>'; let rescale calibrate write it}}
  %0 = tosa.matmul %x, %w, %z, %z {rescale.input_mean = dense<1.0> : tensor<2xf64>} : (tensor<1x2x3xi8>, tensor<1x3x4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x4xi32>
  return %0 : tensor<1x2x4xi32>
}

// -----

// moment_c2: one for each of 2 channels.
func.func @moment_shape(%x: tensor<1x4x4x2xi8>, %w: tensor<1x3x2x1xi8>, %b: tensor<2xi32>, %z: tensor<1xi8>) -> tensor<1x4x2x2xi32> {
  // expected-error @+1 {{requires "rescale.input_moment" of type 'tensor<2x3x3xf64>', got 'tensor<3x3xf64>'; let rescale calibrate write it}}
  %0 = tosa.depthwise_conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.input_moment = dense<1.0> : tensor<3x3xf64>}
    : (tensor<1x4x4x2xi8>, tensor<1x3x2x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x2x2xi32>
  return %0 : tensor<1x4x2x2xi32>
}

// -----

// moment_c2
func.func @mean_no_tensor(%x: tensor<1x2x3xi8>, %w: tensor<1x3x4xi8>, %z: tensor<1xi8>) -> tensor<1x2x4xi32> {
  // expected-error @+1 {{requires "rescale.input_mean" of type 'tensor<3xf64>', got another attribute; let rescale calibrate write it}}
  %0 = tosa.matmul %x, %w, %z, %z {rescale.input_mean = 1.0 : f64} : (tensor<1x2x3xi8>, tensor<1x3x4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x4xi32>
  return %0 : tensor<1x2x4xi32>
}

// -----

// moment_c3
func.func @mean_not_finite(%x: tensor<1x2x1xi8>, %w: tensor<1x1x4xi8>, %z: tensor<1xi8>) -> tensor<1x2x4xi32> {
  // expected-error @+1 {{requires "rescale.input_mean" to have finite values, got others or none; let rescale calibrate write it}}
  %0 = tosa.matmul %x, %w, %z, %z {rescale.input_mean = dense<0x7FF0000000000000> : tensor<1xf64>} : (tensor<1x2x1xi8>, tensor<1x1x4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x4xi32>
  return %0 : tensor<1x2x4xi32>
}

// -----

// moment_c3: no data.
func.func @mean_resource(%x: tensor<1x2x1xi8>, %w: tensor<1x1x4xi8>, %z: tensor<1xi8>) -> tensor<1x2x4xi32> {
  // expected-error @+1 {{requires "rescale.input_mean" to have finite values, got others or none; let rescale calibrate write it}}
  %0 = tosa.matmul %x, %w, %z, %z {rescale.input_mean = dense_resource<mean> : tensor<1xf64>} : (tensor<1x2x1xi8>, tensor<1x1x4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x4xi32>
  return %0 : tensor<1x2x4xi32>
}
