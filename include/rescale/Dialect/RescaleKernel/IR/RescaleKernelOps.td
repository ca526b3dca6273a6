//===- RescaleKernelOps.td - Convolutions, products, pools -*- tablegen -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALEKERNEL_IR_RESCALEKERNELOPS
#define RESCALE_DIALECT_RESCALEKERNEL_IR_RESCALEKERNELOPS

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "rescale/Dialect/RescaleKernel/IR/RescaleKernelDialect.td"
include "rescale/Dialect/RescaleKernel/IR/RescaleKernelInterfaces.td"

//===----------------------------------------------------------------------===//
// Constraints and the base of all kernels
//===----------------------------------------------------------------------===//

// kernel_c1: static shapes with elements, signless ones that a load gives. Their
// positions fit an index of 32 bits.
def RescaleKernel_Code
    : AnyTypeOf<[I8, I16, I32], "signless integer of 8, 16 or 32 bits">;
def RescaleKernel_HasElements : CPred<
    "::mlir::rescale::kernel::hasElements("
    "::llvm::cast<::mlir::ShapedType>($_self))">;
class RescaleKernel_ShapedOf<list<Type> elements, int rank>
    : Type<And<[
        Or<[StaticShapeMemRefOf<elements>.predicate,
            StaticShapeTensorOf<elements>.predicate]>,
        HasAnyRankOfPred<[rank]>, RescaleKernel_HasElements]>,
        "statically shaped " # rank # "-D tensor or memref of 1 to 2147483647 "
        "elements of " # !interleave(!foreach(e, elements, e.summary), " or ")>;
def RescaleKernel_EpilogueInput
    : Type<And<[
          Or<[StaticShapeMemRefOf<[AnySignlessInteger]>.predicate,
              StaticShapeTensorOf<[AnySignlessInteger]>.predicate]>,
          RescaleKernel_HasElements]>,
           "statically shaped tensor or memref of 1 to 2147483647 signless "
           "integers">;

// The elements are checked by the verifier, which can say what it found.
def RescaleKernel_IntElements
    : Attr<CPred<"::llvm::isa<::mlir::DenseIntElementsAttr>($_self)">,
           "dense integer elements"> {
  let storageType = "::mlir::DenseIntElementsAttr";
  let returnType = "::mlir::DenseIntElementsAttr";
  let convertFromStorage = "$_self";
}

class RescaleKernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<RescaleKernel_Dialect, mnemonic,
         [DeclareOpInterfaceMethods<KernelOpInterface, ["getAccumulatorRanges"]>,
          DestinationStyleOpInterface, RecursiveMemoryEffects,
          DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
          DeclareOpInterfaceMethods<ConditionallySpeculatable>,
          SingleBlock] # traits> {
  let regions = (region SizedRegion<1>:$epilogue);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let hasVerifier = 1;
  code baseDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getInitMutable());
    }
  }];
  let extraClassDeclaration = baseDeclaration;
  let extraClassDefinition = [{
    void $cppClass::getEffects(
        ::llvm::SmallVectorImpl<::mlir::MemoryEffects::EffectInstance>
            &effects) {
      detail::getKernelEffects(*this, effects);
    }
    ::mlir::Speculation::Speculatability $cppClass::getSpeculatability() {
      return ::mlir::cast<::mlir::DestinationStyleOpInterface>(getOperation())
                     .hasPureTensorSemantics()
                 ? ::mlir::Speculation::RecursivelySpeculatable
                 : ::mlir::Speculation::NotSpeculatable;
    }
  }];
}

// What windows over an image have in common.
class RescaleKernel_WindowOp<string mnemonic, list<Trait> traits = []>
    : RescaleKernel_Op<mnemonic, traits> {
  code windowDeclaration = baseDeclaration # [{
    /// Height and width of the window, as the input is read: dilated or not.
    ::std::array<int64_t, 2> getWindow();
    ::std::array<int64_t, 2> getWindowDilation();
  }];
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

def Conv2DOp : RescaleKernel_WindowOp<"conv2d"> {
  let summary = "Two-dimensional convolution";
  let description = [{
    ```
    acc[n, y, x, o] = bias[o] + sum over (i, j, c) of
        weights[o, i, j, c] * (in[n, y*sy + i*dy - top, x*sx + j*dx - left, c]
                               - input_zero_point)
    ```

    with 0 for what lies outside of the input. Input NHWC, weights OHWC, result
    NHWC, which may have fewer rows and columns than there are windows. `stride`
    is [sy, sx], `pad` [top, bottom, left, right], `dilation` [dy, dx]. Weights are i8 or i16, after subtraction of their zero point;
    biases have the type of the accumulator, i32 or i64. The accumulator wraps;
    `getAccumulatorRanges` tells where it cannot. A fully connected layer is a
    convolution of an image of one pixel, as in TOSA 1.0.

    The rules are `kernel_c1` to `kernel_c7` and `conv_c1` to `conv_c3` in
    docs/spec.md.

    Example:

    ```mlir
    %y = rescale_kernel.conv2d ins(%x : tensor<1x4x4x1xi8>)
           outs(%init : tensor<1x4x4x2xi8>)
           weights dense<1> : tensor<2x3x3x1xi8> bias dense<[0, 7]> : tensor<2xi32>
           stride [1, 1] pad [1, 1, 1, 1] dilation [1, 1] input_zero_point -128
           epilogue {
           ^bb0(%acc: i32):
             %c = arith.trunci %acc : i32 to i8
             rescale_kernel.yield %c : i8
           } -> tensor<1x4x4x2xi8>
    ```
  }];
  let arguments = (ins
    RescaleKernel_ShapedOf<[I8, I16], 4>:$input,
    Variadic<RescaleKernel_EpilogueInput>:$epilogue_inputs,
    RescaleKernel_ShapedOf<[AnySignlessInteger], 4>:$init,
    RescaleKernel_IntElements:$weights,
    RescaleKernel_IntElements:$bias,
    ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<2>]>:$stride,
    ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<4>]>:$pad,
    ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<2>]>:$dilation,
    DefaultValuedAttr<I64Attr, "0">:$input_zero_point,
    DefaultValuedAttr<AffineMapArrayAttr, "{}">:$epilogue_maps);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $init `:` type($init) `)`
    `weights` $weights `bias` $bias `stride` $stride `pad` $pad
    `dilation` $dilation (`input_zero_point` $input_zero_point^)? attr-dict
    `epilogue` (`(` $epilogue_inputs^ `:` type($epilogue_inputs) `)` `maps`
    $epilogue_maps)? $epilogue (`->` type($results)^)?
  }];
  let extraClassDeclaration = windowDeclaration;
}

def DepthwiseConv2DOp : RescaleKernel_WindowOp<"depthwise_conv2d"> {
  let summary = "Convolution of each channel by itself";
  let description = [{
    ```
    acc[n, y, x, c*M + k] = bias[c*M + k] + sum over (i, j) of
        weights[i, j, c, k] * (in[n, y*sy + i*dy - top, x*sx + j*dx - left, c]
                               - input_zero_point)
    ```

    as `rescale_kernel.conv2d` in everything else. Weights HWCM, where M is the
    number of results for each channel of the input.

    The rules are `kernel_c1` to `kernel_c7` and `conv_c1` to `conv_c3` in
    docs/spec.md.

    Example:

    ```mlir
    %y = rescale_kernel.depthwise_conv2d ins(%x : tensor<1x4x4x2xi8>)
           outs(%init : tensor<1x4x4x2xi32>)
           weights dense<1> : tensor<3x3x2x1xi8> bias dense<0> : tensor<2xi32>
           stride [1, 1] pad [1, 1, 1, 1] dilation [1, 1]
           epilogue {
           ^bb0(%acc: i32):
             rescale_kernel.yield %acc : i32
           } -> tensor<1x4x4x2xi32>
    ```
  }];
  let arguments = Conv2DOp.arguments;
  let assemblyFormat = Conv2DOp.assemblyFormat;
  let extraClassDeclaration = windowDeclaration;
}

def TransposeConv2DOp : RescaleKernel_Op<"transpose_conv2d"> {
  let summary = "Transposed two-dimensional convolution";
  let description = [{
    ```
    acc[n, y, x, o] = bias[o] + sum over (i, j, c) with
        y = sy*h + i + top and x = sx*w + j + left for an (h, w) of the input of
        weights[o, i, j, c] * (in[n, h, w, c] - input_zero_point)
    ```

    `out_pad` is [top, bottom, left, right] and may be negative, which leaves
    rows and columns out. Weights, biases and everything else as in
    `rescale_kernel.conv2d`.

    Created by `convert-tosa-to-rescale-kernel`; consumed by
    `rescale-decompose-transpose-conv`.

    The rules are `kernel_c1` to `kernel_c7`, `conv_c1`, `transpose_conv_c1` and
    `transpose_conv_c2` in docs/spec.md.

    Example:

    ```mlir
    %y = rescale_kernel.transpose_conv2d ins(%x : tensor<1x4x4x1xi8>)
           outs(%init : tensor<1x9x9x2xi32>)
           weights dense<1> : tensor<2x3x3x1xi8> bias dense<0> : tensor<2xi32>
           stride [2, 2] out_pad [0, 0, 0, 0]
           epilogue {
           ^bb0(%acc: i32):
             rescale_kernel.yield %acc : i32
           } -> tensor<1x9x9x2xi32>
    ```
  }];
  let arguments = (ins
    RescaleKernel_ShapedOf<[I8, I16], 4>:$input,
    Variadic<RescaleKernel_EpilogueInput>:$epilogue_inputs,
    RescaleKernel_ShapedOf<[AnySignlessInteger], 4>:$init,
    RescaleKernel_IntElements:$weights,
    RescaleKernel_IntElements:$bias,
    ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<2>]>:$stride,
    ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<4>]>:$out_pad,
    DefaultValuedAttr<I64Attr, "0">:$input_zero_point,
    DefaultValuedAttr<AffineMapArrayAttr, "{}">:$epilogue_maps);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $init `:` type($init) `)`
    `weights` $weights `bias` $bias `stride` $stride `out_pad` $out_pad
    (`input_zero_point` $input_zero_point^)? attr-dict
    `epilogue` (`(` $epilogue_inputs^ `:` type($epilogue_inputs) `)` `maps`
    $epilogue_maps)? $epilogue (`->` type($results)^)?
  }];
}

//===----------------------------------------------------------------------===//
// Products of two run-time operands
//===----------------------------------------------------------------------===//

def MatmulOp : RescaleKernel_Op<"matmul"> {
  let summary = "Batched product of two matrices";
  let description = [{
    ```
    acc[n, r, c] = sum over k of
        (lhs[n, r, k] - lhs_zero_point) * (rhs[n, k, c] - rhs_zero_point)
    ```

    The accumulator is an i32 or i64 and wraps.

    The rules are `kernel_c1` to `kernel_c7` and `matmul_c1` in docs/spec.md.

    Example:

    ```mlir
    %y = rescale_kernel.matmul ins(%a, %b : tensor<1x2x3xi8>, tensor<1x3x4xi8>)
           outs(%init : tensor<1x2x4xi32>) lhs_zero_point 3
           epilogue {
           ^bb0(%acc: i32):
             rescale_kernel.yield %acc : i32
           } -> tensor<1x2x4xi32>
    ```
  }];
  let arguments = (ins
    RescaleKernel_ShapedOf<[I8, I16], 3>:$lhs,
    RescaleKernel_ShapedOf<[I8, I16], 3>:$rhs,
    Variadic<RescaleKernel_EpilogueInput>:$epilogue_inputs,
    RescaleKernel_ShapedOf<[AnySignlessInteger], 3>:$init,
    DefaultValuedAttr<I64Attr, "0">:$lhs_zero_point,
    DefaultValuedAttr<I64Attr, "0">:$rhs_zero_point,
    DefaultValuedAttr<AffineMapArrayAttr, "{}">:$epilogue_maps);
  let assemblyFormat = [{
    `ins` `(` $lhs `,` $rhs `:` type($lhs) `,` type($rhs) `)`
    `outs` `(` $init `:` type($init) `)` (`lhs_zero_point` $lhs_zero_point^)?
    (`rhs_zero_point` $rhs_zero_point^)? attr-dict
    `epilogue` (`(` $epilogue_inputs^ `:` type($epilogue_inputs) `)` `maps`
    $epilogue_maps)? $epilogue (`->` type($results)^)?
  }];
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

def RescaleKernel_PoolKind : I32EnumAttr<"PoolKind",
    "How a window becomes one value", [
      I32EnumAttrCase<"Max", 0, "max">,
      I32EnumAttrCase<"Average", 1, "average">]> {
  let cppNamespace = "::mlir::rescale::kernel";
  let genSpecializedAttr = 0;
}
def RescaleKernel_PoolKindAttr
    : EnumAttr<RescaleKernel_Dialect, RescaleKernel_PoolKind, "pool"> {
  let assemblyFormat = "$value";
}

def Pool2DOp : RescaleKernel_WindowOp<"pool2d"> {
  let summary = "Maximum or average of a window";
  let description = [{
    Over the elements of a window that lie within the input, `count` of them:

    ```
    max:      acc = greatest in[n, y*sy + i - top, x*sx + j - left, c]
    average:  acc = floor((sum * m + 2^(s-1)) / 2^s),
              sum = sum of (in[...] - input_zero_point)
              k = 32 - clz(count - 1), m = floor((2^30 + 1) * 2^k / count),
              s = 30 + k
    ```

    The average is that of TOSA 1.0, AVG_POOL2D and `reciprocal_scale`, before
    the output's zero point is added. A maximum has the input's type, an average
    is an i32.

    The rules are `kernel_c1` to `kernel_c7` and `pool_c1` to `pool_c3` in
    docs/spec.md.

    Example:

    ```mlir
    %y = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>)
           outs(%init : tensor<1x2x2x2xi8>)
           kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0]
           epilogue {
           ^bb0(%acc: i8):
             rescale_kernel.yield %acc : i8
           } -> tensor<1x2x2x2xi8>
    ```
  }];
  let arguments = (ins
    RescaleKernel_PoolKindAttr:$kind,
    RescaleKernel_ShapedOf<[I8, I16], 4>:$input,
    Variadic<RescaleKernel_EpilogueInput>:$epilogue_inputs,
    RescaleKernel_ShapedOf<[AnySignlessInteger], 4>:$init,
    ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<2>]>:$kernel,
    ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<2>]>:$stride,
    ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<4>]>:$pad,
    DefaultValuedAttr<I64Attr, "0">:$input_zero_point,
    DefaultValuedAttr<AffineMapArrayAttr, "{}">:$epilogue_maps);
  let assemblyFormat = [{
    `` $kind `ins` `(` $input `:` type($input) `)`
    `outs` `(` $init `:` type($init) `)` `kernel` $kernel `stride` $stride
    `pad` $pad (`input_zero_point` $input_zero_point^)? attr-dict
    `epilogue` (`(` $epilogue_inputs^ `:` type($epilogue_inputs) `)` `maps`
    $epilogue_maps)? $epilogue (`->` type($results)^)?
  }];
  let extraClassDeclaration = windowDeclaration # [{
    /// Whether a sum of an average over `input` fits an i32, whatever it holds:
    /// pool_c3.
    static bool fitsSum(::mlir::ShapedType input,
                        ::llvm::ArrayRef<int64_t> kernel,
                        int64_t inputZeroPoint);
  }];
}

//===----------------------------------------------------------------------===//
// The end of an epilogue
//===----------------------------------------------------------------------===//

def YieldOp : Op<RescaleKernel_Dialect, "yield",
    [Pure, ReturnLike, Terminator,
     ParentOneOf<["Conv2DOp", "DepthwiseConv2DOp", "MatmulOp", "Pool2DOp",
                  "TransposeConv2DOp"]>]> {
  let summary = "Gives the element to store";
  let description = [{
    Ends the epilogue of a kernel.

    Example:

    ```mlir
    rescale_kernel.yield %code : i8
    ```
  }];
  let arguments = (ins AnySignlessInteger:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

#endif // RESCALE_DIALECT_RESCALEKERNEL_IR_RESCALEKERNELOPS
