//===- Columns.h - Parameters of channels -----------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lists of operations and of certificates.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_DIALECT_RESCALE_IR_COLUMNS_H
#define RESCALE_LIB_DIALECT_RESCALE_IR_COLUMNS_H

#include <cstdint>

namespace mlir::rescale {

/// The entry of a list that has one for all channels or one for each.
template <typename Range>
auto getEntry(const Range &list, int64_t channel) {
  return list[list.size() == 1 ? 0 : channel];
}

} // namespace mlir::rescale

#endif // RESCALE_LIB_DIALECT_RESCALE_IR_COLUMNS_H
