// What has no form in C, each at its operation.

// RUN: rescale-opt %s -rescale-verify-c -split-input-file -verify-diagnostics
// RUN: rm -f %t.c
// RUN: sed -n '/@real/,/^}/p' %s > %t.mlir
// RUN: not rescale-translate --rescale-to-c %t.mlir -o %t.c 2> %t.txt
// RUN: FileCheck %s --input-file=%t.txt
// RUN: not ls %t.c
// CHECK: requires i1, i8, i16, i32, i64, index, or buffers of the integers, got 'memref<4xf32>'

// expected-error @+1 {{requires i1, i8, i16, i32, i64, index, or buffers of the integers, got 'memref<4xf32>'; C has no type for it}}
func.func @real(%x: memref<4xf32>) {
  return
}

// -----

func.func @i48(%x: i32) {
  // expected-error @+1 {{requires i1, i8, i16, i32, i64, index, or buffers of the integers, got 'i48'; C has no type for it}}
  %0 = arith.extsi %x : i32 to i48
  return
}

// -----

// expected-error @+1 {{got 'i128'; C has no type for it}}
func.func @i128(%x: i128) {
  return
}

// -----

// expected-error @+1 {{got 'memref<4xindex>'; C has no type for it}}
func.func @indices(%x: memref<4xindex>) {
  return
}

// -----

func.func @counter(%n: index) {
  // expected-error @+1 {{got 'vector<4xi8>'; C has no type for it}}
  %0 = arith.constant dense<1> : vector<4xi8>
  return
}

// -----

// expected-error @+1 {{requires buffers of static shape and strides, got 'memref<?xi8>'; make the model's shapes static}}
func.func @dynamic(%x: memref<?xi8>) {
  return
}

// -----

// expected-error @+1 {{requires buffers of less than 2^31 elements, got 'memref<65536x65536xi8>'; split the tensor that it is for}}
func.func @large(%x: memref<65536x65536xi8>) {
  return
}

// -----

// expected-error @+1 {{static shape and strides, got 'memref<4xi8, strided<[?]>>'}}
func.func @layout(%x: memref<4xi8, strided<[?]>>) {
  return
}

// -----

func.func @offset(%x: memref<4xi8, strided<[1], offset: ?>>) {
  // expected-error @+1 {{requires an offset that the types tell, got a dynamic one; use a subview}}
  %0 = memref.cast %x : memref<4xi8, strided<[1], offset: ?>> to memref<4xi8, strided<[1]>>
  return
}

// -----

func.func @reinterpret(%x: memref<4xi8>, %n: index) {
  // expected-error @+1 {{requires an offset that the types tell, got a dynamic one; use a subview}}
  %0 = memref.reinterpret_cast %x to offset: [%n], sizes: [2], strides: [1]
    : memref<4xi8> to memref<2xi8, strided<[1], offset: ?>>
  return
}

// -----

// expected-error @+1 {{static shape and strides, got 'memref<4xi8, 1>'}}
func.func @space(%x: memref<4xi8, 1>) {
  return
}

// -----

// expected-error @+1 {{requires a name that is an identifier of C, got 'conv.1'; rename it}}
func.func @"conv.1"() {
  return
}

// -----

// expected-error @+1 {{requires a name that C has no meaning for, got 'while'; rename it}}
func.func @while() {
  return
}

// -----

// expected-error @+1 {{requires a name that C has no meaning for, got '_Pool'; rename it}}
func.func @_Pool() {
  return
}

// -----

// A function that compilers know, and a helper of the printer.
// expected-error @+1 {{requires a name that C has no meaning for, got 'floor'; rename it}}
func.func private @floor() {
  return
}
// expected-error @+1 {{requires a name that C has no meaning for, got 'clamp_i32'; rename it}}
memref.global "private" constant @clamp_i32 : memref<1xi8> = dense<1>
// expected-error @+1 {{requires a name that C has no meaning for, got 'saturate_i16'; rename it}}
memref.global "private" constant @saturate_i16 : memref<1xi8> = dense<1>
// expected-error @+1 {{requires a name that C has no meaning for, got 'saturate_from_i8'; rename it}}
memref.global "private" constant @saturate_from_i8 : memref<1xi8> = dense<1>

// -----

// expected-error @+1 {{requires a name that C has no meaning for, got 'INT8_MAX'; rename it}}
func.func @INT8_MAX() {
  return
}

// -----

// expected-error @+1 {{requires a name that is an identifier of C, got '3x3'; rename it}}
memref.global "private" constant @"3x3" : memref<1xi8> = dense<1>

// -----

// expected-error @+1 {{requires a contiguous buffer, got 'memref<4xi8, strided<[2]>>'; give it no layout}}
memref.global "private" @strided : memref<4xi8, strided<[2]>> = uninitialized

// -----

// expected-error @+1 {{requires a constant table whose values are at hand, got none; define them}}
memref.global "private" constant @table : memref<4xi8> = dense_resource<absent>

// -----

// expected-error @+1 {{requires a constant table, or a buffer without values, got a variable; make it constant}}
memref.global "private" @variable : memref<4xi8> = dense<1>

// -----

// expected-error @+1 {{requires a body, got a declaration; define it}}
func.func private @declared()

// -----

// expected-error @+1 {{requires structured control flow, got 2 blocks; print C before it is lowered}}
func.func @blocks() {
  cf.br ^bb1 // expected-error {{requires an operation that has a form in C, got this one; lower it first}}
^bb1:
  return
}

// -----

// expected-error @+1 {{requires at most one result, a number, got 2 results; turn buffers into arguments}}
func.func @results(%x: i8) -> (i8, i8) {
  return %x, %x : i8, i8
}

// -----

// expected-error @+1 {{requires at most one result, a number, got 1 results; turn buffers into arguments}}
func.func @buffer(%x: memref<4xi8>) -> memref<4xi8> {
  return %x : memref<4xi8>
}

// -----

func.func @step(%n: index) {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{requires a constant step of at least 1, got another; count iterations instead}}
  scf.for %i = %c0 to %n step %n {
  }
  return
}

// -----

func.func @comparison(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{requires bounds that are compared as signed, got unsigned ones; print C before they are}}
  scf.for unsigned %i = %c0 to %n step %c1 {
  }
  return
}

// -----

func.func @far() {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %n = arith.constant 2147483646 : index
  // expected-error @+1 {{requires a counter that stays within 32 bits, got a loop that ends beyond; split the loop}}
  scf.for %i = %c0 to %n step %c2 {
  }
  return
}

// -----

func.func @index() {
  // expected-error @+1 {{requires indices of 32 bits, got 2147483648; split the buffer that it is for}}
  %n = arith.constant 2147483648 : index
  return
}

// -----

func.func @view(%arena: memref<64xi8>, %n: index) {
  // expected-error @+1 {{requires a constant offset of 31 bits, got another; plan the arena at compile time}}
  %0 = memref.view %arena[%n][] : memref<64xi8> to memref<4xi32>
  return
}

// -----

func.func @aligned(%arena: memref<64xi8>) {
  %c6 = arith.constant 6 : index
  // expected-error @+1 {{requires an offset that is a multiple of 4, got 6; align the buffer}}
  %0 = memref.view %arena[%c6][] : memref<64xi8> to memref<4xi32>
  return
}

// -----

memref.global "private" constant @bytes : memref<2x4xi8> = dense<1>

func.func @table() {
  %c4 = arith.constant 4 : index
  %0 = memref.get_global @bytes : memref<2x4xi8>
  %1 = memref.collapse_shape %0 [[0, 1]] : memref<2x4xi8> into memref<8xi8>
  %2 = memref.view %1[%c4][] : memref<8xi8> to memref<2x2xi8>
  // expected-error @+1 {{requires a table of the type that it is read as, got one of i8 that is read as 'i32'; make it a table of 'i32'}}
  %3 = memref.view %1[%c4][] : memref<8xi8> to memref<1xi32>
  return
}

// -----

func.func @copy(%x: memref<4xi8>, %y: memref<4xi8, strided<[2]>>) {
  // expected-error @+1 {{requires contiguous buffers, got 'memref<4xi8, strided<[2]>>'; lower the copy to loops}}
  memref.copy %x, %y : memref<4xi8> to memref<4xi8, strided<[2]>>
  return
}

// -----

func.func @bits(%x: i1) {
  // expected-error @+1 {{requires arithmetic on at least 8 bits, got i1; use arith.andi, arith.ori or arith.xori}}
  %0 = arith.addi %x, %x : i1
  return
}

// -----

func.func @heap() {
  // expected-error @+1 {{'memref.alloc' op requires an operation that has a form in C, got this one; lower it first}}
  %0 = memref.alloc() : memref<4xi8>
  return
}

// -----

// expected-error @+1 {{requires functions and memref.global in a module for C, got another operation; remove it}}
module @inner {
}
func.func @beside() {
  return
}

// -----

// expected-error @+1 {{requires a function that does not call itself, got recursion; use a loop}}
func.func private @even() {
  func.call @odd() : () -> ()
  return
}
func.func private @odd() {
  func.call @even() : () -> ()
  return
}

// -----

func.func @choose(%c: i1, %x: memref<4xi8>, %y: memref<4xi8>) {
  // expected-error @+1 {{'arith.select' op requires numbers as results, got 'memref<4xi8>'; copy to one buffer instead, or compile to an object}}
  %0 = arith.select %c, %x, %y : memref<4xi8>
  return
}

// -----

func.func @branch(%c: i1, %x: memref<4xi8>, %y: memref<4xi8>) {
  // expected-error @+1 {{'scf.if' op requires numbers as results, got 'memref<4xi8>'}}
  %0 = scf.if %c -> memref<4xi8> {
    scf.yield %x : memref<4xi8>
  } else {
    scf.yield %y : memref<4xi8>
  }
  return
}
