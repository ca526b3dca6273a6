//===- Solver.h - Questions to a program that reads SMT-LIB -----*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Any solver that takes a file, and answers each check-sat with a line.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_DRIVER_SOLVER_H
#define RESCALE_LIB_DRIVER_SOLVER_H

#include "rescale/Staircase/Staircase.h"

#include "mlir/Support/LLVM.h"
#include "llvm/Support/Error.h"

namespace mlir::rescale {

/// A program for linear integer arithmetic.
class Solver {
public:
  /// Finds `path`, or z3 in the PATH where it is empty. Each run may take
  /// `seconds`.
  static llvm::Expected<Solver> find(StringRef path, unsigned seconds);

  /// Whether each of the `count` questions of `script`, every one of which ends
  /// with a reset, is satisfiable. Errors: a solver that fails, takes too long,
  /// or does not know.
  llvm::Expected<SmallVector<bool>> solve(StringRef script, size_t count) const;
  /// The value of the variable `name` in a solution of the only question of
  /// `script`, which has one.
  llvm::Expected<::staircase::Int128> getValue(StringRef script,
                                               StringRef name) const;

private:
  Solver(std::string program, unsigned seconds)
      : program(std::move(program)), seconds(seconds) {}
  struct Answer {
    int status;
    std::string text;
  };
  llvm::Expected<Answer> run(StringRef script) const;

  std::string program;
  unsigned seconds;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_DRIVER_SOLVER_H
