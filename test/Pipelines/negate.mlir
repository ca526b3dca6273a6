// Two negations of all codes of 8 and 16 bits saturate, on both back ends:
// upstream's fold to nothing would give -128 for -128.

// REQUIRES: gcc

// RUN: rm -rf %t
// RUN: split-file %s %t
// RUN: rescale-compile %t/net.mlir --emit=c -o %t/c
// RUN: gcc -std=c99 -I%t/c %t/main.c %t/c/net.c -o %t/c/main
// RUN: %t/c/main
// RUN: rescale-compile %t/net.mlir -o %t/obj
// RUN: gcc -std=c99 -I%t/obj %t/main.c %t/obj/net.o -o %t/obj/main
// RUN: %t/obj/main

//--- net.mlir
func.func @main(%x: tensor<1x256xi8>, %y: tensor<65536xi16>) -> (tensor<1x256xi8>, tensor<65536xi16>) {
  %c8 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c16 = "tosa.const"() <{values = dense<0> : tensor<1xi16>}> : () -> tensor<1xi16>
  %shape = tosa.const_shape {values = dense<[1, 256]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.negate %x, %c8, %c8 : (tensor<1x256xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x256xi8>
  %1 = tosa.reshape %0, %shape : (tensor<1x256xi8>, !tosa.shape<2>) -> tensor<1x256xi8>
  %2 = tosa.negate %1, %c8, %c8 : (tensor<1x256xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x256xi8>
  %3 = tosa.negate %y, %c16, %c16 : (tensor<65536xi16>, tensor<1xi16>, tensor<1xi16>) -> tensor<65536xi16>
  %4 = tosa.negate %3, %c16, %c16 : (tensor<65536xi16>, tensor<1xi16>, tensor<1xi16>) -> tensor<65536xi16>
  return %2, %4 : tensor<1x256xi8>, tensor<65536xi16>
}

//--- main.c
#include "net.h"

static int8_t x[256], y[256];
static int16_t v[65536], w[65536];

int main(void) {
  for (int i = 0; i < 256; ++i)
    x[i] = (int8_t)(i - 128);
  for (int i = 0; i < 65536; ++i)
    v[i] = (int16_t)(i - 32768);
  if (net_run(0, x, v, y, w) != 0)
    return 1;
  for (int i = 0; i < 256; ++i)
    if (y[i] != (x[i] == -128 ? -127 : x[i]))
      return 1;
  for (int i = 0; i < 65536; ++i)
    if (w[i] != (v[i] == -32768 ? -32767 : v[i]))
      return 1;
  return 0;
}
