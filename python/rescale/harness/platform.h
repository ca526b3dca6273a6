// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// What the harness needs of a platform: files, the stack, and a count that goes
// up with every instruction, or every so many. Count and stack pointer are read
// inline, because a call would use the stack that is measured.

#ifndef RESCALE_PLATFORM_H
#define RESCALE_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

/// Opens a file in the working directory; does not return where it cannot.
intptr_t platform_open(const char *name, int write);
/// Returns how many bytes were read, fewer than `size` only at the end.
size_t platform_read(intptr_t file, void *data, size_t size);
void platform_write(intptr_t file, const void *data, size_t size);
void platform_close(intptr_t file);

/// The lowest address of the stack on which `rescale_harness` runs.
extern unsigned char *platform_stack_limit;

/// All of the harness; returns when there are no more samples.
void rescale_harness(void);

#if defined(__arm__)

// SysTick counts down from 2^24 - 1. It has no wider value, so its interrupt
// counts the rounds.
#define PLATFORM_SYST_CSR (*(volatile uint32_t *)0xe000e010u)
#define PLATFORM_SYST_RVR (*(volatile uint32_t *)0xe000e014u)
#define PLATFORM_SYST_CVR (*(volatile uint32_t *)0xe000e018u)
extern volatile uint32_t platform_rounds;

static inline uint64_t platform_count(void) {
  uint32_t rounds, value;
  do {
    rounds = platform_rounds;
    value = PLATFORM_SYST_CVR;
  } while (rounds != platform_rounds);
  // A round begins at 0, where the interrupt is raised.
  return ((uint64_t)rounds << 24) + (-value & 0xffffffu);
}

static inline void platform_begin(void) {}
static inline void platform_end(const char *what) { (void)what; }

static inline unsigned char *platform_stack_pointer(void) {
  unsigned char *sp;
  __asm__ volatile("mov %0, sp" : "=r"(sp));
  return sp;
}

#elif defined(__riscv)

static inline uint64_t platform_count(void) {
  uint32_t high, low, again;
  do {
    __asm__ volatile("csrr %0, minstreth" : "=r"(high));
    __asm__ volatile("csrr %0, minstret" : "=r"(low));
    __asm__ volatile("csrr %0, minstreth" : "=r"(again));
  } while (high != again);
  return (uint64_t)high << 32 | low;
}

static inline void platform_begin(void) {}
static inline void platform_end(const char *what) { (void)what; }

static inline unsigned char *platform_stack_pointer(void) {
  unsigned char *sp;
  __asm__ volatile("mv %0, sp" : "=r"(sp));
  return sp;
}

#else // A host, where Callgrind counts.

#include <valgrind/callgrind.h>

static inline uint64_t platform_count(void) { return 0; }
static inline void platform_begin(void) { CALLGRIND_ZERO_STATS; }
static inline void platform_end(const char *what) {
  CALLGRIND_DUMP_STATS_AT(what);
}

static inline unsigned char *platform_stack_pointer(void) {
  unsigned char *sp;
#if defined(__x86_64__)
  __asm__ volatile("movq %%rsp, %0" : "=r"(sp));
#elif defined(__aarch64__)
  __asm__ volatile("mov %0, sp" : "=r"(sp));
#else
  sp = __builtin_frame_address(0);
#endif
  return sp;
}

#endif

#endif // RESCALE_PLATFORM_H
