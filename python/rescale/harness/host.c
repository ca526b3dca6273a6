// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Files by the C library, and a stack whose limit is known.

#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

static unsigned char stack[1 << 20];
unsigned char *platform_stack_limit = stack;

static void fail(const char *what) {
  perror(what);
  exit(3);
}

intptr_t platform_open(const char *name, int write) {
  FILE *file = fopen(name, write ? "wb" : "rb");
  if (!file)
    fail(name);
  return (intptr_t)file;
}

size_t platform_read(intptr_t file, void *data, size_t size) {
  return fread(data, 1, size, (FILE *)file);
}

void platform_write(intptr_t file, const void *data, size_t size) {
  if (fwrite(data, 1, size, (FILE *)file) != size)
    fail("write");
}

void platform_close(intptr_t file) {
  if (fclose((FILE *)file))
    fail("close");
}

int main(void) {
  static ucontext_t caller, harness;
  if (getcontext(&harness))
    fail("getcontext");
  harness.uc_stack.ss_sp = stack;
  harness.uc_stack.ss_size = sizeof(stack);
  harness.uc_link = &caller;
  makecontext(&harness, rescale_harness, 0);
  if (swapcontext(&caller, &harness))
    fail("swapcontext");
  return 0;
}
