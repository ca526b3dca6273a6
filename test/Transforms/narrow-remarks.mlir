// RUN: rescale-opt %s -rescale-narrow -o /dev/null \
// RUN:   --remarks-filter=rescale-narrow 2>&1 | FileCheck %s
// RUN: rescale-opt %s -rescale-narrow=shift=layer -o /dev/null \
// RUN:   --remarks-filter=rescale-narrow 2>&1 | FileCheck %s --check-prefix=LAYER

// CHECK: remark: [Passed] narrowed | Category:rescale-narrow | {{.*}}BitsAfter=16, BitsBefore=31
func.func @narrowed(%x: tensor<4xi16>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38] round half_up : tensor<4xi16> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// CHECK: remark: [Missed] not-narrowed | Category:rescale-narrow | {{.*}}Reason="no multiplicand gets narrower"
func.func @narrow_already(%x: tensor<4xi16>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [9] round half_up : tensor<4xi16> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// CHECK: remark: [Missed] not-narrowed | {{.*}}Reason="no multiplicand is equal with an addend of 64 bits"
func.func @ties_to_even(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [1] round half_even : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// CHECK: remark: [Missed] not-narrowed | {{.*}}Reason="the accumulators exceed signed 64 bits"
func.func @unsigned_64(%x: tensor<4xi64>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [60] round half_up unsigned_input : tensor<4xi64> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// CHECK: remark: [Missed] not-narrowed | {{.*}}Reason="requires at most 1048576 steps in the range, got 3037000499"
func.func @wide_result(%x: tensor<4xi32>) -> tensor<4xi32> {
  %0 = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [31] round half_up : tensor<4xi32> -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// CHECK: remark: [Missed] not-narrowed | {{.*}}Reason="the product of channel 0 would be wider"
func.func @wider_product(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<33> : tensor<1xui8> shift [4] round half_even input_zero_point -70 clamp [45, 88] : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// No shift has a multiplicand of 32 bits for both: each keeps its own.
// CHECK: remark: [Passed] narrowed | {{.*}}BitsAfter=30, BitsBefore=31
// LAYER: remark: [Missed] not-narrowed | {{.*}}Reason="with one shift for all channels no multiplicand is equal with an addend of 64 bits"
// LAYER: remark: [Passed] narrowed | {{.*}}BitsAfter=30, BitsBefore=31
func.func @no_shift_for_both(%x: tensor<2xi64>) -> tensor<2xi8> {
  %0 = rescale.requantize %x mul dense<[1, 1518500250]> : tensor<2xsi32> shift [0, 62] axis 0 round half_up : tensor<2xi64> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// One channel needs a long shift, the other a wide multiplicand for it, and its
// product would be the widest.
// CHECK: remark: [Passed] narrowed
// LAYER: remark: [Missed] not-narrowed | {{.*}}Reason="with one shift for all channels the widest product would be wider"
func.func @wider_together(%x: tensor<2xi16>) -> tensor<2xi8> {
  %0 = rescale.requantize %x mul dense<[1, 724077]> : tensor<2xui20> shift [0, 27] axis 0 round half_up : tensor<2xi16> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// The certificate says how far the codes are from those of the original, which
// an equal multiplicand would not change.
// CHECK: remark: [Missed] not-narrowed | {{.*}}Reason="the certificate has differences, or is observed"
func.func @differences(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<8> : tensor<1xui4> shift [5] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [1], shifts = [2], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [128], digest = 11936161613674955870>} : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// The layer, where the model has a name for it.
// CHECK: net.tflite:0:0: remark: [Passed] narrowed | {{.*}}BitsAfter=16, BitsBefore=31, Layer=model/conv2d_7/Conv2D
func.func @named(%x: tensor<4xi16>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38] round half_up : tensor<4xi16> -> tensor<4xi8> loc("model/conv2d_7/Conv2D"("net.tflite":0:0))
  return %0 : tensor<4xi8>
}

// Of several names the first, also once origins have been recorded.
// CHECK: remark: {{.*}}[Passed] narrowed | {{.*}}BitsAfter=16, BitsBefore=31, Layer=model/conv2d_8/Conv2D
// CHECK: remark: [Passed] narrowed | {{.*}}BitsAfter=16, BitsBefore=31, Layer=model/conv2d_9/Conv2D
func.func @fused(%x: tensor<4xi16>) -> (tensor<4xi8>, tensor<4xi8>) {
  %0 = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38] round half_up : tensor<4xi16> -> tensor<4xi8> loc(fused["model/conv2d_8/Conv2D", "model/relu/Relu"])
  %1 = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38] round half_up : tensor<4xi16> -> tensor<4xi8> loc(fused<0>["tosa.rescale"(fused["f.mlir":1:1, "model/conv2d_9/Conv2D", "model/relu/Relu"])])
  return %0, %1 : tensor<4xi8>, tensor<4xi8>
}
