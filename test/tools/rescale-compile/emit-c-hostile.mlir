// Names of a model that mean something in C: as comments and as functions. The
// compiler takes every warning for an error.
// REQUIRES: gcc

// RUN: rm -rf %t
// RUN: rescale-compile %s --name=net --emit=c -o %t
// RUN: gcc -std=c99 -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wundef -Wcast-align=strict -pedantic -Werror -c %t/net.c -o %t/net.o
// RUN: FileCheck %s --input-file=%t/net.c
// CHECK:      /* * / evil(); / * " \ ? ?/
// CHECK-NEXT: From tosa.reverse.
// CHECK:      /* int
// CHECK:      static void int_0(
// CHECK:      static void memcpy_0(
// CHECK:      static void net_run_0(
// CHECK:      int net_run(

func.func @main(%x: tensor<4xi8>, %y: tensor<5xi8>) -> (tensor<4xi8>, tensor<5xi8>, tensor<4xi8>) {
  %0 = tosa.reverse %x {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8> loc("*/ evil(); /* \22 \5C ??/")
  %1 = tosa.reverse %y {axis = 0 : i32} : (tensor<5xi8>) -> tensor<5xi8> loc("int")
  %2 = tosa.clamp %0 {max_val = 9 : i8, min_val = 0 : i8} : (tensor<4xi8>) -> tensor<4xi8> loc("memcpy")
  %3 = tosa.reverse %2 {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8> loc("net_run")
  return %0, %1, %3 : tensor<4xi8>, tensor<5xi8>, tensor<4xi8>
}
