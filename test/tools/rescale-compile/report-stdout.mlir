// Where the standard output takes no tables, nothing else is written either.
// RUN: rm -rf %t && mkdir -p %t && echo mine > %t/net.o
// RUN: not sh -c 'rescale-compile %s --name=net -o %t --report=- >&-' 2>&1 | FileCheck %s --check-prefix=CLOSED
// RUN: not sh -c 'rescale-compile %s --name=net -o %t/out --report=- >&-' 2>&1 | FileCheck %s --check-prefix=CLOSED
// RUN: ls -A %t | count 1
// RUN: grep mine %t/net.o

// CLOSED: rescale-compile: error: cannot write to the standard output: Bad file descriptor; give a file with --report

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
