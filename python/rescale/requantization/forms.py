# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The forms of requantization that are compared, each written as C."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import tools
from ..interface import NAME, Interface
from ..model import compile_network
from ..targets import Target
from .layers import ONE_SIDED, TWO_SIDED, Layer

#: Writes NAME.c and NAME.h into a folder, for a target.
Writer = Callable[[Layer, Path, Target], Interface]


@dataclass(frozen=True)
class Form:
    """A way to requantize a layer's accumulators.

    narrow: of ours, as in `rescale.load`; they take the convolution's input
    and return the accumulators before the codes. None: double rounding.
    """

    name: str
    layer: Layer
    write: Writer
    narrow: str | int | None = None

    def expected(self, accumulators: np.ndarray) -> np.ndarray:
        """Returns the codes that it has to give; raises RescaleError."""
        if self.narrow in (None, "lossless"):
            return self.layer.double_rounding(accumulators)
        with contextlib.redirect_stderr(io.StringIO()):
            return self.layer.narrowed(accumulators, self.narrow)


def ours(
    name: str, layer: Layer, narrow: str | int, options: Sequence[str] = ()
) -> Form:
    """Returns what rescale-compile makes of a layer.

    narrow: as in `rescale.load`.
    options: for rescale-compile, such as --rescale-rung.
    """

    def write(layer: Layer, folder: Path, target: Target) -> Interface:
        # How many codes change is no news here.
        with contextlib.redirect_stderr(io.StringIO()):
            return compile_network(
                *(layer.path, folder, "c", target),
                narrow=narrow,
                options=options,
            )

    return Form(name, layer, write, narrow)


def _multiply_extended(match: re.Match[str]) -> str:
    """Returns what LLVM makes of an arith.mulsi_extended, which C lacks."""
    low, high, lhs, rhs = match.groups()
    return f"""\
      {low}_l = arith.extsi {lhs} : i32 to i64
      {low}_r = arith.extsi {rhs} : i32 to i64
      {low}_p = arith.muli {low}_l, {low}_r : i64
      {low}_n = arith.constant 32 : i64
      {low}_h = arith.shrsi {low}_p, {low}_n : i64
      {low} = arith.trunci {low}_p : i64 to i32
      {high} = arith.trunci {low}_h : i64 to i32
"""


def _upstream(name: str, layer: Layer, uses_32_bit: bool) -> Form:
    """Upstream's lowering, down to the linalg that our loops start from."""
    passes = (
        "builtin.module(func.func(tosa-to-linalg,tosa-to-arith{"
        "include-apply-rescale=true "
        f"use-32-bit={'true' if uses_32_bit else 'false'}}},"
        "canonicalize,cse))"
    )

    def write(layer: Layer, folder: Path, target: Target) -> Interface:
        source = folder / "upstream.mlir"
        source.write_text(layer.requantization())
        text = tools.run("rescale-opt", [source, f"--pass-pipeline={passes}"])
        source.write_text(
            re.sub(
                r" *(%\w+), (%\w+) = arith\.mulsi_extended (%\w+), (%\w+) : "
                r"i32\n",
                _multiply_extended,
                text,
            )
        )
        return compile_network(source, folder, "c", target)

    return Form(name, layer, write)


_INT64 = """\
/* Double rounding in 64 bits. */

#include "model.h"

#ifndef MODEL_LAYER_BEGIN
#define MODEL_LAYER_BEGIN(index, layer)
#define MODEL_LAYER_END(index, layer)
#endif

static const int32_t multipliers[16] = {{{multipliers}}};
static const int8_t shifts[16] = {{{shifts}}};

static __attribute__((noinline)) void
requantize(const int32_t *restrict input, int8_t *restrict output) {{
  for (int32_t pixel = 0; pixel < 256; ++pixel) {{
    for (int32_t channel = 0; channel < 16; ++channel) {{
      const int32_t x = input[16 * pixel + channel];
      const int shift = shifts[channel];
      int64_t value = (int64_t)x * multipliers[channel];
      value += (int64_t)1 << (shift - 1);
      if (shift > 31) {{
        value += x >= 0 ? 1 << 30 : -(1 << 30);
      }}
      value = (value >> shift) + {zero_point};
      if (value < -128) {{
        value = -128;
      }}
      if (value > 127) {{
        value = 127;
      }}
      output[16 * pixel + channel] = (int8_t)value;
    }}
  }}
}}

int model_run(void *arena, const int32_t *input, int8_t *output) {{
  (void)arena;
  MODEL_LAYER_BEGIN(0, "requantize")
  requantize(input, output);
  MODEL_LAYER_END(0, "requantize")
  return 0;
}}
"""


def _write_int64(layer: Layer, folder: Path, target: Target) -> Interface:
    # For the header.
    interface = UPSTREAM_64[layer].write(layer, folder, target)
    Path(folder, f"{NAME}.c").write_text(
        _INT64.format(
            multipliers=", ".join(map(str, layer.multipliers)),
            shifts=", ".join(map(str, layer.shifts)),
            zero_point=layer.zero_point,
        )
    )
    return interface


#: What each layer's times are compared with.
UPSTREAM_64 = {
    layer: _upstream("upstream-64", layer, uses_32_bit=False)
    for layer in (ONE_SIDED, TWO_SIDED)
}

FORMS = (
    ours("lossless-one-sided", ONE_SIDED, "lossless"),
    ours("lossless-two-sided", TWO_SIDED, "lossless"),
    ours("8-bit", ONE_SIDED, 8),
    ours("shift", ONE_SIDED, 1),
    UPSTREAM_64[ONE_SIDED],
    _upstream("upstream-32", ONE_SIDED, uses_32_bit=True),
    Form("int64", ONE_SIDED, _write_int64),
)
