//===- BufferizableOpInterfaceImpl.h - Kernels on buffers
//-----------------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How one-shot bufferization takes the kernels.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALEKERNEL_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
#define RESCALE_DIALECT_RESCALEKERNEL_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;

namespace rescale::kernel {

/// Attaches upstream's bufferization interface to every kernel.
void registerBufferizableOpInterfaceExternalModels(DialectRegistry &registry);

} // namespace rescale::kernel
} // namespace mlir

#endif // RESCALE_DIALECT_RESCALEKERNEL_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
