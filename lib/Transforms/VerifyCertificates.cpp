//===- VerifyCertificates.cpp - No claim reaches code unproved ------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Believes nothing that stands in the IR: ranges are computed again, and every
// channel is tested by a checker that shares no code with the solver.
//
//===----------------------------------------------------------------------===//

#include "Certification.h"
#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Staircase/Certificate.h"
#include "rescale/Transforms/Passes.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEVERIFYCERTIFICATES
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

static LogicalResult verify(RequantizeOp op, CertificateAttr certificate,
                            const ProvedRanges &ranges) {
  constexpr StringLiteral kWayOut =
      "; remove rescale.certificate and run rescale-narrow again";
  if (!getValidCertificate(op))
    return op.emitOpError()
           << "requires a certificate of its own parameters, got digest "
           << certificate.getDigest() << " for " << op.getDigest() << kWayOut;
  RangeAttr claimed = certificate.getRange();
  RangeAttr proved = getProvedRange(op, ranges);
  if (!proved)
    return op.emitOpError() << "requires accumulators of 64 bits for a "
                               "certificate, got wider ones"
                            << kWayOut;
  for (int64_t i = 0, e = getNumColumns(op); i < e; ++i) {
    ::staircase::Interval range = proved.getInterval(i);
    if (claimed.getKind() == RangeKind::Proved &&
        !claimed.getInterval(i).contains(range))
      return op.emitOpError()
             << "requires a certificate for the accumulators ["
             << int64_t(range.low) << ", " << int64_t(range.high)
             << "] of channel " << i << ", got one for ["
             << int64_t(claimed.getInterval(i).low) << ", "
             << int64_t(claimed.getInterval(i).high) << "]" << kWayOut;
    if (llvm::Error error =
            checkCertificate(certificate.getClaim(i, op.getStaircase(i))))
      return op.emitOpError()
             << "requires a certificate that is true, got in channel " << i
             << ": " << llvm::toString(std::move(error)) << kWayOut;
  }
  return success();
}

namespace {

struct RescaleVerifyCertificatesPass
    : public rescale::impl::RescaleVerifyCertificatesBase<
          RescaleVerifyCertificatesPass> {
  void runOnOperation() override {
    SmallVector<std::pair<RequantizeOp, CertificateAttr>> certified;
    getOperation()->walk([&](RequantizeOp op) {
      if (auto certificate =
              op->getAttrOfType<CertificateAttr>(kCertificateAttrName))
        certified.push_back({op, certificate});
    });
    markAllAnalysesPreserved();
    if (certified.empty())
      return;
    FailureOr<ProvedRanges> ranges = ProvedRanges::compute(getOperation());
    if (failed(ranges))
      return signalPassFailure();
    // Every false one is reported.
    for (auto [op, certificate] : certified)
      if (failed(verify(op, certificate, *ranges)))
        signalPassFailure();
  }
};

} // namespace
