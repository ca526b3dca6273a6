//===- Forms.h - A layer's staircases for one arithmetic --------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same staircases can be written with many multiplicands, shifts and
// addends, and what a machine has to do depends on which. A rung of the ladder
// is an arithmetic for all channels of a layer with inequalities that make it
// exact; a form is the parameters that meet them.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_FORMS_H
#define RESCALE_STAIRCASE_FORMS_H

#include "rescale/Staircase/Interval.h"
#include "rescale/Staircase/Rungs.h"
#include "rescale/Staircase/Thresholds.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"

#include <optional>
#include <string>
#include <vector>

namespace staircase {

/// One channel: `floor((m*d + b) / 2^s)`, with the `b` of d's sign.
struct Row {
  Int128 multiplicand;
  unsigned shift;
  Int128 addend;
  Int128 negativeAddend;
};

/// Whether anything is added to the products.
inline bool hasAddends(llvm::ArrayRef<Row> rows) {
  return llvm::any_of(rows, [](const Row &row) {
    return row.addend != 0 || row.negativeAddend != 0;
  });
}

/// The parameters of all channels, and what they are right for.
struct Form {
  Rung rung;
  std::vector<Row> rows;
  /// All addends are multiples of two to this.
  unsigned addendShift = 0;
  /// They are odd ones.
  bool hasOddAddends = false;
  /// What is to be added to the quotients still: 0 where the addends have it.
  int64_t zeroPoint = 0;
  /// The accumulators, less the input zero point, of all channels.
  Interval differences;
  /// Where `isClamped`, the accumulators have to be clamped to `differences`
  /// first: outside of it every channel saturates.
  bool isClamped = false;
  /// Of every `m*d` and `m*d + b`.
  Interval sums;
};

/// What a lowering knows that is told all of the form.
Facts getFacts(const Form &form);

/// The first inequality of the rung that the form does not meet, as in Rungs.h;
/// empty where it meets all.
std::string findMiss(const Form &form);

/// The forms of a rung that can be the cheapest, or none with the reason in
/// `miss`: with one shift for all channels and with the least of each, with
/// accumulators as they are and clamped. All channels have one zero point and
/// one clamp.
std::vector<Form> findForms(Rung rung, llvm::ArrayRef<Thresholds> channels,
                            std::string &miss);

} // namespace staircase

#endif // RESCALE_STAIRCASE_FORMS_H
