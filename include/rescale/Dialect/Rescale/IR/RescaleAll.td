//===- RescaleAll.td - Everything of the rescale dialect ---*- tablegen -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For the parser and the printer of attributes and for the documentation, which
// have to know all of them; the headers are made from the parts.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALE_IR_RESCALEALL
#define RESCALE_DIALECT_RESCALE_IR_RESCALEALL

include "rescale/Dialect/Rescale/IR/RescaleOps.td"
include "rescale/Dialect/Rescale/IR/RescaleSnap.td"
include "rescale/Dialect/Rescale/IR/RescaleTarget.td"

#endif // RESCALE_DIALECT_RESCALE_IR_RESCALEALL
