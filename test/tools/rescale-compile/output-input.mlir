// Nothing is written over what is read, whatever it is called.
// RUN: rm -rf %t && mkdir -p %t/to && cp %s %t/net.rescale.mlir
// RUN: echo '#rescale.target<"tosa16">' > %t/ours.mlir
// RUN: ln -s ../net.rescale.mlir %t/to/soft && ln %t/net.rescale.mlir %t/to/hard
// RUN: not rescale-compile %t/net.rescale.mlir -o %t/out --report=%t/net.rescale.mlir 2>&1 | FileCheck %s --check-prefix=MODEL
// RUN: not rescale-compile %t/net.rescale.mlir -o %t/out --report=%t/to/../net.rescale.mlir 2>&1 | FileCheck %s --check-prefix=MODEL
// RUN: not rescale-compile %t/net.rescale.mlir --check-options --report=%t/net.rescale.mlir 2>&1 | FileCheck %s --check-prefix=MODEL
// RUN: not rescale-compile - --name=net -o %t/out --report=%t/net.rescale.mlir < %t/net.rescale.mlir 2>&1 | FileCheck %s --check-prefix=MODEL
// RUN: not rescale-compile %t/net.rescale.mlir -o %t/out --report=%t/to/soft 2>&1 | FileCheck %s --check-prefix=SOFT
// RUN: not rescale-compile %t/to/hard -o %t/out --report=%t/net.rescale.mlir 2>&1 | FileCheck %s --check-prefix=MODEL
// RUN: not rescale-compile %s -o %t/out --rescaler=%t/ours.mlir --report=%t/ours.mlir 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not ls %t/out

// The report, which could be written, is not either.
// RUN: not rescale-compile %t/net.rescale.mlir --name=net --emit=rescale -o %t --report=%t/report.json 2>&1 | FileCheck %s --check-prefix=OUTPUT
// RUN: not rescale-compile %t/net.rescale.mlir --name=net --emit=rescale -o %t --report=- | count 0
// RUN: ls -A %t | count 3
// RUN: diff %s %t/net.rescale.mlir
// RUN: rescale-compile %t/net.rescale.mlir --name=net --emit=rescale -o %t/out --rescaler=%t/ours.mlir
// RUN: ls -A %t/out | count 1

// MODEL: rescale-compile: error: requires a file that can be written to, got '{{.*}}net.rescale.mlir': it is an input; choose another with --report
// SOFT: rescale-compile: error: requires a file that can be written to, got '{{.*}}soft': it is an input; choose another with --report
// TARGET: rescale-compile: error: requires a file that can be written to, got '{{.*}}ours.mlir': it is an input; choose another with --report
// OUTPUT: rescale-compile: error: requires an output directory that can be written to, got '{{.*}}': 'net.rescale.mlir' is an input; choose another with -o

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
