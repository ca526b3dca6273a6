//===- Passes.td - Conversions -----------------------------*- tablegen -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_CONVERSION_PASSES
#define RESCALE_CONVERSION_PASSES

include "mlir/Pass/PassBase.td"

def ConvertRescaleKernelToLoops
    : Pass<"convert-rescale-kernel-to-loops", "::mlir::ModuleOp"> {
  let summary = "Expands kernels on buffers to loop nests";
  let description = [{
    Every kernel becomes loops that keep a block of accumulators, some pixels by
    some channels, in registers:

    1. The windows of the block's pixels are copied to scratch memory, where
       what lies outside of the image is the zero point. Where no window leaves
       the image, the input is read in its place.
    2. For each block of channels, a loop over a contiguous run of codes and one
       of weights carries the accumulators. Weights are a constant table in the
       order in which they are read; the zero point is part of the bias.
    3. The epilogue, a function `LAYER_requantize` of the accumulator and the
       epilogue's operands, gives each element to store.

    The last block of a size that is no multiple starts earlier and computes
    some elements twice. Additions are `nsw` where the weights prove that no sum
    overflows, whatever the input; they are in 32 bits then, even where the
    accumulator has 64. How large blocks are depends on the target.

    Since a window is read before its pixel is written, the result may overlap
    the input. The least distance in bytes that the result may start before an
    argument of the function is found by playing through the order of reads and
    writes, and goes to `rescale.overlap` of the result's argument; distance 0
    also to `rescale.may_alias`. A kernel in a loop or a branch has neither: its
    input may be read again after its result has been written. Nor has one of
    more than 2^26 elements, whose record would take gigabytes.

    ```mlir
    func.func private @fc(%x: memref<1x1x1x4xi8>, %y: memref<1x1x1x2xi32>) {
      rescale_kernel.conv2d ins(%x : memref<1x1x1x4xi8>)
          outs(%y : memref<1x1x1x2xi32>)
          weights dense<1> : tensor<2x1x1x4xi8> bias dense<0> : tensor<2xi32>
          stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1]
          epilogue {
          ^bb0(%acc: i32):
            rescale_kernel.yield %acc : i32
          }
      return
    }
    ```
    ==>
    ```mlir
    memref.global "private" constant @fc_weights : memref<8xi8> = dense<1>
    func.func private @fc(%x: memref<1x1x1x4xi8>, %y: memref<1x1x1x2xi32>) {
      %weights = memref.get_global @fc_weights : memref<8xi8>
      %in = memref.collapse_shape %x [[0, 1, 2, 3]]
          : memref<1x1x1x4xi8> into memref<4xi8>
      %out = memref.collapse_shape %y [[0, 1, 2, 3]]
          : memref<1x1x1x2xi32> into memref<2xi32>
      %sums:2 = scf.for %k = %c0 to %c4 step %c1
          iter_args(%s0 = %zero, %s1 = %zero) -> (i32, i32) {
        ...
      }
      memref.store %sums#0, %out[%c0] : memref<2xi32>
      memref.store %sums#1, %out[%c1] : memref<2xi32>
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
  let options = [
    Option<"target", "target", "std::string", "\"default\"",
           "Whose registers blocks are sized for: host, or a core by its "
           "name, such as cortex-m4">,
  ];
}

def ConvertRescaleToLinalg : Pass<"convert-rescale-to-linalg"> {
  let summary = "Lowers rescale.requantize to linalg.generic";
  let description = [{
    Every `rescale.requantize` becomes a `linalg.generic` around a
    `rescale.apply`, so that it fuses, tiles, vectorizes and bufferizes as its
    neighbours do. Parameters that all channels share become constants; the
    others become tables in the narrowest integer type that holds them. The
    addend is such a parameter: with constant shifts no rounding constant is
    computed at run time.

    Of the forms that are equal for every input the cheapest is taken: 32-bit
    arithmetic where the proved inputs leave room for it, and else one shift of
    at least 32 bits for all channels, in which case the lower half of 64 bits
    only counts for its carry. For that the pass multiplies multiplicand, addend
    and divisor of a channel by one power of two, and makes the zero point a part
    of the addend. `input_range` has what is proved where it matters.

    Where costs are known, of `rescale.target` or of the processor that `target`
    names, the parameters of every channel are chosen anew among all that are
    equal on its proved accumulators: one arithmetic for the layer, the cheapest
    rung of the ladder in docs/Lowering.md, which `rung` of the `rescale.apply`
    names. Its parameters need not be those of the op.

    ```mlir
    %y = rescale.requantize %x mul dense<[77, 91]> : tensor<2xui8>
           shift [9] axis 1 round half_up : tensor<4x2xi32> -> tensor<4x2xi8>
    ```
    ==>
    ```mlir
    %m = arith.constant dense<[645922816, 763363328]> : tensor<2xi32>
    %s = arith.constant 32 : i8
    %b = arith.constant 2147483648 : i64
    %e = tensor.empty() : tensor<4x2xi8>
    %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>,
                                          affine_map<(i, j) -> (j)>,
                                          affine_map<(i, j) -> (i, j)>],
                         iterator_types = ["parallel", "parallel"]}
           ins(%x, %m : tensor<4x2xi32>, tensor<2xi32>)
           outs(%e : tensor<4x2xi8>) {
    ^bb0(%a: i32, %k: i32, %out: i8):
      %r = rescale.apply %a * %k + %b shift %s round addend
             {addend_range = array<i64: 2147483648, 2147483648>,
              multiplicand_bits = 30 : i64, shift_range = array<i64: 32, 32>}
           : (i32, i32, i64, i8) -> i8
      linalg.yield %r : i8
    } -> tensor<4x2xi8>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::rescale::RescaleDialect",
                           "::mlir::tensor::TensorDialect"];
  let options = [
    Option<"target", "target", "std::string", "",
           "The processor whose costs choose the arithmetic where no "
           "rescale.target has any: host, rv32im or a core, such as cortex-m4; "
           "empty keeps the parameters">,
    Option<"rung", "rung", "std::string", "",
           "The arithmetic that all have to be computed in: multiply_32, "
           "two_limbs, estimate, multiply_high, rounding_high, "
           "rounding_high_16 or multiply_64; with "
           "',fallback' behind it the cheapest where that is not exact, "
           "instead of an error">,
    Option<"keepCertificates", "keep-certificates", "bool", /*default=*/"false",
           "Give the certificate of an op to the linalg.generic that it "
           "becomes, for rescale-verify-arithmetic">];
}

def ConvertRescaleToArith : Pass<"convert-rescale-to-arith"> {
  let summary = "Lowers rescale.apply to exact integer arithmetic";
  let description = [{
    Every `rescale.apply` becomes multiplications, additions, shifts and a clamp
    in the `arith` dialect. Where the op names a rung, that arithmetic is used,
    if the ranges of the operands prove it exact; otherwise the op is an error
    that says which inequality fails. Without a rung it is one product, in 32
    bits where no intermediate can leave them, else in 64, else in 128 bits.
    The ranges come from the types, from constants and from the op's promises.
    The result is that of the reference semantics for every input. A scalar
    operand beside vectors is broadcast. docs/Lowering.md has the formulas.

    Remarks of the category `convert-rescale-to-arith` say which rung was taken
    and the inequalities that prove it.

    ```mlir
    %y = rescale.apply %x * %m shift %s round half_up
           {multiplicand_bits = 7 : i64, shift_range = array<i64: 9, 9>}
         : (i16, i8, i8) -> i8
    ```
    ==>
    ```mlir
    %0 = arith.extsi %x : i16 to i32
    %1 = arith.extsi %m : i8 to i32
    %2 = arith.muli %0, %1 : i32
    %3 = arith.addi %2, %c256 : i32
    %4 = arith.shrsi %3, %c9 : i32
    %5 = arith.maxsi %4, %c_128 : i32
    %6 = arith.minsi %5, %c127 : i32
    %y = arith.trunci %6 : i32 to i8
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::vector::VectorDialect"];
}

def ConvertRescaleToSMT : Pass<"convert-rescale-to-smt", "::mlir::ModuleOp"> {
  let summary = "Asks a solver whether lowered requantizations are right";
  let description = [{
    Of every `linalg.generic` that `rescale-verify-arithmetic` would test, makes
    one `smt.solver` for each channel, and removes the program. A solver is
    satisfiable exactly where there is an accumulator among those proved for
    which

    * the arithmetic and the certificate's original differ: there is a code,
      reachable or not, that one of the two reaches and the other does not. The
      original reaches it from its threshold on. Of more than 4096 codes, the
      original's formula gives another code;
    * an operation has a result that does not fit its type. What has
      `rescale.wraps` is computed modulo a power of two.

    Since multiplicands and shifts are constants of a channel, all is linear:
    `v >> s` is a `q` with `v = q * 2^s + r` and `0 <= r < 2^s`. Solvers take
    milliseconds for a channel of it, where bit vectors take minutes.
    `rescale-translate --export-smtlib
    --smtlibexport-inline-single-use-values` writes the result as SMT-LIB; the
    answer that proves is `unsat`.

    Arithmetic that is not linear is an error at the operation.

    ```mlir
    %0 = linalg.generic {...} ins(%x : tensor<4xi16>) outs(%e : tensor<4xi8>)
        attrs = {rescale.certificate = ...} {
    ^bb0(%in: i16, %out: i8):
      %1 = arith.shrsi %in, %c8_i16 : i16
      %2 = arith.trunci %1 : i16 to i8
      linalg.yield %2 : i8
    } -> tensor<4xi8>
    ```
    ==>
    ```mlir
    smt.solver() {channel = 0 : i64} : () -> () {
      smt.set_logic "QF_LIA"
      %accumulator = smt.declare_fun "accumulator" : !smt.int
      ...
      smt.assert %12
      smt.check sat {
      } unknown {
      } unsat {
      }
    }
    ```
  }];
  let dependentDialects = ["::mlir::smt::SMTDialect"];
}

def ConvertRescaleToTosa : Pass<"convert-rescale-to-tosa"> {
  let summary = "Converts rescale.requantize to tosa.rescale";
  let description = [{
    Every `rescale.requantize` becomes a `tosa.rescale`, and a `tosa.clamp`
    where the clamp is narrower than the result type, that compute the same code
    for every input. Multiplicands of TOSA's own ports, `si32` and `si16`, are
    written unchanged, so that what came from TOSA returns to it. Other ports
    use `scale32`, or 16-bit multipliers for 48-bit inputs, and (m, s) is scaled
    to (m * 2^d, s + d) such that TOSA defines the code of every value of the
    input type where that is possible; elsewhere a remark of the category
    `convert-rescale-to-tosa` says so.

    What TOSA cannot say is an error that names the field and the rule,
    `rescale_to_tosa_c1` to `rescale_to_tosa_c13` in docs/spec.md; no op is
    converted then. `rescale.apply` is left alone.

    ```mlir
    %y = rescale.requantize %x mul dense<[77, 91]> : tensor<2xui8>
           shift [9, 10] axis 1 round half_up zero_point 3 clamp [3, 127]
       : tensor<1x2xi32> -> tensor<1x2xi8>
    ```
    ==>
    ```mlir
    %m = "tosa.const"() <{values = dense<[645922816, 381681664]>
           : tensor<2xi32>}> : () -> tensor<2xi32>
    %s = "tosa.const"() <{values = dense<32> : tensor<2xi8>}>
       : () -> tensor<2xi8>
    %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}>
        : () -> tensor<1xi32>
    %zo = "tosa.const"() <{values = dense<3> : tensor<1xi8>}>
        : () -> tensor<1xi8>
    %0 = tosa.rescale %x, %m, %s, %zi, %zo
           {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = true,
            input_unsigned = false, output_unsigned = false}
       : (tensor<1x2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<1xi32>,
          tensor<1xi8>) -> tensor<1x2xi8>
    %y = tosa.clamp %0 {min_val = 3 : i8, max_val = 127 : i8}
       : (tensor<1x2xi8>) -> tensor<1x2xi8>
    ```
  }];
  let dependentDialects = ["::mlir::tosa::TosaDialect"];
}

def ConvertTosaToRescale : Pass<"convert-tosa-to-rescale"> {
  let summary = "Converts tosa.rescale and tosa.apply_scale";
  let description = [{
    Every `tosa.rescale` with constant parameters becomes a
    `rescale.requantize`. SINGLE_ROUND is `half_up` and DOUBLE_ROUND `double`;
    INEXACT_ROUND becomes `half_up` too, which it allows. The multiplicands take
    the type of TOSA's port: `si32` with `scale32`, else `si16`. A `tosa.clamp`
    that is the only user becomes part of the op where it compares codes as the
    op writes them, and a remark of the category `convert-tosa-to-rescale` tells
    why one does not.

    Where a multiplier, a shift or a zero point is known at run time only, a
    `linalg.generic` around `rescale.apply` takes the op's place. Every
    `tosa.apply_scale` becomes a `rescale.apply`.

    An op that breaks a rule of TOSA is an error that names the rule, `tosa_c1`
    to `tosa_c14` in docs/spec.md; no op is converted then.

    ```mlir
    %m = "tosa.const"() <{values = dense<[77, 91]> : tensor<2xi32>}>
       : () -> tensor<2xi32>
    %s = "tosa.const"() <{values = dense<[9, 10]> : tensor<2xi8>}>
       : () -> tensor<2xi8>
    %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}>
        : () -> tensor<1xi32>
    %zo = "tosa.const"() <{values = dense<3> : tensor<1xi8>}>
        : () -> tensor<1xi8>
    %0 = tosa.rescale %x, %m, %s, %zi, %zo
           {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = true,
            input_unsigned = false, output_unsigned = false}
       : (tensor<1x2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<1xi32>,
          tensor<1xi8>) -> tensor<1x2xi8>
    %y = tosa.clamp %0 {min_val = 3 : i8, max_val = 127 : i8}
       : (tensor<1x2xi8>) -> tensor<1x2xi8>
    ```
    ==>
    ```mlir
    %y = rescale.requantize %x mul dense<[77, 91]> : tensor<2xsi32>
           shift [9, 10] axis 1 round half_up zero_point 3 clamp [3, 127]
       : tensor<1x2xi32> -> tensor<1x2xi8>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::rescale::RescaleDialect",
                           "::mlir::tensor::TensorDialect",
                           "::mlir::vector::VectorDialect"];
}

def ConvertTosaToRescaleKernel : Pass<"convert-tosa-to-rescale-kernel"> {
  let summary = "Converts the operations of TOSA that accumulate to kernels";
  let description = [{
    `tosa.conv2d`, `tosa.depthwise_conv2d`, `tosa.transpose_conv2d`,
    `tosa.matmul`, `tosa.max_pool2d` and `tosa.avg_pool2d` of i8 and i16 become
    operations of `rescale_kernel` whose epilogue gives what TOSA gives;
    `rescale-fuse-epilogues` brings into it what follows. Weights, biases and zero points become attributes, and a zero point
    of weights is subtracted from them.

    What has floats, dynamic shapes or weights that are known at run time only
    stays, with a remark of the category `convert-tosa-to-rescale-kernel`.

    The pass runs on any operation; on a module, `functions` chooses some of its
    functions, which have to exist.

    ```mlir
    %0 = tosa.conv2d %x, %w, %b, %zx, %zw
           {acc_type = i32, dilation = array<i64: 1, 1>,
            pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
       : (tensor<1x4x4x1xi8>, tensor<2x1x1x1xi8>, tensor<2xi32>, tensor<1xi8>,
          tensor<1xi8>) -> tensor<1x4x4x2xi32>
    ```
    ==>
    ```mlir
    %e = tensor.empty() : tensor<1x4x4x2xi32>
    %0 = rescale_kernel.conv2d ins(%x : tensor<1x4x4x1xi8>)
           outs(%e : tensor<1x4x4x2xi32>) weights dense<[[[[3]]], [[[5]]]]>
           : tensor<2x1x1x1xi8> bias dense<[0, 1]> : tensor<2xi32>
           stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1] input_zero_point -128
           epilogue {
           ^bb0(%acc: i32):
             rescale_kernel.yield %acc : i32
           } -> tensor<1x4x4x2xi32>
    ```
  }];
  let options = [
    ListOption<"functions", "functions", "std::string",
               "Names of the module's functions to convert; default all">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::rescale::kernel::RescaleKernelDialect",
                           "::mlir::tensor::TensorDialect"];
}

#endif // RESCALE_CONVERSION_PASSES
