// RUN: rm -rf %t

// RUN: not rescale-compile %s -o %t --target=sparkle-none-elf 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: rescale-compile: error: requires a target that LLVM knows, got 'sparkle-none-elf'; say host, cortex-m0, cortex-m3, cortex-m4, cortex-m7, cortex-m33, cortex-m55, rv32im, rv32imc, or a triple such as aarch64-linux-gnu

// The nearest name, where there is one that is near.
// RUN: not rescale-compile %s -o %t --target=cortex-m4f 2>&1 | FileCheck %s --check-prefix=NEAR-M4
// NEAR-M4: rescale-compile: error: requires a target that LLVM knows, got 'cortex-m4f'; did you mean cortex-m4?{{$}}
// RUN: not rescale-compile %s -o %t --target=Cortex-M33 2>&1 | FileCheck %s --check-prefix=NEAR-M33
// NEAR-M33: got 'Cortex-M33'; did you mean cortex-m33?
// RUN: not rescale-compile %s -o %t --target=rv32imac 2>&1 | FileCheck %s --check-prefix=NEAR-RV32
// NEAR-RV32: got 'rv32imac'; did you mean rv32imc?

// RUN: not rescale-compile %s -o %t --target=thumbv6m-none-eabi --cpu=vax 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: rescale-compile: error: requires a processor of thumbv6m-{{.*}}eabi, got 'vax'; `llc -mtriple=thumbv6m-{{.*}}eabi -mcpu=help` lists them

// RUN: not rescale-compile %s -o %t --target=bpf --cpu=native 2>&1 | FileCheck %s --check-prefix=NATIVE
// NATIVE: rescale-compile: error: requires a processor of bpf{{.*}}, got 'native' on {{.*}}; name one with --cpu

// RUN: not rescale-compile %s -o %t --target=riscv32-unknown-elf --features=+m,x 2>&1 | FileCheck %s --check-prefix=SIGN
// SIGN: rescale-compile: error: requires features of riscv32-{{.*}} with + or - before each, got 'x'; `llc -mtriple=riscv32-{{.*}} -mattr=help` lists them
// RUN: not rescale-compile %s -o %t --target=riscv32-unknown-elf --features=+warp 2>&1 | FileCheck %s --check-prefix=FEATURE
// FEATURE: rescale-compile: error: requires features of riscv32-{{.*}}, got '+warp'

// RUN: not rescale-compile %s -o %t -O4 2>&1 | FileCheck %s --check-prefix=LEVEL
// LEVEL: rescale-compile: error: requires an optimization level from 0 to 3, got 4; say -O2

// RUN: not rescale-compile %s -o %t --target=nvptx64 2>&1 | FileCheck %s --check-prefix=OBJECT
// OBJECT: rescale-compile: error: requires a target that has object files, got 'nvptx64'; use --emit=llvm

// RUN: not rescale-compile %s -o %t --target=riscv32-unknown-elf --features=+e,+d 2>&1 | FileCheck %s --check-prefix=TOGETHER
// TOGETHER: rescale-compile: error: requires a target, a processor and features that go together, got 'riscv32-unknown-elf', '' and '+e,+d': {{.+}}; choose others with --target, --cpu and --features

// RUN: not ls %t

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
