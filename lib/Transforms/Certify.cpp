//===- Certify.cpp - What every requantization has to compute -------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes down what lowering has to keep, and for which accumulators, so that it
// can be compared with what lowering made.
//
//===----------------------------------------------------------------------===//

#include "Certification.h"
#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Transforms/Passes.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALECERTIFY
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// Whether the original of the op's certificate is what it computes for all of
/// `range`. An op that was changed since has another digest.
static bool hasOriginal(RequantizeOp op, RangeAttr range) {
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  return certificate && isExact(op) && isCovered(op, range) &&
         certificate.getDigest() == op.getDigest();
}

namespace {

struct RescaleCertifyPass
    : public rescale::impl::RescaleCertifyBase<RescaleCertifyPass> {
  void runOnOperation() override {
    FailureOr<ProvedRanges> ranges = ProvedRanges::compute(getOperation());
    if (failed(ranges))
      return signalPassFailure();
    WalkResult result = getOperation()->walk([&](RequantizeOp op) {
      RangeAttr range = getProvedRange(op, *ranges);
      if (!range) {
        op.emitOpError() << "requires accumulators that signed 64 bits hold to "
                            "say what is proved of them, got others of "
                         << op.getInput().getType()
                         << "; leave it out of what is certified or verified";
        return WalkResult::interrupt();
      }
      if (!hasOriginal(op, range))
        op->removeAttr(kCertificateAttrName);
      SmallVector<Channel, 0> channels =
          getOriginals(op, getChannels(op, range));
      op->setAttr(kCertificateAttrName, getCertificate(op, range, channels));
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
