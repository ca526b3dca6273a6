// RUN: rm -rf %t && mkdir -p %t

// RUN: touch %t/file
// RUN: not rescale-compile %s -o %t/file 2>&1 | FileCheck %s --check-prefix=FILE
// FILE: rescale-compile: error: requires an output directory that can be written to, got '{{.*}}file': it is a file; choose another with -o
// RUN: not rescale-compile %s -o %t/file/below 2>&1 | FileCheck %s --check-prefix=BELOW
// BELOW: error: requires an output directory that can be written to, got '{{.*}}below': Not a directory; choose another with -o

// The proc file system takes files from nobody, root included.
// RUN: not rescale-compile %s -o /proc 2>&1 | FileCheck %s --check-prefix=PROC
// PROC: error: requires an output directory that can be written to, got '/proc': {{.*}}; choose another with -o

// A file that cannot be replaced leaves neither its companion nor temporaries.
// RUN: mkdir -p %t/out/output_invalid.h/full
// RUN: not rescale-compile %s -o %t/out 2>&1 | FileCheck %s --check-prefix=REPLACE
// REPLACE: error: requires an output directory that can be written to, got '{{.*}}out': {{.*}}directory{{.*}}; choose another with -o
// RUN: ls -A %t/out | FileCheck %s --check-prefix=LEFT --match-full-lines
// LEFT:     output_invalid.h
// LEFT-NOT: {{.}}

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
