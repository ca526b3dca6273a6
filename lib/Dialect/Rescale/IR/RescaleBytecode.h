//===- RescaleBytecode.h - Bytecode of the rescale dialect ------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The versioned bytecode encoding of the dialect.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_DIALECT_RESCALE_IR_RESCALEBYTECODE_H
#define RESCALE_LIB_DIALECT_RESCALE_IR_RESCALEBYTECODE_H

namespace mlir::rescale {
class RescaleDialect;

/// Attaches the bytecode interface to the dialect.
void addBytecodeInterface(RescaleDialect &dialect);

} // namespace mlir::rescale

#endif // RESCALE_LIB_DIALECT_RESCALE_IR_RESCALEBYTECODE_H
