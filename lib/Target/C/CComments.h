//===- CComments.h - What C says of its functions ---------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a function was made of, where its buffers lie, and what was proved.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TARGET_C_CCOMMENTS_H
#define RESCALE_LIB_TARGET_C_CCOMMENTS_H

#include "CFunction.h"

namespace mlir::rescale {

/// Writes the comment of `function`.
void printComment(func::FuncOp function, CModule &module, CWriter &out);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TARGET_C_CCOMMENTS_H
