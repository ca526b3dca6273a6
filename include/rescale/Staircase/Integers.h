//===- Integers.h - Widths and digits of wide integers ----------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the standard library has for 64 bits, for 128.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_INTEGERS_H
#define RESCALE_STAIRCASE_INTEGERS_H

#include "rescale/Staircase/Staircase.h"

#include <string>

namespace staircase {

/// The least width of two's complement that holds `value`, with the sign: 1 for
/// 0 and -1, 8 for -128, 9 for 128.
unsigned getSignedBits(Int128 value);

/// `value` in decimal digits.
std::string stringify(Int128 value);

} // namespace staircase

#endif // RESCALE_STAIRCASE_INTEGERS_H
