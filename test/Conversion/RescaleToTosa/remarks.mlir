// RUN: rescale-opt %s --convert-rescale-to-tosa -o /dev/null \
// RUN:   --remarks-filter=convert-rescale-to-tosa 2>&1 | FileCheck %s

// CHECK-NOT: remark

// TOSA's ports stay as they are; at a shift of 9 it defines 9 bits.
func.func @own(%x: tensor<2xi32>, %c: tensor<2xi8>) -> (tensor<2xi8>, tensor<2xi8>) {
  // CHECK: remarks.mlir:[[#@LINE+1]]:{{.*}}: remark: [Analysis] value-range-not-guaranteed | Category:convert-rescale-to-tosa | Reason="TOSA leaves the code of some values of the input type open"
  %0 = rescale.requantize %x mul dense<77> : tensor<1xsi32> shift [9]
         round half_up : tensor<2xi32> -> tensor<2xi8>
  // CHECK-NOT: remark
  %1 = rescale.requantize %c mul dense<77> : tensor<1xsi32> shift [9]
         round half_up : tensor<2xi8> -> tensor<2xi8>
  return %0, %1 : tensor<2xi8>, tensor<2xi8>
}

// 300 * 2^22 is the most that fits, at a shift of 31.
func.func @too_wide(%x: tensor<2xi32>) -> tensor<2xi8> {
  // CHECK: remarks.mlir:[[#@LINE+1]]:{{.*}}: remark: [Analysis] value-range-not-guaranteed
  %0 = rescale.requantize %x mul dense<300> : tensor<1xui9> shift [9]
         round half_up : tensor<2xi32> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// The 16-bit multiplier takes every value, but the quotient has 32 bits:
// 32767 * 2^47 / 2^30 does not fit, 32767 * 2^47 / 2^31 does.
func.func @quotient(%x: tensor<2xi48>) -> (tensor<2xi8>, tensor<2xi8>) {
  // CHECK: remarks.mlir:[[#@LINE+1]]:{{.*}}: remark: [Analysis] value-range-not-guaranteed
  %0 = rescale.requantize %x mul dense<32767> : tensor<1xsi16> shift [30]
         round half_up : tensor<2xi48> -> tensor<2xi8>
  // CHECK-NOT: remark
  %1 = rescale.requantize %x mul dense<32767> : tensor<1xsi16> shift [31]
         round half_up : tensor<2xi48> -> tensor<2xi8>
  return %0, %1 : tensor<2xi8>, tensor<2xi8>
}

// Two rounding steps begin at a shift of 32, which scaling must not reach.
func.func @double(%x: tensor<2xi32>) -> tensor<2xi8> {
  // CHECK: remarks.mlir:[[#@LINE+1]]:{{.*}}: remark: [Analysis] value-range-not-guaranteed
  %0 = rescale.requantize %x mul dense<[77, 91]> : tensor<2xui8> shift [9, 40]
         axis 0 round double : tensor<2xi32> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// CHECK-NOT: remark
func.func @defined(%x: tensor<2xi32>) -> tensor<2xi8> {
  %0 = rescale.requantize %x mul dense<255> : tensor<1xui8> shift [9]
         round half_up : tensor<2xi32> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}
