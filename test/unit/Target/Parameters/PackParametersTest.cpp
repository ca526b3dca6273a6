//===- PackParametersTest.cpp - Operations that nobody legalized ----------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whoever packs need not have legalized before: what does not fit is an error,
// and not a wrong number in memory. rescale-compile legalizes always, so that
// it cannot show that.
//
//===----------------------------------------------------------------------===//

#include "rescale/Target/Parameters/Parameters.h"
#include "rescale/Transforms/Report.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::rescale;

/// The bytes of a requantization with the target `fields`, or the error.
static std::string pack(StringRef fields, StringRef parameters) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<func::FuncDialect, RescaleDialect>();
  context.printOpOnDiagnostic(false);
  std::string errors;
  ScopedDiagnosticHandler handler(
      &context, [&](Diagnostic &diagnostic) { errors += diagnostic.str(); });
  std::string text =
      ("module attributes {rescale.target = #rescale.target<" + fields +
       ">} {\n"
       "func.func @main(%x: tensor<4x2xi16>) -> tensor<4x2xi8> "
       "{\n%0 = rescale.requantize %x " +
       parameters +
       " : tensor<4x2xi16> -> tensor<4x2xi8>\n"
       "return %0 : tensor<4x2xi8>\n}\n}\n")
          .str();
  auto module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return errors;
  FailureOr<Report> report = computeReport(*module);
  if (failed(report))
    return errors;
  FailureOr<PackedParameters> packed = packParameters(*report);
  if (failed(packed))
    return errors;
  return llvm::toHex(StringRef(packed->bytes.data(), packed->bytes.size()));
}

TEST(PackParameters, WhatFits) {
  EXPECT_EQ(pack("\"ours\", multiplicand = ui8, shift = [0, 15], "
                 "layout = records [multiplicand : 8, shift : 4]",
                 "mul dense<[1, 255]> : tensor<2xui8> shift [3, 15] axis 1 "
                 "round half_up"),
            "0103FF0F");
}

TEST(PackParameters, WhatNobodyLegalized) {
  // Each miss that a field tells, the worst channel of each.
  EXPECT_EQ(
      pack("\"ours\", multiplicand = ui8, shift = [0, 15], product_bits = 24, "
           "zero_point = none, layout = records [multiplicand : 8, shift : 4]",
           "mul dense<[255, 1024]> : tensor<2xui11> shift [3, 16] axis 1 "
           "round half_up zero_point 1"),
      "'rescale.requantize' op requires a fit for target 'ours', got none in "
      "layer 'requantize_0': zero_point is 1, the target has none; channel 1 "
      "needs 11 multiplicand bits, the target has 8; channel 1 needs shift 16, "
      "the target has 0 to 15; channel 1 needs 27 product bits, the target has "
      "24; run rescale-legalize-for-target first");
  // What fits no layout is of no use without one either.
  EXPECT_EQ(pack("\"ours\", result_bits = [16]",
                 "mul dense<3> : tensor<1xui2> shift [3] round half_up"),
            "'rescale.requantize' op requires a fit for target 'ours', got "
            "none in layer 'requantize_0': the result has 8 bits, the target "
            "gives 16; run rescale-legalize-for-target first");
  // Each channel has a mode of the target.
  EXPECT_EQ(pack("\"ours\", rounding = [floor, half_up]",
                 "mul dense<3> : tensor<1xui2> shift [4] axis 1 round addend "
                 "addends [0, 8]"),
            "'rescale.requantize' op requires a fit for target 'ours', got "
            "none in layer 'requantize_0': channels need rounding modes of "
            "their own, the target has one for all; run "
            "rescale-legalize-for-target first");
  // The shift of the layer, and the zero point in the addend.
  EXPECT_EQ(pack("\"ours\", shift_per = layer, zero_point = in_addend, "
                 "rounding = [floor], addend = free",
                 "mul dense<3> : tensor<1xui2> shift [3, 4] axis 1 round floor "
                 "zero_point 7"),
            "'rescale.requantize' op requires a fit for target 'ours', got "
            "none in layer 'requantize_0': zero_point is 7, the target has 0 "
            "and the rest in the addend; channels need shifts of their own, "
            "the target has one shift for all; run rescale-legalize-for-target "
            "first");
}
