# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks and results that a page has to cope with."""

from rescale.provenance import Provenance
from rescale.shipped import MODEL_PATH

#: The network that all of these results are of.
SHIPPED = Provenance.read(MODEL_PATH)

EVALUATION = {
    "format": "rescale-eval",
    "version": 1,
    "model": SHIPPED.record() | {"narrow": "3", "options": ["--<i>"]},
    "reference": None,
    "results": [
        {
            "metric": "top1",
            "value": 0.925,
            "standard_error": 0.013,
            "reference": 0.9275,
            "reference_standard_error": 0.013,
            "difference": -0.0025,
            "difference_standard_error": 0.0035,
            "z": -0.71,
            "n": 400,
            "definition": "the first of the largest <b>outputs</b>",
        },
        {
            "metric": "kl",
            "value": 0.0123,
            "standard_error": 0.001,
            "reference": None,
            "reference_standard_error": None,
            "difference": None,
            "difference_standard_error": None,
            "z": None,
            "n": 400,
            "definition": "KL",
        },
    ],
}


def _candidate(trial: int, cost: int, loss: float, choice: str) -> dict:
    return {
        "trial": trial,
        "cost": cost,
        "loss": loss,
        "standard_error": 0.1,
        "within_budget": loss <= 0.5,
        "on_front": trial != 2,
        "layers": {"conv1_0": choice, "<i>": "keep"},
    }


#: As rescale search writes it.
SEARCH = {
    "format": "rescale-search",
    "version": 1,
    "model": SHIPPED.record(),
    "metric": "top1",
    "unit": "pp",
    "budget": 0.5,
    "cost": "multiplicand-bits",
    "cost_unit": "bits",
    "target": "cortex-m4",
    "n": 1000,
    "trials": 4,
    "candidates": [
        _candidate(0, 900, 0.0, "keep"),
        _candidate(1, 300, 40.5, "snap:1"),
        _candidate(2, 500, 41.0, "addend:2:layer"),
        _candidate(3, 400, 0.25, "snap:2"),
    ],
    "best": 3,
    "holdout": {
        "samples": "1000:", "n": 700, "loss": 0.75, "standard_error": 0.2,
    },
}


def bench(total: int, layers: dict[str, int]) -> dict[str, object]:
    """As rescale bench network writes it."""
    return {
        "model": SHIPPED.file,
        "sha256": SHIPPED.sha256,
        "target": "cortex-m4",
        "counter": "QEMU, mps2-an386",
        "cc": "gcc",
        "optimization": "-O2",
        "instructions": total,
        "arena_bytes": 64,
        "code_bytes": 300,
        "const_bytes": 200,
        "stack_bytes": 100,
        "layers": [
            {"name": name, "instructions": count}
            for name, count in layers.items()
        ],
    }


def _network(op: str, types: tuple[str, str], location: str = "") -> str:
    return f"""func.func @main(%x: {types[0]}) -> {types[1]} {{
  %0 = rescale.requantize %x {op} : {types[0]} -> {types[1]}{location}
  return %0 : {types[1]}
}}
"""


_CHANNELS = ("tensor<4x2xi32>", "tensor<4x2xi8>")
_DOUBLE = (
    "mul dense<[1518500250, 1618500250]> : tensor<2xsi32> shift [38, 39] "
    "axis 1 round double"
)

HOSTILE = _network(
    _DOUBLE,
    _CHANNELS,
    r' loc("model/<script>alert(1)</script>\22 onload=\22alert(2)/$a_")',
)

ELEMENTWISE = _network(
    "mul dense<57> : tensor<1xui8> shift [6] round half_up",
    ("tensor<4xi8>", "tensor<4xi8>"),
)

WIDE = _network(
    "mul dense<57> : tensor<1xui8> shift [6] round half_up",
    ("tensor<4xi32>", "tensor<4xi32>"),
)

FLOATS = f"""func.func @main(%x: {_CHANNELS[0]}, %f: tensor<3xf32>)
    -> ({_CHANNELS[1]}, tensor<3xf32>) {{
  %0 = rescale.requantize %x {_DOUBLE} : {_CHANNELS[0]} -> {_CHANNELS[1]}
  %1 = tosa.add %f, %f : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %0, %1 : {_CHANNELS[1]}, tensor<3xf32>
}}
"""



def _convolution(name: str, weights: str, shift: str) -> str:
    """Of two channels, with scales of their own."""
    window = (
        "acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, "
        "0, 0>, stride = array<i64: 1, 1>"
    )
    weights_type, image = "tensor<2x1x1x2xi8>", "tensor<1x4x4x2x{}>"
    types = (
        f"{image.format('i8')}, {weights_type}, tensor<2xi32>, tensor<1xi8>, "
        "tensor<1xi8>"
    )
    return f"""
  %w{name} = "tosa.const"() {{values = dense<{weights}> : {weights_type}}}
    : () -> {weights_type}
  %a{name} = tosa.conv2d %x, %w{name}, %b, %z, %z {{{window}}}
    : ({types}) -> {image.format("i32")} loc("conv_{name}")
  %c{name} = rescale.requantize %a{name}
    mul dense<[1374389535, 1518500250]> : tensor<2xsi32> shift {shift} axis 3
    round double zero_point 7
    : {image.format("i32")} -> {image.format("i8")} loc("conv_{name}")"""


_SUM = "tensor<1x4x4x2xi32>"

#: An addition as TOSA has it: of its four requantizations, snapping makes
#: three.
RESIDUAL = f"""
func.func @main(%x: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {{
  %b = "tosa.const"() {{values = dense<[64, -80]> : tensor<2xi32>}}
    : () -> tensor<2xi32>
  %z = "tosa.const"() {{values = dense<0> : tensor<1xi8>}} : () -> tensor<1xi8>
{_convolution("0", "[[[[100, 3]]], [[[-7, 99]]]]", "[37, 38]")}
{_convolution("1", "[[[[64, 50]]], [[[127, -2]]]]", "[38, 37]")}
  %1 = rescale.requantize %c0 mul dense<1073741824> : tensor<1xsi32> shift [10]
    round double input_zero_point 7 : tensor<1x4x4x2xi8> -> {_SUM} loc("add")
  %2 = rescale.requantize %1 mul dense<1623821475> : tensor<1xsi32> shift [33]
    round double : {_SUM} -> {_SUM} loc("add")
  %3 = rescale.requantize %c1 mul dense<1073741824> : tensor<1xsi32> shift [11]
    round double input_zero_point 7 : tensor<1x4x4x2xi8> -> {_SUM} loc("add")
  %4 = tosa.add %2, %3 : ({_SUM}, {_SUM}) -> {_SUM} loc("add")
  %5 = rescale.requantize %4 mul dense<1098017566> : tensor<1xsi32> shift [48]
    round double zero_point -9 : {_SUM} -> tensor<1x4x4x2xi8> loc("add")
  return %5 : tensor<1x4x4x2xi8>
}}
"""

#: The second channel is its bias, whatever the network is given.
DEAD = f"""
func.func @main(%x: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {{
  %b = "tosa.const"() {{values = dense<[64, -80]> : tensor<2xi32>}}
    : () -> tensor<2xi32>
  %z = "tosa.const"() {{values = dense<0> : tensor<1xi8>}} : () -> tensor<1xi8>
{_convolution("0", "[[[[100, 3]]], [[[0, 0]]]]", "[37, 38]")}
  return %c0 : tensor<1x4x4x2xi8>
}}
"""

#: Neither is main, and both are public.
TWO = HOSTILE.replace("@main", "@first") + ELEMENTWISE.replace(
    "@main", "@second"
)

NOTHING = """func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
"""
