// Where the standard output takes no tables, nothing else is written either.
// RUN: rm -rf %t && mkdir -p %t && echo mine > %t/net.o
// RUN: not sh -c 'rescale-compile %s --name=net -o %t --report=- >&-' 2>&1 | FileCheck %s --check-prefix=CLOSED
// RUN: not sh -c 'rescale-compile %s --name=net -o %t/out --report=- >&-' 2>&1 | FileCheck %s --check-prefix=CLOSED
// RUN: ls -A %t | count 1
// RUN: grep mine %t/net.o

// A pipe that nobody reads is no other case.
// RUN: not %python -c "import os, subprocess, sys; r, w = os.pipe(); os.close(r); sys.exit(subprocess.run(sys.argv[1:], stdout=w).returncode)" rescale-compile %s --name=net -o %t --report=- 2>&1 | FileCheck %s --check-prefix=PIPE
// RUN: ls -A %t | count 1
// RUN: grep mine %t/net.o

// CLOSED: rescale-compile: error: cannot write to the standard output: Bad file descriptor; give a file with --report
// PIPE: rescale-compile: error: cannot write to the standard output: Broken pipe; give a file with --report

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
