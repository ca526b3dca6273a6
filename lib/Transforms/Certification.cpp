//===- Certification.cpp - Requantizations as the solver sees them --------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reading of channels, and writing of staircases and certificates.
//
//===----------------------------------------------------------------------===//

#include "Certification.h"

#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Staircase/Certificate.h"
#include "rescale/Staircase/Integers.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Addends;
using ::staircase::Int128;
using ::staircase::Narrowing;
using ::staircase::Range;
using ::staircase::Staircase;

LogicalResult mlir::rescale::verifyCertificate(RequantizeOp op,
                                               RangeAttr proved) {
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  if (!certificate)
    return success();
  constexpr StringLiteral kWayOut =
      "; narrow the model again, or remove rescale.certificate to take the "
      "operation as it is";
  if (certificate.getDigest() != op.getDigest())
    return op.emitOpError()
           << "requires a certificate of its own parameters, got digest "
           << certificate.getDigest() << " for " << op.getDigest() << kWayOut;
  if (certificate.getInputZeroPoint() != op.getStaircase(0).inputZeroPoint)
    return op.emitOpError() << "requires a certificate with its input zero "
                               "point, got "
                            << certificate.getInputZeroPoint() << kWayOut;
  RangeAttr claimed = certificate.getRange();
  bool isProved = claimed.getKind() == RangeKind::Proved;
  if (isProved && !proved)
    return op.emitOpError() << "requires accumulators of signed 64 bits for a "
                               "proved certificate, got wider ones"
                            << kWayOut;
  for (int64_t i = 0, e = getNumColumns(op); i < e; ++i) {
    ::staircase::Interval claim = claimed.getInterval(i);
    if (isProved && !claim.contains(proved.getInterval(i)))
      return op.emitOpError()
             << "requires a certificate for the accumulators ["
             << static_cast<int64_t>(proved.getInterval(i).low) << ", "
             << static_cast<int64_t>(proved.getInterval(i).high)
             << "] of channel " << i << ", got one for ["
             << static_cast<int64_t>(claim.low) << ", "
             << static_cast<int64_t>(claim.high) << "]" << kWayOut;
    if (llvm::Error error =
            checkCertificate(certificate.getClaim(i, op.getStaircase(i))))
      return op.emitOpError()
             << "requires a certificate that is true, got in channel " << i
             << ": " << llvm::toString(std::move(error)) << kWayOut;
  }
  return success();
}

RangeAttr mlir::rescale::getProvedRange(RequantizeOp op,
                                        const ProvedRanges &ranges) {
  SmallVector<int64_t> low, high;
  for (const ::staircase::Interval &range : ranges.getAccumulators(op)) {
    // The upper half of unsigned 64 bits has no attribute.
    if (!range.fits(64))
      return nullptr;
    low.push_back(static_cast<int64_t>(range.low));
    high.push_back(static_cast<int64_t>(range.high));
  }
  if (llvm::all_equal(low) && llvm::all_equal(high)) {
    low.truncate(1);
    high.truncate(1);
  }
  return RangeAttr::get(op.getContext(), RangeKind::Proved, low, high);
}

RangeAttr mlir::rescale::getTypeRange(RequantizeOp op) {
  ::staircase::Interval all = getInterval(op.getInputFormat());
  return RangeAttr::get(
      op.getContext(), RangeKind::Proved, static_cast<int64_t>(all.low),
      static_cast<int64_t>(std::min<Int128>(all.high, INT64_MAX)));
}

int64_t mlir::rescale::getNumColumns(RequantizeOp op) {
  int64_t channels = op.getNumChannels();
  return ShapedType::isDynamic(channels) ? 1 : std::max<int64_t>(channels, 1);
}

bool mlir::rescale::isCovered(RequantizeOp op, RangeAttr range) {
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  if (!certificate || certificate.getRange().getKind() != RangeKind::Proved)
    return true;
  return range && llvm::all_of(llvm::seq(getNumColumns(op)), [&](int64_t i) {
           return certificate.getRange().getInterval(i).contains(
               range.getInterval(i));
         });
}

bool mlir::rescale::hasOtherCodes(RequantizeOp op) {
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  if (!certificate)
    return false;
  Staircase own = op.getStaircase(0);
  Staircase original = certificate.getClaim(0, own).original;
  return own.outputZeroPoint != original.outputZeroPoint ||
         own.clampMin != original.clampMin || own.clampMax != original.clampMax;
}

SmallVector<Channel, 0> mlir::rescale::getChannels(RequantizeOp op,
                                                   RangeAttr range) {
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  if (!isExact(op) || hasOtherCodes(op))
    certificate = nullptr;
  SmallVector<Channel, 0> channels;
  for (int64_t i = 0, e = getNumColumns(op); i < e; ++i) {
    Staircase staircase = op.getStaircase(i);
    if (certificate)
      staircase = certificate.getClaim(i, staircase).original;
    ::staircase::Interval accumulators = range.getInterval(i);
    channels.push_back(
        {staircase, Range{accumulators.low - staircase.inputZeroPoint,
                          accumulators.high - staircase.inputZeroPoint}});
  }
  return channels;
}

SmallVector<Channel, 0>
mlir::rescale::getOriginals(RequantizeOp op, ArrayRef<Channel> channels) {
  SmallVector<Channel, 0> originals(channels);
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  if (certificate && certificate.getRange().getKind() == RangeKind::Proved)
    for (auto [i, channel] : llvm::enumerate(originals))
      channel.original = certificate.getClaim(i, channel.original).original;
  return originals;
}

SmallVector<Staircase, 0> mlir::rescale::getStaircases(RequantizeOp op) {
  SmallVector<Staircase, 0> staircases;
  for (int64_t i = 0, e = getNumColumns(op); i < e; ++i)
    staircases.push_back(op.getStaircase(i));
  return staircases;
}

SmallVector<Staircase, 0>
mlir::rescale::applyNarrowings(ArrayRef<Narrowing> narrowings,
                               ArrayRef<Channel> channels) {
  auto half = [](const Narrowing &n) {
    return n.shift == 0 ? Int128(0) : Int128(1) << (n.shift - 1);
  };
  bool allHalfUp = llvm::all_of(narrowings, [&](const Narrowing &n) {
    return n.addends.contains(half(n)) && n.negativeAddends.contains(half(n));
  });
  bool allFloor = llvm::all_of(narrowings, [&](const Narrowing &n) {
    return n.addends.contains(0) && n.negativeAddends.contains(0);
  });
  SmallVector<Staircase, 0> staircases;
  for (auto [narrowing, channel] : llvm::zip_equal(narrowings, channels)) {
    Narrowing chosen = narrowing;
    if (allFloor)
      chosen.addends = chosen.negativeAddends = {0, 0};
    else if (allHalfUp)
      chosen.addends = chosen.negativeAddends = {half(chosen), half(chosen)};
    staircases.push_back(applyNarrowing(channel.original, chosen));
  }
  return staircases;
}

std::pair<unsigned, uint64_t>
mlir::rescale::getMultiplicandBits(ArrayRef<Staircase> staircases) {
  std::pair<unsigned, uint64_t> bits = {0, 0};
  for (const Staircase &staircase : staircases) {
    unsigned own = ::staircase::getMagnitudeBits(staircase.multiplicand);
    bits.first = std::max(bits.first, own);
    bits.second += own;
  }
  return bits;
}

bool mlir::rescale::shareShift(ArrayRef<Staircase> staircases) {
  return llvm::all_equal(
      llvm::map_range(staircases, [](const Staircase &s) { return s.shift; }));
}

unsigned mlir::rescale::getProductBits(const Staircase &staircase,
                                       const Range &range) {
  Addends addends = getAddends(staircase);
  unsigned bits = 1;
  // The ends of what has one addend: with two, those beside zero as well.
  for (Int128 d :
       {range.low, range.high, std::clamp<Int128>(-1, range.low, range.high),
        std::clamp<Int128>(0, range.low, range.high)}) {
    Int128 sum = staircase.multiplicand * d +
                 (d < 0 ? addends.negative : addends.positive);
    bits = std::max(bits, ::staircase::getSignedBits(sum));
  }
  return bits;
}

/// A column of `get` of each element, of one entry where all are equal.
template <typename T, typename Container, typename Function>
static SmallVector<T, 0> getColumn(const Container &list, Function get) {
  SmallVector<T, 0> column;
  for (const auto &element : list)
    column.push_back(static_cast<T>(get(element)));
  if (llvm::all_equal(column) && !column.empty())
    column.truncate(1);
  return column;
}

CertificateAttr mlir::rescale::getCertificate(RequantizeOp op, RangeAttr range,
                                              ArrayRef<Channel> channels,
                                              const Differences &differences) {
  Builder builder(op.getContext());
  auto column = [&](auto get) {
    return builder.getDenseI64ArrayAttr(
        getColumn<int64_t>(channels, [&](const Channel &channel) {
          return get(channel.original);
        }));
  };
  auto figures = [&](ArrayRef<int64_t> list) {
    return builder.getDenseI64ArrayAttr(
        list.empty() ? SmallVector<int64_t, 0>{0}
                     : getColumn<int64_t>(list, [](int64_t i) { return i; }));
  };
  const Staircase &first = channels.front().original;
  DenseI64ArrayAttr addends, negativeAddends;
  if (first.rounding == ::staircase::Rounding::Addend) {
    addends = column([](const Staircase &s) { return s.addend; });
    negativeAddends =
        column([](const Staircase &s) { return s.negativeAddend; });
    if (negativeAddends == addends)
      negativeAddends = nullptr;
  }
  return CertificateAttr::get(
      op.getContext(), range,
      column([](const Staircase &s) { return s.multiplicand; }),
      column([](const Staircase &s) { return s.shift; }),
      static_cast<Rounding>(first.rounding), addends, negativeAddends,
      static_cast<int64_t>(first.inputZeroPoint), first.outputZeroPoint,
      builder.getDenseI64ArrayAttr({first.clampMin, first.clampMax}),
      figures(differences.largest), figures(differences.differing),
      op.getDigest());
}

DenseIntElementsAttr
mlir::rescale::getMultiplicands(IntegerType port, ArrayRef<uint64_t> values) {
  auto elements = llvm::map_to_vector(
      values, [&](uint64_t value) { return APInt(port.getWidth(), value); });
  return cast<DenseIntElementsAttr>(DenseElementsAttr::get(
      RankedTensorType::get(elements.size(), port), elements));
}

void mlir::rescale::setParameters(RequantizeOp op,
                                  ArrayRef<Staircase> staircases,
                                  IntegerType port) {
  auto multiplicands = getColumn<uint64_t>(
      staircases, [](const Staircase &s) { return s.multiplicand; });
  if (!port) {
    unsigned bits = 1;
    for (uint64_t multiplicand : multiplicands)
      bits = std::max(bits, ::staircase::getMagnitudeBits(multiplicand));
    port = IntegerType::get(op.getContext(), bits, IntegerType::Unsigned);
  }
  op.setMultiplicandsAttr(getMultiplicands(port, multiplicands));
  op.setShifts(getColumn<int8_t>(staircases,
                                 [](const Staircase &s) { return s.shift; }));

  // The plainest mode that says it.
  auto is = [&](::staircase::Rounding rounding) {
    return llvm::all_of(staircases, [&](Staircase s) {
      Addends own = getAddends(s);
      s.rounding = rounding;
      Addends other = getAddends(s);
      return !own.tiesToEven && own.positive == other.positive &&
             own.negative == other.negative;
    });
  };
  // One that all have stays, as no addends say ties to even.
  ::staircase::Rounding own = staircases.front().rounding;
  bool isCommon = llvm::all_of(
      staircases, [&](const Staircase &s) { return s.rounding == own; });
  Rounding rounding = is(::staircase::Rounding::Floor)    ? Rounding::Floor
                      : is(::staircase::Rounding::HalfUp) ? Rounding::HalfUp
                      : isCommon ? static_cast<Rounding>(own)
                                 : Rounding::Addend;
  op.setRounding(rounding);
  op.setZeroPoint(staircases.front().outputZeroPoint);
  op.removeAddendsAttr();
  op.removeNegativeAddendsAttr();
  if (rounding == Rounding::Addend) {
    auto addends = getColumn<int64_t>(
        staircases, [](const Staircase &s) { return getAddends(s).positive; });
    auto negative = getColumn<int64_t>(
        staircases, [](const Staircase &s) { return getAddends(s).negative; });
    op.setAddends(addends);
    if (negative != addends)
      op.setNegativeAddends(negative);
  }
}

void mlir::rescale::setStaircases(RequantizeOp op, RangeAttr range,
                                  ArrayRef<Channel> channels,
                                  ArrayRef<Staircase> staircases,
                                  const Differences &differences,
                                  IntegerType port) {
  setParameters(op, staircases, port);
  op->setAttr(kCertificateAttrName,
              getCertificate(op, range, channels, differences));
}
