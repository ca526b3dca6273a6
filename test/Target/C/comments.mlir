// RUN: rescale-translate --rescale-to-c %s | FileCheck %s --strict-whitespace

// What a review wants to know of a function: what it was made of, where its
// output lies in the arena and over which input, whether its requantizations
// give the model's codes, and what was proved. Recorded origins are no names of
// the model's. A helper is known by its caller, and what weights bound the
// accumulator to is less than what the ranges of tables do.

// CHECK:       {{^}}/* A code from an accumulator of first.
// CHECK-NEXT:  {{^}} * Proved:
// CHECK-NEXT:  {{^}} *   accumulator: [-70, 80]
// CHECK-NEXT:  {{^}} *   no overflow */
// CHECK-NEXT:  {{^}}static inline int8_t first_requantize(
func.func private @first_requantize(%a: i32 {rescale.name = "accumulator"}) -> i8
    attributes {rescale.proved = {accumulator = array<i64: -99, 99>, no_overflow}} {
  %0 = arith.trunci %a : i32 to i8
  return %0 : i8
}

// CHECK:       {{^}}/* model/first/Conv2D; tosa.relu
// CHECK-NEXT:  {{^}} * From tosa.conv2d.
// CHECK-NEXT:  {{^}} *   input: int8_t [16]
// CHECK-NEXT:  {{^}} *   output: int8_t [16]
// CHECK-NEXT:  {{^}} * Requantization: multiplicands of 31 bits, now 19.
// CHECK-NEXT:  {{^}} * Requantization: approximated.
// CHECK-NEXT:  {{^}} * Proved:
// CHECK-NEXT:  {{^}} *   accumulator: [-70, 80]
// CHECK-NEXT:  {{^}} *   no overflow
// CHECK-NEXT:  {{^}} *   partial sums: [-99, 99] */
func.func private @first(%x: memref<16xi8> {rescale.name = "input"},
                         %y: memref<16xi8> {rescale.name = "output"})
    attributes {rescale.layer = {name = "first", ops = ["tosa.conv2d"], requantizations = ["multiplicands of 31 bits, now 19", "approximated"], accumulator = array<i64: -70, 80>},
                rescale.proved = {no_overflow, partial_sums = array<i64: -99, 99>}} {
  %c0 = arith.constant 0 : index
  %0 = memref.load %x[%c0] : memref<16xi8>
  %1 = arith.extsi %0 : i8 to i32
  %2 = call @first_requantize(%1) : (i32) -> i8
  memref.store %2, %y[%c0] : memref<16xi8>
  return
} loc(fused[fused<0>["tosa.conv2d"("model/first/Conv2D")], fused<1>["rescale.requantize"(fused["tosa.relu", "f.mlir":1:1])]])

// CHECK:       {{^..}}   input: int8_t [16]
// CHECK-NEXT:  {{^}} *   output: int8_t [16], over input: begins 4 bytes before it
// CHECK-NEXT:  {{^}} * 2 operations may wrap, through unsigned numbers. */
func.func private @before(%x: memref<16xi8> {rescale.name = "input"},
                          %y: memref<16xi8> {rescale.name = "output"})
    attributes {rescale.layer = {name = "", ops = []}, rescale.proved = {may_wrap = 2 : i64}} {
  %c0 = arith.constant 0 : index
  %0 = memref.load %x[%c0] : memref<16xi8>
  memref.store %0, %y[%c0] : memref<16xi8>
  return
}

// CHECK:       {{^}} *   output: int16_t [2][2], over input: begins at the same byte
// CHECK-NEXT:  {{^}} * 1 operation may wrap, through unsigned numbers. */
func.func private @same(%x: memref<16xi8> {rescale.name = "input"},
                        %y: memref<2x2xi16> {rescale.name = "output"})
    attributes {rescale.layer = {name = "", ops = []}, rescale.proved = {may_wrap = 1 : i64}} {
  %c0 = arith.constant 0 : index
  %0 = memref.load %x[%c0] : memref<16xi8>
  %1 = arith.extsi %0 : i8 to i16
  memref.store %1, %y[%c0, %c0] : memref<2x2xi16>
  return
}

// Scratch memory and what ends where the other begins does not overlap.
// CHECK:       {{^..}}   input: int16_t [2][2]
// CHECK-NEXT:  {{^}} *   output: int8_t [16], over input: begins 1 byte into it
// CHECK-NEXT:  {{^}} *   scratch: int8_t [4] */
func.func private @after(%x: memref<2x2xi16> {rescale.name = "input"},
                         %y: memref<16xi8> {rescale.name = "output"},
                         %s: memref<4xi8> {rescale.name = "scratch"})
    attributes {rescale.layer = {name = "", ops = []}} {
  %c0 = arith.constant 0 : index
  %0 = memref.load %x[%c0, %c0] : memref<2x2xi16>
  %1 = arith.trunci %0 : i16 to i8
  memref.store %1, %s[%c0] : memref<4xi8>
  memref.store %1, %y[%c0] : memref<16xi8>
  return
}

func.func @net_run(%arena: memref<64xi8> {rescale.arena}, %x: memref<16xi8>) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c12 = arith.constant 12 : index
  %c13 = arith.constant 13 : index
  %c29 = arith.constant 29 : index
  %0 = memref.view %arena[%c16][] : memref<64xi8> to memref<16xi8>
  %1 = memref.view %arena[%c12][] : memref<64xi8> to memref<16xi8>
  %2 = memref.view %arena[%c12][] : memref<64xi8> to memref<2x2xi16>
  %3 = memref.view %arena[%c13][] : memref<64xi8> to memref<16xi8>
  %4 = memref.view %arena[%c29][] : memref<64xi8> to memref<4xi8>
  call @first(%x, %0) : (memref<16xi8>, memref<16xi8>) -> ()
  call @before(%0, %1) : (memref<16xi8>, memref<16xi8>) -> ()
  call @same(%1, %2) : (memref<16xi8>, memref<2x2xi16>) -> ()
  call @after(%2, %3, %4) : (memref<2x2xi16>, memref<16xi8>, memref<4xi8>) -> ()
  return
}
