// Requantizations fit hardware, by its name or by a file that says what it can
// do, or those that the model names; whatever is written of them.
// RUN: rm -rf %t && mkdir -p %t
// RUN: rescale-compile %s --emit=rescale --rescaler=tosa16 -o %t
// RUN: FileCheck %s --input-file=%t/rescaler.rescale.mlir --check-prefix=PRESET
// RUN: echo '#rescale.target<"ours", multiplicand = ui8, rounding = [floor], addend = free, addend_bits = 32, layout = records [multiplicand : 8, shift : 8, addend : 32]>' > %t/ours.mlir
// RUN: rescale-compile %s --emit=rescale --rescaler=%t/ours.mlir --allow-approximate -o %t --report=- \
// RUN:   | FileCheck %s --check-prefix=REPORT
// RUN: FileCheck %s --input-file=%t/rescaler.rescale.mlir --check-prefix=FILE
// RUN: rescale-compile %s --emit=parameters --rescaler=%t/ours.mlir --allow-approximate -o %t
// RUN: od -An -v -tx1 %t/rescaler.parameters.bin | FileCheck %s --check-prefix=PACKED
// RUN: rescale-compile %t/rescaler.rescale.mlir --narrow=off --emit=parameters -o %t --name=again
// RUN: diff %t/rescaler.parameters.bin %t/again.parameters.bin
// What C says of its making names the file, not where it was.
// RUN: rescale-compile %s --emit=c --rescaler=%t/ours.mlir --allow-approximate -o %t
// RUN: grep -- "--rescaler=ours.mlir --allow-approximate" %t/rescaler.c

// Nothing is written without a fit.
// RUN: not rescale-compile %s --emit=parameters --rescaler=%t/ours.mlir -o %t/none 2>&1 | FileCheck %s --check-prefix=MISFIT
// RUN: not rescale-compile %s --emit=parameters --rescaler=ne17 -o %t/none 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not rescale-compile %t/nothing.mlir --check-options --rescaler=ne17 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: echo '"ours"' > %t/other.mlir
// RUN: not rescale-compile %s --emit=c --rescaler=%t/other.mlir -o %t/none 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not rescale-compile %s --emit=c --rescaler= -o %t/none 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not ls %t/none

// PRESET: rescale.target = #rescale.target<"tosa16">
// PRESET: rescale.requantize {{.*}} : tensor<1xsi16>
// PRESET-SAME: largest_difference = [0]
// FILE: rescale.requantize {{.*}} : tensor<1xui8>
// FILE-SAME: largest_difference = [1]
// REPORT: requantize_0 {{.*}} proved, 1 differ by 1
// PACKED: {{^( [0-9a-f][0-9a-f]){6}$}}
// EMPTY: rescale-compile: error: requires a preset or a file for --rescaler, got none; leave it out for no hardware but what the model names
// MISFIT: rescaler.mlir:[[#@LINE+5]]:8: error: {{.*}}requires a fit for target "ours", found none: {{.*}}bits, the target has 8
// UNKNOWN: rescale-compile: error: requires a preset or a file for --rescaler, got 'ne17'; the presets are {{.*}}ne16
// OTHER: rescale-compile: error: requires a #rescale.target<...> in '{{.*}}other.mlir', got something else; docs/Dialect.md has its fields

func.func @main(%x: tensor<4xi16>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1090785345> : tensor<1xsi32> shift [36]
         round half_up : tensor<4xi16> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
