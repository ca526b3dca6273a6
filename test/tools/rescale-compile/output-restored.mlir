// Where the second of two files cannot be replaced, the first comes back: in a
// sticky directory, nobody may rename over the file of somebody else.
// REQUIRES: root
// RUN: rm -rf %t && mkdir -p %t && mkdir %t/sticky && chmod 1777 %t/sticky
// RUN: echo mine > %t/sticky/net.o && chown 65534 %t/sticky/net.o
// RUN: echo theirs > %t/sticky/net.h
// RUN: not %unprivileged rescale-compile %s --name=net -o %t/sticky 2>&1 | FileCheck %s
// RUN: ls -A %t/sticky | count 2
// RUN: grep mine %t/sticky/net.o
// RUN: grep theirs %t/sticky/net.h

// Neither does a file stay that was not there.
// RUN: rm %t/sticky/net.o
// RUN: not %unprivileged rescale-compile %s --name=net -o %t/sticky 2>&1 | FileCheck %s
// RUN: ls -A %t/sticky | count 1

// CHECK: rescale-compile: error: requires an output directory that can be written to, got '{{.*}}sticky': 'net.h': {{.*}}; choose another with -o

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
