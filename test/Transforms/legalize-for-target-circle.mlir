// Codes that go in a circle. What fits for one range gives codes that make it
// another one, and what fits for this one makes it the first again. After as
// many rounds as codes can take that go one way, ranges only grow.

// RUN: rescale-opt %s -split-input-file \
// RUN:   -rescale-legalize-for-target=allow-approximate \
// RUN:   -rescale-verify-certificates | FileCheck %s

// Both ranges together are enough.
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui3,
                     addend = free>} {
  // CHECK-LABEL: func private @settled
  // CHECK: mul dense<7> : tensor<1xui3> shift [4] round half_up
  // CHECK-SAME: range = <proved low[-6] high[12]>
  // CHECK: mul dense<1> : tensor<1xui3> shift [0] round floor
  // CHECK-SAME: range = <proved low[-3] high[6]>
  func.func private @settled(%x: tensor<4xi8>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<1031056647> : tensor<1xui31>
           shift [31] round double : tensor<4xi8> -> tensor<4xi8>
    %z = rescale.requantize %y mul dense<1149908647> : tensor<1xui31>
           shift [30] round half_up : tensor<4xi8> -> tensor<4xi8>
    return %z : tensor<4xi8>
  }
  func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
    %c = tosa.clamp %x {min_val = -6 : i8, max_val = 12 : i8}
       : (tensor<4xi8>) -> tensor<4xi8>
    %0 = call @settled(%c) : (tensor<4xi8>) -> tensor<4xi8>
    %1 = call @settled(%0) : (tensor<4xi8>) -> tensor<4xi8>
    return %1 : tensor<4xi8>
  }
}

// -----

// They grow to what their types hold.
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui2,
                     addend = free>} {
  // CHECK-LABEL: func private @growing
  // CHECK: mul dense<1> : tensor<1xui2> shift [0] round floor
  // CHECK-SAME: range = <proved low[-128] high[127]>
  // CHECK: mul dense<3> : tensor<1xui2> shift [1] round floor
  // CHECK-SAME: range = <proved low[-128] high[127]>
  func.func private @growing(%x: tensor<4xi8>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<1912292382> : tensor<1xui31>
           shift [31] round half_even : tensor<4xi8> -> tensor<4xi8>
    %z = rescale.requantize %y mul dense<1673437443> : tensor<1xui31>
           shift [30] round half_up : tensor<4xi8> -> tensor<4xi8>
    return %z : tensor<4xi8>
  }
  func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
    %c = tosa.clamp %x {min_val = -15 : i8, max_val = 0 : i8}
       : (tensor<4xi8>) -> tensor<4xi8>
    %0 = call @growing(%c) : (tensor<4xi8>) -> tensor<4xi8>
    %1 = call @growing(%0) : (tensor<4xi8>) -> tensor<4xi8>
    return %1 : tensor<4xi8>
  }
}
