//===- RescaleOps.td - Operations of the rescale dialect ---*- tablegen -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALE_IR_RESCALEOPS
#define RESCALE_DIALECT_RESCALE_IR_RESCALEOPS

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/InferIntRangeInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/VectorInterfaces.td"
include "rescale/Dialect/Rescale/IR/RescaleAttributes.td"
include "rescale/Dialect/Rescale/IR/RescaleEnums.td"

//===----------------------------------------------------------------------===//
// Type and attribute constraints
//===----------------------------------------------------------------------===//

// requantize_c1, apply_c1: the element types of every operand and result.
class Rescale_SignlessOfWidth<int low, int high>
    : Type<And<[CPred<"$_self.isSignlessInteger()">,
                CPred<"$_self.getIntOrFloatBitWidth() >= " # low>,
                CPred<"$_self.getIntOrFloatBitWidth() <= " # high>]>,
           "signless integer of " # low # " to " # high # " bits",
           "::mlir::IntegerType">;

def Rescale_Accumulator : Rescale_SignlessOfWidth<4, 64>;
def Rescale_Code : Rescale_SignlessOfWidth<4, 32>;

class Rescale_ScalarOrVectorOf<list<Type> elements>
    : AnyTypeOf<!listconcat(elements, [VectorOfAnyRankOf<elements>])>;

// requantize_c3: the verifier has the rank, the ports and the sign, so that its
// message can say what was found.
def Rescale_MultiplicandsAttr
    : Attr<CPred<"::llvm::isa<::mlir::DenseIntElementsAttr>($_self)">,
           "dense integer elements"> {
  let storageType = "::mlir::DenseIntElementsAttr";
  let returnType = "::mlir::DenseIntElementsAttr";
  let convertFromStorage = "$_self";
}

// requantize_c9, apply_c5, apply_c8: an interval has two ends.
class Rescale_IntervalAttr<string what>
    : ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<2>]> {
  let summary = what # ", least and greatest value";
}

//===----------------------------------------------------------------------===//
// RequantizeOp
//===----------------------------------------------------------------------===//

def RequantizeOp : Op<Rescale_Dialect, "requantize",
    [Pure,
     // requantize_c2
     SameOperandsAndResultShape]> {
  let summary = "Requantizes a tensor by constant multiplicands and shifts";
  let description = [{
    For every element `x`, with the parameters of its channel:

    ```
    y = clamp(zero_point + q(x - input_zero_point), lo, hi)
    q(d) = round(m * d / 2^s)
    ```

    `round` is one of the modes of `#rescale.rounding`; the intermediate has
    infinite precision, and the value is defined for every input.

    * Input: signless elements of 4 to 64 bits, read as two's complement, or
      as unsigned with `unsigned_input`. Result: 4 to 32 bits, likewise with
      `unsigned_result`. The clamp defaults to the result type's range; what
      exceeds it saturates.
    * `multiplicands`: the element type `uiK` or `siK` is the width of the port
      that takes them, K from 1 to 32; the values are not negative, so `siK`
      holds magnitudes of K-1 bits.
    * `shifts`: 0 to 63.
    * Multiplicands, shifts and addends have one entry, or one for each index of
      dimension `axis`.
    * `addends`, with the rounding `addend` only: `b` for `d >= 0` and, where
      `negative_addends` is absent, for `d < 0` too.

    Created by `convert-tosa-to-rescale`; consumed by
    `convert-rescale-to-linalg` and `convert-rescale-to-tosa`. Must not exist
    after bufferization. The rules are `requantize_c1` to `requantize_c9` in
    docs/spec.md. The formula is TOSA 1.0, section RESCALE, without its limits.

    Example:

    ```mlir
    %x = arith.constant dense<[[1000, -1000]]> : tensor<1x2xi32>
    %y = rescale.requantize %x mul dense<[77, 91]> : tensor<2xui8>
           shift [9, 10] axis 1 round half_up zero_point 3 clamp [-100, 127]
         : tensor<1x2xi32> -> tensor<1x2xi8>
    // %y = dense<[[127, -86]]>: 3 + floor((77*1000 + 256) / 512) = 153 is
    // clamped, 3 + floor((91*-1000 + 512) / 1024) = -86.
    ```
  }];

  let arguments = (ins
    RankedTensorOf<[Rescale_Accumulator]>:$input,
    Rescale_MultiplicandsAttr:$multiplicands,
    DenseI8ArrayAttr:$shifts,
    OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$axis,
    Rescale_RoundingAttr:$rounding,
    OptionalAttr<DenseI64ArrayAttr>:$addends,
    OptionalAttr<DenseI64ArrayAttr>:$negative_addends,
    DefaultValuedAttr<I64Attr, "0">:$input_zero_point,
    DefaultValuedAttr<I64Attr, "0">:$zero_point,
    OptionalAttr<Rescale_IntervalAttr<"clamp bounds">>:$clamp,
    UnitAttr:$unsigned_input,
    UnitAttr:$unsigned_result);
  let results = (outs RankedTensorOf<[Rescale_Code]>:$result);

  let assemblyFormat = [{
    $input `mul` $multiplicands `shift` $shifts (`axis` $axis^)?
    `round` `` $rounding (`addends` $addends^)?
    (`negative_addends` $negative_addends^)?
    (`input_zero_point` $input_zero_point^)? (`zero_point` $zero_point^)?
    (`clamp` $clamp^)? (`unsigned_input` $unsigned_input^)?
    (`unsigned_result` $unsigned_result^)? attr-dict
    `:` type($input) `->` type($result)
  }];

  let extraClassDeclaration = [{
    /// The input's and the result's element type with its signedness.
    ::staircase::IntegerFormat getInputFormat();
    ::staircase::IntegerFormat getResultFormat();
    /// The width K of the port that takes the multiplicands.
    unsigned getPortWidth();
    /// The number of channels along the axis, 1 without one; `kDynamic` where
    /// it is dynamic.
    int64_t getNumChannels();
    /// The number of staircases: the longest of the parameter lists.
    int64_t getNumStaircases();
    /// The staircase of a channel; any index where all channels share one.
    ::staircase::Staircase getStaircase(int64_t channel);
    /// Whether the quotient is the difference itself in every channel, 2^s / 2^s
    /// with addends that the shift discards, so that codes are only moved by
    /// the zero points and clamped.
    bool onlyMovesCodes();
    /// A digest of all staircases as they are computed: the same where two ways
    /// of writing them are, a rounding mode or its addends, one entry or equal
    /// ones. Part of the format of certificates.
    uint64_t getDigest();
  }];

  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// ApplyOp
//===----------------------------------------------------------------------===//

def ApplyOp : Op<Rescale_Dialect, "apply",
    [Pure, AttrSizedOperandSegments,
     DeclareOpInterfaceMethods<InferIntRangeInterface, ["inferResultRanges"]>,
     VectorUnrollOpInterface]
    // apply_c2. Upstream's vectorizer asks for all four of these traits. No type
    // is a tensor nevertheless: that is what rescale.requantize is for.
    # ElementwiseMappable.traits> {
  let summary = "Requantizes a scalar or vector by run-time parameters";
  let description = [{
    ```
    y = clamp(zero_point + q(x - input_zero_point), lo, hi)
    q(d) = round(m * d / 2^s)
    ```

    as in `rescale.requantize`, with the multiplicand `m`, the shift `s` and the
    addends as operands: constants, elements of a table, or run-time values.

    * Operands beside a vector input are vectors of its shape, or scalars that
      hold for every element.
    * The multiplicand of 8, 16 or 32 bits is read as two's complement, or as
      unsigned with `unsigned_multiplicand`. The formula also holds for a
      negative one, which TOSA's multiplication of two operands needs.
    * The shift is an i8 of which the low six bits count, so 0 to 63.
    * The first addend is `b` for `d >= 0`; the second for `d < 0`, by default
      the first. They go with the rounding `addend`, and are the operands times
      `2^addend_shift`, with `addend_half` and a half of that more. With `half_even` one addend may be given that is known
      to equal `2^(s-1)`, or 0 where `s` is 0, so that it need not be computed.

    Five attributes are promises, and the result is poison where one is broken:
    `multiplicand_bits` K says `0 <= m < 2^K`, `input_range` bounds `x`,
    `addend_range` bounds both addend operands, `shift_range` bounds all eight
    bits of the shift operand, and `sum_range` bounds `m*d` and its sum with
    the addend of its sign. The lowering chooses its arithmetic by them, or
    takes that of `rung` where they allow it.

    Created by `convert-rescale-to-linalg` and from `tosa.apply_scale` by
    `convert-tosa-to-rescale`; consumed by `convert-rescale-to-arith`. Must not
    exist in LLVM's dialect. The rules are `apply_c1` to `apply_c10` in
    docs/spec.md.

    Example:

    ```mlir
    %x = arith.constant 1000 : i32
    %m = arith.constant 77 : i8
    %s = arith.constant 9 : i8
    %y = rescale.apply %x * %m shift %s round half_up zero_point 3
         : (i32, i8, i8) -> i16
    // %y = 153 = 3 + floor((77*1000 + 256) / 512)
    ```
  }];

  let arguments = (ins
    Rescale_ScalarOrVectorOf<[Rescale_Accumulator]>:$input,
    Rescale_ScalarOrVectorOf<[I8, I16, I32]>:$multiplicand,
    Optional<Rescale_ScalarOrVectorOf<[I8, I16, I32, I64]>>:$addend,
    Optional<Rescale_ScalarOrVectorOf<[I8, I16, I32, I64]>>:$negative_addend,
    Rescale_ScalarOrVectorOf<[I8]>:$shift,
    Rescale_RoundingAttr:$rounding,
    DefaultValuedAttr<I64Attr, "0">:$input_zero_point,
    DefaultValuedAttr<I64Attr, "0">:$zero_point,
    OptionalAttr<Rescale_IntervalAttr<"clamp bounds">>:$clamp,
    UnitAttr:$unsigned_input,
    UnitAttr:$unsigned_multiplicand,
    UnitAttr:$unsigned_result,
    OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$multiplicand_bits,
    OptionalAttr<Rescale_IntervalAttr<"range of the shift">>:$shift_range,
    OptionalAttr<Rescale_IntervalAttr<"range of the input">>:$input_range,
    OptionalAttr<Rescale_IntervalAttr<"range of the addends">>:$addend_range,
    DefaultValuedAttr<ConfinedAttr<I64Attr, [IntNonNegative, IntMaxValue<32>]>,
                      "0">:$addend_shift,
    UnitAttr:$addend_half,
    OptionalAttr<Rescale_IntervalAttr<"range of the sum">>:$sum_range,
    OptionalAttr<Rescale_RungAttr>:$rung);
  let results = (outs Rescale_ScalarOrVectorOf<[Rescale_Code]>:$result);

  let assemblyFormat = [{
    $input `*` $multiplicand (`+` $addend^)?
    (`negative` $negative_addend^)? `shift` $shift `round` `` $rounding
    (`input_zero_point` $input_zero_point^)? (`zero_point` $zero_point^)?
    (`clamp` $clamp^)? (`unsigned_input` $unsigned_input^)?
    (`unsigned_multiplicand` $unsigned_multiplicand^)?
    (`unsigned_result` $unsigned_result^)? attr-dict
    `:` functional-type(operands, results)
  }];

  let extraClassDeclaration = [{
    /// The input's, the multiplicand's and the result's element type with its
    /// signedness.
    ::staircase::IntegerFormat getInputFormat();
    ::staircase::IntegerFormat getMultiplicandFormat();
    ::staircase::IntegerFormat getResultFormat();
    /// The clamp's bounds, the result type's range where none is given.
    std::pair<int64_t, int64_t> getClampBounds();
    /// The addends from the values of their operands.
    std::pair<int64_t, int64_t> scaleAddends(int64_t addend, int64_t negative);
    /// The name of the operand that `value` is in those that use it, such as
    /// "multiplicand"; empty where none does.
    static ::llvm::StringRef getOperandName(::mlir::Value value);
  }];

  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

#endif // RESCALE_DIALECT_RESCALE_IR_RESCALEOPS
