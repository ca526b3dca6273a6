//===- RescaleKernelInterfaces.td - Interface --------------*- tablegen -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALEKERNEL_IR_RESCALEKERNELINTERFACES
#define RESCALE_DIALECT_RESCALEKERNEL_IR_RESCALEKERNELINTERFACES

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"

def KernelOpInterface : OpInterface<"KernelOpInterface",
                                    [DestinationStyleOpInterface]> {
  let cppNamespace = "::mlir::rescale::kernel";
  let description = [{
    An operation that hands an accumulator for each element of its result to an
    epilogue.
  }];
  let methods = [
    InterfaceMethod<"The further operands of the epilogue.",
      "::mlir::MutableOperandRange", "getEpilogueInputsMutable">,
    InterfaceMethod<"The operand that is written.",
      "::mlir::OpOperand &", "getInitMutable">,
    InterfaceMethod<"For each further operand of the epilogue, the index that "
                    "it is read at, by the index of the result.",
      "::mlir::ArrayAttr", "getEpilogueMaps">,
    InterfaceMethod<"Sets the maps.",
      "void", "setEpilogueMapsAttr", (ins "::mlir::ArrayAttr":$maps)>,
    InterfaceMethod<"The region that computes an element of the result.",
      "::mlir::Region &", "getEpilogue">,
    InterfaceMethod<[{
        What the accumulators of each channel, the last dimension of the result,
        can be; one interval where all channels share it. `inputs` says what the
        elements of each of `getSummed` are: one interval for all, or one for
        each index of the last dimension. Both ends are attained where elements
        are independent of each other. Nothing wraps: an accumulator of fewer
        bits may.
      }],
      "::llvm::SmallVector<::staircase::Interval>", "getAccumulatorRanges",
      (ins "::llvm::ArrayRef<::llvm::SmallVector<::staircase::Interval>>"
           :$inputs)>,
  ];
  let extraSharedClassDeclaration = [{
    /// The type of the accumulator, the first argument of the epilogue.
    ::mlir::IntegerType getAccumulatorType() {
      return ::llvm::cast<::mlir::IntegerType>(
          $_op.getEpilogue().getArgument(0).getType());
    }
    /// The operand that is written.
    ::mlir::Value getInit() { return $_op.getInitMutable().get(); }
    /// The shape of the result.
    ::llvm::ArrayRef<int64_t> getResultShape() {
      return ::llvm::cast<::mlir::ShapedType>($_op.getInitMutable().get().getType())
          .getShape();
    }
    /// The operands whose elements the accumulators are made of.
    ::mlir::ValueRange getSummed() {
      return $_op->getOperands().drop_back(
          1 + $_op.getEpilogueInputsMutable().size());
    }
    /// What the accumulators of all channels can be, whatever the input holds.
    ::staircase::Interval getAccumulatorRange() {
      return ::mlir::rescale::kernel::detail::getAccumulatorRange($_op);
    }
  }];
  let verify = [{ return detail::verifyKernel($_op); }];
}

#endif // RESCALE_DIALECT_RESCALEKERNEL_IR_RESCALEKERNELINTERFACES
