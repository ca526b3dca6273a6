//===- Integers.cpp - Widths and digits of wide integers ------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// By halves of 64 bits, and digit by digit.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Integers.h"

using namespace staircase;

unsigned staircase::getSignedBits(Int128 value) {
  // All bits that are not as the sign's.
  const Int128 magnitude = value < 0 ? ~value : value;
  const auto high = static_cast<uint64_t>(magnitude >> 64);
  return 1 + (high != 0 ? 64 + getMagnitudeBits(high)
                        : getMagnitudeBits(static_cast<uint64_t>(magnitude)));
}

std::string staircase::stringify(Int128 value) {
  // The magnitude as an unsigned value: -value overflows for the least one.
  using Unsigned = unsigned __int128;
  Unsigned magnitude = value < 0 ? -static_cast<Unsigned>(value) : value;
  std::string digits;
  do
    digits.insert(digits.begin(), static_cast<char>('0' + int(magnitude % 10)));
  while (magnitude /= 10);
  return value < 0 ? "-" + digits : digits;
}
