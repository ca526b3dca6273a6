// One shift for all channels of a layer, where there is an equal one.

// RUN: rm -rf %t
// RUN: rescale-compile %s --emit=rescale -o %t
// RUN: FileCheck %s --input-file=%t/one_shift.rescale.mlir --check-prefix=EACH
// RUN: rescale-compile %s --emit=rescale --one-shift -o %t
// RUN: FileCheck %s --input-file=%t/one_shift.rescale.mlir --check-prefix=ONE
// RUN: rescale-compile %s --emit=rescale --one-shift --narrow=8 -o %t 2>&1 \
// RUN:   | FileCheck %s --check-prefix=DIFFERENCES
// RUN: FileCheck %s --input-file=%t/one_shift.rescale.mlir --check-prefix=EIGHT
// RUN: rescale-compile %s --emit=c --one-shift -o %t
// RUN: FileCheck %s --input-file=%t/one_shift.c --check-prefix=C
// RUN: not rescale-compile %s --one-shift --narrow=off -o %t/none 2>&1 \
// RUN:   | FileCheck %s --check-prefix=OFF
// RUN: not ls %t/none

// The pipelines of rescale-opt take it as well.
// RUN: rescale-opt %s --tosa-to-rescale=one-shift | FileCheck %s --check-prefix=ONE
// RUN: rescale-opt %s --rescale-to-loops=one-shift -o %t.loops
// RUN: rescale-opt %s --rescale-to-loops -o %t.each
// RUN: not diff %t.loops %t.each > /dev/null

// EACH: mul dense<[1110823, 861441]> : tensor<2xui21> shift [30, 29]
// ONE: mul dense<[1110823, 1722881]> : tensor<2xui21> shift [30] axis 3
// ONE-SAME: largest_difference = [0]
// EIGHT: mul dense<[68, 105]> : tensor<2xui7> shift [16] axis 3
// DIFFERENCES: requantize_0 2 of 2
// C: Options: {{.*}} --one-shift{{$}}
// OFF: rescale-compile: error: requires narrowing for --one-shift, got --narrow=off; leave out the one or the other

func.func @main(%acc: tensor<1x32x32x2xi32>) -> tensor<1x32x32x2xi8> {
  %0 = tosa.clamp %acc {min_val = -400000 : i32, max_val = 400000 : i32}
     : (tensor<1x32x32x2xi32>) -> tensor<1x32x32x2xi32>
  %1 = rescale.requantize %0 mul dense<[1137482404, 1764230389]> : tensor<2xui31>
       shift [40, 40] axis 3 round double zero_point 4
     : tensor<1x32x32x2xi32> -> tensor<1x32x32x2xi8>
  return %1 : tensor<1x32x32x2xi8>
}
