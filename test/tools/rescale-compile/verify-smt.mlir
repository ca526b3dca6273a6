// The same questions to a real solver.

// REQUIRES: z3
// RUN: rm -rf %t
// RUN: rescale-compile %S/verify.mlir --emit=c --verify=smt --smt-solver=%z3 -o %t 2>&1 | FileCheck %s
// CHECK: proved line {{[0-9]+}}: 2 channels{{.*}}, {{[0-9]+[.][0-9]+}} s{{$}}
// CHECK: proved line {{[0-9]+}}: 1 channel{{.*}}, {{[0-9]+[.][0-9]+}} s{{$}}
// RUN: not rescale-compile %S/verify-invalid.mlir --emit=c --verify=smt --smt-solver=%z3 -o %t 2>&1 | FileCheck %s --check-prefix=WRONG
// WRONG: error: requires the codes of the requantization, got {{-?[0-9]+}} instead of {{-?[0-9]+}} at accumulator {{-?[0-9]+}} of channel 0; force another rung, and report this one
