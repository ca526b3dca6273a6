// A link stays, and the file that it leads to is replaced.
// RUN: rm -rf %t && mkdir -p %t/there && echo old > %t/there/report.json
// RUN: ln -s there/report.json %t/link && ln -s nowhere %t/dangling && ln -s %t/dangling %t/chain
// RUN: mkfifo %t/pipe && ln -s pipe %t/to-pipe
// RUN: rescale-compile %s -o %t/out --report=%t/link
// RUN: test -L %t/link
// RUN: FileCheck %s --input-file=%t/there/report.json --check-prefix=JSON
// RUN: echo old > %t/there/report.json
// RUN: rescale-opt %s -rescale-report=output=%t/link -o %t/out/same.mlir
// RUN: test -L %t/link
// RUN: FileCheck %s --input-file=%t/there/report.json --check-prefix=JSON
// RUN: ls -A %t/there | count 1
// JSON: "format": "rescale-report",

// Where it leads to no file, or to another output, nothing is written.
// RUN: not rescale-compile %s -o %t/none --report=%t/dangling 2>&1 | FileCheck %s --check-prefix=NOWHERE
// RUN: not rescale-compile %s -o %t/none --report=%t/chain 2>&1 | FileCheck %s --check-prefix=NOWHERE
// RUN: not rescale-opt %s -rescale-report=output=%t/dangling -o %t/none 2>&1 | FileCheck %s --check-prefix=NOWHERE
// RUN: not rescale-compile %s -o %t/none --report=%t/to-pipe 2>&1 | FileCheck %s --check-prefix=PIPE
// RUN: not rescale-opt %s -rescale-report=output=%t/pipe -o %t/none 2>&1 | FileCheck %s --check-prefix=PIPE
// RUN: test -p %t/pipe
// RUN: not ls %t/none
// RUN: ln -s out %t/same && ln -s ../out/net.h %t/there/header
// RUN: rescale-compile %s --name=net -o %t/out
// RUN: not rescale-compile %s --name=net -o %t/same --report=%t/there/header 2>&1 | FileCheck %s --check-prefix=HEADER
// RUN: not grep rescale-report %t/out/net.h
// NOWHERE: error: requires a {{.*}}, got '{{.*}}': it is a link that leads nowhere; choose another
// PIPE: error: requires a {{.*}}, got '{{.*}}pipe': it is no regular file; choose another
// HEADER: error: requires a file that can be written to, got '{{.*}}header': another output goes there; choose another with --report

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
