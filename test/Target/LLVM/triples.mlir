// RUN: rm -rf %t

// Every kind of object, with the processor and the ABI that the triple means.
// RUN: rescale-compile %s --name=m0 --target=thumbv6m-none-eabi -o %t
// RUN: llvm-readobj --file-header --arch-specific --symbols %t/m0.o | FileCheck %s --check-prefix=M0
// M0: Format: elf32-littlearm
// M0: Name: m0_run
// M0: CPU_arch
// M0: Description: ARM v6S-M

// RUN: rescale-compile %s --name=m4 --target=thumbv7em-none-eabi --cpu=cortex-m4 -o %t
// RUN: llvm-readobj --arch-specific %t/m4.o | FileCheck %s --check-prefix=M4
// M4: Description: ARM v7E-M

// RUN: rescale-compile %s --name=rv --target=riscv32-unknown-elf -o %t
// RUN: llvm-readobj --file-header --arch-specific %t/rv.o | FileCheck %s --check-prefix=RV32
// RV32: Format: elf32-littleriscv
// RV32: EF_RISCV_RVC
// RV32-NOT: EF_RISCV_FLOAT
// RV32: rv32i2p1_m2p0_a2p1_c2p0

// RUN: rescale-compile %s --name=rv --target=riscv32-unknown-elf --features=+m -o %t
// RUN: llvm-readobj --arch-specific %t/rv.o | FileCheck %s --check-prefix=RV32IM
// RV32IM: rv32i2p1_m2p0_zmmul1p0{{$}}

// The common name of a core stands for its triple, processor and features, and
// more features can follow.
// RUN: rescale-compile %s --name=core --target=cortex-m0 -o %t
// RUN: llvm-readobj --arch-specific %t/core.o | FileCheck %s --check-prefix=CORE-M0
// CORE-M0: Description: ARM v6S-M
// RUN: rescale-compile %s --name=core --target=cortex-m3 -o %t
// RUN: llvm-readobj --arch-specific %t/core.o | FileCheck %s --check-prefix=CORE-M3
// CORE-M3: Description: ARM v7
// CORE-M3: Description: Microcontroller
// RUN: rescale-compile %s --name=core --target=cortex-m4 -o %t
// RUN: llvm-readobj --arch-specific %t/core.o | FileCheck %s --check-prefix=CORE-M4
// CORE-M4: Value: cortex-m4
// CORE-M4: Description: ARM v7E-M
// CORE-M4-NOT: FP_arch
// RUN: rescale-compile %s --name=core --target=cortex-m7 -o %t
// RUN: llvm-readobj --arch-specific %t/core.o | FileCheck %s --check-prefix=CORE-M7
// CORE-M7: Value: cortex-m7
// RUN: rescale-compile %s --name=core --target=cortex-m33 -o %t
// RUN: llvm-readobj --arch-specific %t/core.o | FileCheck %s --check-prefix=CORE-M33
// CORE-M33: Description: ARM v8-M Mainline
// RUN: rescale-compile %s --name=core --target=cortex-m55 -o %t
// RUN: llvm-readobj --arch-specific %t/core.o | FileCheck %s --check-prefix=CORE-M55
// CORE-M55: Description: ARM v8.1-M Mainline
// CORE-M55: ABI_VFP_args
// RUN: rescale-compile %s --name=core --target=rv32im -o %t
// RUN: llvm-readobj --arch-specific %t/core.o | FileCheck %s --check-prefix=RV32IM
// RUN: rescale-compile %s --name=core --target=rv32im --features=+zba -o %t
// RUN: llvm-readobj --arch-specific %t/core.o | FileCheck %s --check-prefix=CORE-ZBA
// CORE-ZBA: rv32i2p1_m2p0_zmmul1p0_zba1p0{{$}}
// RUN: rescale-compile %s --name=core --target=rv32imc -o %t
// RUN: llvm-readobj --file-header --arch-specific %t/core.o | FileCheck %s --check-prefix=CORE-C
// CORE-C: EF_RISCV_RVC
// CORE-C: rv32i2p1_m2p0_c2p0

// RUN: rescale-compile %s --name=rv --target=riscv64-linux-gnu -o %t
// RUN: llvm-readobj --file-header %t/rv.o | FileCheck %s --check-prefix=RV64
// RV64: Format: elf64-littleriscv
// RV64: EF_RISCV_FLOAT_ABI_DOUBLE

// RUN: rescale-compile %s --name=a64 --target=aarch64-linux-gnu -o %t
// RUN: llvm-readobj --file-header %t/a64.o | FileCheck %s --check-prefix=A64
// A64: Format: elf64-littleaarch64

// Hosted code is position independent, and nothing but the entry point is seen.
// RUN: rescale-compile %s --name=ir -O0 --emit=llvm --target=x86_64-linux-gnu -o %t
// RUN: FileCheck %s --input-file=%t/ir.ll --check-prefix=IR
// IR: target triple = "x86_64-unknown-linux-gnu"
// IR: @{{.*}} = {{private|internal}} {{.*}}constant
// IR-NOT: = {{(dso_local )?(unnamed_addr )?(global|constant)}}
// IR: define {{.*}}i32 @ir_run(ptr {{.*}}, ptr {{.*}}, ptr {{.*}})
// IR-NOT: define
// IR: attributes {{.*}}nounwind
// IR: !"PIC Level", i32 2}
// RUN: rescale-compile %s --name=ir --emit=llvm --target=thumbv6m-none-eabi -o %t
// RUN: FileCheck %s --input-file=%t/ir.ll --check-prefix=BARE
// BARE-NOT: PIC Level

func.func @main(%x: tensor<2x4xi32>) -> tensor<2x4xi8> {
  %w = "tosa.const"() <{values = dense<[[5, 2, 3, 4]]> : tensor<1x4xi32>}>
     : () -> tensor<1x4xi32>
  %0 = tosa.add %x, %w : (tensor<2x4xi32>, tensor<1x4xi32>) -> tensor<2x4xi32>
  %1 = tosa.reverse %0 {axis = 1 : i32} : (tensor<2x4xi32>) -> tensor<2x4xi32>
  %2 = rescale.requantize %1 mul dense<[77, 91, 3, 4]> : tensor<4xui8>
         shift [9, 10, 40, 33] axis 1 round half_up
     : tensor<2x4xi32> -> tensor<2x4xi8>
  return %2 : tensor<2x4xi8>
}
