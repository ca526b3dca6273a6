// What would mean something else with signed codes is an error at its place.

// RUN: rescale-opt %s -split-input-file -rescale-make-signed -verify-diagnostics

func.func @values(%x: tensor<4xui8>, %y: tensor<4xui16>) -> (tensor<4xui8>, tensor<4xui16>) {
  // expected-error @+1 {{'tosa.add' op requires a form that is the same for unsigned and for signed codes, got one that looks at their values; requantize with tosa.rescale around it}}
  %0 = tosa.add %x, %x : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  // Each of them is told.
  // expected-error @+1 {{'tosa.bitwise_not' op requires a form that is the same}}
  %1 = tosa.bitwise_not %y : (tensor<4xui16>) -> tensor<4xui16>
  return %0, %1 : tensor<4xui8>, tensor<4xui16>
}

// -----

func.func @table(%x: tensor<4xui8>, %t: tensor<256xui8>) -> tensor<4xui8> {
  // expected-error @+1 {{'tosa.table' op requires a signed input, because TOSA defines no order of rows for unsigned ones, got 'tensor<4xui8>'; make it int8 with tosa.rescale first}}
  %0 = tosa.table %x, %t : (tensor<4xui8>, tensor<256xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// -----

func.func @read_as_signed(%x: tensor<4xui8>, %m: tensor<1xi32>, %s: tensor<1xi8>) -> tensor<4xi8> {
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @+1 {{'tosa.rescale' op requires a form that is the same for unsigned and for signed codes, got 'tensor<4xui8>' read as signed; set input_unsigned}}
  %0 = tosa.rescale %x, %m, %s, %z, %z {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<4xui8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @written_as_signed(%x: tensor<4xi8>, %m: tensor<1xi32>, %s: tensor<1xi8>) -> tensor<4xui8> {
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @+1 {{got 'tensor<4xui8>' read as signed; set output_unsigned}}
  %0 = tosa.rescale %x, %m, %s, %z, %z {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// -----

func.func @run_time_zero_point(%x: tensor<4xui8>, %m: tensor<1xi32>, %s: tensor<1xi8>, %z: tensor<1xui8>) -> tensor<4xi8> {
  %o = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @+1 {{got an input zero point that is no constant; make it one}}
  %0 = tosa.rescale %x, %m, %s, %z, %o {input_unsigned = true, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<4xui8>, tensor<1xi32>, tensor<1xi8>, tensor<1xui8>, tensor<1xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @zero_point_of_ui16(%x: tensor<4xi8>, %m: tensor<1xi32>, %s: tensor<1xi8>) -> tensor<4xui16> {
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %o = "tosa.const"() <{values = dense<0> : tensor<1xui16>}> : () -> tensor<1xui16>
  // expected-error @+1 {{got an output zero point of 0 for 'tensor<4xui16>', which TOSA cannot say of a signed one; use 32768}}
  %0 = tosa.rescale %x, %m, %s, %z, %o {input_unsigned = false, output_unsigned = true, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xui16>) -> tensor<4xui16>
  return %0 : tensor<4xui16>
}

// -----

func.func @bilinear(%x: tensor<1x2x2x1xui8>) -> tensor<1x4x4x1xi32> {
  %scale = tosa.const_shape {values = dense<[4, 2, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %offset = tosa.const_shape {values = dense<0> : tensor<2xindex>} : () -> !tosa.shape<2>
  %border = tosa.const_shape {values = dense<2> : tensor<2xindex>} : () -> !tosa.shape<2>
  // expected-error @+1 {{'tosa.resize' op requires a form that is the same for unsigned and for signed codes, got mode BILINEAR; make the input int8 with tosa.rescale first}}
  %0 = tosa.resize %x, %scale, %offset, %border {mode = BILINEAR} : (tensor<1x2x2x1xui8>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x4x4x1xi32>
  return %0 : tensor<1x4x4x1xi32>
}

// -----

func.func @casts(%x: tensor<4xui8>, %y: tensor<4xi32>, %z: tensor<*xui8>) -> (tensor<4xi16>, tensor<4xf32>, tensor<4xi1>, tensor<*xi32>) {
  // expected-error @+1 {{got a cast from 'tensor<4xui8>' to 'tensor<4xi16>'; requantize with tosa.rescale instead}}
  %0 = tosa.cast %x : (tensor<4xui8>) -> tensor<4xi16>
  // expected-error @+1 {{got a cast from 'tensor<4xui8>' to 'tensor<4xf32>'; requantize with tosa.rescale instead}}
  %1 = tosa.cast %x : (tensor<4xui8>) -> tensor<4xf32>
  // expected-error @+1 {{got a cast from 'tensor<4xui8>' to 'tensor<4xi1>'; requantize with tosa.rescale instead}}
  %2 = tosa.cast %x : (tensor<4xui8>) -> tensor<4xi1>
  // expected-error @+1 {{got a cast from 'tensor<*xui8>' to 'tensor<*xi32>'; requantize with tosa.rescale instead}}
  %3 = tosa.cast %z : (tensor<*xui8>) -> tensor<*xi32>
  return %0, %1, %2, %3 : tensor<4xi16>, tensor<4xf32>, tensor<4xi1>, tensor<*xi32>
}

// -----

// expected-error @+1 {{'func.func' op requires a body to change its unsigned types, got a declaration; define it}}
func.func private @declaration(tensor<4xui8>)

// -----

// Types inside of others do not change.
func.func private @g(%x: tensor<4xui8>) -> tensor<4xui8> {
  return %x : tensor<4xui8>
}
func.func @function_value(%x: tensor<4xui8>) -> tensor<4xui8> {
  // expected-error @+1 {{'func.constant' op requires a form that is the same for unsigned and for signed codes, got an unsigned type inside '(tensor<4xui8>) -> tensor<4xui8>'; use signed types there}}
  %f = func.constant @g : (tensor<4xui8>) -> tensor<4xui8>
  // expected-error @+1 {{one that looks at their values; requantize with tosa.rescale around it}}
  %y = call_indirect %f(%x) : (tensor<4xui8>) -> tensor<4xui8>
  return %y : tensor<4xui8>
}

// -----

// expected-error @+1 {{'func.func' op requires a form that is the same for unsigned and for signed codes, got an unsigned type inside '() -> tensor<4xui8>'; use signed types there}}
func.func @function_argument(%f: () -> tensor<4xui8>) {
  return
}

// -----

// expected-error @+1 {{'func.func' op requires a body to change its unsigned types, got a declaration; define it}}
func.func private @nested_in_declaration(() -> tensor<4xui8>)

// -----

// expected-error @+1 {{'tosa.variable' op requires a form that is the same for unsigned and for signed codes, got an unsigned type inside 'type'; use signed types there}}
tosa.variable @attribute : tensor<4xui8>

// -----

func.func @elided() -> tensor<4xui8> {
  // expected-error @+1 {{'tosa.const' op requires the data of a constant, got none that fits 'tensor<4xui8>'; print the network without eliding it}}
  %0 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<4xui8>}> : () -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// -----

func.func @too_short() -> tensor<4xui16> {
  // expected-error @+1 {{got none that fits 'tensor<4xui16>'}}
  %0 = "tosa.const"() <{values = dense_resource<words> : tensor<4xui16>}> : () -> tensor<4xui16>
  return %0 : tensor<4xui16>
}
{-#
  dialect_resources: {
    builtin: {
      words: "0x020000000000FFFF"
    }
  }
#-}
