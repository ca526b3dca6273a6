//===- RequantizeCost.h - Instructions of a requantization ------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a layer's requantization costs with the table of a target.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_REQUANTIZECOST_H
#define RESCALE_LIB_TRANSFORMS_REQUANTIZECOST_H

#include "Certification.h"

#include "rescale/Dialect/Rescale/IR/Target.h"

namespace mlir::rescale {

/// The instructions for one element: product, addend and shift in 32 bits where
/// the widest sum of the layer has no more, else in 64; and the loads of what
/// differs between channels. Zero point and clamp cost the same in every form
/// and are left out.
uint64_t getCost(const TargetFields &target,
                 ArrayRef<::staircase::Staircase> staircases,
                 ArrayRef<Channel> channels);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_REQUANTIZECOST_H
