// RUN: rescale-opt %s -rescale-approximate=layers=conv_1:4,conv_2:6:layer \
// RUN:   | FileCheck %s --check-prefixes=CHECK,LEFT
// RUN: rescale-opt %s "-rescale-approximate=bits=8 layers=conv_1:4,conv_2:6:layer" \
// RUN:   | FileCheck %s --check-prefixes=CHECK,EIGHT
// What is left after narrowing keeps a certificate that is true.
// RUN: rescale-opt %s -rescale-narrow -rescale-approximate=layers=conv_1:2 \
// RUN:   -rescale-verify-certificates | FileCheck %s --check-prefix=NARROW
// RUN: not rescale-opt %s -rescale-approximate=layers=conv_4:4 2>&1 \
// RUN:   | FileCheck %s --check-prefix=UNKNOWN
// RUN: not rescale-opt %s -rescale-approximate=layers=conv_1:33 2>&1 \
// RUN:   | FileCheck %s --check-prefix=MANY
// RUN: not rescale-opt %s -rescale-approximate=layers=conv_1:0 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NONE
// RUN: not rescale-opt %s -rescale-approximate=layers=conv_1 2>&1 \
// RUN:   | FileCheck %s --check-prefix=MISSING
// RUN: not rescale-opt %s -rescale-approximate=layers=conv_1:4:channel 2>&1 \
// RUN:   | FileCheck %s --check-prefix=SHARING
// RUN: not rescale-opt %s -rescale-approximate=layers=conv_1:4,conv_1:5 2>&1 \
// RUN:   | FileCheck %s --check-prefix=TWICE
// RUN: not rescale-opt %s \
// RUN:   --pass-pipeline="builtin.module(func.func(rescale-approximate{layers=conv_1:4}))" \
// RUN:   2>&1 | FileCheck %s --check-prefix=FUNC

// UNKNOWN: error: requires the name of a layer, got 'conv_4'; the layers are conv_1, conv_2, conv_3
// MANY: error: requires layers as NAME:BITS or NAME:BITS:layer, with bits from 1 to 32, got 'conv_1:33'
// NONE: error: requires layers as NAME:BITS or NAME:BITS:layer, with bits from 1 to 32, got 'conv_1:0'
// MISSING: error: requires layers as NAME:BITS or NAME:BITS:layer, with bits from 1 to 32, got 'conv_1'
// SHARING: error: requires layers as NAME:BITS or NAME:BITS:layer, with bits from 1 to 32, got 'conv_1:4:channel'
// TWICE: error: requires each layer once, got 'conv_1' again; leave it out
// FUNC: error: requires a module to find layers by their names in, got func.func; run the pass on the module

// NARROW: rescale.requantize %{{.*}} : tensor<1xui2>
// NARROW: rescale.requantize %{{.*}} : tensor<2xui20>
// NARROW: rescale.requantize %{{.*}} : tensor<1xui6>

// CHECK-LABEL: func @chain
func.func @chain(%x: tensor<4x2xi16>) -> tensor<4x2xi8> {
  // CHECK: rescale.requantize %{{.*}} : tensor<2xui4>
  // CHECK-SAME: differing = [{{[1-9]}}
  %0 = rescale.requantize %x mul dense<[1518500250, 1618500250]> : tensor<2xsi32> shift [38, 36] axis 1
    round double : tensor<4x2xi16> -> tensor<4x2xi8> loc("model/conv_1/Conv2D")
  // One shift for both.
  // CHECK: rescale.requantize %{{.*}} : tensor<2xui6> shift [{{[0-9]+}}] axis 1
  %1 = rescale.requantize %x mul dense<[1518500250, 1618500250]> : tensor<2xsi32> shift [38, 36] axis 1
    round double : tensor<4x2xi16> -> tensor<4x2xi8> loc("model/conv_2/Conv2D")
  %2 = tosa.add %0, %1 : (tensor<4x2xi8>, tensor<4x2xi8>) -> tensor<4x2xi8>
  // LEFT: rescale.requantize %{{.*}} mul dense<1374389534> : tensor<1xsi32> shift [33]
  // LEFT-NOT: rescale.certificate
  // EIGHT: rescale.requantize %{{.*}} : tensor<1xui{{[1-8]}}>
  %3 = rescale.requantize %2 mul dense<1374389534> : tensor<1xsi32> shift [33]
    round double : tensor<4x2xi8> -> tensor<4x2xi8> loc("model/conv_3/Conv2D")
  // CHECK: return
  return %3 : tensor<4x2xi8>
}
