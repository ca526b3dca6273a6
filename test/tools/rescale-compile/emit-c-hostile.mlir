// Names of a model that mean something in C: as comments and as functions. The
// compiler takes every warning for an error.
// REQUIRES: gcc

// RUN: rm -rf %t
// RUN: rescale-compile %s --name=net --emit=c -o %t
// RUN: gcc -std=c99 -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wundef -Wcast-align=strict -pedantic -Wbidi-chars=any -Werror -c %t/net.c -o %t/net.o
// RUN: FileCheck %s --input-file=%t/net.c
// CHECK:      /* * / evil(); / * " \ ? ?/
// CHECK-NEXT: From tosa.reverse.
// CHECK:      /* int
// CHECK:      static void int_0(
// CHECK:      static void memcpy_0(
// CHECK:      static void net_run_0(
// What is not seen, or turns text around, and bytes that are no UTF-8.
// CHECK:      /* <U+202A>..<U+202E> <U+2066>..<U+2069> <U+200E> <U+200F> 1
// CHECK:      /* <U+2028> <U+0085> <U+00AD> <U+007F> <U+FEFF> <U+10FFFF> 2
// CHECK:      /* a<FF>b<C3> <E2><80> <ED><A0><80> 3
// CHECK:      /* Größe/слой/層 4
// CHECK:      int net_run(

func.func @main(%x: tensor<4xi8>, %y: tensor<5xi8>) -> (tensor<4xi8>, tensor<5xi8>, tensor<4xi8>) {
  %0 = tosa.reverse %x {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8> loc("*/ evil(); /* \22 \5C ??/")
  %1 = tosa.reverse %y {axis = 0 : i32} : (tensor<5xi8>) -> tensor<5xi8> loc("int")
  %2 = tosa.clamp %0 {max_val = 9 : i8, min_val = 0 : i8} : (tensor<4xi8>) -> tensor<4xi8> loc("memcpy")
  %3 = tosa.reverse %2 {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8> loc("net_run")
  %4 = tosa.reverse %3 {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8> loc("\E2\80\AA..\E2\80\AE \E2\81\A6..\E2\81\A9 \E2\80\8E \E2\80\8F 1")
  %5 = tosa.reverse %4 {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8> loc("\E2\80\A8 \C2\85 \C2\AD \7F \EF\BB\BF \F4\8F\BF\BF 2")
  %6 = tosa.reverse %5 {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8> loc("a\FFb\C3 \E2\80 \ED\A0\80 3")
  %7 = tosa.reverse %6 {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8> loc("Größe/слой/層 4")
  return %0, %1, %7 : tensor<4xi8>, tensor<5xi8>, tensor<4xi8>
}
