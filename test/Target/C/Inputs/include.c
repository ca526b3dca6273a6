/* Part of the Rescale Project, under the Apache License v2.0 with LLVM
 * Exceptions. See LICENSE for license information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Uses every kind of line in the header of ../c-header.mlir. */

#include "ports.h"
#include "ports.h"

static const int shape[PORTS_INPUT0_RANK] = PORTS_INPUT0_SHAPE;
static int8_t input0[PORTS_INPUT0_SIZE];
static bool input1[PORTS_INPUT1_SIZE];
static int16_t output0[PORTS_OUTPUT0_SIZE];
static float output1[PORTS_OUTPUT1_SIZE];

int main(void) {
  static union ports_arena arena;
  double zero = PORTS_INPUT0_SCALE * (double)(0 - PORTS_INPUT0_ZERO_POINT);
  if (shape[0] != 1 || shape[1] != 2 || shape[2] != 3 || zero != 64.0)
    return 2;
  input0[5] = 7;
  if (ports_run(&arena, input0, input1, output0, output1) != 0)
    return 3;
  return output0[5] == 14 && output1[0] == 0.0f ? 0 : 1;
}
