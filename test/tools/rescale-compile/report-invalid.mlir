// Nothing is written where something cannot be.
// RUN: rm -rf %t && mkdir -p %t/folder && touch %t/file
// RUN: not rescale-compile %s -o %t/out --report=%t/folder 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: rescale-compile: error: requires a file that can be written to, got '{{.*}}folder': it is no regular file; choose another with --report
// RUN: mkfifo %t/pipe
// RUN: not rescale-compile %s -o %t/out --report=%t/pipe 2>&1 | FileCheck %s --check-prefix=PIPE
// PIPE: error: requires a file that can be written to, got '{{.*}}pipe': it is no regular file; choose another with --report
// RUN: not rescale-compile %s -o %t/out --report=%t/file/report.json 2>&1 | FileCheck %s --check-prefix=FILE
// FILE: error: requires a file that can be written to, got '{{.*}}report.json': '{{.*}}file' is a file; choose another with --report
// The proc file system takes files from nobody, root included.
// RUN: not rescale-compile %s -o %t/out --report=/proc/report.json 2>&1 | FileCheck %s --check-prefix=PROC
// PROC: error: requires a file that can be written to, got '/proc/report.json': {{.*}}; choose another with --report
// RUN: not rescale-compile %s -o %t/out --report=%t/file/below/report.json 2>&1 | FileCheck %s --check-prefix=BELOW
// BELOW: error: requires a file that can be written to, got '{{.*}}below/report.json': Not a directory; choose another with --report
// RUN: not rescale-compile %s --name=net -o %t/out --report=%t/out/../out/net.h 2>&1 | FileCheck %s --check-prefix=SAME
// SAME: error: requires a file that can be written to, got '{{.*}}net.h': another output goes there; choose another with --report
// RUN: not rescale-compile %s -o %t/out --report= 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not rescale-compile %s --report-channels -o %t 2>&1 | FileCheck %s --check-prefix=CHANNELS
// EMPTY: error: requires a file for --report, got none; name one, or say --report=- for tables on the standard output
// CHANNELS: rescale-compile: error: requires a report for --report-channels, got none; add --report=- or --report=FILE.txt
// RUN: not ls %t/out

// Nor the report where the outputs cannot be, nor the folder for it; nor a word on
// the standard output.
// RUN: not rescale-compile %s -o %t/file --report=%t/new/report.json
// RUN: not rescale-compile %s -o /proc --report=%t/new/report.json
// RUN: not ls %t/new
// RUN: not rescale-compile %s -o /proc --report=- | count 0

// A false certificate is an error before a report is made.
// RUN: echo mine > %t/report.json
// RUN: sed "s/round half_up/round half_up {rescale.certificate = #rescale.certificate<range = <proved low[0] high[9]>, multiplicands = [16], shifts = [20], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 1>}/" %s > %t/stale.mlir
// RUN: not rescale-compile %t/stale.mlir -o %t/out --report=%t/report.json 2>&1 | FileCheck %s --check-prefix=STALE
// STALE: error: {{.*}}requires a certificate of its own parameters, got digest 1
// RUN: grep mine %t/report.json
// RUN: not ls %t/out

func.func @main(%x: tensor<4xi32>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38]
         round half_up : tensor<4xi32> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
