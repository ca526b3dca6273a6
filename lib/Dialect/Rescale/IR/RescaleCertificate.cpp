//===- RescaleCertificate.cpp - Certificates of requantizations -----------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The structure of a certificate and the digest that ties it to its operation.
// Whether it is true is not asked here. The labels certificate_cN are the
// numbered rules of docs/spec.md.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Certificate.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "Columns.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Certificate;
using ::staircase::Staircase;

Certificate CertificateAttr::getClaim(int64_t channel,
                                      const Staircase &replacement) const {
  Certificate claim;
  claim.replacement = replacement;
  Staircase &original = claim.original;
  original.multiplicand = getEntry(getMultiplicands(), channel);
  original.shift = getEntry(getShifts(), channel);
  original.rounding = toStaircase(getRounding());
  if (getAddends()) {
    original.addend = getEntry(getAddends(), channel);
    original.negativeAddend = getEntry(
        getNegativeAddends() ? getNegativeAddends() : getAddends(), channel);
  }
  original.inputZeroPoint = getInputZeroPoint();
  original.outputZeroPoint = getZeroPoint();
  original.clampMin = getClamp()[0];
  original.clampMax = getClamp()[1];
  ::staircase::Interval interval = getRange().getInterval(channel);
  claim.low = interval.low - getInputZeroPoint();
  claim.high = interval.high - getInputZeroPoint();
  claim.largestDifference = getEntry(getLargestDifference(), channel);
  claim.differing = getEntry(getDiffering(), channel);
  return claim;
}

bool CertificateAttr::isExact() const {
  return llvm::all_of(getDiffering().asArrayRef(),
                      [](int64_t count) { return count == 0; });
}

int64_t CertificateAttr::getNumChannels() const {
  int64_t channels = getRange().getNumEntries();
  for (DenseI64ArrayAttr column :
       {getMultiplicands(), getShifts(), getAddends(), getNegativeAddends(),
        getLargestDifference(), getDiffering()})
    if (column)
      channels = std::max<int64_t>(channels, column.size());
  return channels;
}

LogicalResult CertificateAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, RangeAttr range,
    DenseI64ArrayAttr multiplicands, DenseI64ArrayAttr shifts,
    Rounding rounding, DenseI64ArrayAttr addends,
    DenseI64ArrayAttr negativeAddends, int64_t, int64_t,
    DenseI64ArrayAttr clamp, DenseI64ArrayAttr largestDifference,
    DenseI64ArrayAttr differing, uint64_t) {
  // certificate_c1
  std::pair<StringRef, DenseI64ArrayAttr> columns[] = {
      {"multiplicands", multiplicands},
      {"shifts", shifts},
      {"addends", addends},
      {"negative_addends", negativeAddends},
      {"largest_difference", largestDifference},
      {"differing", differing}};
  int64_t channels = range.getNumEntries();
  for (auto [name, column] : columns)
    if (column)
      channels = std::max<int64_t>(channels, column.size());
  auto fits = [&](int64_t size) { return size == 1 || size == channels; };
  auto emitSize = [&](StringRef name, int64_t size) {
    return emitError() << "requires 1 entry of " << name << " or " << channels
                       << ", got " << size
                       << "; give one for all channels or one for each";
  };
  if (!fits(range.getNumEntries()))
    return emitSize("range", range.getNumEntries());
  for (auto [name, column] : columns)
    if (column && !fits(column.size()))
      return emitSize(name, column.size());
  // certificate_c2
  for (int64_t value : multiplicands.asArrayRef())
    if (value < 0 || value > UINT32_MAX)
      return emitError() << "requires multiplicands of 0 to 2^32 - 1, got "
                         << value << "; state those of the original";
  // certificate_c3
  for (int64_t value : shifts.asArrayRef())
    if (value < 0 || value > 63)
      return emitError() << "requires shifts from 0 to 63, got " << value
                         << "; state those of the original";
  // certificate_c4
  if (static_cast<bool>(addends) != (rounding == Rounding::Addend) ||
      (negativeAddends && !addends))
    return emitError() << "requires addends exactly with the rounding addend, "
                          "and negative_addends only beside them, got rounding "
                       << stringifyRounding(rounding) << " with"
                       << (addends ? "" : "out")
                       << " addends; change the one or the other";
  // certificate_c5
  if (clamp.size() != 2 || clamp[0] > clamp[1])
    return emitError() << "requires a clamp of two ordered bounds, got "
                       << clamp << "; state that of the original";
  // certificate_c6
  for (int64_t i = 0; i < channels; ++i) {
    int64_t largest = getEntry(largestDifference, i);
    int64_t count = getEntry(differing, i);
    if (largest < 0 || count < 0 || (largest == 0) != (count == 0))
      return emitError() << "requires differences that are both 0 or both "
                            "positive, got "
                         << largest << " and " << count << " in channel " << i
                         << "; state how many codes differ, and by how much";
  }
  return success();
}

bool mlir::rescale::isExact(RequantizeOp op) {
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  return !certificate ||
         (certificate.getRange().getKind() == RangeKind::Proved &&
          certificate.isExact());
}

uint64_t RequantizeOp::getDigest() {
  // One number after the other in little endian: the hash is part of the
  // format.
  SmallVector<uint8_t> bytes;
  auto append = [&](uint64_t value) {
    uint8_t buffer[8];
    llvm::support::endian::write64le(buffer, value);
    bytes.append(std::begin(buffer), std::end(buffer));
  };
  auto appendWide = [&](::staircase::Int128 value) {
    append(static_cast<uint64_t>(value));
    append(static_cast<uint64_t>(value >> 64));
  };
  append(getInputFormat().width << 1 | getInputFormat().isUnsigned);
  append(getResultFormat().width << 1 | getResultFormat().isUnsigned);
  int64_t channels =
      ShapedType::isDynamic(getNumChannels()) ? 1 : getNumChannels();
  const size_t head = bytes.size();
  for (int64_t i = 0; i < channels; ++i) {
    Staircase s = getStaircase(i);
    ::staircase::Addends addends = ::staircase::getAddends(s);
    append(s.multiplicand);
    append(s.shift);
    appendWide(addends.positive);
    appendWide(addends.negative);
    append(addends.tiesToEven);
    append(static_cast<int64_t>(s.inputZeroPoint));
    append(s.outputZeroPoint);
    append(s.clampMin);
    append(s.clampMax);
  }
  // Equal channels count once, whether an axis says that they are channels or
  // not.
  ArrayRef<uint8_t> body = ArrayRef(bytes).drop_front(head);
  size_t size = body.size() / std::max<int64_t>(channels, 1);
  if (body.drop_front(size) == body.drop_back(size))
    bytes.truncate(head + size);
  return llvm::xxh3_64bits(bytes);
}
