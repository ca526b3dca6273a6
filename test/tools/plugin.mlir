// UNSUPPORTED: sanitizer

// The plugin brings the dialect, the passes and the pipelines to a stock
// mlir-opt. Options on its command line are read before it is loaded, so the
// passes go by --pass-pipeline.

// RUN: %mlir_opt %s --load-dialect-plugin=%plugin | FileCheck %s
// RUN: %mlir_opt %s --load-dialect-plugin=%plugin --load-pass-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(convert-rescale-to-linalg,convert-rescale-to-arith)' \
// RUN:   | FileCheck %s --check-prefix=LOWERED
// RUN: %mlir_opt %s --load-pass-plugin=%plugin --load-dialect-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(rescale-to-llvm)' \
// RUN:   | FileCheck %s --check-prefix=LLVM
// RUN: not %mlir_opt %s 2>&1 | FileCheck %s --check-prefix=WITHOUT

// CHECK: rescale.requantize %{{.+}} mul dense<77> : tensor<1xui8> shift [9] round half_up
// LOWERED-NOT: rescale.
// LOWERED: linalg.generic
// LOWERED: arith.shrsi
// LLVM: llvm.lshr
// LLVM: llvm.func @f
// WITHOUT: Dialect `rescale' not found
func.func @f(%x: tensor<2xi32>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9] round half_up
     : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}
