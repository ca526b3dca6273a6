//===- Certification.h - Requantizations as the solver sees them *- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Between rescale.requantize and the solver: what a channel has to be equal to,
// and how staircases and what is proved of them get back into the IR. Shared by
// the passes that change parameters.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_CERTIFICATION_H
#define RESCALE_LIB_TRANSFORMS_CERTIFICATION_H

#include "rescale/Dialect/Rescale/IR/Certificate.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Staircase/Narrow.h"

#include "llvm/ADT/SmallVector.h"

namespace mlir::rescale {

class ProvedRanges;

/// Tests the certificate of `op` against its proved accumulators, or null where
/// 64 bits do not hold them, and reports at `op` what is not true. An op
/// without a certificate passes.
LogicalResult verifyCertificate(RequantizeOp op, RangeAttr proved);

/// What a channel computed before any change, and the accumulators, less the
/// input zero point, for which a change must keep it.
struct Channel {
  ::staircase::Staircase original;
  ::staircase::Range range;
};

/// The proved accumulators of `op`, as an attribute of one entry where all
/// channels have the same; null where 64 bits do not hold them.
RangeAttr getProvedRange(RequantizeOp op, const ProvedRanges &ranges);

/// All that the input of `op` can be, as far as an attribute has it.
RangeAttr getTypeRange(RequantizeOp op);

/// How many channels a pass has to look at: 1 without a static axis, and 1
/// where no element exists, whose parameters still have to be right.
int64_t getNumColumns(RequantizeOp op);

/// Whether the certificate of `op`, where it is about all accumulators that can
/// occur, covers `range`; so without one. A null range is wider than any.
bool isCovered(RequantizeOp op, RangeAttr range);

/// Whether the original of the op's certificate has another zero point or
/// another clamp. Replacements keep those of the op, so they cannot be made of
/// such an original.
bool hasOtherCodes(RequantizeOp op);

/// The channels of an op with the accumulators of `range`. Originals are those
/// of an exact certificate, which has to be tested before, or what the op
/// computes.
SmallVector<Channel, 0> getChannels(RequantizeOp op, RangeAttr range);

/// The channels with the originals of a proved certificate, exact or not: what
/// a new certificate has to speak of.
SmallVector<Channel, 0> getOriginals(RequantizeOp op,
                                     ArrayRef<Channel> channels);

/// What the channels compute.
SmallVector<::staircase::Staircase, 0> getStaircases(RequantizeOp op);

/// The magnitude bits of the widest multiplicand, and of all.
std::pair<unsigned, uint64_t>
getMultiplicandBits(ArrayRef<::staircase::Staircase> staircases);

/// Whether all have the same shift.
bool shareShift(ArrayRef<::staircase::Staircase> staircases);

/// The staircases of narrowings of the originals, with one rounding mode for
/// all where their addends admit it.
SmallVector<::staircase::Staircase, 0>
applyNarrowings(ArrayRef<::staircase::Narrowing> narrowings,
                ArrayRef<Channel> channels);

/// The bits of the widest product `m*d + b` of a channel, with the sign.
unsigned getProductBits(const ::staircase::Staircase &staircase,
                        const ::staircase::Range &range);

/// How far replacements are from the originals, in exact figures.
struct Differences {
  SmallVector<int64_t, 0> largest;
  SmallVector<int64_t, 0> differing;
};

/// The claim that `op` has the codes of the channels' originals, but for
/// `differences`, for the accumulators of `range`.
CertificateAttr getCertificate(RequantizeOp op, RangeAttr range,
                               ArrayRef<Channel> channels,
                               const Differences &differences = {});

/// Gives `op` the multiplicands, shifts, addends and zero point of
/// `staircases`, on `port` or the narrowest unsigned one, in the plainest
/// rounding mode that says it.
void setParameters(RequantizeOp op, ArrayRef<::staircase::Staircase> staircases,
                   IntegerType port = {});

/// The same with a certificate. `differences` is empty where no code differs.
void setStaircases(RequantizeOp op, RangeAttr range, ArrayRef<Channel> channels,
                   ArrayRef<::staircase::Staircase> staircases,
                   const Differences &differences = {}, IntegerType port = {});

/// Multiplicands for a port that holds them; one entry or several.
DenseIntElementsAttr getMultiplicands(IntegerType port,
                                      ArrayRef<uint64_t> values);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_CERTIFICATION_H
