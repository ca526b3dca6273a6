// RUN: rescale-opt %s -split-input-file -verify-diagnostics \
// RUN:   -rescale-verify-certificates
// A certificate is believed by rescale-narrow no more than here.
// RUN: rescale-opt %s -split-input-file -verify-diagnostics -rescale-narrow

func.func @other_parameters(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{requires a certificate of its own parameters, got digest 7 for 16570337523873030373; narrow the model again, or remove rescale.certificate to take the operation as it is}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 7>} : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @zero_point(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{requires a certificate with its input zero point, got 3; narrow the model again, or remove rescale.certificate to take the operation as it is}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 3, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @shrunk(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{requires a certificate for the accumulators [-128, 127] of channel 0, got one for [-128, 126]; narrow the model again, or remove rescale.certificate to take the operation as it is}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[126]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// The clamp that the range was proved with is gone from channel 1.
func.func @clamp_removed(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %high = "tosa.const"() <{values = dense<[[100, 127]]> : tensor<1x2xi8>}> : () -> tensor<1x2xi8>
  %c = tosa.minimum %x, %high : (tensor<4x2xi8>, tensor<1x2xi8>) -> tensor<4x2xi8>
  // expected-error @+1 {{requires a certificate for the accumulators [-128, 127] of channel 1, got one for [-128, 100]; narrow the model again, or remove rescale.certificate to take the operation as it is}}
  %0 = rescale.requantize %c mul dense<1> : tensor<1xui1> shift [2] axis 1 round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[100]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 16570337523873030373>} : tensor<4x2xi8> -> tensor<4x2xi8>
  return %0 : tensor<4x2xi8>
}

// -----

func.func @not_equal(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{requires a certificate that is true, got in channel 0: the staircases differ at a threshold; narrow the model again, or remove rescale.certificate to take the operation as it is}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [9], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-32, 31], largest_difference = [0], differing = [0], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @observed(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{requires a certificate that is true, got in channel 0: the staircases differ at an end of the range; narrow the model again, or remove rescale.certificate to take the operation as it is}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <observed low[-7] high[9]>, multiplicands = [9], shifts = [5], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @largest_difference(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{requires a certificate that is true, got in channel 0: the largest difference is another one; narrow the model again, or remove rescale.certificate to take the operation as it is}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [2], differing = [128], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @differing(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{requires a certificate that is true, got in channel 0: the number of differing accumulators is another one; narrow the model again, or remove rescale.certificate to take the operation as it is}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [127], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @falling_original(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{requires a certificate that is true, got in channel 0: requires staircases that never fall; narrow the model again, or remove rescale.certificate to take the operation as it is}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = addend, addends = [0], negative_addends = [100], input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @too_many_codes(%x: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error @+1 {{requires a certificate that is true, got in channel 0: requires at most 2^20 codes in the range; narrow the model again, or remove rescale.certificate to take the operation as it is}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-2147483648] high[2147483647]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-2147483648, 2147483647], largest_difference = [0], differing = [0], digest = 5687289401492973717>} : tensor<4xi32> -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// -----

func.func @wide(%x: tensor<4xi64>) -> tensor<4xi8> {
  // expected-error @+1 {{requires accumulators of signed 64 bits for a proved certificate, got wider ones; narrow the model again, or remove rescale.certificate to take the operation as it is}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [60] round floor unsigned_input
    {rescale.certificate = #rescale.certificate<range = <proved low[0] high[9223372036854775807]>, multiplicands = [8], shifts = [63], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 11791232224352411920>} : tensor<4xi64> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

// Each one is told, not the first alone.
func.func @two(%x: tensor<4xi8>) -> (tensor<4xi8>, tensor<4xi8>) {
  // expected-error @+1 {{got digest 7}}
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 7>} : tensor<4xi8> -> tensor<4xi8>
  // expected-error @+1 {{got digest 8}}
  %1 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 8>} : tensor<4xi8> -> tensor<4xi8>
  return %0, %1 : tensor<4xi8>, tensor<4xi8>
}
