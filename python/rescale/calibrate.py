# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What data gives a network, layer by layer, in the network's attributes."""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import numpy as np

from . import arrays, progress, tools
from .data import (
    Conversion,
    Loader,
    Part,
    Range,
    open_source,
    parse_range,
    path_of,
)
from .data_options import (
    add_sample_options,
    add_value_options,
    make_loader,
    parse_conversion,
)
from .errors import RescaleError
from .files import write_file
from .model import Model, check_model, load
from .tflite import import_tflite, is_tflite

#: Bins of a histogram. Each is as narrow as so many allow.
BINS = 1024

#: Elements of a patch up to which moments are measured: they are the square
#: of it.
MAX_PATCH = 1200

#: Bytes of results, and of patches, that are held at a time; and samples.
_CHUNK = 1 << 26
_MAX_PART = 64

#: What one input is given: an array, or a file.
Samples = np.ndarray | str | Path


class TappedLayer(TypedDict):
    """An operation, as rescale-tap-layers writes it."""

    op: str
    #: Which result of the network has what the operation takes.
    output: int


class TappedRequantization(TappedLayer):
    """A rescale.requantize."""

    #: The dimension of channels that have columns of their own.
    axis: int | None
    unsigned: bool


class TappedProduct(TappedLayer):
    """A convolution, or a product of matrices, with constant weights."""

    kernel: list[int]
    #: Top, bottom, left and right.
    pad: list[int]
    stride: list[int]
    dilation: list[int]
    zero_point: int
    depthwise: bool


@dataclass
class Histogram:
    """How often which accumulators of one column were observed.

    Depends on what is added alone, not on its order: the bins are the
    narrowest of which no more than BINS are occupied, as wide as a power of
    two.
    """

    low: int | None = None
    high: int | None = None
    bin_bits: int = 0
    bins: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    counts: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))

    def add(self, values: np.ndarray) -> None:
        """Counts each of `values`, integers, at least one."""
        low, high = int(values.min()), int(values.max())
        self.low = low if self.low is None else min(self.low, low)
        self.high = high if self.high is None else max(self.high, high)
        # One pass where few values can occur, and else a sort.
        first = low >> self.bin_bits
        size = (high >> self.bin_bits) - first + 1
        if size <= 4 * values.size:
            counts = np.bincount(
                ((values >> self.bin_bits) - first).ravel(), minlength=size
            )
            bins = np.flatnonzero(counts)
            counts = counts[bins]
            bins += first
        else:
            bins, counts = np.unique(
                values >> self.bin_bits, return_counts=True
            )
        self._merge(
            np.concatenate([self.bins, bins.astype(np.int64)]),
            np.concatenate([self.counts, counts.astype(np.int64)]),
        )
        while len(self.bins) > BINS:
            self.bin_bits += 1
            self._merge(self.bins >> 1, self.counts)

    def _merge(self, bins: np.ndarray, counts: np.ndarray) -> None:
        self.bins, places = np.unique(bins, return_inverse=True)
        self.counts = np.zeros(len(self.bins), np.int64)
        np.add.at(self.counts, places, counts)


class Accumulators:
    """The accumulators of one requantization."""

    def __init__(
        self, layer: TappedRequantization, shape: tuple[int, ...]
    ) -> None:
        self._axis = layer["axis"]
        self._is_unsigned = layer["unsigned"]
        columns = 1 if self._axis is None else shape[self._axis]
        self.columns = [Histogram() for _ in range(columns)]

    def add(self, values: np.ndarray) -> None:
        """Counts [runs, ...]."""
        if self._is_unsigned:
            values = values.view(values.dtype.str.replace("i", "u"))
        if values.dtype.itemsize < 4 or values.dtype == np.uint32:
            values = values.astype(np.int64)
        if self._axis is None:
            self.columns[0].add(values)
            return
        parts = np.ascontiguousarray(np.moveaxis(values, 1 + self._axis, 0))
        for column, part in zip(self.columns, parts, strict=True):
            column.add(part)

    def attributes(self, resources: Resources) -> dict[str, str]:
        """Returns those of the operation, as text of MLIR."""

        def numbers(name: str) -> str:
            return ", ".join(str(getattr(c, name)) for c in self.columns)

        def numbers_of(name: str) -> str:
            values = [getattr(column, name) for column in self.columns]
            return resources.add(name, np.concatenate(values), "i64")

        sizes = ", ".join(str(len(column.bins)) for column in self.columns)
        return {
            "rescale.observed_range": "#rescale.range<observed "
            f"low[{numbers('low')}] high[{numbers('high')}]>",
            "rescale.observed_histogram": "{"
            f"bin_bits = array<i8: {numbers('bin_bits')}>, "
            f"sizes = array<i64: {sizes}>, "
            f"bins = {numbers_of('bins')}, counts = {numbers_of('counts')}}}",
        }


def patch_size(layer: TappedProduct, channels: int) -> int:
    """Returns the elements of a patch, which weights are applied to."""
    kernel = math.prod(layer["kernel"])
    return kernel if layer["depthwise"] else kernel * channels


class Moments:
    """Mean and second moment of the patches that weights are applied to.

    The sums are of integers: no order of addition changes them.
    """

    def __init__(self, layer: TappedProduct, shape: tuple[int, ...]) -> None:
        self._layer = layer
        channels = shape[-1]
        #: Channels that have patches of their own, and elements of a patch.
        self.groups = channels if layer["depthwise"] else 1
        self.patch = patch_size(layer, channels)
        self._count = 0
        self._sum = np.zeros((self.groups, self.patch), np.int64)
        self._product = np.zeros(
            (self.groups, self.patch, self.patch), np.int64
        )

    def add(self, values: np.ndarray) -> None:
        """Counts the patches of [runs, ...]."""
        # Of a product: rows of a matrix for positions in an image.
        if values.ndim == 4:
            values = values[:, :, :, np.newaxis, :]
        images = values.reshape(-1, *values.shape[2:])
        images = images.astype(np.float64) - self._layer["zero_point"]
        # Sums of so many rows are exact in doubles.
        largest = max(int(np.abs(images).max()), 1)
        exact = max((1 << 53) // largest**2, 1)
        size = 8 * self.groups * self.patch
        for rows in self._rows(images):
            step = max(min(exact, _CHUNK // size), 1)
            for start in range(0, len(rows), step):
                # [groups, rows, patch]
                part = rows[start : start + step].transpose(1, 0, 2)
                product = part.transpose(0, 2, 1) @ part
                self._product += product.astype(np.int64)
                self._sum += part.sum(1).astype(np.int64)
            self._count += len(rows)

    def _rows(self, images: np.ndarray) -> Iterator[np.ndarray]:
        """Yields patches as [rows, groups, elements], some images each."""
        layer = self._layer
        top, bottom, left, right = layer["pad"]
        images = np.pad(
            images, ((0, 0), (top, bottom), (left, right), (0, 0))
        )
        reach = [
            dilation * (kernel - 1) + 1
            for dilation, kernel in zip(
                layer["dilation"], layer["kernel"], strict=True
            )
        ]
        windows = np.lib.stride_tricks.sliding_window_view(
            images, reach, (1, 2)
        )
        # [image, row, column, channel, height, width]
        windows = windows[
            :,
            :: layer["stride"][0],
            :: layer["stride"][1],
            :,
            :: layer["dilation"][0],
            :: layer["dilation"][1],
        ]
        if layer["depthwise"]:
            order = (0, 1, 2, 3, 4, 5)
        else:
            order = (0, 1, 2, 4, 5, 3)
        size = 8 * int(np.prod(windows.shape[1:]))
        step = max(_CHUNK // size, 1)
        for start in range(0, len(windows), step):
            part = windows[start : start + step].transpose(order)
            yield part.reshape(-1, self.groups, self.patch)

    def attributes(self, resources: Resources) -> dict[str, str]:
        """Returns those of the operation, as text of MLIR."""
        mean = self._sum / self._count
        moment = self._product / self._count
        if not self._layer["depthwise"]:
            mean, moment = mean[0], moment[0]
        return {
            "rescale.input_mean": resources.add("input_mean", mean, "f64"),
            "rescale.input_moment": resources.add(
                "input_moment", moment, "f64"
            ),
        }


class Resources:
    """The tensors of a file of MLIR that are too large for its text."""

    def __init__(self) -> None:
        self._entries: list[str] = []

    def add(self, name: str, values: np.ndarray, element: str) -> str:
        """Returns the attribute that has `values`, of 8 bytes each."""
        key = f"{name}_{len(self._entries)}"
        data = values.astype(values.dtype.newbyteorder("<")).tobytes()
        # Behind the alignment of the data, which is read in place.
        self._entries.append(f'{key}: "0x08000000{data.hex().upper()}"')
        shape = "".join(f"{size}x" for size in values.shape)
        return f"dense_resource<{key}> : tensor<{shape}{element}>"

    def text(self) -> str:
        """Returns the section of the file."""
        entries = ",\n    ".join(self._entries)
        return (
            "{-#\n  dialect_resources: {\n    builtin: {\n    "
            f"{entries}\n    }}\n  }}\n#-}}\n"
        )


def _format(measured: Sequence[tuple[str, Sequence]]) -> str:
    """Returns the file that rescale-attach-calibration takes."""
    resources = Resources()
    lines = []
    for op, measurements in measured:
        attributes = {"op": f'"{op}"'}
        for measurement in measurements:
            attributes |= measurement.attributes(resources)
        entries = ", ".join(f"{k} = {v}" for k, v in attributes.items())
        lines.append(f"{{{entries}}}")
    body = ",\n  ".join(lines)
    return (
        f"module attributes {{calibration = [\n  {body}]}} {{}}\n"
        f"{resources.text()}"
    )


def _measure(
    model: Model, layers: Sequence[TappedLayer], data: Part, moments: bool
) -> list[tuple[str, list]]:
    """Runs the network and measures what its further outputs give."""
    measured = []
    sinks: list[list] = [[] for _ in model.outputs]
    for layer in layers:
        shape = model.outputs[layer["output"]].shape
        measurements: list = []
        if layer["op"] == "rescale.requantize":
            measurements.append(Accumulators(layer, shape))
        elif moments and patch_size(layer, shape[-1]) <= MAX_PATCH:
            measurements.append(Moments(layer, shape))
        sinks[layer["output"]] += measurements
        measured.append((layer["op"], measurements))
    size = sum(p.size * p.dtype.itemsize for p in model.outputs)
    step = max(_CHUNK // max(size, 1), 1) * data.batch
    with progress.bar("measuring", data.total) as advance:
        for count, inputs in data.parts(min(step, _MAX_PART * data.batch)):
            outputs = model(*inputs)
            for port, output, sink in zip(
                model.outputs, outputs, sinks, strict=True
            ):
                for measurement in sink:
                    measurement.add(output.reshape(-1, *port.shape))
            advance(count)
    return measured


def _tap(plain: Path, tapped: Path) -> list[TappedLayer]:
    """Writes the network with what layers take as results, and lists it."""
    options = ["--rescale-tap-layers", "--emit-bytecode", "-o", tapped]
    return json.loads(tools.run("rescale-opt", [plain, *options]))


def calibrate(
    model: str | Path,
    data: Samples | Sequence[Samples] | Loader,
    output: str | Path,
    *,
    conversion: Conversion | None = None,
    samples: Range = (None, None),
    moments: bool = True,
) -> None:
    """Runs a network and writes it with what its layers were given.

    model: MLIR text or bytecode, or a .tflite file.
    data: for each input an array or the name of a file, as
    `data.open_samples` takes them; or an object as `data.Loader` says.
    output: a file of MLIR; bytecode where it ends in .mlirbc.
    conversion: what the values of the data are (default: codes).
    samples: the part to take.
    moments: whether the mean and the second moment of what convolutions take
    are measured too, for patches of up to MAX_PATCH elements.

    Raises RescaleError; `output` is not written then.
    """
    path, output = Path(model), Path(output)
    check_model(path)
    given = [data] if isinstance(data, str | Path | np.ndarray) else data
    inputs = [path]
    is_loader = hasattr(given, "samples")
    if not is_loader:
        inputs += [
            path_of(one) for one in given if not isinstance(one, np.ndarray)
        ]
    arrays.check_place(output, inputs)
    # What is wrong with them is known before the network is compiled.
    if not is_loader:
        given = [open_source(one) for one in given]
    with tempfile.TemporaryDirectory(prefix="rescale-") as name:
        folder = Path(name)
        if is_tflite(path):
            with progress.step(f"importing {path}"):
                import_tflite(path, folder / "imported.mlir")
            path = folder / "imported.mlir"
        plain, tapped = folder / "plain.mlirbc", folder / "tapped.mlirbc"
        # With the multiplicands of the model, whose codes are to be kept.
        options = ["--tosa-to-rescale=narrow=off", "--emit-bytecode"]
        tools.run("rescale-opt", [path, *options, "-o", plain])
        layers = _tap(plain, tapped)
        if all(layer["op"] != "rescale.requantize" for layer in layers):
            raise RescaleError(
                f"requires requantizations to calibrate, got {model} without; "
                "give a quantized network"
            )
        with progress.step(f"compiling {model}"):
            # Bound by measuring, not by running.
            network = load(tapped, narrow="off", level="1")
        if not network.inputs:
            raise RescaleError(
                "requires a network with inputs, got one without; its "
                "accumulators are constants"
            )
        part = Part(
            given, network.inputs, conversion or Conversion(), samples
        )
        measured = _measure(network, layers, part, moments)
        file, calibrated = folder / "measured.mlir", folder / output.name
        file.write_text(_format(measured))
        is_bytecode = output.suffix == ".mlirbc"
        form = "--emit-bytecode" if is_bytecode else "--mlir-print-debuginfo"
        attach = f"--rescale-attach-calibration=file={file}"
        with progress.step(f"writing {output}"):
            tools.run("rescale-opt", [plain, attach, form, "-o", calibrated])
            write_file(output, lambda f: f.write(calibrated.read_bytes()))


def _run(options: argparse.Namespace) -> None:
    loader = make_loader(options)
    if loader is None and not options.data:
        raise RescaleError(
            "requires data or a loader, got neither; give --data"
        )
    calibrate(
        options.model,
        options.data if loader is None else loader,
        options.output,
        conversion=parse_conversion(options),
        samples=parse_range(options.samples),
        moments=options.moments,
    )


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds the command to those of `rescale`."""
    command = commands.add_parser(
        "calibrate",
        usage="%(prog)s MODEL --data FILE [--data FILE ...] -o FILE [OPTIONS]",
        help="measure what data gives the layers of a network",
        description="Runs a network on samples and writes it with the ranges "
        "and histograms of all accumulators, and the mean and second moment "
        "of what convolutions take. Of these rescale compile --narrow=BITS "
        "chooses what has the least mean error.",
    )
    command.add_argument("model", type=Path, metavar="MODEL")
    add_sample_options(command)
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="MODEL.mlir",
        help="the network with what was measured; bytecode where it ends in "
        ".mlirbc",
    )
    command.add_argument(
        "--no-moments",
        dest="moments",
        action="store_false",
        help="leave out mean and second moment, which grow with the square of "
        "a convolution's patch",
    )
    add_value_options(command)
    command.set_defaults(run=_run)
