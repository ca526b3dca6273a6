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
#include "rescale/Transforms/Passes.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEVERIFYCERTIFICATES
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

namespace {

struct RescaleVerifyCertificatesPass
    : public rescale::impl::RescaleVerifyCertificatesBase<
          RescaleVerifyCertificatesPass> {
  void runOnOperation() override {
    SmallVector<RequantizeOp> certified;
    getOperation()->walk([&](RequantizeOp op) {
      if (op->hasAttr(kCertificateAttrName))
        certified.push_back(op);
    });
    markAllAnalysesPreserved();
    if (certified.empty())
      return;
    FailureOr<ProvedRanges> ranges = ProvedRanges::compute(getOperation());
    if (failed(ranges))
      return signalPassFailure();
    // Every false one is reported.
    for (RequantizeOp op : certified) {
      if (failed(verifyCertificate(op, getProvedRange(op, *ranges))))
        signalPassFailure();
      else if (op->getAttrOfType<CertificateAttr>(kCertificateAttrName)
                   .getRange()
                   .getKind() == RangeKind::Observed)
        op.emitWarning() << "has a certificate for accumulators that were "
                            "observed; others may give other codes than the "
                            "original's";
    }
  }
};

} // namespace
