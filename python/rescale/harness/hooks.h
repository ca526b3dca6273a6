// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// What the C of a network calls around each layer where layers are measured.

#ifndef RESCALE_HOOKS_H
#define RESCALE_HOOKS_H

void rescale_layer_begin(unsigned index);
void rescale_layer_end(unsigned index, const char *layer);

#define MODEL_LAYER_BEGIN(index, layer) rescale_layer_begin(index);
#define MODEL_LAYER_END(index, layer) rescale_layer_end(index, layer);

#endif // RESCALE_HOOKS_H
