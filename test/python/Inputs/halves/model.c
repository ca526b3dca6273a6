/* Two layers in the form that the compiler writes: products with weights, then
 * half of each. FAULT makes it break a rule. */

#include "model.h"

#ifndef MODEL_LAYER_BEGIN
#define MODEL_LAYER_BEGIN(index, layer)
#define MODEL_LAYER_END(index, layer)
#endif

static const int8_t weights[4] = {1, 2, 3, -4};

static void scale(const int8_t *input, int32_t *output) {
  for (int i = 0; i < 4; ++i)
    output[i] = input[i] * weights[i];
}

static void halve(const int32_t *input, int8_t *output) {
  for (int i = 0; i < 4; ++i)
    output[i] = (int8_t)(input[i] / 2);
}

int model_run(void *arena, const int8_t *input, int8_t *output) {
  int32_t *scaled = (int32_t *)arena;
  MODEL_LAYER_BEGIN(0, "scale")
  scale(input, scaled);
  MODEL_LAYER_END(0, "scale")
  MODEL_LAYER_BEGIN(1, "halve")
  halve(scaled, output);
  MODEL_LAYER_END(1, "halve")
#ifdef FAULT
  FAULT
#endif
  return 0;
}
