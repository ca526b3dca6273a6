// RUN: rescale-opt %s --convert-tosa-to-rescale -split-input-file \
// RUN:   -verify-diagnostics

// tosa_c1
func.func @f(%x: tensor<*xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires ranked tensors, got tensor<*xi32>; run tosa-infer-shapes first (tosa_c1)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<*xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c1
func.func @f(%x: tensor<4x2xi32>) -> tensor<*xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires ranked tensors, got tensor<*xi8>; run tosa-infer-shapes first (tosa_c1)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<*xi8>
  return %y : tensor<*xi8>
}

// -----

// tosa_c1
func.func @f(%x: tensor<4x2xi32>, %zi: tensor<1xi32>, %zo: tensor<*xi8>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires ranked tensors, got tensor<*xi8>; run tosa-infer-shapes first (tosa_c1)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<*xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c2
func.func @f(%x: tensor<4x2xi32>) -> tensor<2x4xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires a result of the input's shape, got tensor<4x2xi32> and tensor<2x4xi8>; reshape before or after (tosa_c2)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<2x4xi8>
  return %y : tensor<2x4xi8>
}

// -----

// tosa_c2
func.func @f(%x: tensor<4x2xi32>) -> tensor<8xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires a result of the input's shape, got tensor<4x2xi32> and tensor<8xi8>; reshape before or after (tosa_c2)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<8xi8>
  return %y : tensor<8xi8>
}

// -----

// tosa_c3
func.func @f(%x: tensor<4x2xui8>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xui8>}> : () -> tensor<1xui8>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires signless element types, got ui8; run rescale-make-signed first (tosa_c3)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xui8>, tensor<1xi32>, tensor<1xi8>, tensor<1xui8>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c3
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xui16> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xui16>}> : () -> tensor<1xui16>
  // expected-error @below {{'tosa.rescale' op requires signless element types, got ui16; run rescale-make-signed first (tosa_c3)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xui16>) -> tensor<4x2xui16>
  return %y : tensor<4x2xui16>
}

// -----

// tosa_c3
func.func @f(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xui8>}> : () -> tensor<1xui8>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires signless element types, got ui8; run rescale-make-signed first (tosa_c3)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xui8>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c4
func.func @f(%x: tensor<4x2xi4>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi4>}> : () -> tensor<1xi4>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires an input of i8, i16, i32 or i48 and a result of i8, i16 or i32, got i4 and i8; write it as rescale.requantize (tosa_c4)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi4>, tensor<1xi32>, tensor<1xi8>, tensor<1xi4>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c4
func.func @f(%x: tensor<4x2xi64>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi64>}> : () -> tensor<1xi64>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires an input of i8, i16, i32 or i48 and a result of i8, i16 or i32, got i64 and i8; write it as rescale.requantize (tosa_c4)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi64>, tensor<1xi32>, tensor<1xi8>, tensor<1xi64>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c4
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi4> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi4>}> : () -> tensor<1xi4>
  // expected-error @below {{'tosa.rescale' op requires an input of i8, i16, i32 or i48 and a result of i8, i16 or i32, got i32 and i4; write it as rescale.requantize (tosa_c4)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi4>) -> tensor<4x2xi4>
  return %y : tensor<4x2xi4>
}

// -----

// tosa_c4
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi48> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi48>}> : () -> tensor<1xi48>
  // expected-error @below {{'tosa.rescale' op requires an input of i8, i16, i32 or i48 and a result of i8, i16 or i32, got i32 and i48; write it as rescale.requantize (tosa_c4)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi48>) -> tensor<4x2xi48>
  return %y : tensor<4x2xi48>
}

// -----

// tosa_c5
func.func @f(%x: tensor<4x2xi48>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi48>}> : () -> tensor<1xi48>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires scale32 = false for an input of i48, got scale32 = true; use 16-bit multipliers (tosa_c5)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi48>, tensor<1xi32>, tensor<1xi8>, tensor<1xi48>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c6
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi16>}> : () -> tensor<1xi16>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires scale32 = true for DOUBLE_ROUND, got scale32 = false; use SINGLE_ROUND (tosa_c6)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = false, rounding_mode = DOUBLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi16>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c7
func.func @f(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires input_unsigned or output_unsigned to be false, got true for both; rescale to a signed type in between (tosa_c7)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = true, output_unsigned = true} : (tensor<4x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c8
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires types of 8 or 16 bits with input_unsigned, got i32 and i8; rescale to a signed type in between (tosa_c8)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = true, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c8
func.func @f(%x: tensor<4x2xi48>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi16>}> : () -> tensor<1xi16>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi48>}> : () -> tensor<1xi48>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires types of 8 or 16 bits with input_unsigned, got i48 and i8; rescale to a signed type in between (tosa_c8)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = false, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = true, output_unsigned = false} : (tensor<4x2xi48>, tensor<1xi16>, tensor<1xi8>, tensor<1xi48>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c8
func.func @f(%x: tensor<4x2xi8>) -> tensor<4x2xi32> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  // expected-error @below {{'tosa.rescale' op requires types of 8 or 16 bits with input_unsigned, got i8 and i32; rescale to a signed type in between (tosa_c8)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = true, output_unsigned = false} : (tensor<4x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<4x2xi32>
  return %y : tensor<4x2xi32>
}

// -----

// tosa_c8
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires types of 8 or 16 bits with output_unsigned, got i32 and i8; rescale to a signed type in between (tosa_c8)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = true} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c8
func.func @f(%x: tensor<4x2xi48>) -> tensor<4x2xi16> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi16>}> : () -> tensor<1xi16>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi48>}> : () -> tensor<1xi48>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi16>}> : () -> tensor<1xi16>
  // expected-error @below {{'tosa.rescale' op requires types of 8 or 16 bits with output_unsigned, got i48 and i16; rescale to a signed type in between (tosa_c8)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = false, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = true} : (tensor<4x2xi48>, tensor<1xi16>, tensor<1xi8>, tensor<1xi48>, tensor<1xi16>) -> tensor<4x2xi16>
  return %y : tensor<4x2xi16>
}

// -----

// tosa_c8
func.func @f(%x: tensor<4x2xi16>) -> tensor<4x2xi32> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi16>}> : () -> tensor<1xi16>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  // expected-error @below {{'tosa.rescale' op requires types of 8 or 16 bits with output_unsigned, got i16 and i32; rescale to a signed type in between (tosa_c8)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = true} : (tensor<4x2xi16>, tensor<1xi32>, tensor<1xi8>, tensor<1xi16>, tensor<1xi32>) -> tensor<4x2xi32>
  return %y : tensor<4x2xi32>
}

// -----

// tosa_c9
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense_resource<missing> : tensor<2xi32>}> : () -> tensor<2xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<2xi8>}> : () -> tensor<2xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires constant data of the size of multiplier's type, got dense_resource<missing> : tensor<2xi32>; give the resource its data or write dense elements (tosa_c9)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c9
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense_resource<short> : tensor<2xi32>}> : () -> tensor<2xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<2xi8>}> : () -> tensor<2xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires constant data of the size of multiplier's type, got dense_resource<short> : tensor<2xi32>; give the resource its data or write dense elements (tosa_c9)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

{-# dialect_resources: { builtin: { short: "0x0400000001000000" } } #-}

// -----

// tosa_c10
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<-1> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<9> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires a multiplier of at least 0, got -1 at index 0; negate what is multiplied instead (tosa_c10)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c10
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<[1, -32768]> : tensor<2xi16>}> : () -> tensor<2xi16>
  %s = "tosa.const"() <{values = dense<9> : tensor<2xi8>}> : () -> tensor<2xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires a multiplier of at least 0, got -32768 at index 1; negate what is multiplied instead (tosa_c10)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = false, rounding_mode = SINGLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<2xi16>, tensor<2xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c11
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<-1> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires a shift from 2 to 62, got -1 at index 0; scale the multiplier by a power of two (tosa_c11)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c11
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires a shift from 2 to 62, got 0 at index 0; scale the multiplier by a power of two (tosa_c11)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c11
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<1> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires a shift from 2 to 62, got 1 at index 0; scale the multiplier by a power of two (tosa_c11)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c11
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<77> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<63> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires a shift from 2 to 62, got 63 at index 0; scale the multiplier by a power of two (tosa_c11)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c11
func.func @f(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = "tosa.const"() <{values = dense<[1, 2]> : tensor<2xi32>}> : () -> tensor<2xi32>
  %s = "tosa.const"() <{values = dense<[2, 127]> : tensor<2xi8>}> : () -> tensor<2xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-error @below {{'tosa.rescale' op requires a shift from 2 to 62, got 127 at index 1; scale the multiplier by a power of two (tosa_c11)}}
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// -----

// tosa_c10, tosa_c11: parameters that are constant are checked beside others
// that are not.
func.func @f(%x: tensor<2xi32>, %r: tensor<1xi32>, %t: tensor<1xi8>) -> (tensor<2xi32>, tensor<2xi32>) {
  %m = "tosa.const"() <{values = dense<-7> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<1> : tensor<1xi8>}> : () -> tensor<1xi8>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  // expected-error @below {{'tosa.rescale' op requires a multiplier of at least 0, got -7 at index 0; negate what is multiplied instead (tosa_c10)}}
  %0 = tosa.rescale %x, %m, %t, %z, %z {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
  // Every op is reported.
  // expected-error @below {{'tosa.rescale' op requires a shift from 2 to 62, got 1 at index 0; scale the multiplier by a power of two (tosa_c11)}}
  %1 = tosa.rescale %x, %r, %s, %z, %z {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
  return %0, %1 : tensor<2xi32>, tensor<2xi32>
}

// -----

// tosa_c3
func.func @f(%x: ui8, %m: i32, %s: i8) {
  // expected-error @below {{'tosa.apply_scale' op requires signless element types, got ui8; run rescale-make-signed first (tosa_c3)}}
  %0 = tosa.apply_scale %x, %m, %s {rounding_mode = SINGLE_ROUND} : (ui8, i32, i8) -> i32
  return
}

// -----

// tosa_c12
func.func @f(%x: tensor<2xi32>, %m: tensor<2xi32>, %s: tensor<2xi8>) {
  // expected-error @below {{'tosa.apply_scale' op requires scalars or vectors, got tensor<2xi32>; use tosa.rescale for tensors (tosa_c12)}}
  %0 = tosa.apply_scale %x, %m, %s {rounding_mode = SINGLE_ROUND} : (tensor<2xi32>, tensor<2xi32>, tensor<2xi8>) -> tensor<2xi32>
  return
}

// -----

// tosa_c13
func.func @f(%x: i1, %m: i32, %s: i8) {
  // expected-error @below {{'tosa.apply_scale' op requires a value of 4 to 64 bits, a multiplier of 8, 16 or 32 and a result of 4 to 32, got 1, 32 and 32; extend or truncate them (tosa_c13)}}
  %0 = tosa.apply_scale %x, %m, %s {rounding_mode = SINGLE_ROUND} : (i1, i32, i8) -> i32
  return
}

// -----

// tosa_c13
func.func @f(%x: i128, %m: i32, %s: i8) {
  // expected-error @below {{'tosa.apply_scale' op requires a value of 4 to 64 bits, a multiplier of 8, 16 or 32 and a result of 4 to 32, got 128, 32 and 32; extend or truncate them (tosa_c13)}}
  %0 = tosa.apply_scale %x, %m, %s {rounding_mode = SINGLE_ROUND} : (i128, i32, i8) -> i32
  return
}

// -----

// tosa_c13
func.func @f(%x: i32, %m: i64, %s: i8) {
  // expected-error @below {{'tosa.apply_scale' op requires a value of 4 to 64 bits, a multiplier of 8, 16 or 32 and a result of 4 to 32, got 32, 64 and 32; extend or truncate them (tosa_c13)}}
  %0 = tosa.apply_scale %x, %m, %s {rounding_mode = SINGLE_ROUND} : (i32, i64, i8) -> i32
  return
}

// -----

// tosa_c13
func.func @f(%x: i48, %m: i32, %s: i8) {
  // expected-error @below {{'tosa.apply_scale' op requires a value of 4 to 64 bits, a multiplier of 8, 16 or 32 and a result of 4 to 32, got 48, 32 and 48; extend or truncate them (tosa_c13)}}
  %0 = tosa.apply_scale %x, %m, %s {rounding_mode = SINGLE_ROUND} : (i48, i32, i8) -> i48
  return
}

// -----

// tosa_c13
func.func @f(%x: vector<2xi32>, %m: i32, %s: i8) {
  // expected-error @below {{'tosa.apply_scale' op requires a value of 4 to 64 bits, a multiplier of 8, 16 or 32 and a result of 4 to 32, got 32, 32 and 2; extend or truncate them (tosa_c13)}}
  %0 = tosa.apply_scale %x, %m, %s {rounding_mode = SINGLE_ROUND} : (vector<2xi32>, i32, i8) -> vector<2xi2>
  return
}

// -----

// tosa_c14
func.func @f(%x: i32, %m: i32) {
  %s = arith.constant -1 : i8
  // expected-error @below {{'tosa.apply_scale' op requires a shift from 0 to 63, got -1 at index 0; scale the multiplier by a power of two (tosa_c14)}}
  %0 = tosa.apply_scale %x, %m, %s {rounding_mode = SINGLE_ROUND} : (i32, i32, i8) -> i32
  return
}

// -----

// tosa_c14
func.func @f(%x: i32, %m: i32) {
  %s = arith.constant 64 : i8
  // expected-error @below {{'tosa.apply_scale' op requires a shift from 0 to 63, got 64 at index 0; scale the multiplier by a power of two (tosa_c14)}}
  %0 = tosa.apply_scale %x, %m, %s {rounding_mode = SINGLE_ROUND} : (i32, i32, i8) -> i32
  return
}
