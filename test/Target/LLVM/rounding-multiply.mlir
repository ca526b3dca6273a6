// Multiplications that round are one instruction for a vector, of lanes as wide
// as their factors, on 4,096 accumulators in 16 channels.

// RUN: rm -rf %t

// By the costs of the target: double rounding as it is, and half-up.
// RUN: rescale-compile %s --name=net --target=aarch64-linux-gnu -o %t
// RUN: llvm-objdump -d --no-show-raw-insn %t/net.o | FileCheck %s --check-prefix=NEON
// NEON-LABEL: <requantize_0>:
// NEON-NOT: {{smull|\.2d, }}
// NEON-COUNT-4: sqrdmulh v{{[0-9]+}}.4s
// NEON-NOT: {{sqrdmulh|smull|\.2d, }}
// NEON-LABEL: <requantize_1>:
// NEON-COUNT-4: sqrdmulh v{{[0-9]+}}.4s

// RUN: rescale-compile %s --name=net --target=aarch64-linux-gnu --rescale-rung=rounding_high_16,fallback -o %t
// RUN: llvm-objdump -d --no-show-raw-insn %t/net.o | FileCheck %s --check-prefix=NEON16
// NEON16-LABEL: <requantize_1>:
// NEON16-COUNT-2: sqrdmulh v{{[0-9]+}}.8h
// NEON16-NOT: {{sqrdmulh|mull}}

// RUN: rescale-compile %s --name=net --target=cortex-m55 --rescale-rung=rounding_high -o %t
// RUN: llvm-objdump -d --no-show-raw-insn %t/net.o | FileCheck %s --check-prefix=MVE
// MVE-LABEL: <requantize_0>:
// MVE-NOT: {{smull|smmul|vmull}}
// MVE: vqrdmulh.s32
// MVE-NOT: {{smull|smmul|vmull}}
// MVE-LABEL: <requantize_1>:
// MVE: vqrdmulh.s32

// RUN: rescale-compile %s --name=net --target=cortex-m55 --rescale-rung=rounding_high_16,fallback -o %t
// RUN: llvm-objdump -d --no-show-raw-insn %t/net.o | FileCheck %s --check-prefix=MVE16
// MVE16-LABEL: <requantize_1>:
// MVE16: vqrdmulh.s16

// Scalable vectors, and nothing of 64 bits.
// RUN: rescale-compile %s --name=net --target=riscv32-unknown-elf --features=+m,+c,+v --rescale-rung=rounding_high -o %t
// RUN: llvm-objdump -d --no-show-raw-insn %t/net.o | FileCheck %s --check-prefix=RVV
// RVV-LABEL: <requantize_0>:
// RVV-NOT: {{vwmul|e64|mulh}}
// RVV: csrwi {{[[:space:]]*}}vxrm, 0x0
// RVV-NOT: {{vwmul|e64|mulh}}
// RVV: vsmul.v
// RVV-NOT: {{vwmul|e64|mulh}}
// RVV-LABEL: <requantize_1>:
// RVV: vsmul.v

// An AVX2 machine takes the 16 bits where they are exact, of all 16 channels at
// once; a 32-bit product of clamped accumulators is pmaddwd.
// RUN: rescale-compile %s --name=net --target=x86_64-linux-gnu --cpu=x86-64-v3 -o %t
// RUN: llvm-objdump -d --no-show-raw-insn %t/net.o | FileCheck %s --check-prefix=AVX2
// AVX2-LABEL: <requantize_1>:
// AVX2: vpmulhrsw {{.*}}%ymm
// AVX2-NOT: {{vpmul|vpmadd}}

// RUN: rescale-compile %s --name=net --target=x86_64-linux-gnu --cpu=x86-64-v2 -o %t
// RUN: llvm-objdump -d --no-show-raw-insn %t/net.o | FileCheck %s --check-prefix=SSE
// SSE-LABEL: <requantize_1>:
// SSE: pmulhrsw {{.*}}%xmm

// RUN: rescale-compile %s --name=net --target=x86_64-linux-gnu --cpu=x86-64-v3 --rescale-rung=multiply_32,fallback -o %t
// RUN: llvm-objdump -d --no-show-raw-insn %t/net.o | FileCheck %s --check-prefix=MADD
// MADD-LABEL: <requantize_1>:
// MADD: vpmaddwd
// MADD-NOT: vpmulld

// Without the instruction it is arithmetic, and nothing is left of functions.
// RUN: rescale-compile %s --name=net --emit=llvm --target=x86_64-linux-gnu --cpu=x86-64 --rescale-rung=rounding_high -o %t
// RUN: FileCheck %s --input-file=%t/net.ll --check-prefix=PLAIN --implicit-check-not=rescale.rounding
// RUN: rescale-compile %s --name=net --emit=llvm --target=aarch64-linux-gnu -o %t
// RUN: FileCheck %s --input-file=%t/net.ll --check-prefix=CALL --implicit-check-not=rescale.rounding
// PLAIN: mul {{.*}}i64
// CALL: @llvm.aarch64.neon.sqrdmulh.v4i32(

func.func @main(%x: tensor<1x16x16x16xi32>)
    -> (tensor<1x16x16x16xi8>, tensor<1x16x16x16xi8>) {
  %0 = rescale.requantize %x mul dense<[1518500250, 1342177281, 1218500250,
           1442177281, 1518500251, 1342177281, 1518500250, 1342177281,
           1518500250, 1342177281, 1218500250, 1442177281, 1518500251,
           1342177281, 1518500250, 1342177281]> : tensor<16xui32>
         shift [38, 37, 38, 38, 38, 37, 37, 38, 38, 37, 38, 38, 38, 37, 37, 38]
         axis 3 round double zero_point -128
       : tensor<1x16x16x16xi32> -> tensor<1x16x16x16xi8>
  %1 = rescale.requantize %x mul dense<[141, 79, 200, 255, 199, 188, 181, 142,
           141, 139, 128, 133, 177, 211, 222, 250]> : tensor<16xui8>
         shift [12, 12, 13, 13, 13, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 12]
         axis 3 round half_up zero_point -128
       : tensor<1x16x16x16xi32> -> tensor<1x16x16x16xi8>
  return %0, %1 : tensor<1x16x16x16xi8>, tensor<1x16x16x16xi8>
}
