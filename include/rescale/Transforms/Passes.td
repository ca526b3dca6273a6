//===- Passes.td - Transforms ------------------------------*- tablegen -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TRANSFORMS_PASSES
#define RESCALE_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Import
//===----------------------------------------------------------------------===//

def RescaleMakeStatic : Pass<"rescale-make-static", "::mlir::ModuleOp"> {
  let summary = "Fixes the batch and makes every shape of a TOSA network static";
  let description = [{
    Sets the leading dimension of each argument of a public `func.func` to
    `batch` where it is dynamic, lets upstream's `tosa-infer-shapes` carry the
    shapes through the body, and writes them into the `tosa.const_shape`
    operands that say -1. A shape that is still dynamic afterwards is an error
    at its op. So is one that a call or another op outside of TOSA takes or
    gives: inline calls first.

    ```mlir
    func.func @main(%x: tensor<?x4xi8>) -> tensor<?x2x2xi8> {
      %s = tosa.const_shape {values = dense<[-1, 2, 2]> : tensor<3xindex>}
             : () -> !tosa.shape<3>
      %y = tosa.reshape %x, %s
             : (tensor<?x4xi8>, !tosa.shape<3>) -> tensor<?x2x2xi8>
      return %y : tensor<?x2x2xi8>
    }
    ```
    ==>
    ```mlir
    func.func @main(%x: tensor<1x4xi8>) -> tensor<1x2x2xi8> {
      %s = tosa.const_shape {values = dense<[1, 2, 2]> : tensor<3xindex>}
             : () -> !tosa.shape<3>
      %y = tosa.reshape %x, %s
             : (tensor<1x4xi8>, !tosa.shape<3>) -> tensor<1x2x2xi8>
      return %y : tensor<1x2x2xi8>
    }
    ```
  }];
  let options = [Option<"batch", "batch", "int64_t", /*default=*/"1",
                        "Size of the leading dimension, at least 1">];
  let dependentDialects = ["::mlir::func::FuncDialect",
                           "::mlir::tensor::TensorDialect",
                           "::mlir::tosa::TosaDialect"];
}

def RescaleMakeSigned : Pass<"rescale-make-signed", "::mlir::ModuleOp"> {
  let summary = "Rewrites an unsigned TOSA network to a signed one";
  let description = [{
    Every value `v` of element type ui8 becomes `v - 128` of type i8, and of
    ui16 `v - 32768` of type i16: arguments, results, constants, zero points
    and the bounds of clamps. Operations that move or compare values stay as
    they are, and `v - zero_point` does not change. `tosa.rescale` loses the
    flags of unsigned types. The argument and result attributes
    `rescale.zero_point` move along.

    An operation whose result would change is an error at that operation, as
    is a table with an unsigned input, for which TOSA defines no row order. (Its
    entries may be unsigned.) So is an unsigned type inside another, such as
    that of a function value. Where there is an error, nothing changes.
    Upstream's `tosa-convert-integer-type-to-signless`
    changes types only, which turns a `tosa.max_pool2d` of ui8 into one that
    takes 128 for less than 127.

    ```mlir
    %y = tosa.clamp %x {min_val = 3 : ui8, max_val = 200 : ui8}
           : (tensor<4xui8>) -> tensor<4xui8>
    ```
    ==>
    ```mlir
    %y = tosa.clamp %x {min_val = -125 : i8, max_val = 72 : i8}
           : (tensor<4xi8>) -> tensor<4xi8>
    ```
  }];
  let dependentDialects = ["::mlir::tosa::TosaDialect"];
}

def RescaleAnnotateInterface
    : Pass<"rescale-annotate-interface", "::mlir::ModuleOp"> {
  let summary = "Replaces an importer's attributes by the quantization of "
                "arguments and results";
  let description = [{
    Sets `rescale.scale` and `rescale.zero_point` on the arguments and results
    of the only public function, and removes the attributes that the converters
    of TensorFlow leave behind: those that start with `tf.`, `tfl.` or
    `tf_saved_model.`. The names of arguments among them become the locations
    of the arguments.

    With `inputs=0.5:-128 outputs=none`:

    ```mlir
    func.func @main(%x: tensor<1x4xi8>) -> tensor<1x4xi8>
        attributes {tf.entry_function = {inputs = "image", outputs = "class"}}
    ```
    ==>
    ```mlir
    func.func @main(%x: tensor<1x4xi8> {rescale.scale = 5.0e-1 : f64,
                                        rescale.zero_point = -128 : i64}
                      loc("image")) -> tensor<1x4xi8>
    ```
  }];
  let options = [
    ListOption<"inputs", "inputs", "std::string",
               "For each argument scale:zero_point, or none">,
    ListOption<"outputs", "outputs", "std::string",
               "For each result scale:zero_point, or none">
  ];
  let dependentDialects = ["::mlir::rescale::RescaleDialect"];
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

def VerifyIntegerOnly : Pass<"verify-integer-only"> {
  let summary = "Reports every float, and every op outside a set";
  let description = [{
    An error at the first op that has a float among the types of its operands,
    results and block arguments or in its inherent attributes, with a note that
    counts the others. A constant is reported through the ops that use it, which
    is where something can be done about it. Discardable attributes, such as
    `rescale.scale`, compute nothing and are not looked at.

    With `allowed-dialects` or `allowed-ops`, an error also at every op that is
    in neither.

    ```mlir
    func.func @f(%x: tensor<4xi8>) -> tensor<4xi8> {
      %0 = tosa.cast %x : (tensor<4xi8>) -> tensor<4xf32>  // error
      %1 = tosa.exp %0 : (tensor<4xf32>) -> tensor<4xf32>  // note: 2 more
      %2 = tosa.cast %1 : (tensor<4xf32>) -> tensor<4xi8>
      return %2 : tensor<4xi8>
    }
    ```
    ==> fails
  }];
  let options = [
    ListOption<"allowedDialects", "allowed-dialects", "std::string",
               "Names of dialects all of whose ops are allowed">,
    ListOption<"allowedOps", "allowed-ops", "std::string",
               "Full names of further ops that are allowed">,
    Option<"wayOut", "way-out", "std::string",
           "\"compile for a target with an operating system\"",
           "What allows floats, for the error; empty where nothing does">,
  ];
}

def RescaleVerifyInput : Pass<"rescale-verify-input", "::mlir::ModuleOp"> {
  let summary = "Reports what the pipelines cannot lower, before they start";
  let description = [{
    The pipelines want tensors of static shape and signless elements, whose
    bytes a signed index can count, in functions of one module. What is not is
    reported here, at the function or op where it stands and with what mends it,
    instead of as a failed pattern in the middle of a pipeline. Results and
    block arguments are looked at, in every function. What has no lowering is
    for `rescale-verify-lowered` to report, at the end.

    ```mlir
    func.func @f(%x: tensor<?x4xi8>) -> tensor<?x4xi8>  // error: dynamic shape
    func.func @g(%x: tensor<1x4xui8>)                   // error: unsigned
    func.func @h(%x: tensor<65536x65536xi8>)            // error with 32 bits
    ```
    ==> fails
  }];
  let options = [
    Option<"indexBitwidth", "index-bitwidth", "unsigned", /*default=*/"64",
           "Width of an index on the target">,
  ];
}

def RescaleVerifyLowered : Pass<"rescale-verify-lowered"> {
  let summary = "Reports every op that a pipeline should have lowered";
  let description = [{
    The last pass of `rescale-to-linalg`: an error at every op of the dialects
    that must be gone.

    ```mlir
    %0 = tosa.scatter %x, %i, %y
       : (tensor<1x8x2xi8>, tensor<1x3xi32>, tensor<1x3x2xi8>)
         -> tensor<1x8x2xi8>  // error
    ```
    ==> fails
  }];
  let options = [
    ListOption<"dialects", "dialects", "std::string",
               "Names of the dialects that must be gone; default rescale,tosa">,
  ];
}

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

def RescaleAnnotateRanges : Pass<"rescale-annotate-ranges"> {
  let summary = "Proves what accumulators can be, and writes it at "
                "requantizations";
  let description = [{
    Follows the elements of integer tensors through TOSA, linalg, tensor and our
    dialects, with an interval for each channel: through constant weights, zero
    points, padding and the clamps of producers. Sets `rescale.proved_range` on
    every `rescale.requantize`, one entry for all channels, or one for each along
    its axis. What a program claims already is not read, so that nothing is
    proved from it: a `rescale.proved_range` is written anew, and a
    `rescale.observed_range` is an error where the proved range does not contain
    it, since no input of this program can have given it.

    Calls are followed where the pass runs on the module. docs/Ranges.md says
    what is exact.

    ```mlir
    %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
           round half_up : tensor<4xi8> -> tensor<4xi8>
    ```
    ==>
    ```mlir
    %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
           round half_up
           {rescale.proved_range = #rescale.range<proved low[-128] high[127]>}
         : tensor<4xi8> -> tensor<4xi8>
    ```
  }];
  let options = [
    Option<"printRanges", "print-ranges", "bool", /*default=*/"false",
           "A remark at every operation with the ranges of its integer tensors">
  ];
  let dependentDialects = ["::mlir::rescale::RescaleDialect"];
}

//===----------------------------------------------------------------------===//
// Calibration
//===----------------------------------------------------------------------===//

def RescaleTapLayers : Pass<"rescale-tap-layers", "::mlir::ModuleOp"> {
  let summary = "Makes what each layer takes a further result";
  let description = [{
    The first half of `rescale calibrate`: the accumulators of each
    `rescale.requantize`, and the inputs of convolutions and products with
    constant weights, become results of the model's function, each value once,
    behind those that it has. Elements that C has no type for become wider.
    What is in calls and control flow is left out.

    Writes as JSON, for each of the operations in order, which output has its
    input, and what else has to be known to measure it: the axis of channels, or
    kernel, padding, strides, dilation and zero point.

    ```mlir
    func.func @main(%acc: tensor<1x4xi32>) -> tensor<1x4xi8> {
      %0 = rescale.requantize %acc ... : tensor<1x4xi32> -> tensor<1x4xi8>
      return %0 : tensor<1x4xi8>
    }
    ```
    ==>
    ```mlir
    func.func @main(%acc: tensor<1x4xi32>)
        -> (tensor<1x4xi8>, tensor<1x4xi32>) {
      %0 = rescale.requantize %acc ... : tensor<1x4xi32> -> tensor<1x4xi8>
      return %0, %acc : tensor<1x4xi8>, tensor<1x4xi32>
    }
    ```
  }];
  let options = [
    Option<"layers", "layers", "std::string", /*default=*/"\"-\"",
           "The file of the JSON, or - for the standard output (default)">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def RescaleAttachCalibration
    : Pass<"rescale-attach-calibration", "::mlir::ModuleOp"> {
  let summary = "Gives operations the attributes that were measured of them";
  let description = [{
    The second half of `rescale calibrate`. `file` is a module with the
    attribute `calibration`, a dictionary for each of the operations that
    `rescale-tap-layers` names, in order: the operation's name as `op`, and its
    attributes, which docs/Calibration.md describes. An observed range that the
    proved one does not contain is an error.

    ```mlir
    module attributes {calibration = [
      {op = "rescale.requantize",
       rescale.observed_range = #rescale.range<observed low[-9] high[7]>}
    ]} {
    }
    ```
  }];
  let options = [
    Option<"file", "file", "std::string", /*default=*/"\"\"",
           "The file with what was measured; required">
  ];
  let dependentDialects = ["::mlir::rescale::RescaleDialect"];
}

//===----------------------------------------------------------------------===//
// Narrow multiplicands
//===----------------------------------------------------------------------===//

def RescaleNarrow : Pass<"rescale-narrow"> {
  let summary = "Gives requantizations the narrowest equal multiplicands";
  let description = [{
    For every channel of a `rescale.requantize`, finds the multiplicand with the
    fewest bits that gives the same code for each accumulator that can occur,
    over all shifts and addends (docs/Solver.md). Accumulators are proved as by
    `rescale-annotate-ranges`; what the program claims is not read.

    * The port becomes as wide as the widest multiplicand, unsigned.
    * Two addends, chosen by the accumulator's sign, are taken only where the op
      had two before, as with the rounding `double`, and only where one needs
      more bits.
    * Of the addends that do, those of `floor` are taken where every channel
      admits them, then those of `half_up`, then the roundest.
    * The op is left as it is, and a remark of the category `rescale-narrow`
      says why, where no multiplicand gets narrower, where a product would get
      wider, or where a channel has more than 2^20 codes.
    * One shift for all channels is exact as well. It may cost a multiplicand
      some bits, and counts as a gain where the layer had several; its widest
      product gets no wider than the original's. Where there is none, each
      channel keeps its own. A shift that narrowing has shared before stays.

    `rescale.certificate` then has what the op computed before, and the ranges.
    An op that has one already is tested as by `rescale-verify-certificates`,
    and compared with the original that it names, so that nothing is lost by
    narrowing twice; where it has differences or is observed, the op stays.

    ```mlir
    %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38]
           round double : tensor<4xi16> -> tensor<4xi8>
    ```
    ==>
    ```mlir
    %y = rescale.requantize %x mul dense<741455> : tensor<1xui20> shift [27]
           round addend addends [67633152] negative_addends [66584576]
           {rescale.certificate = #rescale.certificate<
             range = <proved low[-32768] high[32767]>,
             multiplicands = [1518500250], shifts = [38], rounding = double, ...>}
         : tensor<4xi16> -> tensor<4xi8>
    ```
  }];
  let options = [
    Option<"shift", "shift", "::mlir::rescale::ShiftSharing",
           /*default=*/"::mlir::rescale::ShiftSharing::Channel",
           "Whose shift one is: each `channel`'s (default), or the `layer`'s",
           [{::llvm::cl::values(
             clEnumValN(::mlir::rescale::ShiftSharing::Channel, "channel",
                        "Each channel has the shift of its multiplicand"),
             clEnumValN(::mlir::rescale::ShiftSharing::Layer, "layer",
                        "All channels have one shift, where there is one"))}]>,
    Option<"goal", "goal", "::mlir::rescale::NarrowGoal",
           /*default=*/"::mlir::rescale::NarrowGoal::Auto",
           "What is made least: the `cost` by the target's table, the `bits` of the "
           "multiplicands, or `auto` (default), the cost where there is a table",
           [{::llvm::cl::values(
             clEnumValN(::mlir::rescale::NarrowGoal::Auto, "auto",
                        "The cost where the target has a table, else the bits"),
             clEnumValN(::mlir::rescale::NarrowGoal::Bits, "bits",
                        "The bits of the multiplicands"),
             clEnumValN(::mlir::rescale::NarrowGoal::Cost, "cost",
                        "The instructions by the target's table"))}]>
  ];
  let dependentDialects = ["::mlir::rescale::RescaleDialect"];
}

def RescaleFuse : Pass<"rescale-fuse"> {
  let summary = "Makes one requantization of two, where it is proved equal";
  let description = [{
    A `rescale.requantize` of the codes of another one becomes one on the first
    one's accumulators, also through `tosa.reshape`, `tosa.transpose`,
    `tosa.identity`, `tensor.collapse_shape` and `tensor.expand_shape`, which
    then move the result.

    Where the first one only multiplies, as when an addition widens its operands,
    multiplicands are multiplied. Elsewhere the thresholds of the sequence are
    compared with those of one staircase on all accumulators that can occur
    (docs/Solver.md): the narrowest equal one is taken, with two addends only if
    one is not enough. The zero point is the second one's, and the clamp what the
    two clamps leave.

    Two are left as they are, and a remark of the category `rescale-fuse` says
    why, where no single staircase does both, with the least accumulator at which
    the closest one differs; where the codes in between have other users; and
    where channels lie along two axes or are mixed in between. So are two of
    different targets, and two that their target takes where it would not take
    the one.

    Certificates of both are tested as by `rescale-verify-certificates` and
    dropped, for no one staircase is what both were. Where one has differences or
    is observed, the two are left.

    ```mlir
    %0 = rescale.requantize %x mul dense<1073741824> : tensor<1xsi32> shift [10]
           round double input_zero_point -128 : tensor<1x4xi8> -> tensor<1x4xi32>
    %1 = rescale.requantize %0 mul dense<1623821475> : tensor<1xsi32> shift [33]
           round double : tensor<1x4xi32> -> tensor<1x4xi32>
    ```
    ==>
    ```mlir
    %1 = rescale.requantize %x mul dense<1623821475> : tensor<1xui31> shift [13]
           round addend addends [5120] negative_addends [3072]
           input_zero_point -128 : tensor<1x4xi8> -> tensor<1x4xi32>
    ```
  }];
  let dependentDialects = ["::mlir::rescale::RescaleDialect"];
}

def RescaleApproximate : Pass<"rescale-approximate"> {
  let summary = "Gives requantizations multiplicands of few bits, with an error";
  let description = [{
    Changes what the program computes. No pipeline runs it by itself.

    Where a multiplicand of a `rescale.requantize` has more than `bits` magnitude
    bits, every channel gets one of at most `bits`: the narrowest that is equal
    for all accumulators that can occur where there is one, and else the best
    that is not, over all shifts and addends. Two addends by sign are taken for
    equality alone: else the largest difference of two codes is the least that one
    addend allows, and with one shift for all channels that of the worst. What
    else is least is the criterion:

    * `largest`: the multiplicand, and then the mean error of its addends.
    * `mean`: the mean error of accumulators that are all as likely.
    * `thresholds`: the number of thresholds that move.

    Where an op has a `rescale.observed_histogram`, `mean` is the mean error on
    it, and of it alone: those who calibrate (docs/Calibration.md) want little
    error where accumulators are, and a largest difference that is the least
    possible is paid for there. The multiplicand is one next to the original's
    slope, at the four greatest shifts that have one, the addend near the median
    that is best for it; an op whose slope is more than twice that of any
    multiplicand of so many bits at a shift of 0 is left as it is. An observed
    range that the network cannot give is an error.

    `thresholds` tries every multiplicand within the largest difference and is
    meant for at most 16 bits, `mean` for 24.

    `rescale.certificate` then has what the op computed before, the ranges, and
    for each channel the exact `largest_difference` in codes and the number of
    `differing` accumulators among those that can occur. A remark of the category
    `rescale-approximate` has the figures of the op.

    What an op gives is what the next ones get: each is approximated on the
    accumulators that are proved once those before it have been changed, and an
    op that is narrow enough is done again where its certificate does not cover
    them any more.

    `layers=conv2d_1:4,dense_0:6:layer` gives layers other bits, by their names in
    the report, and the second one shift for all channels. Without `bits` the
    layers that are not named are left. The pass has to run on a module then.

    An op that has a certificate already is compared with its original, so that
    errors do not add up: `bits=8` after `bits=12` is `bits=8`. The certificate is
    tested first, and it is an error where it is not true. The op is left as it
    is, and a remark says why, where the certificate is observed or its original
    has another zero point or clamp, where a channel has more than 2^20 codes,
    and where accumulators, or the count of those that differ, exceed signed 64
    bits.

    ```mlir
    %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38]
           round double : tensor<4xi16> -> tensor<4xi8>
    ```
    ==> with `bits=8`
    ```mlir
    %y = rescale.requantize %x mul dense<181> : tensor<1xui8> shift [15]
           round addend addends [16215]
           {rescale.certificate = #rescale.certificate<
             range = <proved low[-32768] high[32767]>,
             multiplicands = [1518500250], shifts = [38], rounding = double, ...,
             largest_difference = [1], differing = [491], ...>}
         : tensor<4xi16> -> tensor<4xi8>
    ```
  }];
  let options = [
    Option<"bits", "bits", "int64_t", /*default=*/"0",
           "Magnitude bits of the multiplicands, 1 to 32; required">,
    Option<"criterion", "criterion", "::mlir::rescale::ErrorCriterion",
           /*default=*/"::mlir::rescale::ErrorCriterion::Mean",
           "What is least, after the largest difference: the multiplicand "
           "(`largest`), the `mean` error (default), of observed accumulators "
           "where there are any, or the moved `thresholds`",
           [{::llvm::cl::values(
             clEnumValN(::mlir::rescale::ErrorCriterion::Largest, "largest",
                        "The multiplicand"),
             clEnumValN(::mlir::rescale::ErrorCriterion::Mean, "mean",
                        "The mean error"),
             clEnumValN(::mlir::rescale::ErrorCriterion::Thresholds,
                        "thresholds", "The number of moved thresholds"))}]>,
    Option<"shift", "shift", "::mlir::rescale::ShiftSharing",
           /*default=*/"::mlir::rescale::ShiftSharing::Channel",
           "Whose shift one is: each `channel`'s (default), or the `layer`'s",
           [{::llvm::cl::values(
             clEnumValN(::mlir::rescale::ShiftSharing::Channel, "channel",
                        "Each channel has the shift of its multiplicand"),
             clEnumValN(::mlir::rescale::ShiftSharing::Layer, "layer",
                        "All channels have one shift"))}]>,
    ListOption<"layers", "layers", "std::string",
               "Layers with other bits, by their names in the report: "
               "NAME:BITS, or NAME:BITS:layer for one shift; without bits, the "
               "others are left">
  ];
  let dependentDialects = ["::mlir::rescale::RescaleDialect"];
}

def RescaleSnap : Pass<"rescale-snap"> {
  let summary = "Moves scales to numbers of few bits, and requantizes weights";
  let description = [{
    Changes what the program computes. No pipeline runs it by itself.

    A `rescale.requantize` scales the accumulators of a channel by
    `M = m / 2^s`. Instead of another number near `M` for the same accumulators,
    each channel gets one of `bits` bits, `M' = m' / 2^s'` with m' from
    `2^(bits-1)` to `2^bits - 1`, and accumulators that fit it: its weights w
    become `round(w * M / M')`, ties away from zero, and so does its bias. So the
    scale has no error at all, and the weights have that of a rounding. With one
    bit a requantization is an addition and a shift. docs/Snapping.md follows a
    channel.

    * `M'` is at or `above` M, so that no weight gets larger and none clips, or
      the `nearest`, with which weights clip where the type is full.
    * Weights may have a zero point, which stays. Where two layers share
      constants, each gets its own.
    * A layer with one scale for all channels gets one for each, at or above
      what the largest weight of the channel needs, so that most weights have
      finer steps than before. With `per-channel=false` it keeps one.
    * The rounding `double` becomes `half_up`, others stay.
    * With one shift for all channels of a layer, that of the largest M, the
      multiplicands of the others may have fewer bits, and are further above.
    * With `operands`, additions, products and requantizations of codes get
      scales of so many bits too: the steps of codes between layers with weights
      are multiplied by factors of 1 to 2, which these absorb. Those of arguments
      and results stay.
    * Weights start from `rescale.float_weights` where the op has them.

    `rescale.snapped` then has what the scale was, and the errors of the weights
    ([Dialect.md](Dialect.md)). Observed ranges, of other accumulators, are
    dropped. A remark of the category `rescale-snap` has the figures of the
    layer.

    A layer is left, and a remark says why, where accumulators have other users;
    where weights, biases or zero points are not constant; where it was snapped
    before, or has a certificate, which would have to speak of two networks; and
    where M is above `2^bits - 1`. Layers behind which no weights follow are
    left with `last-layer=keep`.

    `layers=conv2d_1:4,dense_0:6:layer` gives layers other bits, by their names in
    the report, and the second one shift for all channels. Without `bits` the
    layers that are not named are left. The pass has to run on a module then.

    ```mlir
    %0 = tosa.conv2d %x, %w, ... // 100, -37, 12
    %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38]
           round double : tensor<1x4x4x1xi32> -> tensor<1x4x4x1xi8>
    ```
    ==> with `bits=1`: M = 0.00552, M' = 2^-7 = 0.00781
    ```mlir
    %0 = tosa.conv2d %x, %w, ... // 71, -26, 8
    %1 = rescale.requantize %0 mul dense<1> : tensor<1xui1> shift [7]
           round half_up {rescale.snapped = #rescale.snap<bits = 1, ...>}
         : tensor<1x4x4x1xi32> -> tensor<1x4x4x1xi8>
    ```
  }];
  let options = [
    Option<"bits", "bits", "int64_t", /*default=*/"0",
           "Magnitude bits of the multiplicands, 1 to 16; required">,
    Option<"grid", "grid", "::mlir::rescale::SnapGrid",
           /*default=*/"::mlir::rescale::SnapGrid::Above",
           "Which number of so many bits a scale becomes: the one `above` "
           "(default), the `nearest`, or the `best` for the inputs",
           [{::llvm::cl::values(
             clEnumValN(::mlir::rescale::SnapGrid::Above, "above",
                        "The least at or above"),
             clEnumValN(::mlir::rescale::SnapGrid::Nearest, "nearest",
                        "The nearest; weights may clip"),
             clEnumValN(::mlir::rescale::SnapGrid::Best, "best",
                        "Of five the one with the least squared error, where a "
                        "layer has the moments of its inputs"))}]>,
    Option<"shift", "shift", "::mlir::rescale::ShiftSharing",
           /*default=*/"::mlir::rescale::ShiftSharing::Channel",
           "Whose shift one is: each `channel`'s (default), or the `layer`'s",
           [{::llvm::cl::values(
             clEnumValN(::mlir::rescale::ShiftSharing::Channel, "channel",
                        "Each channel has the shift of its multiplicand"),
             clEnumValN(::mlir::rescale::ShiftSharing::Layer, "layer",
                        "All channels have one shift"))}]>,
    Option<"lastLayer", "last-layer", "::mlir::rescale::LastLayer",
           /*default=*/"::mlir::rescale::LastLayer::Snap",
           "What happens to layers behind which no weights follow: `snap` "
           "(default) or `keep`",
           [{::llvm::cl::values(
             clEnumValN(::mlir::rescale::LastLayer::Snap, "snap",
                        "They are snapped as the others"),
             clEnumValN(::mlir::rescale::LastLayer::Keep, "keep",
                        "They stay as they are"))}]>,
    Option<"operands", "operands", "bool", /*default=*/"true",
           "Scale codes so that additions and the like have scales of so many "
           "bits too">,
    Option<"perChannel", "per-channel", "bool", /*default=*/"true",
           "Give layers with one scale one for each channel">,
    Option<"correctBias", "correct-bias", "bool", /*default=*/"false",
           "Take the mean error off the bias, where a layer has the moments of "
           "its inputs">,
    ListOption<"layers", "layers", "std::string",
               "Layers with other bits, by their names in the report: "
               "NAME:BITS, or NAME:BITS:layer for one shift; without bits, the "
               "others are left">
  ];
  let dependentDialects = ["::mlir::rescale::RescaleDialect",
                           "::mlir::tosa::TosaDialect"];
}

def RescaleLegalizeForTarget
    : Pass<"rescale-legalize-for-target", "::mlir::ModuleOp"> {
  let summary = "Makes every requantization fit what a machine can do";
  let description = [{
    Each `rescale.requantize` gets multiplicands, shifts and addends that its
    `rescale.target` takes: that of the op, of its function or of the module.
    The option `target` sets the module's to a preset of docs/Targets.md,
    `target-file` to the `#rescale.target<...>` that a file has.

    * What fits already stays as it is, on the target's port.
    * Otherwise the codes stay equal for every accumulator that can occur, where
      parameters within the target are found; the one with the fewest bits is
      taken, and `rescale.certificate` has the proof, as of `rescale-narrow`.
    * Where none are found, or the target has no such type, zero point or clamp,
      the op is an error that says which channel misses which field by how much;
      where types miss, no parameters are searched for.
      Floor, half-up, a free addend and two by sign are searched for; ties to
      even, half away from zero, double rounding beyond a shift of 31 and a bias
      are tried for hundreds of multiplicands, not for all.
    * With `allow-approximate` the parameters with the least largest difference
      that are found are taken instead, of those the ones with the least mean
      error over all accumulators, then the fewest bits, and the certificate has
      how many codes differ and by how much. On ports of more than 16 bits, and
      for results of more than 8, the mean error may be that of the best of
      thousands of multiplicands, not of all.

    Operations without a target stay as they are where others have one. A
    certificate of observed accumulators stays one where codes stay equal; to
    approximate once more is an error.

    With zero points `in_addend` an op keeps 0 or the least code as its
    `zero_point`, and the addend gets the rest. Ranges are computed again where
    codes have changed, so that certificates hold behind what was approximated.

    ```mlir
    %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38]
           round double : tensor<4xi16> -> tensor<4xi8>
    ```
    ==> (`target=tosa16 allow-approximate`)
    ```mlir
    %y = rescale.requantize %x mul dense<5793> : tensor<1xsi16> shift [20]
           round half_up
           {rescale.certificate = #rescale.certificate<
             range = <proved low[-32768] high[32767]>, ...,
             largest_difference = [1], differing = [59], ...>}
         : tensor<4xi16> -> tensor<4xi8>
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"\"\"",
           "The preset that the module's target is set to">,
    Option<"targetFile", "target-file", "std::string", /*default=*/"\"\"",
           "A file with the #rescale.target<...> that the module's is set to">,
    Option<"allowApproximate", "allow-approximate", "bool", /*default=*/"false",
           "Take the least error where no parameters are equal">
  ];
  let dependentDialects = ["::mlir::rescale::RescaleDialect"];
}

def RescaleCertify : Pass<"rescale-certify"> {
  let summary = "Gives every requantization a certificate of what is proved now";
  let description = [{
    A certificate tells what an op has to compute, and for which accumulators.
    This pass writes one to every `rescale.requantize`, so that the arithmetic
    that becomes of it can be compared with it: `convert-rescale-to-linalg`
    keeps it there with `keep-certificates`, and `rescale-verify-arithmetic`
    reads it.

    The accumulators are those proved at this place, on which lowering relies.
    The original is that of the op's certificate where it is exact and holds for
    them, and else what the op itself computes: an approximation is to be
    lowered as it is, and how far it is from its original is no question of
    arithmetic. `rescale-verify-certificates` has to have passed before.

    Accumulators that 64 signed bits do not hold are an error.

    ```mlir
    %y = rescale.requantize %x mul dense<77> : tensor<1xui7> shift [9]
           round half_up : tensor<4xi16> -> tensor<4xi8>
    ```
    ==>
    ```mlir
    %y = rescale.requantize %x mul dense<77> : tensor<1xui7> shift [9]
           round half_up {rescale.certificate = #rescale.certificate<
             range = <proved low[-32768] high[32767]>, multiplicands = [77],
             shifts = [9], rounding = half_up, ...>}
         : tensor<4xi16> -> tensor<4xi8>
    ```
  }];
}

def RescaleVerifyArithmetic : Pass<"rescale-verify-arithmetic"> {
  let summary = "Compares lowered requantizations with what they have to give";
  let description = [{
    Of every `linalg.generic` with a `rescale.certificate`, which
    `convert-rescale-to-linalg` leaves there with `keep-certificates`, takes the
    operations of `arith` in its body as `convert-rescale-to-arith` made them,
    and the constants of each channel. Fails at one that

    * gives another code than the certificate's original for one of its
      accumulators; each is evaluated. Of more than 2^24, an interval between
      two thresholds of the original is halved until interval arithmetic gives
      its code, or 4096 are left;
    * has a result that does not fit its type: as a signed number where it has
      the flag `nsw`, as an unsigned one with `nuw`, as either without a flag.
      What is meant to wrap has `rescale.wraps`.

    The error has the accumulator, the channel and both codes. Changes nothing.
  }];
}

def RescaleVerifyCertificates : Pass<"rescale-verify-certificates"> {
  let summary = "Tests every certificate, and refuses those that are not true";
  let description = [{
    Fails at each `rescale.requantize` whose `rescale.certificate`

    * has the digest of other parameters than those of the op, or another input
      zero point;
    * is `proved` for fewer accumulators than can occur, which are computed
      again from weights, zero points, padding and clamps;
    * is not true: both staircases are evaluated at the threshold of every code
      and at the accumulator before it, by other code than the solver's.

    Warns of those that are for observed accumulators. Changes nothing.
  }];
}

def RescaleReport : Pass<"rescale-report", "::mlir::ModuleOp"> {
  let summary = "Tells what each requantization was and is";
  let description = [{
    Writes, for every channel of every `rescale.requantize`, the accumulators
    that can occur, multiplicand, shift, addends and product bits, before and
    after passes changed them, with what is proved of the change; and sums of
    these. docs/Report.md has the schema.

    Ranges are computed again, and certificates are tested as by
    `rescale-verify-certificates`: what is reported as proved is. With `target`
    or `rung`, those of `convert-rescale-to-linalg`, also in which arithmetic
    each would be computed, and by which inequalities that is exact. Changes
    nothing.

    ```
    layer     source       channels  constant  accumulators       ...
    conv2d_0  tosa.conv2d        16         0  [-210159, 206542]  ...
    ```
  }];
  // visitApplies makes operations of them.
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::rescale::RescaleDialect",
                           "::mlir::tensor::TensorDialect"];
  let options = [
    Option<"format", "format", "::mlir::rescale::ReportFormat",
           /*default=*/"::mlir::rescale::ReportFormat::JSON",
           "What to write: `json` (default), or a `table`",
           [{::llvm::cl::values(
             clEnumValN(::mlir::rescale::ReportFormat::JSON, "json",
                        "JSON, of docs/Report.md"),
             clEnumValN(::mlir::rescale::ReportFormat::Table, "table",
                        "Tables for people"))}]>,
    Option<"channels", "channels", "bool", /*default=*/"false",
           "In tables, a row for each channel as well">,
    Option<"target", "target", "std::string", /*default=*/"",
           "Report the arithmetic that the costs of this processor choose">,
    Option<"rung", "rung", "std::string", /*default=*/"",
           "Report the arithmetic if it has to be this one">,
    Option<"output", "output", "std::string", /*default=*/"",
           "A file, or - for the standard output; default: the standard error">
  ];
}

//===----------------------------------------------------------------------===//
// From TOSA to linalg
//===----------------------------------------------------------------------===//

def RescaleRecordOrigins : Pass<"rescale-record-origins"> {
  let summary = "Notes in locations which operations the model has";
  let description = [{
    Wraps the location of every operation of TOSA, and of this dialect, in its
    name and a number. Conversions keep
    locations and fusion joins them, so that `rescale-outline-layers` can tell
    what a layer computes. Diagnostics point where they did.

    ```mlir
    %y = tosa.clamp %x {min_val = 0 : i8, max_val = 9 : i8}
           : (tensor<4xi8>) -> tensor<4xi8> loc("relu")
    ```
    ==>
    ```mlir
    %y = tosa.clamp %x {min_val = 0 : i8, max_val = 9 : i8}
           : (tensor<4xi8>) -> tensor<4xi8> loc(fused<0 : i64>["tosa.clamp"("relu")])
    ```
  }];
}

def RescaleRecordClaims : Pass<"rescale-record-claims"> {
  let summary = "Notes in locations what certificates say";
  let description = [{
    Lowering drops certificates. What one says, in words, becomes a part of its
    op's location, from which `rescale-outline-layers` takes it to
    `rescale.layer` and so to the comments of the C. Tests nothing: to run after
    `rescale-verify-certificates`.

    ```mlir
    %0 = rescale.requantize %acc mul dense<3> : tensor<1xui2> shift [9] round half_up
           {rescale.certificate = #rescale.certificate<...>}
           : tensor<4xi16> -> tensor<4xi8> loc("conv")
    ```
    ==>
    ```mlir
    %0 = rescale.requantize %acc mul dense<3> : tensor<1xui2> shift [9] round half_up
           {rescale.certificate = #rescale.certificate<...>}
           : tensor<4xi16> -> tensor<4xi8>
           loc(fused<{rescale.claim = "multiplicands of 31 bits, now 2, proved equal ..."}>["conv"])
    ```
  }];
}

def RescaleSaturateNegate : Pass<"rescale-saturate-negate"> {
  let summary = "Keeps the saturation of negations that upstream folds";
  let description = [{
    TOSA saturates: the negation of the i8 code -128 is 127. Upstream folds two
    negations without zero points to nothing, which gives -128 for -128 instead
    of -127. With a clamp between them, which changes no value, it does not. To
    run before anything folds; a model with a single negation stays as it is.

    ```mlir
    %0 = tosa.negate %x, %zero, %zero
           : (tensor<4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
    %1 = tosa.negate %0, %zero, %zero
           : (tensor<4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
    ```
    ==>
    ```mlir
    %a = tosa.clamp %x {max_val = 127 : i8, min_val = -127 : i8}
           : (tensor<4xi8>) -> tensor<4xi8>
    %0 = tosa.negate %a, %zero, %zero
           : (tensor<4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
    %b = tosa.clamp %0 {max_val = 127 : i8, min_val = -127 : i8}
           : (tensor<4xi8>) -> tensor<4xi8>
    %1 = tosa.negate %b, %zero, %zero
           : (tensor<4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
    ```
  }];
  let dependentDialects = ["::mlir::tosa::TosaDialect"];
}

def RescaleLowerTosa : InterfacePass<"rescale-lower-tosa",
                                     "::mlir::FunctionOpInterface"> {
  let summary = "Lowers TOSA to linalg as far as upstream's patterns go";
  let description = [{
    Upstream's patterns of `tosa-to-linalg-named` (with `named`) or
    `tosa-to-linalg`, but what they cannot lower stays, so that
    `rescale-verify-lowered` can say what to do about it. Upstream's passes end
    with `failed to legalize operation` there. An integer `tosa.resize` with a
    negative offset, which upstream rounds the wrong way, has a pattern here.

    With `named`, which brings the output channel of the weights innermost:

    ```mlir
    %0 = tosa.conv2d %x, %w, %b, %zx, %zw {...}
       : (tensor<1x4x4x2xi8>, tensor<8x1x1x2xi8>, tensor<8xi32>, ...)
         -> tensor<1x4x4x8xi32>
    ```
    ==>
    ```mlir
    %t = linalg.transpose ins(%w : tensor<8x1x1x2xi8>)
                          outs(%e : tensor<1x1x2x8xi8>) permutation = [1, 2, 3, 0]
    %1 = linalg.conv_2d_nhwc_hwcf_q ins(%x, %t, %zx32, %zw32 : ...)
                                    outs(%b4 : tensor<1x4x4x8xi32>)
    ```
  }];
  let options = [
    Option<"named", "named", "bool", /*default=*/"false",
           "To linalg's named ops, instead of the rest to generic ones">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"];
}

def RescaleLowerTosaControlFlow
    : InterfacePass<"rescale-lower-tosa-control-flow",
                    "::mlir::FunctionOpInterface"> {
  let summary = "Lowers TOSA's branches and loops to scf";
  let description = [{
    Upstream's patterns of `tosa-to-scf`, from the innermost operation outwards.
    Upstream's pass lowers no `tosa.cond_if` within another, and no
    `tosa.while_loop` within another. What the patterns do not lower stays, for
    `rescale-verify-lowered` to report.

    ```mlir
    %0 = tosa.cond_if %c : tensor<i1> -> tensor<4xi8> {
      %1 = tosa.cond_if %d : tensor<i1> -> tensor<4xi8> {...} else {...}
      tosa.yield %1 : tensor<4xi8>
    } else {
      tosa.yield %x : tensor<4xi8>
    }
    ```
    ==>
    ```mlir
    %c0 = tensor.extract %c[] : tensor<i1>
    %0 = scf.if %c0 -> (tensor<4xi8>) {
      %d0 = tensor.extract %d[] : tensor<i1>
      %1 = scf.if %d0 -> (tensor<4xi8>) {...} else {...}
      scf.yield %1 : tensor<4xi8>
    } else {
      scf.yield %x : tensor<4xi8>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"];
}

def RescaleFuseEpilogues : InterfacePass<"rescale-fuse-epilogues",
                                         "::mlir::FunctionOpInterface"> {
  let summary = "Fuses elementwise operations with each other and into kernels";
  let description = [{
    Upstream's fusion of elementwise `linalg.generic`, then what follows a kernel
    becomes part of its epilogue, as far as the kernel's result has no other
    user. An elementwise result of more than 16 bits with several users, such as
    the exponentials of a softmax, is computed again for each of them, so that
    it needs no buffer.

    A `rescale.apply` on an accumulator takes its range from the weights, and a
    48-bit accumulator that is proved to fit is read in its 64 bits.

    ```mlir
    %0 = rescale_kernel.conv2d ... epilogue {
         ^bb0(%acc: i32):
           rescale_kernel.yield %acc : i32
         } -> tensor<1x4x4x2xi32>
    %1 = linalg.generic ... ins(%0, %m : tensor<1x4x4x2xi32>, tensor<2xi32>)
                            outs(%e : tensor<1x4x4x2xi8>) {
    ^bb0(%acc: i32, %m0: i32, %out: i8):
      %y = rescale.apply %acc * %m0 shift %s round half_up : (i32, i32, i8) -> i8
      linalg.yield %y : i8
    }
    ```
    ==>
    ```mlir
    %0 = rescale_kernel.conv2d ... epilogue(%m : tensor<2xi32>)
           maps [affine_map<(n, y, x, c) -> (c)>] {
         ^bb0(%acc: i32, %m0: i32):
           %y = rescale.apply %acc * %m0 shift %s round half_up
                {input_range = array<i64: -2000, 2000>} : (i32, i32, i8) -> i8
           rescale_kernel.yield %y : i8
         } -> tensor<1x4x4x2xi8>
    ```
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def RescaleDecomposeTransposeConv
    : InterfacePass<"rescale-decompose-transpose-conv",
                    "::mlir::FunctionOpInterface"> {
  let summary = "Splits transposed convolutions into convolutions";
  let description = [{
    The rows of a transposed convolution's result that are equal modulo the
    stride meet the same rows of weights, and likewise the columns. So each pair
    of remainders is a convolution of stride 1 with its share of the weights,
    which is inserted into every `stride`-th row and column. No product is with
    a zero between elements, as in a convolution of the dilated input.

    Runs after `rescale-fuse-epilogues`; each part has the epilogue. The results
    are written in place by the convolutions after bufferization.

    ```mlir
    %0 = rescale_kernel.transpose_conv2d ins(%x : tensor<1x4x4x1xi8>)
           outs(%e : tensor<1x9x9x2xi8>)
           weights ... : tensor<2x3x3x1xi8> ... stride [2, 2] out_pad [0, 0, 0, 0]
           epilogue {...} -> tensor<1x9x9x2xi8>
    ```
    ==>
    ```mlir
    %0 = rescale_kernel.conv2d ins(%x : tensor<1x4x4x1xi8>)
           outs(%e0 : tensor<1x5x5x2xi8>)
           weights ... : tensor<2x2x2x1xi8> ... stride [1, 1] pad [1, 1, 1, 1]
           dilation [1, 1] epilogue {...} -> tensor<1x5x5x2xi8>
    %1 = tensor.insert_slice %0 into %e[0, 0, 0, 0] [1, 5, 5, 2] [1, 2, 2, 1]
           : tensor<1x5x5x2xi8> into tensor<1x9x9x2xi8>
    // ... three more, of 2x2x1, 2x1x2 and 2x1x1 weights
    ```
  }];
  let dependentDialects = ["::mlir::rescale::kernel::RescaleKernelDialect",
                           "::mlir::tensor::TensorDialect"];
}

def RescaleDropTosaTarget
    : Pass<"rescale-drop-tosa-target", "::mlir::ModuleOp"> {
  let summary = "Removes tosa.target_env from a module without TOSA";
  let description = [{
    A compiler of another version need not know this attribute of TOSA's
    dialect, and would refuse to parse the module for it.

    ```mlir
    module attributes {tosa.target_env = #tosa.target_env<...>} {}
    ```
    ==>
    ```mlir
    module {}
    ```
  }];
}

//===----------------------------------------------------------------------===//
// From linalg to code
//===----------------------------------------------------------------------===//

def RescaleCreateEntryPoint
    : Pass<"rescale-create-entry-point", "::mlir::ModuleOp"> {
  let summary = "Makes a model's function callable from C";
  let description = [{
    Gives the function the name that C calls it by and the status that it
    returns, says that its inputs are read only, and makes every other function
    private. Results of any function that would share a buffer are copied.
    Arguments and results get the names that they have in the C header. The
    quantization of arguments and results goes, since the header has it. Runs
    before bufferization, which turns the tensors into pointers.

    ```mlir
    func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
      return %y : tensor<4xi8>
    }
    ```
    ==> (with `name=net_run`)
    ```mlir
    func.func @net_run(%x: tensor<4xi8> {bufferization.writable = false,
                                         rescale.name = "input"})
        -> (tensor<4xi8> {rescale.name = "output"}, i32)
        attributes {rescale.entry_point} {
      %0 = arith.constant 0 : i32
      return %y, %0 : tensor<4xi8>, i32
    }
    ```
  }];
  let options = [
    Option<"name", "name", "std::string", /*default=*/"",
           "Name of the entry point; empty keeps the function's">,
    Option<"function", "function", "std::string", /*default=*/"",
           "The model's function; empty takes the only public one, or main">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::bufferization::BufferizationDialect"];
}

def RescaleUpdateInPlace : Pass<"rescale-update-in-place"> {
  let summary = "Gives what loops carry and branches result in one buffer";
  let description = [{
    Without a heap, a tensor that a loop carries has one buffer: what `scf.for`
    and `scf.while` yield is copied over what the iteration was given, where it
    is not written there anyway. Both branches of an `scf.if` write to one
    buffer; an `arith.select` of one of two tensors, which the canonicalizer
    makes of branches that compute nothing, is such an `scf.if` again.
    Bufferization drops the copies that it can do without.

    ```mlir
    %0 = scf.for %i = %c0 to %c4 step %c1 iter_args(%t = %x) -> tensor<4xi8> {
      %1 = tensor.empty() : tensor<4xi8>
      %2 = linalg.generic ... ins(%t : ...) outs(%1 : ...)
      scf.yield %2 : tensor<4xi8>
    }
    ```
    ==>
    ```mlir
    %0 = scf.for %i = %c0 to %c4 step %c1 iter_args(%t = %x) -> tensor<4xi8> {
      %1 = tensor.empty() : tensor<4xi8>
      %2 = linalg.generic ... ins(%t : ...) outs(%1 : ...)
      %3 = bufferization.materialize_in_destination %2 in %t
         : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
      scf.yield %3 : tensor<4xi8>
    }
    ```
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::mlir::scf::SCFDialect"];
}

def RescaleVerifyBufferizable : Pass<"rescale-verify-bufferizable",
                                     "::mlir::func::FuncOp"> {
  let summary = "Reports what has no buffers, before tensors become buffers";
  let description = [{
    An error at an op of tensors that One-Shot Bufferize does not know, of which
    it says no more than that it was not bufferized, and at a function that never
    returns, which it refuses. What is elementwise has become linalg before.

    ```mlir
    %0 = arith.addi %x, %x : tensor<4xi8>  // error
    ```
    ==> fails
  }];
}

def RescaleVerifyLoops : Pass<"rescale-verify-loops"> {
  let summary = "Reports loops whose tensors cannot stay in one buffer";
  let description = [{
    Without a heap, a tensor that a loop carries has one buffer, and the loop
    has to update it in place, as `scf.for` around a `tensor.insert_slice` does
    and as `rescale-update-in-place` makes others. An error at every other loop
    that carries a tensor.

    ```mlir
    %0 = scf.for %i = %c0 to %c4 step %c1 iter_args(%t = %x) -> tensor<4xi8> {
      %1 = tensor.empty() : tensor<4xi8>
      %2 = linalg.generic ... ins(%t : ...) outs(%1 : ...)
      scf.yield %2 : tensor<4xi8>
    }
    ```
    ==> fails
  }];
}

def RescaleOrderLoops : Pass<"rescale-order-loops"> {
  let summary = "Orders the loops of linalg ops for contiguous access, or for "
                "scalars in registers";
  let description = [{
    Makes every linalg op that reduces a generic one, and moves the dimension
    along which most operands are contiguous innermost, the others
    keeping their order. No reduction moves past another one, so that sums of
    floats stay what they are. For a convolution in hwcf layout that is the output
    channel, so that the inner loop adds a row of weights, times one activation,
    to a row of accumulators, which LLVM vectorizes; as defined, it would
    gather weights.

    ```mlir
    linalg.matmul ins(%a, %b : memref<2x3xi32>, memref<3x4xi32>)
                  outs(%c : memref<2x4xi32>)
    ```
    ==>
    ```mlir
    linalg.generic {indexing_maps = [affine_map<(m, k, n) -> (m, k)>,
                                     affine_map<(m, k, n) -> (k, n)>,
                                     affine_map<(m, k, n) -> (m, n)>],
                    iterator_types = ["parallel", "reduction", "parallel"]}
    ```

    With `scalar`, for a target without vectors, an elementwise layer on buffers
    whose constant tables depend on one dimension has that one outermost, so that
    parameters of a channel stay in registers while its pixels are requantized.
    Dimensions that every operand walks in one go become one.

    ```mlir
    linalg.generic {indexing_maps = [affine_map<(h, w, c) -> (h, w, c)>,
                                     affine_map<(h, w, c) -> (c)>,
                                     affine_map<(h, w, c) -> (h, w, c)>], ...}
        ins(%x, %m : memref<4x4x16xi32>, memref<16xi8>)
        outs(%y : memref<4x4x16xi8>) { ... }
    ```
    ==>
    ```mlir
    linalg.generic {indexing_maps = [affine_map<(c, p) -> (p, c)>,
                                     affine_map<(c, p) -> (c)>,
                                     affine_map<(c, p) -> (p, c)>], ...}
        ins(%pixels, %m : memref<16x16xi32>, memref<16xi8>)
        outs(%codes : memref<16x16xi8>) { ... }
    ```
  }];
  let options = [
    Option<"scalar", "scalar", "bool", /*default=*/"false",
           "Channels outermost in elementwise layers, as suits a target "
           "without vectors">
  ];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::memref::MemRefDialect"];
}

def RescaleSelectBySign : Pass<"rescale-select-by-sign"> {
  let summary = "Chooses between two parameters by a sign without a branch";
  let description = [{
    Of two constants of 32 bits, entries of constant tables or arguments of a
    function, as the addends of a requantization are that has one for each sign.
    Where they differ by one, the mask is the difference.

    ```mlir
    %negative = arith.cmpi slt, %x, %c0 : i32
    %addend = arith.select %negative, %c7, %c8 : i32
    ```
    ==>
    ```mlir
    %sign = arith.extsi %negative : i1 to i32
    %addend = arith.addi %c8, %sign overflow<nsw> : i32
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def RescaleUnrollLoops : Pass<"rescale-unroll-loops"> {
  let summary = "Unrolls innermost loops that requantize";
  let description = [{
    Unrolls every `scf.for` with a `rescale.apply` in a short body without loops,
    where each iteration stores to a place of its own, by `factor`; what is left
    over follows in a loop of its own. Parameters from constant tables are loaded before the loop where they do not
    depend on its counter.

    ```mlir
    scf.for %c = %c0 to %c16 step %c1 {
      scf.for %p = %c0 to %c256 step %c1 {
        %x = memref.load %input[%p, %c] : memref<256x16xi32>
        %m = memref.load %table[%c] : memref<16xi8>
        %y = rescale.apply %x * %m ...
        memref.store %y, %output[%p, %c] : memref<256x16xi8>
      }
    }
    ```
    ==>
    ```mlir
    scf.for %c = %c0 to %c16 step %c1 {
      %m = memref.load %table[%c] : memref<16xi8>
      scf.for %p = %c0 to %c256 step %c2 {
        %x = memref.load %input[%p, %c] : memref<256x16xi32>
        %y = rescale.apply %x * %m ...
        memref.store %y, %output[%p, %c] : memref<256x16xi8>
        %p1 = arith.addi %p, %c1 : index
        ...
        memref.store %y1, %output[%p1, %c] : memref<256x16xi8>
      }
    }
    ```
  }];
  let options = [
    Option<"factor", "factor", "uint64_t", /*default=*/"4",
           "Requantizations in one iteration">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect"];
}

def RescalePlaceParts
    : Pass<"rescale-place-parts", "::mlir::func::FuncOp"> {
  let summary = "Gives the parts of a joined tensor their places in its buffer";
  let description = [{
    Makes a buffer of every tensor that `tensor.insert_slice` joins from parts
    that share no element, as the lowerings of concatenations and transposed
    convolutions do. `eliminate-empty-tensors` then lets what computes a part
    write it there. A joined tensor that is a part itself is in the buffer of
    the other. Upstream's analysis would do the same with tensors, but asks for
    each part about every pair of the others.

    ```mlir
    %a = linalg.exp ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>)
    %0 = tensor.empty() : tensor<4xf32>
    %1 = tensor.insert_slice %a into %0[0] [2] [1]
           : tensor<2xf32> into tensor<4xf32>
    %2 = tensor.insert_slice %y into %1[2] [2] [1]
           : tensor<2xf32> into tensor<4xf32>
    ```
    ==>
    ```mlir
    %buffer = memref.alloc() : memref<4xf32>
    %first = memref.subview %buffer[0] [2] [1] : ...
    %second = memref.subview %buffer[2] [2] [1] : ...
    %a = linalg.exp ins(%x : tensor<2xf32>) outs(%e : tensor<2xf32>)
    bufferization.materialize_in_destination %a in restrict writable %first
    bufferization.materialize_in_destination %y in writable %second
    %2 = bufferization.to_tensor %buffer restrict writable
           : memref<4xf32> to tensor<4xf32>
    ```
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::mlir::memref::MemRefDialect"];
}

def RescaleSplitEmptyTensors : Pass<"rescale-split-empty-tensors"> {
  let summary = "Gives every user of a tensor.empty one of its own";
  let description = [{
    Bufferization gives all users of a `tensor.empty` the same buffer, one after
    the other. That buffer is in use from the first of them to the last, and a
    memory plan could not put anything there in between. Runs after the last
    `cse`, which makes one of all that have the same type.

    ```mlir
    %e = tensor.empty() : tensor<4xi8>
    %0 = linalg.exp ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    %1 = linalg.exp ins(%0 : tensor<4xi8>) outs(%e : tensor<4xi8>)
    ```
    ==>
    ```mlir
    %e = tensor.empty() : tensor<4xi8>
    %f = tensor.empty() : tensor<4xi8>
    %0 = linalg.exp ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    %1 = linalg.exp ins(%0 : tensor<4xi8>) outs(%f : tensor<4xi8>)
    ```
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
}

def RescaleForwardResults : Pass<"rescale-forward-results"> {
  let summary = "Computes reshaped results in the buffers of the caller";
  let description = [{
    Where a function ends with a copy of a buffer of its own, whatever the shape
    in which it is seen, into an argument that nothing else uses, the argument
    becomes that buffer.

    ```mlir
    %0 = memref.alloc() : memref<2x2xi8>
    linalg.exp ins(%x : memref<2x2xi8>) outs(%0 : memref<2x2xi8>)
    %1 = memref.collapse_shape %0 [[0, 1]] : memref<2x2xi8> into memref<4xi8>
    memref.copy %1, %y : memref<4xi8> to memref<4xi8>
    ```
    ==>
    ```mlir
    %0 = memref.reinterpret_cast %y to offset: [0], sizes: [2, 2], strides: [2, 1]
       : memref<4xi8> to memref<2x2xi8>
    linalg.exp ins(%x : memref<2x2xi8>) outs(%0 : memref<2x2xi8>)
    ```
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def RescaleLowerCopies : Pass<"rescale-lower-copies"> {
  let summary = "Turns memref.copy into linalg.copy";
  let description = [{
    A `memref.copy` of a view that is not contiguous calls `memrefCopy` of MLIR's
    run-time library, and any other one `memcpy`. A bare machine need not have
    either. A `linalg.copy` becomes loops.

    ```mlir
    memref.copy %x, %y : memref<4xi8> to memref<4xi8>
    ```
    ==>
    ```mlir
    linalg.copy ins(%x : memref<4xi8>) outs(%y : memref<4xi8>)
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def RescaleWidenIntegers
    : Pass<"rescale-widen-integers", "::mlir::ModuleOp"> {
  let summary = "Replaces integers of odd widths by those that C has";
  let description = [{
    An integer of a width that is no power of two becomes the next wider one:
    TOSA's i48, in which int16 layers accumulate, is i64 in values, buffers,
    constants and functions. Values are extended by their sign. A result that
    may leave the narrower type, without `overflow<nsw>`, is cut to it by two
    shifts. Unsigned arithmetic on such a type is an error. i1 stays.

    ```mlir
    %0 = memref.load %x[%i] : memref<4xi48>
    %1 = arith.addi %0, %a overflow<nsw> : i48
    %2 = arith.muli %1, %0 : i48
    ```
    ==>
    ```mlir
    %c16 = arith.constant 16 : i64
    %0 = memref.load %x[%i] : memref<4xi64>
    %1 = arith.addi %0, %a overflow<nsw> : i64
    %2 = arith.muli %1, %0 : i64
    %3 = arith.shli %2, %c16 : i64
    %4 = arith.shrsi %3, %c16 : i64
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def RescalePackKernelInputs : Pass<"rescale-pack-kernel-inputs"> {
  let summary = "Copies what kernels read to buffers without gaps";
  let description = [{
    The loops of a kernel read whole rows. An input that is a view with gaps,
    such as a slice along channels or a part of a concatenation, is copied
    before. A result may have gaps.

    ```mlir
    %v = memref.subview %x[0, 0, 0, 0] [1, 4, 4, 2] [1, 1, 1, 1]
       : memref<1x4x4x8xi8> to memref<1x4x4x2xi8, strided<[128, 32, 8, 1]>>
    rescale_kernel.pool2d max ins(%v : ...) outs(%y : memref<1x2x2x2xi8>) ...
    ```
    ==>
    ```mlir
    %c = memref.alloc() : memref<1x4x4x2xi8>
    linalg.copy ins(%v : ...) outs(%c : memref<1x4x4x2xi8>)
    rescale_kernel.pool2d max ins(%c : memref<1x4x4x2xi8>) outs(%y : ...) ...
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::memref::MemRefDialect"];
}

def RescaleOutlineLayers : Pass<"rescale-outline-layers", "::mlir::ModuleOp"> {
  let summary = "Puts every operation on buffers into a function of its own";
  let description = [{
    In every public function, an operation that computes becomes the call of a
    private function: a layer. Allocations and views of whole buffers stay.
    Constants, and views of parts, are made anew in the layer. One layer are
    also operations between which a scalar goes, and neighbours that write to
    the same buffer, such as those of a padding. A function of several blocks is
    one layer.

    The name of a layer is taken from the locations that the importer gave, with
    a number, or from the operation of TOSA that `rescale-record-origins` noted.
    Those of a decomposed softmax are `softmax_maximum`, `softmax_sum` and
    `softmax`. No two are the same in capitals, as macros have them.
    `rescale.layer` holds the location's name and these operations,
    `rescale.name` is the role of each argument, and `rescale.may_alias` lists
    the inputs of which an output can take the place. Constants are named after
    their layer and role.

    ```mlir
    func.func @net(%x: memref<4xi8>, %y: memref<4xi8>) {
      %0 = memref.alloc() : memref<4xi8>
      linalg.exp ins(%x : memref<4xi8>) outs(%0 : memref<4xi8>)
      linalg.exp ins(%0 : memref<4xi8>) outs(%y : memref<4xi8>)
      return
    }
    ```
    ==>
    ```mlir
    func.func private @exp_0(
        %x: memref<4xi8> {rescale.name = "input"},
        %y: memref<4xi8> {rescale.may_alias = [0], rescale.name = "output"})
        attributes {rescale.layer = {name = "", ops = []}} {
      linalg.exp ins(%x : memref<4xi8>) outs(%y : memref<4xi8>)
      return
    }
    func.func private @exp_1(...)
    func.func @net(%x: memref<4xi8>, %y: memref<4xi8>) {
      %0 = memref.alloc() : memref<4xi8>
      call @exp_0(%x, %0) : (memref<4xi8>, memref<4xi8>) -> ()
      call @exp_1(%0, %y) : (memref<4xi8>, memref<4xi8>) -> ()
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::func::FuncDialect",
                           "::mlir::rescale::RescaleDialect"];
}

def RescaleDumpLayers : Pass<"rescale-dump-layers", "::mlir::ModuleOp"> {
  let summary = "Makes what each layer computes a further output";
  let description = [{
    After the call of each layer, its outputs are copied to arguments that are
    added to the public function, one for each and named after the layer. So the
    first layer that two back ends, or two versions, do not agree on can be
    found. Elements that C has no type for, such as i48, are left out.

    ```mlir
    func.func @net(%x: memref<4xi8>, %y: memref<4xi8>) {
      call @exp_0(%x, %y) : (memref<4xi8>, memref<4xi8>) -> ()
      return
    }
    ```
    ==>
    ```mlir
    func.func @net(%x: memref<4xi8>, %y: memref<4xi8>,
                   %e: memref<4xi8> {rescale.name = "exp_0"}) {
      call @exp_0(%x, %y) : (memref<4xi8>, memref<4xi8>) -> ()
      call @dump(%y, %e) : (memref<4xi8>, memref<4xi8>) -> ()
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::func::FuncDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::rescale::RescaleDialect"];
}

def RescalePlanArena : Pass<"rescale-plan-arena", "::mlir::ModuleOp"> {
  let summary = "Places all buffers in one arena";
  let description = [{
    The allocations of private functions, the only ones that may be called,
    become arguments. In every public function each allocation then becomes a
    view of one arena: the first argument, or with `static-arena` a global.
    Buffers that are in use at different operations of the function share
    memory. An output of a layer may also lie where an input lies that nothing
    reads later, as far as `rescale.may_alias` and `rescale.overlap` of the
    output allow, and where both have elements of one type or either has i8: C
    takes accesses of other types for accesses of other memory. Arguments of
    layers that share no memory with others get `llvm.noalias`.

    `rescale.arena` on the public function has the arena's size and alignment in
    bytes, and a lower bound: the largest sum of what is alive at one layer,
    without the memory that only one layer uses and without what the caller
    owns. Sharing at one layer is not counted, so that a plan may be below it.
    The remarks `arena-buffer` and `arena-size` of the category
    `rescale-plan-arena` tell the plan: the offset and bytes of each buffer, and
    the first and last operation, counted in the public function, that use it.

    There is nothing left to free, so every `memref.dealloc` is erased. A buffer
    that a loop hands from one iteration to the next is an error, since both
    iterations would have the same one, and so is recursion.

    ```mlir
    func.func @net(%x: memref<4xi8>, %y: memref<4xi8>) {
      %0 = memref.alloc() : memref<4xi8>
      call @exp_0(%x, %0) : (memref<4xi8>, memref<4xi8>) -> ()
      call @exp_1(%0, %y) : (memref<4xi8>, memref<4xi8>) -> ()
      return
    }
    ```
    ==>
    ```mlir
    func.func @net(%arena: memref<4xi8> {rescale.name = "arena"},
                   %x: memref<4xi8>, %y: memref<4xi8>)
        attributes {rescale.arena = {alignment = 4 : i64, lower_bound = 4 : i64,
                                     size = 4 : i64}} {
      %c0 = arith.constant 0 : index
      %0 = memref.view %arena[%c0][] : memref<4xi8> to memref<4xi8>
      call @exp_0(%x, %0) : (memref<4xi8>, memref<4xi8>) -> ()
      call @exp_1(%0, %y) : (memref<4xi8>, memref<4xi8>) -> ()
      return
    }
    ```
  }];
  let options = [
    Option<"alignment", "alignment", "int64_t", /*default=*/"4",
           "Of each buffer in bytes, a power of two; elements may need more">,
    Option<"staticArena", "static-arena", "bool", /*default=*/"false",
           "The arena is a global, and functions are not re-entrant">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect", "::mlir::rescale::RescaleDialect"];
}

def RescaleLowerLayerAttributes
    : Pass<"rescale-lower-layer-attributes", "::mlir::ModuleOp"> {
  let summary = "Replaces the attributes of layers by those of LLVM";
  let description = [{
    LLVM IR has no word for the dialect's attributes. A layer keeps its function:
    inlined into the one that calls it, all of them would be a function whose
    optimization takes more than linear time.

    ```mlir
    func.func private @exp_0(%x: memref<4xi8> {rescale.name = "input"})
        attributes {rescale.layer = {name = "", ops = []}}
    ```
    ==>
    ```mlir
    func.func private @exp_0(%x: memref<4xi8>)
        attributes {passthrough = ["noinline"]}
    ```
  }];
}

def RescaleFoldComparisons
    : Pass<"rescale-fold-comparisons", "::mlir::ModuleOp"> {
  let summary = "Folds comparisons that have only one outcome";
  let description = [{
    An `arith.cmpi` of numbers becomes a constant where the ranges that
    `rescale-prove-overflow` works with decide it, and an equality also where a
    bit that `arith.andi` or `arith.ori` has set differs: compilers of C know
    the ranges of types and such bits, and warn. Whatever a branch that is never
    taken gave is no longer part of ranges, so this goes on until nothing more is
    decided. What then has one outcome is for the canonicalizer.

    ```mlir
    %0 = arith.extsi %x : i8 to i32
    %1 = arith.cmpi sge, %0, %c-128 : i32
    %2 = arith.andi %0, %c8 : i32
    %3 = arith.cmpi eq, %2, %c7 : i32
    ```
    ==>
    ```mlir
    %0 = arith.extsi %x : i8 to i32
    %1 = arith.constant true
    %2 = arith.andi %0, %c8 : i32
    %3 = arith.constant false
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def RescaleProveOverflow
    : Pass<"rescale-prove-overflow", "::mlir::ModuleOp"> {
  let summary = "Marks the arithmetic that cannot overflow";
  let description = [{
    Runs upstream's integer range analysis over the whole module, with the ranges
    of constant tables, and of sums that loops of known length accumulate. Then
    `arith.addi`, `arith.subi` and `arith.muli` have `overflow<nsw>` exactly where
    it is proved: a flag that came in is a promise, which C, unlike MLIR, holds to
    even where the result is not used. An index is taken to have 32 bits. Shifts
    whose amount is proved less than their width get `rescale.in_range`, and
    unsigned divisions, minima, maxima and extensions of what is not negative
    become signed, as do shifts of which only the upper half of a product is left.

    On each function, `rescale.proved` tells the range of the sums on the way to
    accumulators, or of the `accumulator` that it is called with, and that nothing
    overflows or how many operations may.

    ```mlir
    func.func private @dot(%x: memref<16xi8>, %w: memref<16xi8>) -> i32 {
      %0 = scf.for %k = %c0 to %c16 step %c1 iter_args(%sum = %zero) -> (i32) {
        ...
        %2 = arith.addi %sum, %product : i32
        scf.yield %2 : i32
      }
    ```
    ==>
    ```mlir
    func.func private @dot(%x: memref<16xi8>, %w: memref<16xi8>) -> i32
        attributes {rescale.proved = {no_overflow,
                           partial_sums = array<i64: -260096, 262144>}} {
        ...
        %2 = arith.addi %sum, %product overflow<nsw> : i32
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::rescale::RescaleDialect"];
}

#endif // RESCALE_TRANSFORMS_PASSES
