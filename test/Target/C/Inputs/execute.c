/* Part of the Rescale Project, under the Apache License v2.0 with LLVM
 * Exceptions. See LICENSE for license information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Compares the C of execute.mlir with what LLVM makes of it. */

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if WIDTH == 8
typedef int8_t number;
#elif WIDTH == 16
typedef int16_t number;
#elif WIDTH == 32
typedef int32_t number;
#else
typedef int64_t number;
#endif

/* What MLIR passes for a memref of rank 1. */
struct memref {
  number *allocated, *aligned;
  intptr_t offset, size, stride;
};

void ops_c(number a, number b, number *out);
void _mlir_ciface_ops(number a, number b, struct memref *out);

static int compare(number a, number b) {
  number expected[64], got[64];
  struct memref ref = {expected, expected, 0, 64, 1};
  int i, failures = 0;
  memset(expected, 0, sizeof expected);
  memset(got, 0, sizeof got);
  _mlir_ciface_ops(a, b, &ref);
  ops_c(a, b, got);
  for (i = 0; i < 64; ++i)
    if (got[i] != expected[i]) {
      printf("element %d of (%" PRId64 ", %" PRId64 "): got %" PRId64
             ", expected %" PRId64 "\n",
             i, (int64_t)a, (int64_t)b, (int64_t)got[i], (int64_t)expected[i]);
      failures = 1;
    }
  return failures;
}

int main(void) {
  static const int64_t corners[] = {
      0,         1,          2,           3,         7,         8,
      31,        32,         63,          64,        77,        126,
      127,       128,        255,         32766,     32767,     32768,
      65535,     1 << 20,    INT32_MAX,   INT32_MIN, 1LL << 31, 1LL << 40,
      INT64_MAX, INT64_MIN,  INT64_MIN + 1};
  const int count = sizeof corners / sizeof *corners;
  uint64_t state = 88172645463325252u;
  int i, j, failures = 0;
  for (i = 0; i < 2 * count; ++i)
    for (j = 0; j < 2 * count; ++j) {
      int64_t a = corners[i / 2], b = corners[j / 2];
      failures += compare((number)(i % 2 ? ~a : a), (number)(j % 2 ? ~b : b));
    }
  for (i = 0; i < 20000; ++i) {
    uint64_t a;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    a = state;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    failures += compare((number)a, (number)state);
  }
  return failures != 0;
}
