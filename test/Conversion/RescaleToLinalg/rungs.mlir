// The parameters are chosen anew for the arithmetic that costs a target least:
// where a wide product is a call, two limbs; where its upper half is one
// instruction, that one, of an input that is shifted to the left first.

// RUN: rescale-opt %s -convert-rescale-to-linalg=target=cortex-m0 | FileCheck %s --check-prefixes=CHECK,LIMBS
// RUN: rescale-opt %s -convert-rescale-to-linalg=target=thumbv6m-none-eabi | FileCheck %s --check-prefixes=CHECK,LIMBS
// RUN: rescale-opt %s -convert-rescale-to-linalg=target=cortex-m4 | FileCheck %s --check-prefixes=CHECK,HIGH
// RUN: rescale-opt %s -convert-rescale-to-linalg=target=rv32im | FileCheck %s --check-prefixes=CHECK,HIGH
// RUN: rescale-opt %s -convert-rescale-to-linalg=target=host | FileCheck %s --check-prefixes=CHECK,LIMBS

// A target that is none, and none: the parameters of the op.
// RUN: rescale-opt %s -convert-rescale-to-linalg=target=default | FileCheck %s --check-prefix=KEPT
// RUN: rescale-opt %s -convert-rescale-to-linalg | FileCheck %s --check-prefix=KEPT

// One arithmetic for all.
// RUN: rescale-opt %s -convert-rescale-to-linalg="target=cortex-m4 rung=two_limbs" | FileCheck %s --check-prefixes=CHECK,LIMBS
// RUN: rescale-opt %s -convert-rescale-to-linalg=rung=estimate | FileCheck %s --check-prefix=ESTIMATE
// RUN: rescale-opt %s -convert-rescale-to-linalg=rung=multiply_64 | FileCheck %s --check-prefix=WIDE

// Every addend is a multiple of 2^8 or 2^16, with the zero point in it.
// CHECK-LABEL: func @one_sided
// LIMBS: arith.constant dense<[741455, 1310710]> : tensor<2xi32>
// LIMBS: arith.constant 27 : i8
// LIMBS: arith.constant dense<[-66844664, -66841600]> : tensor<2xi32>
// LIMBS: rescale.apply %{{.+}} * %{{.+}} + %{{.+}} shift %{{.+}} round addend {addend_range = {{.+}}, addend_shift = 8 : i64, input_range = array<i64: -32768, 32767>, multiplicand_bits = 21 : i64, rung = #rescale<rung two_limbs>, shift_range = array<i64: 27, 27>, sum_range = array<i64: -60060794880, 42948034570>}
// HIGH: rescale.apply %{{.+}} * %{{.+}} + %{{.+}} shift %{{.+}} round addend {addend_range = {{.+}}, addend_shift = 16 : i64, {{.+}} rung = #rescale<rung multiply_high>, shift_range = array<i64: 29, 29>
// KEPT-LABEL: func @one_sided
// KEPT: arith.constant dense<[759250125, 1342177281]>
// KEPT-NOT: rung
// ESTIMATE-LABEL: func @one_sided
// ESTIMATE: rescale.apply %{{.+}} zero_point -128 {{.+}} rung = #rescale<rung estimate>, shift_range = array<i64: 27, 27>
// WIDE-LABEL: func @one_sided
// WIDE: rescale.apply {{.+}} rung = #rescale<rung multiply_64>, shift_range = array<i64: 32, 32>
func.func @one_sided(%x: tensor<4x2xi16>) -> tensor<4x2xi8> {
  %y = rescale.requantize %x mul dense<[1518500250, 1342177281]> : tensor<2xui32>
         shift [38, 37] axis 1 round double zero_point -128
       : tensor<4x2xi16> -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// Double rounding of both signs has two addends.
// CHECK-LABEL: func @two_sided
// LIMBS: rescale.apply %{{.+}} * %{{.+}} + %{{.+}} negative %{{.+}} shift {{.+}} addend_shift = 8 : i64, {{.+}} rung = #rescale<rung two_limbs>
// HIGH: rescale.apply %{{.+}} * %{{.+}} + %{{.+}} negative %{{.+}} shift {{.+}} addend_shift = 16 : i64, {{.+}} rung = #rescale<rung multiply_high>
func.func @two_sided(%x: tensor<4x2xi16>) -> tensor<4x2xi8> {
  %y = rescale.requantize %x mul dense<[1518500250, 1342177281]> : tensor<2xui32>
         shift [38, 37] axis 1 round double zero_point 3
       : tensor<4x2xi16> -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// One channel would take fewer instructions in 64 bits on a Cortex-M4, which
// multiplies and adds in one. They need a carry elsewhere, and two registers.
// CHECK-LABEL: func @one_channel
// HIGH: rescale.apply {{.+}} rung = #rescale<rung multiply_high>
func.func @one_channel(%x: tensor<4xi16>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xui32>
         shift [38] round double zero_point 3 : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}
