//===- Requantization.cpp - Seeded rescale.requantize ---------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations with constant parameters.
//
//===----------------------------------------------------------------------===//

#include "Cases.h"
#include "Generate.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "llvm/Support/raw_ostream.h"

using namespace conformance;
using namespace staircase;

/// `count` inputs of one staircase.
static std::vector<Int128> generateInputs(const Staircase &s,
                                          IntegerFormat format, size_t count,
                                          Random &random) {
  std::vector<Int128> inputs;
  if (format.max() - format.min() < Int128(count)) {
    for (size_t i = 0; i < count; ++i)
      inputs.push_back(format.min() +
                       Int128(i) % (format.max() - format.min() + 1));
    return inputs;
  }
  auto add = [&](Int128 x) {
    if (format.contains(x) && inputs.size() < count)
      inputs.push_back(x);
  };
  for (Int128 center :
       {format.min(), format.max(), Int128(0), s.inputZeroPoint})
    for (int offset = -1; offset <= 1; ++offset)
      add(center + offset);
  for (size_t i = 0; i < count / 8; ++i) {
    add(generateStep(s, format.min(), format.max(), random));
    if (std::optional<Int128> tie =
            generateTie(s, format.min(), format.max(), random))
      add(*tie);
  }
  while (inputs.size() < count)
    add(random.anyMagnitude(format.min(), format.max()));
  return inputs;
}

template <typename Range, typename Get>
static void printList(llvm::raw_ostream &os, const Range &channels,
                      bool isShared, Get get) {
  os << '[' << get(channels.front());
  if (!isShared)
    for (size_t i = 1; i < channels.size(); ++i)
      os << ", " << get(channels[i]);
  os << ']';
}

Requantization::Requantization(std::string functionName, Kind kind,
                               Random &random)
    : name(std::move(functionName)), kind(kind) {
  // The parameters that all channels share.
  const bool isPortSigned = random.oneIn(2);
  const unsigned portWidth =
      isPortSigned ? 2 + random.below(31) : 1 + random.below(32);
  const IntegerFormat port{portWidth, !isPortSigned};
  const bool hasPair = kind.rounding == Rounding::Addend && random.oneIn(2);
  const Staircase common = generateCommon(kind, random);

  // One channel, or 16 along the first, last or middle dimension.
  const size_t numChannels = random.oneIn(2) ? 1 : 16;
  const size_t axis = random.below(3);
  static constexpr const char *kShapes[] = {"16x256", "256x16", "16x16x16"};
  static constexpr unsigned kAxes[] = {0, 1, 1};
  static constexpr size_t kStrides[] = {256, 1, 16};
  const bool isMultiplicandShared = numChannels == 1 || random.oneIn(4);
  const bool isShiftShared = numChannels == 1 || random.oneIn(4);
  const bool isAddendShared = numChannels == 1 || random.oneIn(4);
  const bool isNegativeAddendShared = numChannels == 1 || random.oneIn(4);
  for (size_t i = 0; i < numChannels; ++i) {
    Staircase s = common;
    s.multiplicand = i && isMultiplicandShared
                         ? channels[0].multiplicand
                         : generateMagnitude(port, random);
    s.shift = i && isShiftShared ? channels[0].shift
                                 : generateShift(kind, s.multiplicand, random);
    if (kind.rounding == Rounding::Addend) {
      s.addend = i && isAddendShared ? channels[0].addend
                                     : generateAddend(s.shift, random);
      s.negativeAddend = s.addend;
      if (hasPair)
        s.negativeAddend = i && isNegativeAddendShared
                               ? channels[0].negativeAddend
                               : generateAddend(s.shift, random);
    }
    channels.push_back(s);
  }
  // q does not fall at d = 0 where the negative addend is at most the other
  // plus the multiplicand.
  if (hasPair) {
    Int128 limit = INT64_MAX;
    for (const Staircase &s : channels)
      limit = std::min(limit, Int128(s.addend) + s.multiplicand);
    for (Staircase &s : channels)
      s.negativeAddend =
          static_cast<int64_t>(std::min<Int128>(s.negativeAddend, limit));
  }
  stride = kStrides[axis];

  std::vector<std::vector<Int128>> columns;
  for (const Staircase &s : channels)
    columns.push_back(
        generateInputs(s, kind.input, numElements / numChannels, random));
  std::vector<size_t> next(numChannels);
  for (size_t i = 0; i < numElements; ++i) {
    const size_t channel = i / stride % numChannels;
    inputs.push_back(columns[channel][next[channel]++]);
  }

  llvm::raw_string_ostream os(source);
  const std::string inputType = std::string("tensor<") + kShapes[axis] + "x" +
                                getTypeName(kind.input) + ">";
  const std::string resultType = std::string("tensor<") + kShapes[axis] + "x" +
                                 getTypeName(kind.result) + ">";
  os << "func.func @" << name << "(%x: " << inputType << ") -> " << resultType
     << " {\n  %y = rescale.requantize %x mul dense<";
  printList(os, channels, isMultiplicandShared,
            [](const Staircase &s) { return s.multiplicand; });
  os << "> : tensor<" << (isMultiplicandShared ? 1 : numChannels) << 'x'
     << (isPortSigned ? "si" : "ui") << portWidth << "> shift ";
  printList(os, channels, isShiftShared,
            [](const Staircase &s) { return s.shift; });
  if (numChannels > 1)
    os << " axis " << kAxes[axis];
  os << " round "
     << stringifyRounding(static_cast<mlir::rescale::Rounding>(kind.rounding));
  if (kind.rounding == Rounding::Addend) {
    os << " addends ";
    printList(os, channels, isAddendShared,
              [](const Staircase &s) { return s.addend; });
  }
  if (hasPair) {
    os << " negative_addends ";
    printList(os, channels, isNegativeAddendShared,
              [](const Staircase &s) { return s.negativeAddend; });
  }
  printCommon(os, kind, common);
  if (kind.result.isUnsigned)
    os << " unsigned_result";
  os << "\n     : " << inputType << " -> " << resultType
     << "\n  return %y : " << resultType << "\n}\n";
}
