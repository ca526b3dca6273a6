// The rules certificate_cN of docs/spec.md: what a certificate has to look like.
// Whether it is true is what test/Transforms/verify-certificates-invalid.mlir
// asks.

// RUN: rescale-opt %s -split-input-file -verify-diagnostics \
// RUN:   -allow-unregistered-dialect

// certificate_c1
// expected-error @+1 {{requires 1 entry of multiplicands or 3, got 2; give one for all channels or one for each}}
"test.op"() {c = #rescale.certificate<range = <proved low[0, 0, 0] high[1, 1, 1]>, multiplicands = [1, 2], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0], differing = [0], digest = 0>} : () -> ()

// -----

// certificate_c1
// expected-error @+1 {{requires 1 entry of range or 3, got 2; give one for all channels or one for each}}
"test.op"() {c = #rescale.certificate<range = <proved low[0, 0] high[1, 1]>, multiplicands = [1, 2, 3], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0], differing = [0], digest = 0>} : () -> ()

// -----

// certificate_c1
// expected-error @+1 {{requires 1 entry of shifts or 3, got 2; give one for all channels or one for each}}
"test.op"() {c = #rescale.certificate<range = <proved low[0, 0, 0] high[1, 1, 1]>, multiplicands = [1], shifts = [0, 0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0], differing = [0], digest = 0>} : () -> ()

// -----

// certificate_c1
// expected-error @+1 {{requires 1 entry of differing or 1, got 0; give one for all channels or one for each}}
"test.op"() {c = #rescale.certificate<range = <proved low[0] high[1]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0], differing = [], digest = 0>} : () -> ()

// -----

// certificate_c2
// expected-error @+1 {{requires multiplicands of 0 to 2^32 - 1, got -1; state those of the original}}
"test.op"() {c = #rescale.certificate<range = <proved low[0] high[1]>, multiplicands = [-1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0], differing = [0], digest = 0>} : () -> ()

// -----

// certificate_c2
// expected-error @+1 {{requires multiplicands of 0 to 2^32 - 1, got 4294967296; state those of the original}}
"test.op"() {c = #rescale.certificate<range = <proved low[0] high[1]>, multiplicands = [4294967296], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0], differing = [0], digest = 0>} : () -> ()

// -----

// certificate_c3
// expected-error @+1 {{requires shifts from 0 to 63, got 64; state those of the original}}
"test.op"() {c = #rescale.certificate<range = <proved low[0] high[1]>, multiplicands = [1], shifts = [64], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0], differing = [0], digest = 0>} : () -> ()

// -----

// certificate_c4
// expected-error @+1 {{requires addends exactly with the rounding addend, and negative_addends only beside them, got rounding addend without addends; change the one or the other}}
"test.op"() {c = #rescale.certificate<range = <proved low[0] high[1]>, multiplicands = [1], shifts = [0], rounding = addend, input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0], differing = [0], digest = 0>} : () -> ()

// -----

// certificate_c4
// expected-error @+1 {{got rounding floor with addends; change the one or the other}}
"test.op"() {c = #rescale.certificate<range = <proved low[0] high[1]>, multiplicands = [1], shifts = [0], rounding = floor, addends = [0], input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0], differing = [0], digest = 0>} : () -> ()

// -----

// certificate_c4
// expected-error @+1 {{got rounding floor without addends; change the one or the other}}
"test.op"() {c = #rescale.certificate<range = <proved low[0] high[1]>, multiplicands = [1], shifts = [0], rounding = floor, negative_addends = [0], input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0], differing = [0], digest = 0>} : () -> ()

// -----

// certificate_c5
// expected-error @+1 {{requires a clamp of two ordered bounds, got array<i64: 1, 0>; state that of the original}}
"test.op"() {c = #rescale.certificate<range = <proved low[0] high[1]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [1, 0], largest_difference = [0], differing = [0], digest = 0>} : () -> ()

// -----

// certificate_c5
// expected-error @+1 {{requires a clamp of two ordered bounds, got array<i64: 1>; state that of the original}}
"test.op"() {c = #rescale.certificate<range = <proved low[0] high[1]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [1], largest_difference = [0], differing = [0], digest = 0>} : () -> ()

// -----

// certificate_c6
// expected-error @+1 {{requires differences that are both 0 or both positive, got 1 and 0 in channel 0; state how many codes differ, and by how much}}
"test.op"() {c = #rescale.certificate<range = <proved low[0] high[1]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [1], differing = [0], digest = 0>} : () -> ()

// -----

// certificate_c6
// expected-error @+1 {{requires differences that are both 0 or both positive, got -1 and -1 in channel 1; state how many codes differ, and by how much}}
"test.op"() {c = #rescale.certificate<range = <proved low[0] high[1]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0, -1], differing = [0, -1], digest = 0>} : () -> ()

// -----

// certificate_c7
// expected-error @+1 {{requires rescale.certificate to be a #rescale.certificate<...> on rescale.requantize or on the linalg.generic made of one, got}}
"test.op"() {rescale.certificate = #rescale.certificate<range = <proved low[0] high[1]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0], differing = [0], digest = 0>} : () -> ()

// -----

// certificate_c7
func.func @other_attribute(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{requires rescale.certificate to be a #rescale.certificate<...> on rescale.requantize or on the linalg.generic made of one, got 7 : i64 on rescale.requantize; remove it}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [1] round floor {rescale.certificate = 7} : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// -----

// certificate_c8
func.func @channels(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  // expected-error @+1 {{requires a certificate of one channel, or of each along a static axis, got 3; remove it and let rescale-narrow write one}}
  %y = rescale.requantize %x mul dense<[1, 2]> : tensor<2xui8> shift [1] axis 1 round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[0, 0, 0] high[1, 1, 1]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0], differing = [0], digest = 0>}
    : tensor<4x2xi32> -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// certificate_c8
func.func @dynamic(%x: tensor<4x?xi32>) -> tensor<4x?xi8> {
  // expected-error @+1 {{requires a certificate of one channel, or of each along a static axis, got 2; remove it and let rescale-narrow write one}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [1] axis 1 round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[0, 0] high[1, 1]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 1], largest_difference = [0], differing = [0], digest = 0>}
    : tensor<4x?xi32> -> tensor<4x?xi8>
  return %y : tensor<4x?xi8>
}

// -----

// certificate_c9
func.func @values(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{requires a certificate of values of the input, got [-129, 5] at index 0; remove it and let rescale-narrow write one}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [1] round floor
    {rescale.certificate = #rescale.certificate<range = <observed low[-129] high[5]>, multiplicands = [1], shifts = [1], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>}
    : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// -----

// certificate_c9
func.func @unsigned_values(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{requires a certificate of values of the input, got [-1, 5] at index 0}}
  %y = rescale.requantize %x mul dense<1> : tensor<1xui8> shift [1] round floor unsigned_input
    {rescale.certificate = #rescale.certificate<range = <observed low[-1] high[5]>, multiplicands = [1], shifts = [1], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>}
    : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}
