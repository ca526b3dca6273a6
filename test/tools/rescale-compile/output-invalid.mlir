// RUN: rm -rf %t && mkdir -p %t

// RUN: touch %t/file
// RUN: not rescale-compile %s -o %t/file 2>&1 | FileCheck %s --check-prefix=FILE
// FILE: rescale-compile: error: requires an output directory that can be written to, got '{{.*}}file': it is a file; choose another with -o
// RUN: not rescale-compile %s -o %t/file/below 2>&1 | FileCheck %s --check-prefix=BELOW
// BELOW: error: requires an output directory that can be written to, got '{{.*}}below': Not a directory; choose another with -o

// The proc file system takes files from nobody, root included.
// RUN: not rescale-compile %s -o /proc 2>&1 | FileCheck %s --check-prefix=PROC
// PROC: error: requires an output directory that can be written to, got '/proc': {{.*}}; choose another with -o

// A file that cannot be replaced leaves its companion as it was, and no
// temporaries.
// RUN: mkdir -p %t/out/output_invalid.h/full
// RUN: echo mine > %t/out/output_invalid.o
// RUN: not rescale-compile %s -o %t/out 2>&1 | FileCheck %s --check-prefix=REPLACE
// REPLACE: error: requires an output directory that can be written to, got '{{.*}}out': 'output_invalid.h': {{.*}}directory; choose another with -o
// RUN: ls -A %t/out | FileCheck %s --check-prefix=LEFT --match-full-lines
// LEFT:      output_invalid.h
// LEFT-NEXT: output_invalid.o
// LEFT-NOT:  {{.}}
// RUN: grep mine %t/out/output_invalid.o

// Nor what was created for it. A name as long as names can be is none too long.
// RUN: %python -c "print('--name=' + 'a' * 253)" > %t/longest
// RUN: %python -c "print('--name=' + 'a' * 254)" > %t/long
// RUN: rescale-compile %s @%t/longest -o %t/a/b
// RUN: ls %t/a/b | count 2
// RUN: not rescale-compile %s @%t/long -o %t/c/d 2>&1 | FileCheck %s --check-prefix=LONG
// LONG: error: requires a name that the file system takes, got 'aaa{{a+}}.o': {{.*}} too long; give a shorter one with --name
// RUN: not ls %t/c

// What is replaced leaves nothing either.
// RUN: mkdir %t/again && echo mine > %t/again/output_invalid.o
// RUN: rescale-compile %s -o %t/again
// RUN: ls -A %t/again | count 2
// RUN: not grep mine %t/again/output_invalid.o

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
