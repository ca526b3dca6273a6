// What --narrow does, and says.

// RUN: rm -rf %t && mkdir -p %t
// RUN: rescale-compile %s --name=net --emit=rescale -o %t/default
// RUN: FileCheck %s --input-file=%t/default/net.rescale.mlir --check-prefix=LOSSLESS
// RUN: rescale-compile %s --name=net --emit=rescale --narrow=lossless -o %t/lossless
// RUN: cmp %t/default/net.rescale.mlir %t/lossless/net.rescale.mlir
// RUN: rescale-compile %s --name=net --emit=rescale --narrow=off -o %t/off
// RUN: FileCheck %s --input-file=%t/off/net.rescale.mlir --check-prefix=OFF

// LOSSLESS: rescale.requantize %{{.*}} mul dense<1482911> : tensor<1xui21>
// LOSSLESS-SAME: #rescale.certificate<
// OFF: rescale.requantize %{{.*}} mul dense<1518500250> : tensor<1xsi32>
// OFF-NOT: certificate

// The header and the C say so where it is not the default.
// RUN: rescale-compile %s --name=net --emit=c -o %t/default
// RUN: FileCheck %s --input-file=%t/default/net.c --check-prefix=DEFAULT-C
// RUN: rescale-compile %s --name=net --emit=c --narrow=off -o %t/off
// RUN: FileCheck %s --input-file=%t/off/net.c --check-prefix=OFF-C
// DEFAULT-C-NOT: --narrow
// DEFAULT-C:      * Requantizations: lossless. 1 of 1 have other parameters than the model's,
// DEFAULT-C-NEXT: * and are proved to give its codes for all accumulators that can occur.{{$}}
// DEFAULT-C: * Requantization: multiplicands of 31 bits, now 21, proved equal for all
// OFF-C: Options: {{.*}} --narrow=off
// OFF-C-NEXT: * Requantizations: lossless. 1 of 1 are as they were read.{{$}}

// Fewer bits than are equal change codes: which, by how much and for how many
// accumulators is said, and stands in the certificate.
// RUN: rescale-compile %s --name=net --emit=rescale --narrow=8 -o %t/8 2>&1 | FileCheck %s --check-prefix=EIGHT
// RUN: FileCheck %s --input-file=%t/8/net.rescale.mlir --check-prefix=EIGHT-IR
// RUN: rescale-compile %s --name=net --emit=c --narrow=21 -o %t/21 2>&1 | FileCheck %s --check-prefix=ENOUGH
// RUN: FileCheck %s --input-file=%t/21/net.c --check-prefix=BITS-C
// EIGHT:      layer      channels that differ  largest difference  accumulators that differ
// EIGHT-NEXT: rescale_0                1 of 1                   1              324 of 65536
// EIGHT-NEXT: in all                   1 of 1                   1              324 of 65536
// EIGHT-NOT:  {{.}}
// EIGHT-IR: tensor<1xui8>
// EIGHT-IR-SAME: largest_difference = [1], differing = [324]
// ENOUGH: no code differs from the model's

// Figures are of the accumulators that the certificate speaks of, and say what
// only data does.
// RUN: sed 's/%0 = rescale.requantize %arg0/%c = tosa.clamp %arg0 {min_val = 0 : i16, max_val = 40 : i16} : (tensor<4xi16>) -> tensor<4xi16> %0 = rescale.requantize %c/' \
// RUN:   %t/8/net.rescale.mlir > %t/less.mlir
// RUN: rescale-compile %t/less.mlir --name=net --emit=rescale --narrow=8 -o %t/less 2>&1 | FileCheck %s --check-prefix=LESS
// RUN: sed 's/range = <proved/range = <observed/' %t/8/net.rescale.mlir > %t/observed8.mlir
// RUN: rescale-compile %t/observed8.mlir --name=net --emit=rescale --narrow=8 -o %t/less 2>&1 | FileCheck %s --check-prefix=DATA
// RUN: sed 's/range = <proved/range = <observed/' %t/default/net.rescale.mlir > %t/observed21.mlir
// RUN: rescale-compile %t/observed21.mlir --name=net --emit=rescale --narrow=21 -o %t/less 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// LESS:         in all {{.*}} 324 of 65536{{$}}
// LESS-NOT:     observed
// DATA:         in all {{.*}} 324 of 65536{{$}}
// DATA-NEXT:    1 of 1 channels were judged by observed accumulators only, and may give other codes than the model's for others
// UNKNOWN:      no code is known to differ from the model's
// UNKNOWN-NEXT: 1 of 1 channels were judged by observed accumulators only, and may give other codes than the model's for others

// A target may want more bits than were asked for.
// RUN: rescale-compile %s --name=net --emit=rescale --narrow=8 --rescaler=tosa32 --allow-approximate -o %t/target 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET:      wider than 8 bits:
// TARGET-NEXT: layer      bits before  bits
// TARGET-NEXT: rescale_0           31    22
// BITS-C: Options: {{.*}} --narrow=21
// BITS-C-NEXT: * Requantizations: lossless.

// A network that differs says so in every file, also where the certificates
// come with it.
// RUN: rescale-compile %s --name=net --emit=cmake --narrow=8 -o %t/8
// RUN: FileCheck %s --input-file=%t/8/net.c --check-prefix=EIGHT-C
// RUN: FileCheck %s --input-file=%t/8/net.h --check-prefix=EIGHT-C
// RUN: FileCheck %s --input-file=%t/8/CMakeLists.txt --check-prefix=EIGHT-C
// RUN: FileCheck %s --input-file=%t/8/net.c --check-prefix=LAYER-C
// RUN: rescale-compile %t/8/net.rescale.mlir --name=net --emit=c --narrow=off -o %t/read
// RUN: FileCheck %s --input-file=%t/read/net.h --check-prefix=EIGHT-C
// RUN: sed 's/range = <proved/range = <observed/' %t/8/net.rescale.mlir > %t/observed.mlir
// RUN: rescale-compile %t/observed.mlir --name=net --emit=c --narrow=off -o %t/read
// RUN: FileCheck %s --input-file=%t/read/net.h --check-prefix=OBSERVED-C
// EIGHT-C:      {{[*#]}} Requantizations: approximated. 1 of 1 give other codes than the model's
// EIGHT-C-NEXT: {{[*#]}} for some accumulators, by at most 1.{{$| \*/}}
// LAYER-C:      * Requantization: multiplicands of 31 bits, now 8, approximated: at most 1
// LAYER-C-NEXT: * code from the model's, for 324 of 65536 accumulators.
// OBSERVED-C:      * Requantizations: not proved. 1 of 1 were judged by observed accumulators
// OBSERVED-C-NEXT: * only, and may give other codes than the model's for others.

// RUN: not rescale-compile %s --narrow=0 -o %t 2>&1 | FileCheck %s --check-prefix=MODE -DMODE=0
// RUN: not rescale-compile %s --narrow=33 -o %t 2>&1 | FileCheck %s --check-prefix=MODE -DMODE=33
// RUN: not rescale-compile %s --narrow=8.5 -o %t 2>&1 | FileCheck %s --check-prefix=MODE -DMODE=8.5
// RUN: not rescale-compile %s --narrow= -o %t 2>&1 | FileCheck %s --check-prefix=MODE -DMODE=
// MODE: for the --narrow option: requires lossless, off or a number of bits from 1 to 32, got '[[MODE]]'; leave it out for lossless

func.func @main(%x: tensor<4xi16>) -> tensor<4xi8> {
  %m = "tosa.const"() {values = dense<1518500250> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<38> : tensor<1xi8>} : () -> tensor<1xi8>
  %zi = "tosa.const"() {values = dense<0> : tensor<1xi16>} : () -> tensor<1xi16>
  %zo = "tosa.const"() {values = dense<3> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %x, %m, %s, %zi, %zo {
    input_unsigned = false, output_unsigned = false, per_channel = false,
    rounding_mode = SINGLE_ROUND, scale32 = true
  } : (tensor<4xi16>, tensor<1xi32>, tensor<1xi8>, tensor<1xi16>, tensor<1xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
