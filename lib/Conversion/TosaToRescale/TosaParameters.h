//===- TosaParameters.h - Parameters of tosa.rescale ------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the parameters of TOSA's rescaling ops and checks the rules that their
// own verifier leaves to the TOSA specification.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_TOSATORESCALE_TOSAPARAMETERS_H
#define RESCALE_LIB_CONVERSION_TOSATORESCALE_TOSAPARAMETERS_H

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <optional>

namespace mlir::rescale {

/// The operands of a tosa.rescale or tosa.apply_scale. What is not constant,
/// and so has its value at run time, is absent.
struct TosaParameters {
  /// Not negative in a tosa.rescale.
  std::optional<SmallVector<int64_t>> multipliers;
  /// 2 to 62 in a tosa.rescale, 0 to 63 in a tosa.apply_scale.
  std::optional<SmallVector<int64_t>> shifts;
  /// Read as the op reads its input and its output.
  std::optional<int64_t> inputZeroPoint;
  std::optional<int64_t> outputZeroPoint;

  bool isConstant() const {
    return multipliers && shifts && inputZeroPoint && outputZeroPoint;
  }
};

/// The parameters of `op`, or the first of the rules that it breaks.
llvm::Expected<TosaParameters> readParameters(tosa::RescaleOp op);
llvm::Expected<TosaParameters> readParameters(tosa::ApplyScaleOp op);

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_TOSATORESCALE_TOSAPARAMETERS_H
