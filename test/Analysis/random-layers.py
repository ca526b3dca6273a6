# REQUIRES: numpy
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Ranges of small random layers are those that brute force finds.

Each layer is written down as a sum over its definition, and tried with every
combination of the least and the greatest values of its inputs. A sum attains
its ends at those. Layers have padding, strides, dilations, groups, zero points
and producers that clamp all channels or each.

As kernels and as linalg, the same layers have the same ranges; but linalg pads
a tensor, of which all windows then have the hull, so that there ranges contain
what is attained.
"""

import itertools
import os
import random
import re
import subprocess
import unittest

import numpy as np

LAYERS = int(os.environ.get("RESCALE_RANGE_LAYERS", "10000"))
#: Inputs that are tried: 2 to the power of these.
MAX_ELEMENTS = 12
Interval = tuple[int, int]


def dense(values: np.ndarray, element: str) -> str:
    """A constant as TOSA writes it."""
    shape = "x".join(map(str, values.shape))
    text = str(values.tolist())
    return (
        f'"tosa.const"() <{{values = dense<{text}> : '
        f"tensor<{shape}x{element}>}}> : () -> tensor<{shape}x{element}>"
    )


def tensor(shape: tuple[int, ...], element: str) -> str:
    return f"tensor<{'x'.join(map(str, shape))}x{element}>"


class Layer:
    """One layer behind a producer that gives each channel some values."""

    kinds = ("conv2d", "depthwise_conv2d", "transpose_conv2d", "matmul")

    def __init__(self, generator: random.Random) -> None:
        self.random = generator
        self.kind = generator.choice(self.kinds)
        while True:
            self.draw()
            if np.prod(self.input) <= MAX_ELEMENTS and min(self.output) > 0:
                break
        self.zero_point = generator.choice((-128, 0, generator.randint(-128, 127)))
        self.weight_zero_point = generator.choice((0, generator.randint(-9, 9)))
        channels = self.input[-1]
        per_channel = generator.random() < 0.6
        bounds = [
            sorted(generator.randint(-128, 127) for _ in range(2))
            for _ in range(channels if per_channel else 1)
        ]
        self.bounds = np.array(bounds * (1 if per_channel else channels))
        if self.kind != "matmul" and generator.random() < 0.3:
            # As behind a ReLU: 0 is the least.
            self.bounds[:, 0] = self.zero_point
            self.bounds.sort(axis=1)

    def draw(self) -> None:
        """Shapes and constants; a rank of 4 but for products."""
        pick = self.random.randint
        values = np.random.default_rng(pick(0, 2**32))
        if self.kind == "matmul":
            rows, size, columns = pick(1, 3), pick(1, 4), pick(1, 3)
            self.input = (1, rows, size)
            self.output = (1, rows, columns)
            self.weights = values.integers(-128, 128, (1, size, columns))
            return
        height, width, channels = pick(1, 3), pick(1, 3), pick(1, 3)
        self.input = (1, height, width, channels)
        self.window = (pick(1, 3), pick(1, 3))
        self.stride = (pick(1, 3), pick(1, 3))
        self.dilation = (pick(1, 2), pick(1, 2))
        outputs = pick(1, 3)
        shape = (outputs, *self.window, channels)
        if self.kind == "depthwise_conv2d":
            multiplier = pick(1, 2)
            shape = (*self.window, channels, multiplier)
            outputs = channels * multiplier
        self.pad = [pick(0, 2) for _ in range(4)]
        sizes = []
        for i in range(2):
            size, window = self.input[1 + i], self.window[i]
            stride, dilation = self.stride[i], self.dilation[i]
            if self.kind == "transpose_conv2d":
                self.pad[2 * i : 2 * i + 2] = [
                    pick(1 - window, 1),
                    pick(1 - window, 1),
                ]
                total = (size - 1) * stride + window + sum(
                    self.pad[2 * i : 2 * i + 2]
                )
            else:
                rest = size + sum(self.pad[2 * i : 2 * i + 2]) - 1
                rest -= (window - 1) * dilation
                # TOSA wants strides that divide.
                total = 0 if rest < 0 or rest % stride else rest // stride + 1
            sizes.append(total)
        self.output = (1, *sizes, outputs)
        self.weights = values.integers(-128, 128, shape)
        bias = values.integers(-(2**20), 2**20, outputs)
        self.bias = bias if pick(0, 3) else bias[:1]

    def text(self, name: str) -> str:
        """The layer as a function, on one line for each operation."""
        last = self.input[-1]
        bounds = (1,) * (len(self.input) - 1) + (last,)
        element = tensor(self.input, "i8")
        lines = [
            f"func.func @{name}(%x: {element}) -> {tensor(self.output, 'i32')} {{",
            f"%low = {dense(self.bounds[:, 0].reshape(bounds), 'i8')}",
            f"%high = {dense(self.bounds[:, 1].reshape(bounds), 'i8')}",
            f"%zp = {dense(np.array([self.zero_point]), 'i8')}",
            f"%wzp = {dense(np.array([self.weight_zero_point]), 'i8')}",
            f"%w = {dense(self.weights, 'i8')}",
            f"%0 = tosa.maximum %x, %low : ({element}, {tensor(bounds, 'i8')})"
            f" -> {element}",
            f"%1 = tosa.minimum %0, %high : ({element}, {tensor(bounds, 'i8')})"
            f" -> {element}",
        ]
        weights = tensor(self.weights.shape, "i8")
        if self.kind == "matmul":
            lines.append(
                f"%y = tosa.matmul %1, %w, %zp, %wzp : ({element}, {weights}, "
                f"tensor<1xi8>, tensor<1xi8>) -> {tensor(self.output, 'i32')}"
            )
        else:
            isTransposed = self.kind == "transpose_conv2d"
            pads = ", ".join(map(str, self.pad))
            strides = ", ".join(map(str, self.stride))
            dilations = ", ".join(map(str, self.dilation))
            attributes = (
                f"{'out_pad' if isTransposed else 'pad'} = array<i64: {pads}>, "
                f"stride = array<i64: {strides}>, acc_type = i32"
            )
            if not isTransposed:
                attributes += f", dilation = array<i64: {dilations}>"
            bias = tensor(self.bias.shape, "i32")
            lines.append(f"%b = {dense(self.bias, 'i32')}")
            lines.append(
                f"%y = tosa.{self.kind} %1, %w, %b, %zp, %wzp {{{attributes}}}"
                f" : ({element}, {weights}, {bias}, tensor<1xi8>, "
                f"tensor<1xi8>) -> {tensor(self.output, 'i32')}"
            )
        lines += [f"return %y : {tensor(self.output, 'i32')}", "}"]
        return "\n".join(lines) + "\n"

    def terms(self):
        """Each product of the definition: output, input and weight."""
        if self.kind == "matmul":
            for _, row, column in np.ndindex(*self.output):
                for k in range(self.input[2]):
                    yield (0, row, column), (0, row, k), (0, k, column)
            return
        _, height, width, channels = self.input
        if self.kind == "transpose_conv2d":
            taps = itertools.product(
                np.ndindex(height, width), np.ndindex(*self.window)
            )
            for (row, column), (i, j) in taps:
                y = row * self.stride[0] + i + self.pad[0]
                x = column * self.stride[1] + j + self.pad[2]
                if not (
                    0 <= y < self.output[1] and 0 <= x < self.output[2]
                ):
                    continue
                for o, c in np.ndindex(self.output[3], channels):
                    yield (0, y, x, o), (0, row, column, c), (o, i, j, c)
            return
        for y, x, i, j in np.ndindex(*self.output[1:3], *self.window):
            row = y * self.stride[0] + i * self.dilation[0] - self.pad[0]
            column = x * self.stride[1] + j * self.dilation[1] - self.pad[2]
            if not (0 <= row < height and 0 <= column < width):
                continue
            if self.kind == "conv2d":
                for o, c in np.ndindex(self.output[3], channels):
                    yield (0, y, x, o), (0, row, column, c), (o, i, j, c)
            else:
                multiplier = self.weights.shape[3]
                for c, k in np.ndindex(channels, multiplier):
                    output = (0, y, x, c * multiplier + k)
                    yield output, (0, row, column, c), (i, j, c, k)

    def brute_force(self) -> list[Interval]:
        """The least and the greatest element of each channel of the output."""
        matrix = np.zeros((*self.output, *self.input), np.int64)
        for output, position, weight in self.terms():
            matrix[output + position] += (
                self.weights[weight] - self.weight_zero_point
            )
        channels = self.output[-1]
        matrix = matrix.reshape(-1, np.prod(self.input))
        ends = np.broadcast_to(self.bounds, (*self.input, 2)).reshape(-1, 2)
        choices = np.array(
            list(itertools.product((0, 1), repeat=len(ends))), np.int64
        )
        inputs = np.take_along_axis(ends[None], choices[..., None], 2)[..., 0]
        results = (inputs - self.zero_point) @ matrix.T
        results = results.reshape(-1, channels)
        if self.kind != "matmul":
            results = results + self.bias
        return list(
            zip(results.min(0).tolist(), results.max(0).tolist(), strict=True)
        )


def read_ranges(text: str, *passes: str) -> dict[int, list[Interval]]:
    """The ranges that the pass prints, by the line of the operation."""
    done = subprocess.run(
        [
            *("rescale-opt", "-", *passes, "-o", os.devnull),
            "--mlir-print-op-on-diagnostic=false",
        ],
        input=text,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    ranges = {}
    for line, elements in re.findall(
        r":(\d+):\d+: remark: elements in (.*)", done.stderr
    ):
        pairs = re.findall(r"\[(-?\d+), (-?\d+)\]", elements)
        ranges[int(line)] = [(int(low), int(high)) for low, high in pairs]
    return ranges


def expand(ranges: list[Interval], channels: int) -> list[Interval]:
    """One range for each channel."""
    return ranges * channels if len(ranges) == 1 else ranges


class RandomLayers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        generator = random.Random(20261121)
        cls.layers = [Layer(generator) for _ in range(LAYERS)]
        cls.expected = [layer.brute_force() for layer in cls.layers]
        cls.lines, text = [], ""
        for number, layer in enumerate(cls.layers):
            text += layer.text(f"layer{number}")
            # The one before the function's last two.
            cls.lines.append(text.count("\n") - 2)
        cls.text = text

    def ranges(self, *passes: str) -> list[list[Interval]]:
        """Those of each layer, one for each channel of its result."""
        known = read_ranges(self.text, *passes)
        return [
            expand(known[line], layer.output[-1])
            for line, layer in zip(self.lines, self.layers, strict=True)
        ]

    def test_tosa(self):
        for layer, found, expected in zip(
            self.layers,
            self.ranges("--rescale-annotate-ranges=print-ranges"),
            self.expected,
            strict=True,
        ):
            self.assertEqual(found, expected, layer.text("layer"))

    def test_kernels(self):
        """Matmul with constants is a product of two ranges there."""
        for layer, found, expected in zip(
            self.layers,
            self.ranges(
                "--pass-pipeline=builtin.module(func.func("
                "convert-tosa-to-rescale-kernel),"
                "rescale-annotate-ranges{print-ranges})"
            ),
            self.expected,
            strict=True,
        ):
            if layer.kind != "matmul":
                self.assertEqual(found, expected, layer.text("layer"))
                continue
            for one, other in zip(found, expected, strict=True):
                self.assertLessEqual(one[0], other[0])
                self.assertGreaterEqual(one[1], other[1])

    def test_linalg(self):
        attained = 0
        for layer, found, expected in zip(
            self.layers,
            self.ranges(
                "--pass-pipeline=builtin.module(func.func("
                "rescale-lower-tosa{named},rescale-lower-tosa,"
                "tosa-to-tensor,canonicalize),"
                "rescale-annotate-ranges{print-ranges})"
            ),
            self.expected,
            strict=True,
        ):
            attained += found == expected
            for one, other in zip(found, expected, strict=True):
                self.assertLessEqual(one[0], other[0], layer.text("layer"))
                self.assertGreaterEqual(one[1], other[1], layer.text("layer"))
        print(f"linalg: {attained} of {len(self.layers)} ranges are attained")
        self.assertGreater(attained, 0)


if __name__ == "__main__":
    unittest.main()
