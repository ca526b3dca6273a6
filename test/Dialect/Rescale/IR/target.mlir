// What a machine's rescaler can do: presets by name, one's own, and a preset
// with other fields, as text and through bytecode. Errors: invalid-target.mlir.

// RUN: rescale-opt %s -verify-roundtrip | FileCheck %s
// RUN: rescale-opt %s -emit-bytecode | rescale-opt | FileCheck %s

// CHECK: rescale.target = #rescale.target<"ne16">}
module attributes {rescale.target = #rescale.target<"ne16">} {

// What is not as by default is printed, and the port.
// CHECK-LABEL: func private @derived
// CHECK-SAME: #rescale.target<"ours", multiplicand = ui7, shift = [0, 31],
// CHECK-SAME: product_bits = 32, accumulator_bits = 32, rounding = [floor],
// CHECK-SAME: addend = free, addend_bits = 32, input_zero_point = none,
// CHECK-SAME: zero_point = in_addend, clamp = type, input_bits = [32],
// CHECK-SAME: result_bits = [8, 16, 32],
// CHECK-SAME: layout = columns [multiplicand : 8, shift : 8, addend : 32]>
func.func private @derived() attributes {
  rescale.target = #rescale.target<"ours" like "ne16", multiplicand = ui7>}

// Each field once, in any order; sets are sorted.
// CHECK-LABEL: func private @all_fields
// CHECK-SAME: #rescale.target<"ours", multiplicand = si16,
// CHECK-SAME: multiplicand_per = layer, shift = [8, 31], shift_per = layer,
// CHECK-SAME: product_bits = 48, accumulator_bits = 32,
// CHECK-SAME: rounding = [half_up, floor], addend = in_bias, addend_bits = 24,
// CHECK-SAME: input_zero_point = none, zero_point = none, clamp = relu,
// CHECK-SAME: input_bits = [16, 32], result_bits = [8],
// CHECK-SAME: layout = records [addend : 32, padding : 1, multiplicand : 16, padding : 7],
// CHECK-SAME: costs = {mul64 = 4, add64 = 2, shift64 = 3, load = 2}>
func.func private @all_fields() attributes {
  rescale.target = #rescale.target<"ours",
    costs = {load = 2, mul64 = 4, add64 = 2, shift64 = 3},
    layout = records [addend : 32, padding : 1, multiplicand : 16, padding : 7],
    result_bits = [8], input_bits = [32, 16], clamp = relu, zero_point = none,
    input_zero_point = none, addend_bits = 24, addend = in_bias,
    rounding = [floor, half_up], accumulator_bits = 32, product_bits = 48,
    shift_per = layer, shift = [8, 31], multiplicand_per = layer,
    multiplicand = si16>}

// CHECK-LABEL: func private @defaults
// CHECK-SAME: #rescale.target<"ours", multiplicand = ui32>
func.func private @defaults() attributes {
  rescale.target = #rescale.target<"ours", addend = none>}

// A preset in other words is not one: it has a name of its own.
// CHECK-LABEL: func private @copy
// CHECK-SAME: #rescale.target<"copy", multiplicand = si16, shift = [2, 62]
func.func private @copy() attributes {
  rescale.target = #rescale.target<"copy" like "tosa16">}

// CHECK-LABEL: func @on_op
// CHECK: rescale.requantize {{.*}} {rescale.target = #rescale.target<"tosa16">}
func.func @on_op(%x: tensor<2xi32>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
         round half_up {rescale.target = #rescale.target<"tosa16">}
     : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// All of them.
// CHECK-LABEL: func private @presets
// CHECK-SAME: a = #rescale.target<"cortex-m0">, b = #rescale.target<"cortex-m4">
// CHECK-SAME: c = #rescale.target<"rv32im">, d = #rescale.target<"tosa16">
// CHECK-SAME: e = #rescale.target<"tosa32">, f = #rescale.target<"cmsis-nn">
// CHECK-SAME: g = #rescale.target<"xnnpack16">, h = #rescale.target<"ne16">
// CHECK-SAME: i = #rescale.target<"gap-sq8">, j = #rescale.target<"cv18xx">
// CHECK-SAME: k = #rescale.target<"cv18xx-qdm">, l = #rescale.target<"nvdla">
// CHECK-SAME: m = #rescale.target<"ethos-u55">
func.func private @presets() attributes {
  a = #rescale.target<"cortex-m0">, b = #rescale.target<"cortex-m4">,
  c = #rescale.target<"rv32im">, d = #rescale.target<"tosa16">,
  e = #rescale.target<"tosa32">, f = #rescale.target<"cmsis-nn">,
  g = #rescale.target<"xnnpack16">, h = #rescale.target<"ne16">,
  i = #rescale.target<"gap-sq8">, j = #rescale.target<"cv18xx">,
  k = #rescale.target<"cv18xx-qdm">, l = #rescale.target<"nvdla">,
  m = #rescale.target<"ethos-u55">}

}
