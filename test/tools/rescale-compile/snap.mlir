// Scales of few bits, which weights absorb; narrowing, certificates and reports
// behind it speak of the network that is left, and its C says so.

// RUN: rm -rf %t
// RUN: rescale-compile %s --emit=rescale --snap=1 -o %t
// RUN: FileCheck %s --input-file=%t/snap.rescale.mlir --check-prefix=ONE
// RUN: rescale-compile %s --emit=rescale --snap=12 -o %t
// RUN: FileCheck %s --input-file=%t/snap.rescale.mlir --check-prefix=NARROWED
// RUN: rescale-compile %s --emit=rescale --snap=4 --one-shift --narrow=off \
// RUN:   -o %t
// RUN: FileCheck %s --input-file=%t/snap.rescale.mlir --check-prefix=SHARED

// RUN: rescale-compile %s --emit=c --snap=12 --snap-per-channel=false \
// RUN:   --snap-operands=false --snap-correct-bias --snap-grid=best --verify \
// RUN:   --report=- -o %t 2>%t.warnings | FileCheck %s --check-prefix=TABLE
// RUN: FileCheck %s --input-file=%t.warnings --check-prefix=MOMENTS
// MOMENTS: warning: found no layer with the moments of its input, so that grid=best is grid=above and no bias is corrected; run rescale calibrate before
// RUN: FileCheck %s --input-file=%t/snap.c --check-prefix=C
// RUN: rescale-compile %s --emit=rescale --snap=12 -o %t --report=%t/report.json
// RUN: FileCheck %s --input-file=%t/report.json --check-prefix=JSON

// RUN: not rescale-compile %s --snap=0 -o %t/none 2>&1 \
// RUN:   | FileCheck %s --check-prefix=ZERO
// RUN: not rescale-compile %s --snap=17 -o %t/none 2>&1 \
// RUN:   | FileCheck %s --check-prefix=MANY
// RUN: not rescale-compile %s --snap=one -o %t/none 2>&1 \
// RUN:   | FileCheck %s --check-prefix=WORD
// RUN: not rescale-compile %s --snap-grid=best -o %t/none 2>&1 \
// RUN:   | FileCheck %s --check-prefix=WITHOUT
// RUN: not rescale-compile %s --snap-operands=false -o %t/none 2>&1 \
// RUN:   | FileCheck %s --check-prefix=WITHOUT
// WITHOUT: error: requires --snap=K for the options of snapping, got one of them without; add it or leave them out
// RUN: not ls %t/none

// Some layers alone, by their names in the report.
// RUN: rescale-compile %s --emit=rescale --snap-layers=conv2d_0:4:layer --narrow=off -o %t
// RUN: FileCheck %s --input-file=%t/snap.rescale.mlir --check-prefix=SHARED
// RUN: rescale-compile %s --emit=c --snap=1 --snap-layers=conv2d_0:2 -o %t
// RUN: FileCheck %s --input-file=%t/snap.c --check-prefix=LAYERS
// RUN: rescale-opt %s --tosa-to-rescale="snap-layers=conv2d_0:4:layer narrow=off" \
// RUN:   | FileCheck %s --check-prefix=SHARED
// RUN: not rescale-compile %s --snap-layers=conv:4 -o %t/none 2>&1 \
// RUN:   | FileCheck %s --check-prefix=UNKNOWN
// LAYERS: Options: {{.*}} --snap=1 --snap-layers=conv2d_0:2
// LAYERS: have scales of at most 2 bits
// UNKNOWN: error: requires the name of a layer, got 'conv'; the layers are conv2d_0

// Weights that clip are counted, and a certificate speaks of the snapped network.
// RUN: rescale-compile %s --emit=c --snap=1 --snap-grid=nearest --narrow=off \
// RUN:   --report=- -o %t | FileCheck %s --check-prefix=CLIPPED
// RUN: FileCheck %s --input-file=%t/snap.c --check-prefix=CLIPS
// RUN: rescale-compile %s --emit=c --snap=12 --narrow=3 -o %t
// RUN: FileCheck %s --input-file=%t/snap.c --check-prefix=THEN
// CLIPPED: conv2d_0 1 31 {{.*}} 3 {{.*}}
// CLIPPED: Scales have no error, weights that of a rounding, or of what their type does not hold, in their steps.
// CLIPS: snapped. 1 of 1 have scales of 1 bit, which weights
// CLIPS: absorbed but for 3 that clip: another network than the model. Against the
// CLIPS: snapped one: equal. 1 of 1 are as snapping left them.
// CLIPS: before rounding, 3 clipped
// THEN: Requantization: {{.*}}snapped to 12
// THEN: codes
// THEN: from the snapped network's

// A network that nothing is snapped of does not pass for a snapped one.
// RUN: not rescale-compile %s --snap=1 --snap-last-layer=keep -o %t/none 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NOTHING
// NOTHING: rescale-compile: error: requires layers with integer weights that can be snapped, got none in '{{.*}}snap.mlir'; quantize the model, or leave out --snap

// The pipelines of rescale-opt take it as well.
// RUN: rescale-opt %s --tosa-to-rescale=snap=1 | FileCheck %s --check-prefix=ONE
// RUN: rescale-opt %s --rescale-to-loops=snap=1 -o %t.one
// RUN: rescale-opt %s --rescale-to-loops -o %t.none
// RUN: not diff %t.one %t.none > /dev/null

// ONE: mul dense<true> : tensor<1xui1> shift [7, 6] axis 3 round half_up
// ONE-SAME: rescale.snapped
// NARROWED: mul dense<[2897, 1159]> : tensor<2xui12> shift [19, 17]
// NARROWED-SAME: rescale.certificate = #rescale.certificate<{{.*}} multiplicands = [2897, 2318]
// NARROWED-SAME: rescale.snapped = #rescale.snap<bits = 12, multiplicands = [1518500250, 1214800200]
// SHARED: mul dense<[6, 10]> : tensor<2xui4> shift [10] axis 3

// TABLE: Snapped: another network than the model's
// TABLE: conv2d_0 12 31
// TABLE: Scales have no error, weights that of a rounding, in their steps. What follows compares with the snapped network.
// TABLE: From accumulators to codes
// C: Options: {{.*}} --snap=12 --snap-grid=best --snap-operands=false
// C-NEXT: --snap-per-channel=false --snap-correct-bias
// C-NEXT: Requantizations: snapped. 1 of 1 have scales of at most 12 bits, which
// C-NEXT: weights absorbed: another network than the model. Against the snapped one:
// C-NEXT: equal. 1 of 1 have other parameters than the snapped network's, and
// C: Requantization: multiplicands of 31 bits, snapped to 12: weights differ
// JSON: "snapped": {
// JSON-NEXT: "bits": 12,
// JSON-NEXT: "rounding_before": "double",
// JSON-NEXT: "input_factor": 1,
// JSON-NEXT: "result_factor": 1,
// JSON-NEXT: "multiplicands_before": [
// JSON-NEXT: 1518500250,

// ZERO: rescale-compile: error: requires bits from 1 to 16 for --snap, got 0; leave it out for the model's own weights
// MANY: rescale-compile: error: requires bits from 1 to 16 for --snap, got 17; leave it out for the model's own weights
// WORD: 'one' value invalid for integer argument!

func.func @main(%x: tensor<1x1x1x3xi8>) -> tensor<1x1x1x2xi8> {
  %w = "tosa.const"() {values = dense<[[[[100, -37, 12]]], [[[127, -127, 1]]]]> : tensor<2x1x1x3xi8>} : () -> tensor<2x1x1x3xi8>
  %b = "tosa.const"() {values = dense<[1000, -1000]> : tensor<2xi32>} : () -> tensor<2xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x3xi8>, tensor<2x1x1x3xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  %1 = rescale.requantize %0 mul dense<[1518500250, 1214800200]> : tensor<2xsi32> shift [38, 37] axis 3 round double zero_point -5 : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  return %1 : tensor<1x1x1x2xi8>
}
