// C and its header, and what a board's build adds.

// RUN: rm -rf %t
// RUN: rescale-compile %s --name=net --emit=cmake -o %t
// RUN: ls -A %t | FileCheck %s --check-prefix=FILES --match-full-lines
// RUN: FileCheck %s --input-file=%t/net.c --check-prefix=SOURCE
// RUN: FileCheck %s --input-file=%t/net.h --check-prefix=HEADER
// RUN: FileCheck %s --input-file=%t/CMakeLists.txt --check-prefix=CMAKE
// RUN: rescale-compile %s --name=net --emit=c -o %t/c
// RUN: ls -A %t/c | FileCheck %s --check-prefix=C --match-full-lines
// RUN: diff %t/net.c %t/c/net.c

// The library builds.
// RUN: %cmake -S %t -B %t/build -G Ninja -DCMAKE_C_COMPILER=%cc > %t/log
// RUN: %cmake --build %t/build >> %t/log
// RUN: ls %t/build/libnet.a

// As C99 without extensions, and optimized where nothing says how much.
// RUN: %cmake --build %t/build --clean-first --verbose | FileCheck %s --check-prefix=COMMAND
// RUN: %cmake -S %t -B %t/debug -G Ninja -DCMAKE_C_COMPILER=%cc -DCMAKE_BUILD_TYPE=Debug > %t/log
// RUN: %cmake --build %t/debug --verbose | FileCheck %s --check-prefix=DEBUG
// RUN: %cmake -S %t -B %t/sized -G Ninja -DCMAKE_C_COMPILER=%cc -DCMAKE_C_FLAGS=-Os > %t/log
// RUN: %cmake --build %t/sized --verbose | FileCheck %s --check-prefix=SMALL
// COMMAND-DAG: -std=c99
// COMMAND-DAG: -O2
// DEBUG-NOT: -O2
// DEBUG: {{ -g -std=c99 }}
// SMALL-NOT: -O2
// SMALL: {{ -Os .*-std=c99 }}

// The model in rescale gives the same C, but for the first comment.
// RUN: rescale-compile %s --name=net --emit=rescale -o %t
// RUN: rescale-compile %t/net.rescale.mlir --name=net --emit=c -o %t/again
// RUN: sed '1,/[*]\//d' %t/net.c > %t/net.tail
// RUN: sed '1,/[*]\//d' %t/again/net.c > %t/again/net.tail
// RUN: diff %t/net.tail %t/again/net.tail

// The arena as a part of the file.
// RUN: rescale-compile %s --name=net --emit=c --static-arena -o %t/static
// RUN: FileCheck %s --input-file=%t/static/net.c --check-prefix=STATIC

// FILES:      CMakeLists.txt
// FILES-NEXT: net.c
// FILES-NEXT: net.h
// FILES-NOT:  {{.}}
// C:      net.c
// C-NEXT: net.h
// C-NOT:  {{.}}
// SOURCE: #include "net.h"
// SOURCE: int net_run(void *arena, const int8_t *input, int8_t *output) {
// SOURCE-NOT: bytes
// HEADER: int net_run(void *arena, const int8_t *input, int8_t *output);
// CMAKE: #   add_subdirectory(net)
// CMAKE: #   target_link_libraries(firmware PRIVATE net)
// CMAKE: add_library(net STATIC net.c)
// STATIC: static union {
// STATIC-NEXT: int8_t i8[{{[0-9]+}}];
// STATIC-NEXT: int32_t i32[{{[0-9]+}}];
// STATIC-NEXT: } arena NET_ARENA_SECTION;
// STATIC: int net_run(const int8_t *input, int8_t *output) {

// What a board does not have room for is an error that leaves nothing.
// RUN: not rescale-compile %s --name=net --emit=c --flash=17 -o %t/small 2>&1 | FileCheck %s --check-prefix=FLASH
// FLASH: rescale-compile: error: requires a network whose constants fit into 17 bytes of flash, got {{[0-9]+}} bytes; choose a larger board, or a smaller network
// RUN: not rescale-compile %s --name=net --emit=c --ram=32 -o %t/small 2>&1 | FileCheck %s --check-prefix=RAM
// RAM: rescale-compile: error: requires a network whose arena, inputs and outputs fit into 32 bytes of RAM, got {{[0-9]+}} bytes, of which the arena has {{[0-9]+}}; choose a larger board, or a smaller network
// RUN: not rescale-compile %s --name=net --ram=32 -o %t/small 2>&1 | FileCheck %s --check-prefix=RAM
// RUN: not rescale-compile %s --name=net --emit=c --flash=17 --ram=0x20 -o %t/small 2>&1 | FileCheck %s --check-prefix=BOTH
// BOTH:     rescale-compile: error: requires a network whose constants fit into 17 bytes of flash, got {{[0-9]+}} bytes, and whose arena, inputs and outputs fit into 32 bytes of RAM, got {{[0-9]+}} bytes, of which the arena has {{[0-9]+}}; choose a larger board, or a smaller network
// BOTH-NOT: error
// RUN: rescale-compile %s --name=net --emit=c --flash=10000 --ram=10000 -o %t/large
// RUN: rescale-compile %s --name=net --emit=c --flash=1K --ram=1KiB -o %t/large
// RUN: rescale-compile %s --name=net --emit=c --flash=1M --ram=1MiB -o %t/large
// RUN: not rescale-compile %s --name=net --emit=c --ram=0K -o %t/small 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: fit into 0 bytes of RAM

// What is no number of bytes.
// RUN: not rescale-compile %s --ram=12Q -o %t/small 2>&1 | FileCheck %s --check-prefix=UNIT
// UNIT: rescale-compile: error: requires a number of bytes below 2^63 for --ram, got '12Q'; say 65536, 0x10000, 64K or 64KiB, or 1M or 1MiB
// RUN: not rescale-compile %s --flash=-1 -o %t/small 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: for --flash, got '-1'
// RUN: not rescale-compile %s --flash= -o %t/small 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: for --flash, got ''
// RUN: not rescale-compile %s --flash=K -o %t/small 2>&1 | FileCheck %s --check-prefix=SUFFIX
// SUFFIX: for --flash, got 'K'
// RUN: not rescale-compile %s --ram=9223372036854775808 -o %t/small 2>&1 | FileCheck %s --check-prefix=LARGE
// LARGE: for --ram, got '9223372036854775808'
// RUN: not rescale-compile %s --ram=8796093022208M -o %t/small 2>&1 | FileCheck %s --check-prefix=PRODUCT
// PRODUCT: for --ram, got '8796093022208M'
// RUN: rescale-compile %s --name=net --emit=c --ram=9223372036854775807 --flash=8796093022207M -o %t/large
// RUN: not ls %t/small

func.func @main(%x: tensor<1x4x4x1xi8>) -> tensor<1x4x4x1xi8> {
  %w = "tosa.const"() <{values = dense<1> : tensor<1x3x3x1xi8>}> : () -> tensor<1x3x3x1xi8>
  %b = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
     : (tensor<1x4x4x1xi8>, tensor<1x3x3x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x1xi32>
  %1 = rescale.requantize %0 mul dense<77> : tensor<1xui8> shift [9]
         round half_up : tensor<1x4x4x1xi32> -> tensor<1x4x4x1xi8>
  %2 = tosa.conv2d %1, %w, %b, %z, %z {acc_type = i32, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
     : (tensor<1x4x4x1xi8>, tensor<1x3x3x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x1xi32>
  %3 = rescale.requantize %2 mul dense<77> : tensor<1xui8> shift [9]
         round half_up : tensor<1x4x4x1xi32> -> tensor<1x4x4x1xi8>
  return %3 : tensor<1x4x4x1xi8>
}
