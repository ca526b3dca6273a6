// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Files by semihosting, and what happens between reset and the harness.

#include "platform.h"

#include <stdint.h>

// The linker script places these.
extern unsigned char rescale_stack_limit[], rescale_stack_top[];
extern uint32_t rescale_data_image[], rescale_data_start[], rescale_data_end[];
extern uint32_t rescale_bss_start[], rescale_bss_end[];

unsigned char *platform_stack_limit = rescale_stack_limit;

// Operations of Arm's semihosting specification, which RISC-V shares.
enum {
  SYS_OPEN = 0x01,
  SYS_CLOSE = 0x02,
  SYS_WRITE = 0x05,
  SYS_READ = 0x06,
  SYS_EXIT_EXTENDED = 0x20
};
enum { ADP_STOPPED_APPLICATION_EXIT = 0x20026 };

static intptr_t semihost(intptr_t operation, const void *arguments) {
#if defined(__arm__)
  register intptr_t result __asm__("r0") = operation;
  register const void *block __asm__("r1") = arguments;
  __asm__ volatile("bkpt 0xab" : "+r"(result) : "r"(block) : "memory");
#else
  register intptr_t result __asm__("a0") = operation;
  register const void *block __asm__("a1") = arguments;
  // A debugger knows the breakpoint by its neighbours, all three uncompressed
  // and in one page.
  __asm__ volatile(".balign 16\n"
                   ".option push\n"
                   ".option norvc\n"
                   "slli zero, zero, 0x1f\n"
                   "ebreak\n"
                   "srai zero, zero, 7\n"
                   ".option pop"
                   : "+r"(result)
                   : "r"(block)
                   : "memory");
#endif
  return result;
}

static _Noreturn void leave(uintptr_t code) {
  const uintptr_t block[] = {ADP_STOPPED_APPLICATION_EXIT, code};
  for (;;)
    semihost(SYS_EXIT_EXTENDED, block);
}

intptr_t platform_open(const char *name, int write) {
  uintptr_t length = 0;
  while (name[length])
    ++length;
  // As fopen's "rb" and "wb".
  const uintptr_t block[] = {(uintptr_t)name, write ? 5 : 1, length};
  intptr_t file = semihost(SYS_OPEN, block);
  if (file == -1)
    leave(3);
  return file;
}

size_t platform_read(intptr_t file, void *data, size_t size) {
  const uintptr_t block[] = {(uintptr_t)file, (uintptr_t)data, size};
  return size - (size_t)semihost(SYS_READ, block);
}

void platform_write(intptr_t file, const void *data, size_t size) {
  const uintptr_t block[] = {(uintptr_t)file, (uintptr_t)data, size};
  if (size && semihost(SYS_WRITE, block))
    leave(3);
}

void platform_close(intptr_t file) {
  const uintptr_t block[] = {(uintptr_t)file};
  semihost(SYS_CLOSE, block);
}

static _Noreturn void start(void) {
  uint32_t *image = rescale_data_image;
  for (volatile uint32_t *word = rescale_data_start; word != rescale_data_end;)
    *word++ = *image++;
  for (volatile uint32_t *word = rescale_bss_start; word != rescale_bss_end;)
    *word++ = 0;
  rescale_harness();
  leave(0);
}

#if defined(__arm__)

volatile uint32_t platform_rounds;

static void count_round(void) { ++platform_rounds; }

static void fault(void) { leave(2); }

void rescale_reset(void);
void rescale_reset(void) {
#if defined(__ARM_FEATURE_MVE) || defined(__ARM_FP)
  // Coprocessors 10 and 11 are the floating-point and vector unit.
  *(volatile uint32_t *)0xe000ed88u |= 0xfu << 20;
  __asm__ volatile("dsb\nisb" ::: "memory");
#endif
#if !defined(__ARM_FEATURE_UNALIGNED)
  // CCR.UNALIGN_TRP: a processor that has more than the code was compiled for
  // traps what this one would.
  *(volatile uint32_t *)0xe000ed14u |= 8u;
#endif
  PLATFORM_SYST_RVR = 0xffffffu;
  PLATFORM_SYST_CVR = 0;
  // Enable the processor's clock, the interrupt and the counter.
  PLATFORM_SYST_CSR = 7;
  start();
}

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const struct {
  unsigned char *stack;
  vector reset, nmi, hard_fault, memory_fault, bus_fault, usage_fault;
  vector reserved0[4];
  vector supervisor_call, debug, reserved1, pending, tick;
} vectors = {rescale_stack_top,
             rescale_reset,
             fault,
             fault,
             fault,
             fault,
             fault,
             {0},
             fault,
             fault,
             0,
             fault,
             count_round};

#else

void rescale_start(void);
void rescale_start(void) { start(); }

void rescale_trap(void);
void rescale_trap(void) { leave(2); }

// At the first address of the memory, where the reset code jumps to. A trap may
// come from a bad stack pointer, so it takes a new one.
__asm__(".section .vectors, \"ax\"\n"
        ".globl rescale_reset\n"
        "rescale_reset:\n"
        ".option push\n"
        ".option norelax\n"
        "  la gp, __global_pointer$\n"
        ".option pop\n"
        "  la sp, rescale_stack_top\n"
        "  la t0, rescale_trap_entry\n"
        "  csrw mtvec, t0\n"
        "  j rescale_start\n"
        ".balign 4\n"
        "rescale_trap_entry:\n"
        "  la sp, rescale_stack_top\n"
        "  j rescale_trap\n"
        ".previous\n");

#endif
