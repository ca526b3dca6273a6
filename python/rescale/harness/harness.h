// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Runs a compiled network on samples and measures it, on any platform.
//
// In the working directory it reads input.bin, the inputs of all runs one
// after the other, and writes output.bin, likewise, and report.bin: for each
// run 64-bit words of the platform's byte order, which are the members of
// struct rescale_report and the counts of each layer.

#ifndef RESCALE_HARNESS_H
#define RESCALE_HARNESS_H

#include <stddef.h>
#include <stdint.h>

enum { RESCALE_GUARD = 16, RESCALE_PATTERN = 0xa5 };

/// Memory that the network may use, with bytes before and after it that it may
/// not. It is aligned as the network asks for, and no more.
struct rescale_buffer {
  unsigned char *storage;
  size_t alignment;
  size_t size;
};

#define RESCALE_BUFFER(name, bytes, align)                                     \
  static unsigned char __attribute__((aligned(                                 \
      2 * (align)))) name##_storage[(align) + (bytes) + RESCALE_GUARD];        \
  static const struct rescale_buffer name = {name##_storage, align, bytes}

static inline void *rescale_data(const struct rescale_buffer *buffer) {
  return buffer->storage + buffer->alignment;
}

/// What one run shows.
struct rescale_report {
  uint64_t status; ///< What the entry point returned.
  uint64_t faults; ///< Of enum rescale_fault.
  uint64_t count;  ///< Of the platform; 0 where it counts from outside.
  uint64_t stack;  ///< Bytes, at the deepest point.
};

enum rescale_fault {
  RESCALE_ARENA_OVERRUN = 1,
  RESCALE_OUTPUT_OVERRUN = 2,
  RESCALE_INPUT_CHANGED = 4,
  RESCALE_STACK_OVERFLOW = 8
};

// The network: a source file that is generated for each.

extern const struct rescale_buffer *const rescale_arena;
/// End with a null pointer.
extern const struct rescale_buffer *const rescale_inputs[];
extern const struct rescale_buffer *const rescale_outputs[];
/// 0 where layers are not measured one by one.
extern const size_t rescale_layer_count;
extern uint64_t rescale_layer_counts[];
extern uint64_t rescale_layer_starts[];

/// Runs the network once on these buffers.
int rescale_run(void);

#endif // RESCALE_HARNESS_H
