//===- RescaleTarget.td - What a rescaler can do -----------*- tablegen -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Apart from the dialect's other attributes, so that few files have to be
// rebuilt where a field is added.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALE_IR_RESCALETARGET
#define RESCALE_DIALECT_RESCALE_IR_RESCALETARGET

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "rescale/Dialect/Rescale/IR/RescaleDialect.td"

// The numbers of all these are part of the bytecode format.
class Rescale_TargetEnum<string name, string summary,
                         list<I32EnumCase> cases>
    : I32Enum<name, summary, cases> {
  let cppNamespace = "::mlir::rescale";
}

def Rescale_Granularity : Rescale_TargetEnum<
    "Granularity", "whose parameter one is", [
      I32EnumCase<"Channel", 0, "channel">,
      I32EnumCase<"Layer", 1, "layer">]>;

def Rescale_AddendForm : Rescale_TargetEnum<
    "AddendForm", "what an addend may be beside the rounding", [
      I32EnumCase<"None", 0, "none">,
      I32EnumCase<"InBias", 1, "in_bias">,
      I32EnumCase<"Free", 2, "free">,
      I32EnumCase<"BySign", 3, "by_sign">]>;

def Rescale_ZeroPointForm : Rescale_TargetEnum<
    "ZeroPointForm", "what the zero point of the codes may be", [
      I32EnumCase<"None", 0, "none">,
      I32EnumCase<"InAddend", 1, "in_addend">,
      I32EnumCase<"Any", 2, "any">]>;

def Rescale_ClampForm : Rescale_TargetEnum<
    "ClampForm", "where codes may be clamped", [
      I32EnumCase<"Type", 0, "type">,
      I32EnumCase<"Relu", 1, "relu">,
      I32EnumCase<"Any", 2, "any">]>;

def Rescale_Packing : Rescale_TargetEnum<
    "Packing", "how parameters lie in memory", [
      I32EnumCase<"Columns", 0, "columns">,
      I32EnumCase<"Records", 1, "records">]>;

def Rescale_LayoutField : Rescale_TargetEnum<
    "LayoutField", "a parameter of a channel in memory", [
      I32EnumCase<"Multiplicand", 0, "multiplicand">,
      I32EnumCase<"Shift", 1, "shift">,
      I32EnumCase<"Addend", 2, "addend">,
      I32EnumCase<"NegativeAddend", 3, "negative_addend">,
      I32EnumCase<"Bias", 4, "bias">,
      I32EnumCase<"ZeroPoint", 5, "zero_point">,
      I32EnumCase<"ClampMin", 6, "clamp_min">,
      I32EnumCase<"ClampMax", 7, "clamp_max">,
      I32EnumCase<"Padding", 8, "padding">]>;

def Rescale_Instruction : Rescale_TargetEnum<
    "Instruction", "what a cost is of", [
      I32EnumCase<"Mul32", 0, "mul32">,
      I32EnumCase<"Mul64", 1, "mul64">,
      I32EnumCase<"Add32", 2, "add32">,
      I32EnumCase<"Add64", 3, "add64">,
      I32EnumCase<"Shift32", 4, "shift32">,
      I32EnumCase<"Shift64", 5, "shift64">,
      I32EnumCase<"VariableShift32", 6, "variable_shift32">,
      I32EnumCase<"VariableShift64", 7, "variable_shift64">,
      I32EnumCase<"Select", 8, "select">,
      I32EnumCase<"Load", 9, "load">,
      I32EnumCase<"MulHigh", 10, "mul_high">,
      I32EnumCase<"Saturate", 11, "saturate">,
      I32EnumCase<"RoundingMulHigh", 12, "rounding_mul_high">,
      I32EnumCase<"RoundingMulHigh16", 13, "rounding_mul_high16">,
      I32EnumCase<"Mul16", 14, "mul16">]>;

// The storage copies the layout with the rest.
def Rescale_TargetFields
    : AttrOrTypeParameter<"::mlir::rescale::TargetFields", "the fields",
                          "const ::mlir::rescale::TargetFields &"> {
  let allocator = "$_dst = $_self.copyInto($_allocator);";
}

def Rescale_TargetAttr : AttrDef<Rescale_Dialect, "Target"> {
  let mnemonic = "target";
  let summary = "What the rescaler of a machine can do";
  let description = [{
    The parameters that a machine's requantization takes and the arithmetic that
    it does. As `rescale.target` on a module, a function or a
    `rescale.requantize` it holds for what is inside, the innermost first.

    A name alone is a preset, of those in docs/Targets.md. Fields after a name
    that is no preset's describe one's own machine; after `like` they override
    those of a preset. What is not said is as in the last column.

    | field | says | default |
    |---|---|---|
    | `multiplicand` | the port, `ui1` to `ui32` or `si2` to `si32` | `ui32` |
    | `multiplicand_per` | `channel`, or one for a `layer` | `channel` |
    | `shift` | the least and the greatest shift | `[0, 63]` |
    | `shift_per` | `channel`, or one for a `layer` | `channel` |
    | `product_bits` | the register of `m*d + b`, with the sign | 64 |
    | `accumulator_bits` | the register of the accumulator `d`, with the sign | 64 |
    | `rounding` | the rounding modes that it has | `[half_up]` |
    | `addend` | beside them: `none`; `in_bias`, `m*c` with the c of a bias; `free`, any; `by_sign`, any for each sign of d | `none` |
    | `addend_bits` | the register of b, with the sign; with `in_bias` of c | 64 |
    | `input_zero_point` | whether it subtracts one: `none` or `any` | `any` |
    | `zero_point` | of the codes: `none`, that is 0; `in_addend`, 0 or the least code, so that an addend has what is left; `any` | `any` |
    | `clamp` | the codes' `type`; `relu`, also from the zero point on; `any` | `any` |
    | `input_bits` | the widths of accumulators | any |
    | `result_bits` | the widths of codes | any |
    | `layout` | parameters in memory: `columns`, one parameter of all channels after the other, or `records`, and in brackets each parameter's bits in their order | `columns []` |
    | `costs` | instructions for a 32-bit or a 64-bit operation, the upper half of a product, and a clamp to a power of two | none |

    An operation that `costs` leaves out is free, but `mul_high` is then `mul64`,
    `saturate` twice `select`, `mul16`, of 16 by 16 bits to 32, is `mul32`, and
    without `rounding_mul_high` or
    `rounding_mul_high16`, which round the upper half of twice a product of 32 or
    16 bits, the machine does not have them.

    The rules are `target_c1` to `target_c9` in docs/spec.md.

    Example:

    ```mlir
    module attributes {rescale.target = #rescale.target<"ne16">} {}

    #rescale.target<"ours" like "ne16", multiplicand = ui7>

    #rescale.target<"ours", multiplicand = si16, shift = [8, 31],
      shift_per = layer, product_bits = 48, accumulator_bits = 32,
      rounding = [floor, half_up], addend = free, addend_bits = 32,
      result_bits = [8],
      layout = records [addend : 32, multiplicand : 16, shift : 8, padding : 8],
      costs = {mul64 = 4, add64 = 2, shift64 = 3, load = 2}>
    ```
  }];
  let parameters = (ins StringRefParameter<"the name">:$name,
                    Rescale_TargetFields:$fields);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

#endif // RESCALE_DIALECT_RESCALE_IR_RESCALETARGET
