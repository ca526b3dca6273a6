// RUN: rm -rf %t
// RUN: rescale-compile %s --name=ports -o %t
// RUN: FileCheck %s --input-file=%t/ports.h
// RUN: %cc -std=c99 -Wall -Wextra -pedantic -Werror -I %t \
// RUN:   %S/Inputs/include.c %t/ports.o -o %t/include
// RUN: %t/include
// RUN: %cxx -x c++ -std=c++11 -Wall -Wextra -pedantic -Werror -I %t -c \
// RUN:   %S/Inputs/include.c -o %t/include.o
// RUN: %cxx %t/include.o %t/ports.o -o %t/include
// RUN: %t/include

// CHECK:      /* ports: a network compiled by rescale-compile.{{$}}
// CHECK:      #ifndef RESCALE_ports_H
// CHECK-NEXT: #define RESCALE_ports_H
// CHECK:      #include <stdbool.h>
// CHECK-NEXT: #include <stdint.h>
// CHECK:      #define PORTS_INPUT0_RANK 3
// CHECK-NEXT: #define PORTS_INPUT0_SHAPE {1, 2, 3}
// CHECK-NEXT: /* Number of elements. */
// CHECK-NEXT: #define PORTS_INPUT0_SIZE 6
// CHECK-NEXT: /* real = SCALE * (code - ZERO_POINT) */
// CHECK-NEXT: #define PORTS_INPUT0_SCALE 0.5f{{$}}
// CHECK-NEXT: #define PORTS_INPUT0_ZERO_POINT (-128)
// CHECK:      #define PORTS_INPUT1_RANK 0
// CHECK-NEXT: /* Number of elements. */
// CHECK-NEXT: #define PORTS_INPUT1_SIZE 1
// CHECK-NOT:  PORTS_INPUT1
// CHECK:      #define PORTS_OUTPUT0_RANK 3
// CHECK:      #define PORTS_OUTPUT0_SCALE 0.1{{$}}
// CHECK-NOT:  PORTS_OUTPUT0
// CHECK:      #define PORTS_OUTPUT1_SHAPE {1}
// CHECK:      #define PORTS_OUTPUT1_SCALE 0.1f{{$}}
// CHECK:      /* Memory for intermediate tensors, in bytes. */
// CHECK-NEXT: #define PORTS_ARENA_SIZE 0
// CHECK-NEXT: #define PORTS_ARENA_ALIGNMENT 4
// CHECK-NEXT: /* The most that intermediate tensors take at one layer, in buffers of their
// CHECK-NEXT:  * own: more than ARENA_SIZE where layers write over what they have read. */
// CHECK-NEXT: #define PORTS_ARENA_LOWER_BOUND 0
// CHECK-NEXT: /* Such memory, of which the address is the arena:
// CHECK-NEXT:  * static union ports_arena arena; */
// CHECK-NEXT: union ports_arena {
// CHECK-NEXT:   int8_t i8[1];
// CHECK-NEXT:   int16_t i16[1];
// CHECK-NEXT:   int32_t i32[1];
// CHECK-NEXT: };
// CHECK:      extern "C" {
// CHECK:      Runs with different arenas
// CHECK-NEXT: * may go on at the same time.
// CHECK:      int ports_run(void *arena, const int8_t *input0, const bool *input1,
// CHECK-NEXT: int16_t *output0, float *output1);
// CHECK:      #endif /* RESCALE_ports_H */
func.func @main(%x: tensor<1x2x3xi8> {rescale.scale = 0.5 : f64,
                                      rescale.zero_point = -128 : i64},
                %unused: tensor<i1>)
    -> (tensor<1x2x3xi16> {rescale.scale = 0.1 : f64},
        tensor<1xf32> {rescale.scale = 0.10000000149011612 : f64}) {
  %0 = tosa.cast %x : (tensor<1x2x3xi8>) -> tensor<1x2x3xi16>
  %1 = tosa.add %0, %0
     : (tensor<1x2x3xi16>, tensor<1x2x3xi16>) -> tensor<1x2x3xi16>
  %2 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}>
     : () -> tensor<1xf32>
  return %1, %2 : tensor<1x2x3xi16>, tensor<1xf32>
}
