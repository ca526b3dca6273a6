//===- solver.cpp - The solver under libFuzzer ----------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bytes are choices: a requantization, a range and options. No assertion fires,
// nothing overflows, and what the solver promises holds.
//
//===----------------------------------------------------------------------===//

#include "../unit/Staircase/Properties.h"

#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <fuzzer/FuzzedDataProvider.h>

using namespace staircase;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  FuzzedDataProvider provider(data, size);
  const auto pick = [&](int64_t low, int64_t high) {
    return provider.ConsumeIntegralInRange(low, high);
  };
  const Sample sample = drawAny(pick);
  unsigned solved = 0;
  const std::string error = testSample(sample, drawOptions(pick), solved);
  if (!error.empty()) {
    llvm::errs() << error << "\n";
    std::abort();
  }
  return 0;
}
