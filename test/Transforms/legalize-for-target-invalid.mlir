// Every field that can be missed, and by how much.

// RUN: rescale-opt %s -split-input-file -verify-diagnostics \
// RUN:   -rescale-legalize-for-target

func.func @no_target(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error@+1 {{requires a target, got none; set rescale.target on the module, or the option target}}
  %y = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2]
         round half_up : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// -----

// Every op is reported.
module attributes {rescale.target = #rescale.target<"tosa16">} {
  func.func @bits(%x: tensor<4x2xi32>) -> (tensor<4x2xi8>, tensor<4x2xi8>) {
    // expected-error@+1 {{requires a fit for target "tosa16", found none: channel 1 needs 21 multiplicand bits, the target has 15; allow-approximate takes the least error}}
    %y = rescale.requantize %x mul dense<[3, 1518501]> : tensor<2xsi32> shift [2, 31]
           axis 1 round half_up : tensor<4x2xi32> -> tensor<4x2xi8>
    // expected-error@+1 {{channel 1 needs 21 multiplicand bits}}
    %z = rescale.requantize %x mul dense<[3, 1518501]> : tensor<2xsi32> shift [2, 31]
           axis 1 round half_up : tensor<4x2xi32> -> tensor<4x2xi8>
    return %y, %z : tensor<4x2xi8>, tensor<4x2xi8>
  }
}

// -----

module attributes {rescale.target = #rescale.target<"ours", shift = [0, 8]>} {
  func.func @shift(%x: tensor<4xi32>) -> tensor<4xi8> {
    // expected-error@+1 {{found none: channel 0 needs shift 9, the target has 0 to 8; allow-approximate}}
    %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
           round half_up : tensor<4xi32> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

module attributes {rescale.target = #rescale.target<"ours", product_bits = 38>} {
  func.func @product(%x: tensor<4xi32>) -> tensor<4xi8> {
    // expected-error@+1 {{found none: channel 0 needs 39 product bits, the target has 38; allow-approximate}}
    %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
           round half_up : tensor<4xi32> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

module attributes {rescale.target = #rescale.target<"ours", rounding = [floor]>} {
  func.func @addend(%x: tensor<4xi8>) -> tensor<4xi8> {
    // expected-error@+1 {{found none: channel 0 needs addend 2 at shift 2, the target rounds floor with addend none; allow-approximate}}
    %y = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2]
           round half_up : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

module attributes {rescale.target = #rescale.target<"ours",
    rounding = [floor], addend = free, addend_bits = 2>} {
  func.func @addend_bits(%x: tensor<4xi8>) -> tensor<4xi8> {
    // expected-error@+1 {{found none: channel 0 needs addend 2 at shift 2, the target rounds floor with addend free of 2 bits; allow-approximate}}
    %y = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2]
           round half_up : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

module attributes {rescale.target = #rescale.target<"ours", addend = free>} {
  func.func @by_sign(%x: tensor<4xi8>) -> tensor<4xi8> {
    // expected-error@+1 {{found none: channel 0 needs addends 12 and 3 at shift 4, the target rounds half_up with addend free of 64 bits; allow-approximate}}
    %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [4]
           round addend addends [12] negative_addends [3]
       : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

module attributes {rescale.target = #rescale.target<"ours", shift_per = layer>} {
  func.func @one_shift(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
    // expected-error@+1 {{found none: channels need shifts of their own, the target has one shift for all; allow-approximate}}
    %y = rescale.requantize %x mul dense<[1518501, 40]> : tensor<2xui32>
           shift [31, 0] axis 1 round half_up
       : tensor<4x2xi32> -> tensor<4x2xi8>
    return %y : tensor<4x2xi8>
  }
}

// -----

module attributes {rescale.target = #rescale.target<"ours",
                     multiplicand_per = layer, shift_per = layer>} {
  func.func @one_multiplicand(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
    // expected-error@+1 {{found none: channels need multiplicands of their own, the target has one multiplicand for all; allow-approximate}}
    %y = rescale.requantize %x mul dense<[5, 7]> : tensor<2xui32>
           shift [9, 9] axis 1 round half_up
       : tensor<4x2xi32> -> tensor<4x2xi8>
    return %y : tensor<4x2xi8>
  }
}

// -----

// A bias of 128 would end at 255, see legalize-for-target.mlir.
module attributes {rescale.target = #rescale.target<"ours",
    multiplicand = ui12, accumulator_bits = 9, rounding = [floor],
    addend = in_bias>} {
  func.func @in_bias_edge(%x: tensor<4xi8>) -> tensor<4xi8> {
    // expected-error@+1 {{found none: channel 0 needs 10 accumulator bits with a bias of 129, the target has 9; allow-approximate}}
    %y = rescale.requantize %x mul dense<3> : tensor<1xui12> shift [3]
           round addend addends [387] : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// Only with ties to even.
module attributes {rescale.target = #rescale.target<"ours", clamp = any>} {
  func.func @ties_to_even(%x: tensor<4xi8>) -> tensor<4xi8> {
    // expected-error@+1 {{found none: nothing equal with a multiplicand of 32 bits; allow-approximate takes the least error}}
    %y = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [1]
           round half_even : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// Where a type misses there is no search for parameters.
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui4,
    input_bits = [16, 48], result_bits = [8], input_zero_point = none,
    zero_point = none, clamp = relu, accumulator_bits = 24>} {
  func.func @fixed(%x: tensor<4xi32>) -> tensor<4xi16> {
    // expected-error@+1 {{found none: the input has 32 bits, the target takes 16, 48; the result has 16 bits, the target gives 8; input_zero_point is 7, the target has none; zero_point is -5, the target has none; the clamp is [-4, 127], the target clamps to the type or from the zero point on; the accumulators need 33 bits, the target has 24; change the model or the target}}
    %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
           round half_up input_zero_point 7 zero_point -5 clamp [-4, 127]
       : tensor<4xi32> -> tensor<4xi16>
    return %y : tensor<4xi16>
  }
}

// -----

// What else no parameter changes is listed with the rest.
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui4,
    zero_point = none>} {
  func.func @listed(%x: tensor<4xi8>) -> tensor<4xi8> {
    // expected-error@+1 {{found none: zero_point is -5, the target has none; channel 0 needs 7 multiplicand bits, the target has 4; change the model or the target}}
    %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
           round half_up zero_point -5 : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// Not even a multiplicand of 0 fits: half of 2^16 exceeds the product.
module attributes {rescale.target = #rescale.target<"ours", shift = [16, 16],
    product_bits = 16>} {
  func.func @no_approximation(%x: tensor<4xi8>) -> tensor<4xi8> {
    // expected-error@+1 {{found none: channel 0 needs 22 product bits, the target has 16; change the target}}
    %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
           round half_up : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

module attributes {rescale.target = #rescale.target<"ours", clamp = type>} {
  func.func @clamp(%x: tensor<4xi8>) -> tensor<4xi8> {
    // expected-error@+1 {{found none: the clamp is [0, 127], the target clamps to the type; change the model or the target}}
    %y = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2]
           round half_up clamp [0, 127] : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui8>} {
  func.func @too_many_codes(%x: tensor<4xi32>) -> tensor<4xi32> {
    // expected-error@+1 {{found none: channel 0 needs 9 multiplicand bits, the target has 8; channel 0 has 4294967295 steps from code to code, the solver takes at most 1048576; change the target}}
    %y = rescale.requantize %x mul dense<257> : tensor<1xui32> shift [2]
           round half_up : tensor<4xi32> -> tensor<4xi32>
    return %y : tensor<4xi32>
  }
}

// -----

module attributes {rescale.target = #rescale.target<"ours", clamp = any>} {
  func.func @unsigned_64(%x: tensor<4xi64>) -> tensor<4xi8> {
    // expected-error@+1 {{found none: the accumulators exceed signed 64 bits; make them narrower}}
    %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [60]
           round half_up unsigned_input : tensor<4xi64> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// A certificate that is not true is not compared with.
module attributes {rescale.target = #rescale.target<"tosa16">} {
  func.func @certificate(%x: tensor<4xi8>) -> tensor<4xi8> {
    // expected-error@+1 {{requires a certificate of its own parameters, got digest 7}}
    %y = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
      {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 7>} : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// What the op computes is near its original for what was observed alone, so
// nothing says how near another approximation would be.
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui2>} {
  func.func @observed(%x: tensor<4xi8>) -> tensor<4xi8> {
    // expected-error@+1 {{found none: channel 0 needs 3 multiplicand bits, the target has 2; legalize before approximating for what was observed, or remove rescale.certificate}}
    %y = rescale.requantize %x mul dense<7> : tensor<1xui3> shift [4]
           round half_up
           {rescale.certificate = #rescale.certificate<
              range = <observed low[0] high[0]>, multiplicands = [15],
              shifts = [5], rounding = half_up, input_zero_point = 0,
              zero_point = 0, clamp = [-128, 127], largest_difference = [0],
              differing = [0], digest = 15030677154653809298>}
       : tensor<4xi8> -> tensor<4xi8>
    return %y : tensor<4xi8>
  }
}

// -----

// Each channel has a rounding mode of the target, which is set to one of them.
module attributes {rescale.target = #rescale.target<"ours", rounding = [floor, half_up]>} {
  func.func @two_modes(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
    // expected-error@+1 {{found none: channels need rounding modes of their own, the target has one for all; allow-approximate takes the least error}}
    %y = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] axis 1
           round addend addends [0, 2] : tensor<4x2xi8> -> tensor<4x2xi8>
    return %y : tensor<4x2xi8>
  }
}
