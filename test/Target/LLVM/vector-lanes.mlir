// A requantization in 32 bits is vectors of 32-bit lanes, by channel: parameters
// are vectors that are loaded once, and nothing is widened. The triple stands
// for a host. On a microcontroller the same is scalars, a channel at a time.

// REQUIRES: clang-22
// RUN: rescale-compile %s --name=host --emit=llvm --target=x86_64-linux-gnu --cpu=x86-64-v3 -o %t
// RUN: FileCheck %s --input-file=%t/host.ll
// RUN: rescale-compile %s --name=net --emit=c --target=x86_64-linux-gnu -o %t
// RUN: clang-22 -std=c99 -O2 -march=x86-64-v3 -emit-llvm -S %t/net.c -o - | FileCheck %s
// RUN: rescale-compile %s --name=net --emit=c --target=cortex-m4 -o %t
// RUN: FileCheck %s --input-file=%t/net.c --check-prefix=CORE

// CHECK-LABEL: define {{.*}} @apply_0(
// CHECK-NOT: x i64>
// CHECK: mul {{.*}}<8 x i32>
// CHECK-NOT: x i64>
// CHECK: {{^[}]$}}

// CORE-LABEL: apply_0(const int32_t *restrict input
// CORE: for (int32_t i = 0; i < 16; ++i) {
// CORE-NEXT: multiplicand = apply_0_multiplicand[i];
// CORE-NEXT: addend = apply_0_addend[i];
// CORE-NEXT: for (int32_t j = 0; j < 256; j += 4) {
// CORE: input[(j + 3) * 16 + i]

#id = affine_map<(h, w, c) -> (h, w, c)>
#c = affine_map<(h, w, c) -> (c)>
func.func @main(%x: tensor<16x16x16xi32>) -> tensor<16x16x16xi8> {
  %m = arith.constant dense<[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                             16]> : tensor<16xi8>
  %b = arith.constant dense<[-1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12,
                             -13, -14, -15, 7777]> : tensor<16xi16>
  %s = arith.constant 8 : i8
  %empty = tensor.empty() : tensor<16x16x16xi8>
  %y = linalg.generic {indexing_maps = [#id, #c, #c, #id],
                       iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %m, %b : tensor<16x16x16xi32>, tensor<16xi8>, tensor<16xi16>)
      outs(%empty : tensor<16x16x16xi8>) {
  ^bb0(%0: i32, %1: i8, %2: i16, %3: i8):
    %4 = rescale.apply %0 * %1 + %2 shift %s round addend
        {multiplicand_bits = 5 : i64, input_range = array<i64: -65536, 65535>,
         shift_range = array<i64: 8, 8>,
         addend_range = array<i64: -15, 7777>} : (i32, i8, i16, i8) -> i8
    linalg.yield %4 : i8
  } -> tensor<16x16x16xi8>
  return %y : tensor<16x16x16xi8>
}
