//===- Claims.cpp - What is claimed of requantizations, in words ----------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The worst comes first: approximated, judged by data, proved equal, unchanged.
// For layers in locations, since nothing else survives every conversion and
// fusion.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Claims.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/Rescale/IR/Snap.h"
#include "rescale/Staircase/Certificate.h"
#include "rescale/Staircase/Integers.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALERECORDCLAIMS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// With whose codes a certificate compares.
static StringRef getWhose(bool isSnapped) {
  return isSnapped ? "the snapped network's" : "the model's";
}

std::string rescale::describeClaims(ModuleOp module) {
  size_t all = 0, equal = 0, approximated = 0, observed = 0, snapped = 0;
  int64_t largest = 0, bits = 0, clipped = 0;
  module.walk([&](RequantizeOp op) {
    ++all;
    if (auto snap = op->getAttrOfType<SnapAttr>(kSnappedAttrName)) {
      ++snapped;
      bits = std::max(bits, snap.getBits());
      clipped += snap.getNumClipped();
    }
    auto claim = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
    if (!claim)
      return;
    if (claim.getRange().getKind() == RangeKind::Observed) {
      ++observed;
      return;
    }
    ++(claim.isExact() ? equal : approximated);
    largest = std::max(
        largest, *llvm::max_element(claim.getLargestDifference().asArrayRef()));
  });
  if (all == 0)
    return "";
  std::string text;
  llvm::raw_string_ostream os(text);
  if (snapped)
    os << "snapped. " << snapped << " of " << all << " have scales of "
       << (bits == 1 ? "1 bit" : "at most " + std::to_string(bits) + " bits")
       << ", which weights absorbed"
       << (clipped ? " but for " + std::to_string(clipped) + " that clip" : "")
       << ": another network than the model. Against the snapped one: ";
  StringRef whose = getWhose(snapped);
  if (approximated + observed == 0)
    os << (snapped ? "equal." : "lossless.");
  else if (approximated)
    os << "approximated. " << approximated << " of " << all
       << " give other codes than " << whose
       << " for some accumulators, by at most " << largest << ".";
  if (observed)
    os << (approximated ? " " : "not proved. ") << observed << " of " << all
       << " were judged by observed accumulators only, and may give other "
          "codes than "
       << whose << " for others.";
  if (equal)
    os << " " << equal << " of " << all << " have other parameters than "
       << whose
       << ", and are proved to give its codes for all accumulators that can "
          "occur.";
  if (size_t same = all - equal - approximated - observed)
    os << " " << same << " of " << all << " are as "
       << (snapped ? "snapping left them." : "they were read.");
  return text;
}

namespace {

/// The least and the most bits of multiplicands. Zeros, which channels have
/// that give one code, are counted apart.
struct Widths {
  unsigned least = ~0u, most = 0;
  size_t constant = 0;

  void add(uint64_t multiplicand) {
    if (multiplicand == 0) {
      ++constant;
      return;
    }
    unsigned bits = ::staircase::getMagnitudeBits(multiplicand);
    least = std::min(least, bits);
    most = std::max(most, bits);
  }

  std::string describe(StringRef unit) const {
    if (most == 0)
      return ("0" + unit).str();
    std::string text = std::to_string(least);
    if (least != most)
      text += " to " + std::to_string(most);
    text += unit;
    if (constant)
      text += " (0 in " + std::to_string(constant) + " constant channel" +
              (constant == 1 ? ")" : "s)");
    return text;
  }
};

} // namespace

/// What the certificate of `op` says, in words.
static std::string describeCertificate(RequantizeOp op,
                                       CertificateAttr certificate,
                                       StringRef whose) {
  Widths before, after;
  int64_t largest = 0;
  ::staircase::Int128 differing = 0, accumulators = 0;
  int64_t channels =
      std::max(op.getNumStaircases(), certificate.getNumChannels());
  for (int64_t i = 0; i < channels; ++i) {
    ::staircase::Certificate claim =
        certificate.getClaim(i, op.getStaircase(i));
    before.add(claim.original.multiplicand);
    after.add(claim.replacement.multiplicand);
    largest = std::max(largest, claim.largestDifference);
    differing += claim.differing;
    accumulators += claim.high - claim.low + 1;
  }
  bool isProved = certificate.getRange().getKind() == RangeKind::Proved;
  std::string text = "multiplicands of " + before.describe(" bits") + ", now " +
                     after.describe("") + ", ";
  if (differing == 0)
    return text + (isProved ? "proved equal for all accumulators that can occur"
                            : "not proved, equal for observed accumulators");
  return text + (isProved ? "" : "not proved, ") + "approximated: at most " +
         std::to_string(largest) + (largest == 1 ? " code" : " codes") +
         " from " + whose.str() + ", for " + ::staircase::stringify(differing) +
         " of " + ::staircase::stringify(accumulators) +
         (isProved ? " accumulators" : " observed accumulators");
}

/// What was done to the scale and the weights, in words.
static std::string describeSnap(SnapAttr snap) {
  Widths before;
  for (int64_t multiplicand : snap.getMultiplicands().asArrayRef())
    before.add(multiplicand);
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "multiplicands of " << before.describe(" bits") << ", snapped to "
     << snap.getBits();
  // Of an operation without weights, all is absorbed by those around it.
  if (getLargest(snap.getLargestWeightError()) != 0)
    os << llvm::formatv(
        ": weights differ from the model's scaled ones by at most {0:f4} "
        "steps, codes by at most {1:f2} before rounding",
        getLargest(snap.getLargestWeightError()),
        getLargest(snap.getCodeBound()));
  if (int64_t clipped = snap.getNumClipped())
    os << ", " << clipped << " clipped";
  return text;
}

/// What is known of an op that was changed, in words; empty of others.
static std::string describeClaim(RequantizeOp op) {
  auto snap = op->getAttrOfType<SnapAttr>(kSnappedAttrName);
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  std::string text = snap ? describeSnap(snap) : "";
  if (snap && certificate)
    text += "; then ";
  if (certificate)
    text += describeCertificate(op, certificate, getWhose(snap != nullptr));
  return text;
}

namespace {

struct RescaleRecordClaimsPass
    : public rescale::impl::RescaleRecordClaimsBase<RescaleRecordClaimsPass> {
  void runOnOperation() override {
    Builder builder(&getContext());
    getOperation()->walk([&](RequantizeOp op) {
      std::string claim = describeClaim(op);
      if (claim.empty())
        return;
      NamedAttribute text =
          builder.getNamedAttr(kClaimName, builder.getStringAttr(claim));
      op->setLoc(FusedLoc::get({op.getLoc()}, builder.getDictionaryAttr(text),
                               &getContext()));
    });
  }
};

} // namespace
