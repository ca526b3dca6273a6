// Every legal form with 16-bit multipliers: each row of the table of types in
// TOSA 1.0, section RESCALE, in each rounding mode and per channel or not. INPUT
// and RESULT stand for the element types, and UI and UO for the two flags.

// DEFINE: %{input} = i8
// DEFINE: %{result} = i8
// DEFINE: %{ui} = false
// DEFINE: %{uo} = false
// DEFINE: %{flag} =
// DEFINE: %{source} = sed -e 's/INPUT/%{input}/g' -e 's/RESULT/%{result}/g' \
// DEFINE:   -e 's/UI/%{ui}/g' -e 's/UO/%{uo}/g' %s
// DEFINE: %{check} = %{source} | rescale-opt --convert-tosa-to-rescale | \
// DEFINE:   FileCheck %s '-D$INPUT=%{input}' '-D$RESULT=%{result}' \
// DEFINE:   '-D$FLAG=%{flag}'
//
// TOSA's strict validation accepts them. And back it is the same TOSA, but for
// INEXACT_ROUND, which is single rounding now.
// DEFINE: %{target} = --tosa-attach-target="profiles=pro_int \
// DEFINE:   extensions=int16,doubleround,inexactround"
// DEFINE: %{validate} = --tosa-validate=strict-op-spec-alignment
// DEFINE: %{back} = %{source} | rescale-opt %{target} %{validate} \
// DEFINE:   --convert-tosa-to-rescale --convert-rescale-to-tosa %{validate} \
// DEFINE:   --cse --canonicalize -o %t.back && %{source} | \
// DEFINE:   sed -e s/INEXACT/SINGLE/ | rescale-opt %{target} --cse \
// DEFINE:   --canonicalize -o %t.tosa && diff %t.tosa %t.back

// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{result} = i16
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{result} = i32
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{input} = i16
// REDEFINE: %{result} = i8
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{result} = i16
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{result} = i32
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{input} = i32
// REDEFINE: %{result} = i8
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{result} = i16
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{result} = i32
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{input} = i48
// REDEFINE: %{result} = i8
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{result} = i16
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{result} = i32
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{input} = i8
// REDEFINE: %{result} = i8
// REDEFINE: %{ui} = true
// REDEFINE: %{flag} =  unsigned_input
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{result} = i16
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{input} = i16
// REDEFINE: %{result} = i8
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{result} = i16
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{input} = i8
// REDEFINE: %{result} = i8
// REDEFINE: %{ui} = false
// REDEFINE: %{uo} = true
// REDEFINE: %{flag} =  unsigned_result
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{result} = i16
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{input} = i16
// REDEFINE: %{result} = i8
// RUN: %{check}
// RUN: %{back}
// REDEFINE: %{result} = i16
// RUN: %{check}
// RUN: %{back}

// CHECK-LABEL: func.func @per_tensor(
// CHECK-SAME: %[[X:.*]]: tensor<4x2x[[$INPUT]]>
func.func @per_tensor(%x: tensor<4x2xINPUT>) -> (tensor<4x2xRESULT>, tensor<4x2xRESULT>) {
  %m = "tosa.const"() <{values = dense<32767> : tensor<1xi16>}> : () -> tensor<1xi16>
  %s = "tosa.const"() <{values = dense<40> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xINPUT>}> : () -> tensor<1xINPUT>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xRESULT>}> : () -> tensor<1xRESULT>
  // CHECK: %[[Y0:.*]] = rescale.requantize %[[X]] mul dense<32767> : tensor<1xsi16> shift [40] round half_up{{ *}}[[$FLAG]]{{ *}}: tensor<4x2x[[$INPUT]]> -> tensor<4x2x[[$RESULT]]>
  %y0 = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = false, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = UI, output_unsigned = UO} : (tensor<4x2xINPUT>, tensor<1xi16>, tensor<1xi8>, tensor<1xINPUT>, tensor<1xRESULT>) -> tensor<4x2xRESULT>
  // CHECK: %[[Y1:.*]] = rescale.requantize %[[X]] mul dense<32767> : tensor<1xsi16> shift [40] round half_up{{ *}}[[$FLAG]]{{ *}}: tensor<4x2x[[$INPUT]]> -> tensor<4x2x[[$RESULT]]>
  %y1 = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = false, rounding_mode = INEXACT_ROUND, per_channel = false, input_unsigned = UI, output_unsigned = UO} : (tensor<4x2xINPUT>, tensor<1xi16>, tensor<1xi8>, tensor<1xINPUT>, tensor<1xRESULT>) -> tensor<4x2xRESULT>
  // CHECK: return %[[Y0]], %[[Y1]]
  return %y0, %y1 : tensor<4x2xRESULT>, tensor<4x2xRESULT>
}

// CHECK-LABEL: func.func @per_channel(
// CHECK-SAME: %[[X:.*]]: tensor<4x2x[[$INPUT]]>
func.func @per_channel(%x: tensor<4x2xINPUT>) -> (tensor<4x2xRESULT>, tensor<4x2xRESULT>) {
  %m = "tosa.const"() <{values = dense<[16384, 0]> : tensor<2xi16>}> : () -> tensor<2xi16>
  %s = "tosa.const"() <{values = dense<[2, 62]> : tensor<2xi8>}> : () -> tensor<2xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xINPUT>}> : () -> tensor<1xINPUT>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xRESULT>}> : () -> tensor<1xRESULT>
  // CHECK: %[[Y0:.*]] = rescale.requantize %[[X]] mul dense<[16384, 0]> : tensor<2xsi16> shift [2, 62] axis 1 round half_up{{ *}}[[$FLAG]]{{ *}}: tensor<4x2x[[$INPUT]]> -> tensor<4x2x[[$RESULT]]>
  %y0 = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = false, rounding_mode = SINGLE_ROUND, per_channel = true, input_unsigned = UI, output_unsigned = UO} : (tensor<4x2xINPUT>, tensor<2xi16>, tensor<2xi8>, tensor<1xINPUT>, tensor<1xRESULT>) -> tensor<4x2xRESULT>
  // CHECK: %[[Y1:.*]] = rescale.requantize %[[X]] mul dense<[16384, 0]> : tensor<2xsi16> shift [2, 62] axis 1 round half_up{{ *}}[[$FLAG]]{{ *}}: tensor<4x2x[[$INPUT]]> -> tensor<4x2x[[$RESULT]]>
  %y1 = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = false, rounding_mode = INEXACT_ROUND, per_channel = true, input_unsigned = UI, output_unsigned = UO} : (tensor<4x2xINPUT>, tensor<2xi16>, tensor<2xi8>, tensor<1xINPUT>, tensor<1xRESULT>) -> tensor<4x2xRESULT>
  // CHECK: return %[[Y0]], %[[Y1]]
  return %y0, %y1 : tensor<4x2xRESULT>, tensor<4x2xRESULT>
}
