// One layer as the pipelines leave it: names, tables, the comment, pointers,
// loops with accumulators, and a helper.

// RUN: rescale-translate --rescale-to-c %s -o %t.c
// RUN: FileCheck %s --input-file=%t.c --strict-whitespace

// CHECK:       {{^}}/* net: a network compiled by rescale-compile.
// CHECK-NEXT:  {{^}} *
// CHECK-NOT:   stdbool
// CHECK:       #include <stdint.h>
// CHECK-NOT:   #include <string.h>
// CHECK:       #ifndef NET_CONST_SECTION
// CHECK-NEXT:  #define NET_CONST_SECTION
// CHECK-NEXT:  #endif
// CHECK-NOT:   NET_ARENA_SECTION
// CHECK:       #ifndef NET_LAYER_BEGIN
// CHECK-NEXT:  #define NET_LAYER_BEGIN(index, layer)
// CHECK-NEXT:  #endif
// CHECK-NEXT:  #ifndef NET_LAYER_END
// CHECK-NEXT:  #define NET_LAYER_END(index, layer)
// CHECK-NEXT:  #endif
// CHECK:       typedef char net_requires_usual_integers
// CHECK:       /* The nearest number of 8 bits: one instruction where the processor has it. */
// CHECK-NEXT:  static inline int32_t saturate_i8(int32_t x) {
// CHECK-NEXT:  #if defined(__GNUC__) && defined(__ARM_FEATURE_SAT) && \
// CHECK-NEXT:      !defined(NET_PORTABLE)
// CHECK-NEXT:    return (int32_t)__builtin_arm_ssat(x, 8);
// CHECK-NEXT:  #else
// CHECK-NEXT:    if (x < -128) {
// CHECK-NEXT:      return -128;
// CHECK-NEXT:    }
// CHECK-NEXT:    return x > 127 ? 127 : x;
// CHECK-NEXT:  #endif
// CHECK-NEXT:  }

// CHECK:       {{^}}static const int32_t conv_multiplicands[4] NET_CONST_SECTION = {
// CHECK-NEXT:  {{^}}    1073741824, 2147483647, INT32_MIN, -5
// CHECK-NEXT:  {{^}}};
memref.global "private" constant @conv_multiplicands : memref<4xi32>
  = dense<[1073741824, 2147483647, -2147483648, -5]>
memref.global "private" constant @conv_bias : memref<4xi32> = dense<0>
memref.global "private" constant @conv_weights : memref<4x9xi8>
  = dense<[[1, 2, 3, 4, 5, 6, 7, 8, 9], [-1, -2, -3, -4, -5, -6, -7, -8, -9],
           [0, 0, 0, 0, 0, 0, 0, 0, 127], [-128, 0, 0, 0, 0, 0, 0, 0, 0]]>

// CHECK:       {{^}}static inline int8_t conv_requantize(int32_t acc, int32_t channel) {
// CHECK-NEXT:  {{^}}  const int64_t sum = (int64_t)acc * conv_multiplicands[channel] + 1073741824;
// CHECK-NEXT:  {{^}}  return (int8_t)saturate_i8((int32_t)(sum >> 31) - 128);
// CHECK-NEXT:  {{^}}}
func.func private @conv_requantize(%acc: i32 {rescale.name = "acc"},
                                   %channel: index {rescale.name = "channel"})
    -> i8 {
  %table = memref.get_global @conv_multiplicands : memref<4xi32>
  %m = memref.load %table[%channel] : memref<4xi32>
  %half = arith.constant 1073741824 : i64
  %shift = arith.constant 31 : i64
  %a = arith.extsi %acc : i32 to i64
  %b = arith.extsi %m : i32 to i64
  %p = arith.muli %a, %b overflow<nsw> : i64
  %q = arith.addi %p, %half overflow<nsw> : i64
  %r = arith.shrsi %q, %shift : i64
  %n = arith.trunci %r : i64 to i32
  %z = arith.constant -128 : i32
  %y = arith.addi %n, %z overflow<nsw> : i32
  %high = arith.constant 127 : i32
  %1 = arith.maxsi %y, %z : i32
  %2 = arith.minsi %1, %high : i32
  %3 = arith.trunci %2 : i32 to i8
  return %3 : i8
}

// CHECK:       {{^}}/* [4][9] */
// CHECK-NEXT:  {{^}}static const int8_t conv_weights[36] NET_CONST_SECTION = {
// CHECK-NEXT:  {{^}}    1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, -3, -4, -5, -6, -7, -8, -9, 0, 0, 0, 0,
// CHECK-NEXT:  {{^}}    0, 0, 0, 0, 127, -128, 0, 0, 0, 0, 0, 0, 0, 0
// CHECK-NEXT:  {{^}}};
// CHECK:       {{^}}static const int32_t conv_bias[4] NET_CONST_SECTION = {0};

// CHECK:       {{^}}/* model/conv/Conv2D
// CHECK-NEXT:  {{^}} * From tosa.conv2d, tosa.rescale.
// CHECK-NEXT:  {{^}} *   input: int8_t [1][8][8][1]
// CHECK-NEXT:  {{^}} *   output: int8_t [1][8][8][4]
// CHECK-NEXT:  {{^}} *   patch: int8_t [9]
// CHECK-NEXT:  {{^}} * Proved:
// CHECK-NEXT:  {{^}} *   accumulator: [-5760, 5715] */
// CHECK-NEXT:  {{^}}NET_NOINLINE{{$}}
// CHECK-NEXT:  {{^}}static void conv(const int8_t *restrict input, int8_t *restrict output,
// CHECK-NEXT:  {{^}}    int8_t *restrict patch) {
// CHECK-NEXT:  {{^}}  for (int32_t i = 0; i < 8; ++i) {
// CHECK-NEXT:  {{^}}    for (int32_t j = 0; j < 8; ++j) {
// CHECK-NEXT:  {{^}}      for (int32_t k = 0; k < 9; ++k) {
// CHECK-NEXT:  {{^}}        const int32_t row = (int32_t)((uint32_t)k / 3u) + i - 1;
// CHECK-NEXT:  {{^}}        patch[k] = (row >= 0 && row < 8) ? input[row * 8 + j] : -128;
// CHECK-NEXT:  {{^}}      }
// CHECK-NEXT:  {{^}}      for (int32_t k = 0; k < 4; k += 2) {
// CHECK-NEXT:  {{^}}        int32_t sum = conv_bias[k];
// CHECK-NEXT:  {{^}}        int32_t sum_2 = conv_bias[k + 1];
// CHECK-NEXT:  {{^}}        for (int32_t m = 0; m < 9; ++m) {
// CHECK-NEXT:  {{^}}          const int8_t patch_value = patch[m];
// CHECK-NEXT:  {{^}}          sum += patch_value * conv_weights[k * 9 + m];
// CHECK-NEXT:  {{^}}          sum_2 += patch_value * conv_weights[(k + 1) * 9 + m];
// CHECK-NEXT:  {{^}}        }
// CHECK-NEXT:  {{^}}        output[(i * 8 + j) * 4 + k] = conv_requantize(sum, k);
// CHECK-NEXT:  {{^}}        output[(i * 8 + j) * 4 + (k + 1)] = conv_requantize(sum_2, k + 1);
// CHECK-NEXT:  {{^}}      }
// CHECK-NEXT:  {{^}}    }
// CHECK-NEXT:  {{^}}  }
// CHECK-NEXT:  {{^}}}
func.func private @conv(
    %input: memref<1x8x8x1xi8> {llvm.noalias, rescale.name = "input"},
    %output: memref<1x8x8x4xi8> {llvm.noalias, rescale.name = "output"},
    %scratch: memref<9xi8> {llvm.noalias, rescale.name = "patch"})
    attributes {rescale.layer = {ops = ["tosa.conv2d", "tosa.rescale"]},
                rescale.proved = {accumulator = array<i64: -5760, 5715>}} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %cm1 = arith.constant -1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %c9 = arith.constant 9 : index
  %zp = arith.constant -128 : i8
  %w = memref.get_global @conv_weights : memref<4x9xi8>
  %bias = memref.get_global @conv_bias : memref<4xi32>
  scf.for %y = %c0 to %c8 step %c1 {
    scf.for %x = %c0 to %c8 step %c1 {
      scf.for %k = %c0 to %c9 step %c1 {
        %ky = arith.divui %k, %c3 : index
        %0 = arith.addi %ky, %y overflow<nsw> : index
        %iy = arith.addi %0, %cm1 overflow<nsw> : index loc("row")
        %in0 = arith.cmpi sge, %iy, %c0 : index
        %in1 = arith.cmpi slt, %iy, %c8 : index
        %in = arith.andi %in0, %in1 : i1
        %v = scf.if %in -> i8 {
          %l = memref.load %input[%c0, %iy, %x, %c0] : memref<1x8x8x1xi8>
          scf.yield %l : i8
        } else {
          scf.yield %zp : i8
        }
        memref.store %v, %scratch[%k] : memref<9xi8>
      }
      scf.for %c = %c0 to %c4 step %c2 {
        %d = arith.addi %c, %c1 overflow<nsw> : index
        %b0 = memref.load %bias[%c] : memref<4xi32>
        %b1 = memref.load %bias[%d] : memref<4xi32>
        %s:2 = scf.for %k = %c0 to %c9 step %c1
            iter_args(%a0 = %b0, %a1 = %b1) -> (i32, i32) {
          %xv = memref.load %scratch[%k] : memref<9xi8>
          %xe = arith.extsi %xv : i8 to i32
          %w0 = memref.load %w[%c, %k] : memref<4x9xi8>
          %w0e = arith.extsi %w0 : i8 to i32
          %w1 = memref.load %w[%d, %k] : memref<4x9xi8>
          %w1e = arith.extsi %w1 : i8 to i32
          %p0 = arith.muli %xe, %w0e overflow<nsw> : i32
          %p1 = arith.muli %xe, %w1e overflow<nsw> : i32
          %s0 = arith.addi %a0, %p0 overflow<nsw> : i32
          %s1 = arith.addi %a1, %p1 overflow<nsw> : i32
          scf.yield %s0, %s1 : i32, i32
        }
        %r0 = func.call @conv_requantize(%s#0, %c) : (i32, index) -> i8
        memref.store %r0, %output[%c0, %y, %x, %c] : memref<1x8x8x4xi8>
        %r1 = func.call @conv_requantize(%s#1, %d) : (i32, index) -> i8
        memref.store %r1, %output[%c0, %y, %x, %d] : memref<1x8x8x4xi8>
      }
    }
  }
  return
} loc("model/conv/Conv2D")

// CHECK:       {{^}}int net_run(void *arena, const int8_t *input, int8_t *output) {
// CHECK-NEXT:  {{^}}  int8_t *const conv_patch = (int8_t *)arena + 16;
// CHECK-NEXT:  {{^}}  NET_LAYER_BEGIN(0, "conv")
// CHECK-NEXT:  {{^}}  conv(input, output, conv_patch);
// CHECK-NEXT:  {{^}}  NET_LAYER_END(0, "conv")
// CHECK-NEXT:  {{^}}  return 0;
// CHECK-NEXT:  {{^}}}
// CHECK-NOT:   {{.}}
func.func @net_run(%arena: memref<32xi8> {rescale.arena},
                   %input: memref<1x8x8x1xi8> {rescale.name = "input"},
                   %output: memref<1x8x8x4xi8> {rescale.name = "output"})
    -> i32 {
  %c0_i32 = arith.constant 0 : i32
  %c16 = arith.constant 16 : index
  %0 = memref.view %arena[%c16][] : memref<32xi8> to memref<9xi8>
  func.call @conv(%input, %output, %0)
    : (memref<1x8x8x1xi8>, memref<1x8x8x4xi8>, memref<9xi8>) -> ()
  return %c0_i32 : i32
}
