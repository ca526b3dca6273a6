//===- RescaleKernel.h - Kernels with an epilogue ---------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rescale_kernel dialect: layers with their requantization as epilogue.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALEKERNEL_IR_RESCALEKERNEL_H
#define RESCALE_DIALECT_RESCALEKERNEL_IR_RESCALEKERNEL_H

#include "rescale/Staircase/Interval.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <array>

namespace mlir::rescale::kernel {
class KernelOpInterface;

/// Whether a kernel can have an operand of a static `type`: at least one
/// element and less than 2^31.
bool hasElements(ShapedType type);

namespace detail {
/// Checks what holds for every kernel: kernel_c2 to kernel_c4 and kernel_c7.
LogicalResult verifyKernel(Operation *op);
/// The hull of the ranges of all channels for inputs of any value.
::staircase::Interval getAccumulatorRange(KernelOpInterface op);
/// On buffers, a kernel reads its inputs and writes its init.
void getKernelEffects(
    DestinationStyleOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects);
} // namespace detail
} // namespace mlir::rescale::kernel

#include "rescale/Dialect/RescaleKernel/IR/RescaleKernelDialect.h.inc"
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernelEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernelAttributes.h.inc"

#include "rescale/Dialect/RescaleKernel/IR/RescaleKernelInterfaces.h.inc"

#define GET_OP_CLASSES
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernelOps.h.inc"

#endif // RESCALE_DIALECT_RESCALEKERNEL_IR_RESCALEKERNEL_H
