// The least error where nothing is equal. The figures of the certificates are
// exact, or rescale-verify-certificates would refuse them; that no figure could
// be less was tried with every multiplicand, shift and addend.

// RUN: rescale-opt %s -split-input-file \
// RUN:   -rescale-legalize-for-target=allow-approximate \
// RUN:   -rescale-verify-certificates | FileCheck %s
// RUN: rescale-opt %s -split-input-file \
// RUN:   -rescale-legalize-for-target=allow-approximate -o /dev/null \
// RUN:   --remarks-filter=rescale-legalize-for-target 2>&1 \
// RUN:   | FileCheck %s --check-prefix=REMARK

module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui4>} {
  // The first channel fits, the second is one code off.
  // CHECK-LABEL: func @channels
  // CHECK: mul dense<[3, 13]> : tensor<2xui4> shift [2, 4] axis 1 round half_up
  // CHECK-SAME: multiplicands = [3, 105], shifts = [2, 7]
  // CHECK-SAME: largest_difference = [0, 1], differing = [0, 128]
  // REMARK: remark: [Passed] approximated | Category:rescale-legalize-for-target {{.*}}LargestDifference=1
  func.func @channels(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
    %y = rescale.requantize %x mul dense<[3, 105]> : tensor<2xui8> shift [2, 7]
           axis 1 round half_up : tensor<4x2xi8> -> tensor<4x2xi8>
    return %y : tensor<4x2xi8>
  }
}

// -----

// Codes that are wrong exceed what the next op was given before: its range is
// computed again, so that its certificate holds. 7 / 2^4 gives -56 to 56, and the
// 1 / 2 that 2 bits are enough for -64 to 64.
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui2>} {
  // CHECK-LABEL: func @chain
  // CHECK: mul dense<1> : tensor<1xui2> shift [1]
  // CHECK-SAME: range = <proved low[-128] high[127]>
  // CHECK-SAME: largest_difference = [8], differing = [240]
  // CHECK: mul dense<1> : tensor<1xui2> shift [1]
  // CHECK-SAME: range = <proved low[-64] high[64]>
  // CHECK-SAME: largest_difference = [4], differing = [113]
  // REMARK: remark: [Passed] approximated
  func.func @chain(%x: tensor<4xi8>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<7> : tensor<1xui8> shift [4]
           round half_up : tensor<4xi8> -> tensor<4xi8>
    %z = rescale.requantize %y mul dense<9> : tensor<1xui8> shift [4]
           round half_up : tensor<4xi8> -> tensor<4xi8>
    return %z : tensor<4xi8>
  }
}

// -----

// What was approximated before stays compared with its own original, here by
// parameters of the target that are equal to the approximation.
module attributes {rescale.target = #rescale.target<"ours", shift = [2, 31]>} {
  // CHECK-LABEL: func @again
  // CHECK: mul dense<2> : tensor<1xui32> shift [2] round half_up
  // CHECK-SAME: multiplicands = [7], shifts = [4], rounding = half_up
  // CHECK-SAME: largest_difference = [8]
  // REMARK: remark: [Passed] approximated | {{.*}}LargestDifference=8
  func.func @again(%x: tensor<4xi8>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [1]
           round half_up
           {rescale.certificate = #rescale.certificate<
              range = <proved low[-128] high[127]>, multiplicands = [7],
              shifts = [4], rounding = half_up, input_zero_point = 0,
              zero_point = 0, clamp = [-128, 127], largest_difference = [8],
              differing = [240], digest = 17672227889150901515>}
       : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// One shift for both channels, at which each is as near as it gets.
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui4,
                     shift_per = layer>} {
  // CHECK-LABEL: func @one_shift
  // CHECK: mul dense<[13, 3]> : tensor<2xui4> shift [4] axis 1 round half_up
  // CHECK-SAME: largest_difference = [1], differing = [128]
  func.func @one_shift(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
    %y = rescale.requantize %x mul dense<[105, 23]> : tensor<2xui8> shift [7, 7]
           axis 1 round half_up : tensor<4x2xi8> -> tensor<4x2xi8>
    return %y : tensor<4x2xi8>
  }
}

// -----

// 45 / 2^18 is one code off too, but for 265819 accumulators.
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui15>} {
  // CHECK-LABEL: func @mean
  // CHECK: mul dense<11585> : tensor<1xui15> shift [26] round half_up
  // CHECK-SAME: largest_difference = [1], differing = [984]
  func.func @mean(%x: tensor<4xi20>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<1518500250> : tensor<1xui32> shift [43]
           round half_up : tensor<4xi20> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// Ways that are tried alone, by the same criterion.
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui15,
                     rounding = [half_away]>} {
  // CHECK-LABEL: func @tried
  // CHECK: mul dense<11585> : tensor<1xui15> shift [26] round half_away
  // CHECK-SAME: largest_difference = [1], differing = [984]
  func.func @tried(%x: tensor<4xi20>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<1518500250> : tensor<1xui32> shift [43]
           round half_up : tensor<4xi20> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// With one multiplicand for both channels, several are compared: 63 / 2^14 has
// 32641 and 15284 wrong codes.
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui8,
                     multiplicand_per = layer, shift_per = layer>} {
  // CHECK-LABEL: func @one_multiplicand
  // CHECK: mul dense<251> : tensor<1xui8> shift [16] axis 1 round half_up
  // CHECK-SAME: largest_difference = [1], differing = [16188, 1169]
  func.func @one_multiplicand(%x: tensor<4x2xi16>) -> tensor<4x2xi8> {
    %y = rescale.requantize %x mul dense<[32001, 32137]> : tensor<2xui16>
           shift [23, 23] axis 1 round half_up
       : tensor<4x2xi16> -> tensor<4x2xi8>
    return %y : tensor<4x2xi8>
  }
}

// -----

// The original clamps to its type, which for the accumulators that occur gives
// the same codes. The differences are those of the clamp that the op has.
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui3>} {
  // CHECK-LABEL: func @other_clamp
  // CHECK: mul dense<3> : tensor<1xui3> shift [9] round half_up clamp [10, 60]
  // CHECK-SAME: clamp = [-128, 127], largest_difference = [4], differing = [8744]
  func.func @other_clamp(%x: tensor<4xi16>) -> tensor<4xi8> {
    %c = tosa.clamp %x {min_val = 1810 : i16, max_val = 10861 : i16}
       : (tensor<4xi16>) -> tensor<4xi16>
    %y = rescale.requantize %c mul dense<5793> : tensor<1xui13> shift [20]
           round addend addends [522496] clamp [10, 60]
           {rescale.certificate = #rescale.certificate<
              range = <proved low[1810] high[10861]>,
              multiplicands = [1518500250], shifts = [38], rounding = half_up,
              input_zero_point = 0, zero_point = 0, clamp = [-128, 127],
              largest_difference = [0], differing = [0],
              digest = 13008506987644829036>}
       : tensor<4xi16> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// A mode of which no multiplicand is as near as another mode's, here `double`
// with shifts that make all multiplicands within the tolerance 2^25: as many
// are tried as take milliseconds.
module attributes {rescale.target = #rescale.target<"tosa32">} {
  // CHECK-LABEL: func @fine
  // CHECK: mul dense<3031> : tensor<1xsi32> shift [13] round half_up
  // CHECK-SAME: largest_difference = [1], differing = [21]
  func.func @fine(%x: tensor<4xi8>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [3]
           round floor clamp [0, 72] : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}
