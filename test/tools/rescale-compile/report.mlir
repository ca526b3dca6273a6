// The report goes wherever it is told to, beside the outputs.
// RUN: rm -rf %t
// RUN: rescale-compile %s --name=net --emit=c -o %t/out --report=%t/made/report.json | count 0
// RUN: ls -A %t/out | count 2
// RUN: ls -A %t/made | count 1
// RUN: FileCheck %s --input-file=%t/made/report.json --check-prefix=JSON
// It is of what the back ends get, whichever that is, and always the same.
// RUN: rescale-compile %s --emit=linalg -o %t/out --report=%t/out/report.json
// RUN: diff %t/made/report.json %t/out/report.json
// RUN: rescale-compile %s --emit=rescale -o %t/out --report=%t/out/report.json
// RUN: diff %t/made/report.json %t/out/report.json
// RUN: rescale-compile %s --emit=obj -o %t/out --report=%t/out/report.json
// RUN: diff %t/made/report.json %t/out/report.json

// Tables for people.
// RUN: rescale-compile %s --emit=c -o %t/out --report=- | FileCheck %s --check-prefix=TABLE
// RUN: rescale-compile %s --emit=c -o %t/out --report=%t/report.txt | count 0
// RUN: FileCheck %s --input-file=%t/report.txt --check-prefix=TABLE

// JSON:      "format": "rescale-report",
// JSON:      "channels": 1,
// JSON:      "location": "report.mlir:[[#@LINE+8]]:8",
// TABLE: From accumulators to codes
// TABLE: layer {{.*}} certificate
// TABLE: requantize_0
// TABLE: 1 channels in 1 layers

func.func @main(%x: tensor<4xi32>) -> tensor<4xi8> {

  %0 = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38]
         round half_up : tensor<4xi32> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
