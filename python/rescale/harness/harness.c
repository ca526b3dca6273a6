// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "harness.h"
#include "hooks.h"
#include "platform.h"

static intptr_t layer_file;
static int layers_named;

void rescale_layer_begin(unsigned index) {
  platform_begin();
  rescale_layer_starts[index] = platform_count();
}

void rescale_layer_end(unsigned index, const char *layer) {
  uint64_t now = platform_count();
  platform_end(layer);
  rescale_layer_counts[index] = now - rescale_layer_starts[index];
  if (layers_named)
    return;
  size_t length = 0;
  while (layer[length])
    ++length;
  platform_write(layer_file, layer, length);
  platform_write(layer_file, "\n", 1);
}

/// Fills memory, which may be all that is left of the stack: not by a call.
static inline __attribute__((always_inline)) void
paint(unsigned char *from, const unsigned char *to) {
  for (volatile unsigned char *byte = from; byte != to; ++byte)
    *byte = RESCALE_PATTERN;
}

static int is_painted(const unsigned char *from, size_t size) {
  for (size_t i = 0; i < size; ++i)
    if (from[i] != RESCALE_PATTERN)
      return 0;
  return 1;
}

static void paint_buffer(const struct rescale_buffer *buffer) {
  paint(buffer->storage,
        buffer->storage + buffer->alignment + buffer->size + RESCALE_GUARD);
}

static int is_intact(const struct rescale_buffer *buffer) {
  return is_painted(buffer->storage, buffer->alignment) &&
         is_painted(buffer->storage + buffer->alignment + buffer->size,
                    RESCALE_GUARD);
}

/// FNV-1a.
static uint32_t hash_inputs(void) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; rescale_inputs[i]; ++i)
    for (size_t j = 0; j < rescale_inputs[i]->size; ++j)
      hash = (hash ^ ((unsigned char *)rescale_data(rescale_inputs[i]))[j]) *
             16777619u;
  return hash;
}

static void run(struct rescale_report *report) {
  paint_buffer(rescale_arena);
  for (size_t i = 0; rescale_outputs[i]; ++i)
    paint_buffer(rescale_outputs[i]);
  uint32_t hash = hash_inputs();

  unsigned char *limit = platform_stack_limit;
  unsigned char *top = platform_stack_pointer();
  paint(limit, top);
  if (!rescale_layer_count)
    platform_begin();
  uint64_t start = platform_count();
  int status = rescale_run();
  uint64_t end = platform_count();
  if (!rescale_layer_count)
    platform_end("run");
  unsigned char *deepest = limit;
  while (deepest != top &&
         *(volatile unsigned char *)deepest == (unsigned char)RESCALE_PATTERN)
    ++deepest;

  report->status = (uint64_t)(int64_t)status;
  report->count = end - start;
  report->stack = (uint64_t)(top - deepest);
  report->faults = deepest == limit ? RESCALE_STACK_OVERFLOW : 0;
  if (!is_intact(rescale_arena))
    report->faults |= RESCALE_ARENA_OVERRUN;
  for (size_t i = 0; rescale_outputs[i]; ++i)
    if (!is_intact(rescale_outputs[i]))
      report->faults |= RESCALE_OUTPUT_OVERRUN;
  if (hash != hash_inputs())
    report->faults |= RESCALE_INPUT_CHANGED;
}

/// Returns whether there is another sample. A network without inputs runs once.
static int read_sample(intptr_t file, int isFirst) {
  if (!rescale_inputs[0])
    return isFirst;
  for (size_t i = 0; rescale_inputs[i]; ++i)
    if (platform_read(file, rescale_data(rescale_inputs[i]),
                      rescale_inputs[i]->size) != rescale_inputs[i]->size)
      return 0;
  return 1;
}

void rescale_harness(void) {
  intptr_t input = platform_open("input.bin", 0);
  intptr_t output = platform_open("output.bin", 1);
  intptr_t reports = platform_open("report.bin", 1);
  layer_file = platform_open("layers.txt", 1);
  for (int isFirst = 1; read_sample(input, isFirst); isFirst = 0) {
    struct rescale_report report;
    run(&report);
    layers_named = 1;
    for (size_t i = 0; rescale_outputs[i]; ++i)
      platform_write(output, rescale_data(rescale_outputs[i]),
                     rescale_outputs[i]->size);
    platform_write(reports, &report, sizeof(report));
    platform_write(reports, rescale_layer_counts,
                   rescale_layer_count * sizeof(uint64_t));
  }
  platform_close(layer_file);
  platform_close(reports);
  platform_close(output);
  platform_close(input);
}
