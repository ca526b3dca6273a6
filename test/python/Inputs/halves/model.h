/* The interface of a network in the form that the compiler writes. */

#ifndef RESCALE_MODEL_H
#define RESCALE_MODEL_H

#include <stdint.h>

#define MODEL_ARENA_SIZE 16
#define MODEL_ARENA_ALIGNMENT 4
#define MODEL_ARENA_LOWER_BOUND 12

#define MODEL_INPUT_RANK 2
#define MODEL_INPUT_SHAPE {1, 4}
/* Number of elements. */
#define MODEL_INPUT_SIZE 4

#define MODEL_OUTPUT_RANK 2
#define MODEL_OUTPUT_SHAPE {1, 4}
/* Number of elements. */
#define MODEL_OUTPUT_SIZE 4
/* real = SCALE * (code - ZERO_POINT) */
#define MODEL_OUTPUT_SCALE 0.1f
#define MODEL_OUTPUT_ZERO_POINT (0)

int model_run(void *arena, const int8_t *input, int8_t *output);

#endif /* RESCALE_MODEL_H */
