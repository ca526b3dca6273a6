//===- solver.cpp - Time of narrowing, checking and approximating ---------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   solver-benchmark [N]
//
// Processor time of one thread for growing numbers of channels, and the line
// that fits it best: channels have multiplicands of 31 bits and reach every
// code. Exits with 1 where a bar is missed. With N only an Nth of the channels
// are taken and no bar is tested.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Approximate.h"
#include "rescale/Staircase/Certificate.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <ctime>
#include <random>

using namespace staircase;

namespace {

/// A channel and what became of it.
struct Channel {
  Staircase original;
  Range range;
  Staircase narrowed;
};

/// As of convolutions, with codes of so many bits.
std::vector<Channel> drawChannels(size_t count, unsigned outputBits) {
  std::mt19937_64 random(outputBits);
  std::vector<Channel> channels(count);
  for (Channel &channel : channels) {
    Staircase &s = channel.original;
    s.multiplicand = (int64_t(1) << 30) + int64_t(random() % (1 << 30));
    s.shift = unsigned(44 - outputBits + random() % 7);
    s.clampMin = -(int64_t(1) << (outputBits - 1));
    s.clampMax = -s.clampMin - 1;
    channel.range.high = Int128(1) << (s.shift - 30 + outputBits);
    channel.range.low = -channel.range.high;
  }
  return channels;
}

void narrowChannel(Channel &channel) {
  const Thresholds thresholds =
      llvm::cantFail(getThresholds(channel.original, channel.range));
  channel.narrowed = applyNarrowing(channel.original, *narrow(thresholds));
}

void checkChannel(Channel &channel) {
  llvm::cantFail(checkCertificate({channel.original, channel.narrowed,
                                   channel.range.low, channel.range.high}));
}

template <unsigned Bits>
void approximateChannel(Channel &channel) {
  NarrowOptions options;
  options.maxMultiplicand = getMaxMultiplicand(Bits, /*isSigned=*/false);
  llvm::cantFail(approximate(llvm::cantFail(getThresholds(channel.original,
                                                          channel.range)),
                             options, Criterion::MeanError)
                     .takeError());
}

/// Seconds for a tenth to all of the channels, and the line through them.
/// Returns the seconds of all.
double measure(llvm::StringRef what, llvm::MutableArrayRef<Channel> channels,
               llvm::function_ref<void(Channel &)> work, double bar) {
  // Sums for the least squares of time over number.
  double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0, last = 0;
  for (size_t part = 1; part <= 10; ++part) {
    const size_t count = channels.size() * part / 10;
    const std::clock_t begin = std::clock();
    for (Channel &channel : channels.take_front(count))
      work(channel);
    last = double(std::clock() - begin) / CLOCKS_PER_SEC;
    n += 1, x += count, y += last;
    xx += double(count) * count, xy += count * last, yy += last * last;
  }
  const double covariance = n * xy - x * y;
  const double slope = covariance / (n * xx - x * x);
  const double fit =
      covariance * covariance / ((n * xx - x * x) * (n * yy - y * y));
  llvm::outs() << what << ": " << channels.size() << " channels in "
               << llvm::format("%.3f s, bar %g s; fit %.3f us a channel %+.4f "
                               "s, R^2 %.5f\n",
                               last, bar, slope * 1e6, (y - slope * x) / n,
                               fit);
  return last;
}

} // namespace

int main(int argc, char **argv) {
  size_t divisor = 1;
  if (argc > 2 ||
      (argc == 2 && (llvm::StringRef(argv[1]).getAsInteger(10, divisor) ||
                     divisor < 1 || divisor > 100))) {
    llvm::errs() << "usage: solver-benchmark [N], N from 1 to 100\n";
    return 2;
  }
  std::vector<Channel> bytes = drawChannels(100000 / divisor, 8);
  std::vector<Channel> words = drawChannels(1000 / divisor, 16);
  bool missed = false;
  const auto run = [&](llvm::StringRef what,
                       llvm::MutableArrayRef<Channel> channels,
                       llvm::function_ref<void(Channel &)> work, double bar) {
    missed |= measure(what, channels, work, bar) > bar;
  };
  run("narrow int8", bytes, narrowChannel, 5);
  run("check int8", bytes, checkChannel, 1);
  run("narrow int16", words, narrowChannel, 5);
  run("check int16", words, checkChannel, 5);
  const auto some = llvm::MutableArrayRef(bytes).take_front(bytes.size() / 100);
  run("approximate int8 to 8 bits, least mean error", some,
      approximateChannel<8>, 1);
  run("approximate int8 to 16 bits, least mean error", some,
      approximateChannel<16>, 1);
  return divisor == 1 && missed;
}
