// What fits stays; what does not becomes equal within the target, or with
// allow-approximate as near as it gets. Certificates are true after all of it.

// RUN: rescale-opt %s -split-input-file \
// RUN:   -rescale-legalize-for-target -rescale-verify-certificates \
// RUN:   | FileCheck %s
// RUN: rescale-opt %s -split-input-file \
// RUN:   -rescale-legalize-for-target=allow-approximate \
// RUN:   -rescale-verify-certificates | FileCheck %s

// Nothing changes but the port.
module attributes {rescale.target = #rescale.target<"tosa16">} {
  // CHECK-LABEL: func @fits
  // CHECK: rescale.requantize %{{.*}} mul dense<77> : tensor<1xsi16> shift [9] round half_up : tensor<4xi16> -> tensor<4xi8>
  func.func @fits(%x: tensor<4xi16>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<77> : tensor<1xui7> shift [9]
           round half_up : tensor<4xi16> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }

  // Up to a shift of 31 double is half-up.
  // CHECK-LABEL: func @fits_otherwise
  // CHECK: mul dense<77> : tensor<1xsi16> shift [9] round double : tensor<4xi16> -> tensor<4xi8>
  func.func @fits_otherwise(%x: tensor<4xi16>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
           round double : tensor<4xi16> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }

  // 15 bits give the codes of 31.
  // CHECK-LABEL: func @equal
  // CHECK: mul dense<23> : tensor<1xsi16> shift [12] round half_up
  // CHECK-SAME: multiplicands = [1518500250], shifts = [38], rounding = double
  // CHECK-SAME: largest_difference = [0], differing = [0]
  func.func @equal(%x: tensor<4xi8>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38]
           round double : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }

  // The innermost target holds.
  // CHECK-LABEL: func @in_function
  // CHECK: mul dense<1518500250> : tensor<1xsi32> shift [32] round double : tensor<4xi8> -> tensor<4xi8>
  // CHECK: mul dense<3> : tensor<1xui3> shift [2] round half_up {rescale.target
  func.func @in_function(%x: tensor<4xi8>) -> (tensor<4xi8>, tensor<4xi8>)
      attributes {rescale.target = #rescale.target<"tosa32">} {
    %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [32]
           round double : tensor<4xi8> -> tensor<4xi8>
    %z = rescale.requantize %x mul dense<3> : tensor<1xsi32> shift [2]
           round half_up
           {rescale.target = #rescale.target<"ours", multiplicand = ui3>}
       : tensor<4xi8> -> tensor<4xi8>
    return %y, %z : tensor<4xi8>, tensor<4xi8>
  }
}

// -----

// Without rounding, and with the zero point in the addend.
module attributes {rescale.target = #rescale.target<"ours" like "ne16",
                     input_bits = [8, 16]>} {
  // The least code stays the zero point; the addend is half-up's.
  // CHECK-LABEL: func @least_code
  // CHECK: mul dense<3> : tensor<1xui8> shift [2] round addend addends [2] zero_point -128
  // CHECK-NOT: rescale.certificate
  func.func @least_code(%x: tensor<4xi8>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2]
           round addend addends [2] zero_point -128
       : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }

  // Of another one the addend has 5 * 2^2 more.
  // CHECK-LABEL: func @other_zero_point
  // CHECK: mul dense<3> : tensor<1xui8> shift [2] round addend addends [22]
  // CHECK-NOT: zero_point 5 {
  // CHECK-SAME: zero_point = 5
  func.func @other_zero_point(%x: tensor<4xi8>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2]
           round half_up zero_point 5 : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// One shift for a layer, one multiplicand for a layer.
module attributes {rescale.target =
    #rescale.target<"ours", multiplicand = ui8, shift_per = layer>} {
  // CHECK-LABEL: func @one_shift
  // CHECK: mul dense<[1, 6]> : tensor<2xui8> shift [3] axis 1 round half_up
  func.func @one_shift(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
    %y = rescale.requantize %x mul dense<[1, 3]> : tensor<2xui8> shift [3, 2]
           axis 1 round half_up : tensor<4x2xi8> -> tensor<4x2xi8>
    return %y : tensor<4x2xi8>
  }

  // CHECK-LABEL: func @one_multiplicand
  // CHECK: mul dense<2> : tensor<1xui8> shift [2] axis 1 round half_up
  func.func @one_multiplicand(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
    %y = rescale.requantize %x mul dense<[1, 2]> : tensor<2xui8> shift [1, 2]
           axis 1 round half_up
           {rescale.target = #rescale.target<"theirs", multiplicand = ui8,
              multiplicand_per = layer, shift_per = layer, shift = [2, 9]>}
       : tensor<4x2xi8> -> tensor<4x2xi8>
    return %y : tensor<4x2xi8>
  }
}

// -----

// Ties away from zero are met by a multiplicand that has none; a bias beside
// half-up moves the accumulator.
module {
  // CHECK-LABEL: func @half_away
  // CHECK: round half_away
  func.func @half_away(%x: tensor<4xi8>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
           round half_up
           {rescale.target = #rescale.target<"ours", multiplicand = ui12,
              rounding = [half_away]>}
       : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }

  // CHECK-LABEL: func @in_bias
  // CHECK: mul dense<3> : tensor<1xui12> shift [3] round addend addends [10]
  func.func @in_bias(%x: tensor<4xi8>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<12> : tensor<1xui12> shift [5]
           round addend addends [41]
           {rescale.target = #rescale.target<"ours", multiplicand = ui12,
              addend = in_bias>}
       : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }

  // The accumulators begin at 128 and end at 255: 9 bits, and no more.
  // CHECK-LABEL: func @in_bias_edge
  // CHECK: mul dense<3> : tensor<1xui12> shift [3] round addend addends [384] {rescale.target
  func.func @in_bias_edge(%x: tensor<4xi8>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<3> : tensor<1xui12> shift [3]
           round addend addends [384]
           {rescale.target = #rescale.target<"ours", multiplicand = ui12,
              accumulator_bits = 9, rounding = [floor], addend = in_bias>}
       : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// What was approximated for the accumulators that occurred stays known for
// those; what is equal for all is as near to the original.
module attributes {rescale.target = #rescale.target<"ours", shift = [12, 31]>} {
  // CHECK-LABEL: func @observed
  // CHECK: mul dense<4> : tensor<1xui32> shift [12] round half_up
  // CHECK-SAME: range = <observed low[0] high[10]>, multiplicands = [1000], shifts = [20]
  func.func @observed(%x: tensor<4xi32>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<1> : tensor<1xui10> shift [10]
           round half_up
           {rescale.certificate = #rescale.certificate<
              range = <observed low[0] high[10]>, multiplicands = [1000],
              shifts = [20], rounding = half_up, input_zero_point = 0,
              zero_point = 0, clamp = [-128, 127], largest_difference = [0],
              differing = [0], digest = 9199506011861654163>}
       : tensor<4xi32> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// Of double rounding beyond a shift of 31: one addend where no accumulator is
// negative, two otherwise.
module attributes {rescale.target = #rescale.target<"ours",
                     multiplicand = si32, shift = [32, 62], rounding = [double]>} {
  // CHECK-LABEL: func @double
  // CHECK: mul dense<{{[0-9]+}}> : tensor<1xsi32> shift [{{3[2-9]|[4-6][0-9]}}] round double {rescale.certificate
  // CHECK-SAME: largest_difference = [0]
  func.func @double(%x: tensor<4xi8>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<23> : tensor<1xsi32> shift [12]
           round half_up : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
  // CHECK-LABEL: func @double_one_sign
  // CHECK: mul dense<{{[0-9]+}}> : tensor<1xsi32> shift [{{3[2-9]|[4-6][0-9]}}] round {{double|addend}}
  // CHECK-SAME: largest_difference = [0]
  func.func @double_one_sign(%x: tensor<4xi8>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<23> : tensor<1xsi32> shift [12]
           round half_up unsigned_input : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// One multiplicand for all, whose biases differ. The op itself has it 2^31 times.
module {
  // CHECK-LABEL: func @one_multiplicand_biases
  // CHECK: mul dense<1> : tensor<1xui8> shift [8] axis 1 round addend addends [2, 3]
  func.func @one_multiplicand_biases(%x: tensor<4x2xi16>) -> tensor<4x2xi8> {
    %y = rescale.requantize %x mul dense<2147483648> : tensor<1xui32>
           shift [39] axis 1 round addend addends [4294967296, 6442450944]
           {rescale.target = #rescale.target<"ours", multiplicand = ui8,
              multiplicand_per = layer, shift_per = layer, rounding = [floor],
              addend = in_bias, addend_bits = 32>}
       : tensor<4x2xi16> -> tensor<4x2xi8>
    return %y : tensor<4x2xi8>
  }

  // Where some have a target, what has none stays as it is.
  // CHECK-LABEL: func @without_target
  // CHECK: mul dense<9000> : tensor<1xui14> shift [14] round half_up :
  func.func @without_target(%x: tensor<4xi16>) -> tensor<4xi8> {
    %y = rescale.requantize %x mul dense<9000> : tensor<1xui14> shift [14]
           round half_up : tensor<4xi16> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// Each channel has a rounding mode of the target. One does for both where other
// multiplicands are equal with it.
module attributes {rescale.target = #rescale.target<"ours",
                     rounding = [floor, half_up]>} {
  // CHECK-LABEL: func @one_mode
  // CHECK: mul dense<1> : tensor<1xui32> shift [3, 2] axis 1 round half_up
  // CHECK-SAME: largest_difference = [0]
  func.func @one_mode(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
    %c = tosa.clamp %x {min_val = 0 : i8, max_val = 7 : i8}
       : (tensor<4x2xi8>) -> tensor<4x2xi8>
    %y = rescale.requantize %c mul dense<1> : tensor<1xui1> shift [2] axis 1
           round addend addends [0, 2] : tensor<4x2xi8> -> tensor<4x2xi8>
    return %y : tensor<4x2xi8>
  }
}
