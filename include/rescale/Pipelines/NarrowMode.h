//===- NarrowMode.h - How narrow multiplicands shall be ---------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The value of the option `narrow`, of pipelines and of rescale-compile.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_PIPELINES_NARROWMODE_H
#define RESCALE_PIPELINES_NARROWMODE_H

#include "llvm/Support/CommandLine.h"

#include <optional>

namespace mlir::rescale {

/// What happens to multiplicands before they are lowered.
class NarrowMode {
public:
  /// The default: as narrow as is provably equal.
  constexpr NarrowMode() = default;
  /// They stay as the model has them.
  static constexpr NarrowMode off() { return NarrowMode(0); }
  /// As narrow as is provably equal, and those that are still wider than `bits`
  /// with the least difference; 1 to 32.
  static constexpr NarrowMode atMost(unsigned bits) { return NarrowMode(bits); }

  bool isOff() const { return bits == 0; }
  /// The bits of the port that all multiplicands shall fit, whatever it costs;
  /// nothing where no code may change.
  std::optional<unsigned> getBits() const {
    return bits == 0 || bits == kLossless ? std::nullopt : std::optional(bits);
  }

  bool operator==(const NarrowMode &other) const { return bits == other.bits; }
  bool operator!=(const NarrowMode &other) const { return bits != other.bits; }

private:
  static constexpr unsigned kLossless = ~0u;
  explicit constexpr NarrowMode(unsigned bits) : bits(bits) {}

  unsigned bits = kLossless;
};

/// Prints what the option reads.
llvm::raw_ostream &operator<<(llvm::raw_ostream &os, const NarrowMode &mode);

} // namespace mlir::rescale

namespace llvm::cl {

/// Reads a NarrowMode as an option.
template <>
class parser<mlir::rescale::NarrowMode>
    : public basic_parser<mlir::rescale::NarrowMode> {
public:
  using basic_parser::basic_parser;

  /// Returns true after an error, as all parsers do.
  bool parse(Option &option, StringRef name, StringRef text,
             mlir::rescale::NarrowMode &mode);
  StringRef getValueName() const override { return "mode"; }
  void printOptionDiff(const Option &option,
                       const mlir::rescale::NarrowMode &mode,
                       const OptVal &initial, size_t width) const {}
};

} // namespace llvm::cl

#endif // RESCALE_PIPELINES_NARROWMODE_H
