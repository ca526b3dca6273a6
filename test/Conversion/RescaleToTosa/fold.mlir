// TOSA and back computes the same codes: both are folded on accumulators at the
// ends of the type, at the zero point and around ties. round-trip.py has more.

// RUN: rescale-opt %s --canonicalize -o %t.rescale
// RUN: FileCheck %s --input-file=%t.rescale
// RUN: rescale-opt %s --convert-rescale-to-tosa --convert-tosa-to-rescale \
// RUN:   --canonicalize | diff %t.rescale -

// CHECK-NOT: rescale.requantize

// 3 * x / 4, scaled to a shift of 32.
// CHECK-LABEL: func.func @scaled(
// CHECK-NEXT: arith.constant dense<[-127, -127, -1, 0, 0, 3, 3, 126, 126]>
func.func @scaled() -> tensor<9xi8> {
  %x = arith.constant dense<[-2147483648, -200, -3, -2, -1, 2, 3, 200, 2147483647]> : tensor<9xi32>
  %y = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [2]
         round half_up zero_point 1 clamp [-127, 126] : tensor<9xi32> -> tensor<9xi8>
  return %y : tensor<9xi8>
}

// A shift of 0 rounds nothing, and TOSA's least shift is 2.
// CHECK-LABEL: func.func @shift_0(
// CHECK-NEXT: arith.constant dense<[-1275, -10, 0, -1275, 0]>
func.func @shift_0() -> tensor<5xi16> {
  %x = arith.constant dense<[-128, 125, 127, -128, 127]> : tensor<5xi8>
  %y = rescale.requantize %x mul dense<[5, 5, 5, 5, 0]> : tensor<5xui3> shift [0]
         axis 0 round half_even input_zero_point 127 : tensor<5xi8> -> tensor<5xi16>
  return %y : tensor<5xi16>
}

// DOUBLE_ROUND at shifts of 10 and 33. In the second channel the last three
// accumulators are next to a tie of the first rounding.
// CHECK-LABEL: func.func @double(
// CHECK-NEXT: arith.constant dense<{{\[}}[-2, -1], [-1, -1], [2, 0], [2, 1]]>
func.func @double() -> tensor<4x2xi8> {
  %x = arith.constant dense<[[-1537, -2147483648], [-1536, -1073741825],
                             [1536, -1073741824], [1537, 1073741824]]> : tensor<4x2xi32>
  %y = rescale.requantize %x mul dense<[1, 3]> : tensor<2xui2> shift [10, 33]
         axis 1 round double : tensor<4x2xi32> -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// 2^31 and a shift of 63 are halved.
// CHECK-LABEL: func.func @halved(
// CHECK-NEXT: arith.constant dense<{{\[}}[-128, -1], [-1, 1], [3, 1]]>
func.func @halved() -> tensor<3x2xi8> {
  %x = arith.constant dense<[[-2147483648, -2147483648], [-3, 1234567890], [5, 2147483647]]> : tensor<3x2xi32>
  %y = rescale.requantize %x mul dense<[2147483648, 4294967294]> : tensor<2xui32> shift [32, 63]
         axis 1 round half_up : tensor<3x2xi32> -> tensor<3x2xi8>
  return %y : tensor<3x2xi8>
}

// CHECK-LABEL: func.func @unsigned(
// CHECK-NEXT: arith.constant dense<[-50, -36, 0, 28]>
func.func @unsigned() -> tensor<4xi8> {
  %x = arith.constant dense<[0, 128, -56, -1]> : tensor<4xi8>
  %y = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [1]
         round half_up input_zero_point 200 clamp [-50, 50] unsigned_input : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}
