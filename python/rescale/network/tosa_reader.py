# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Reads TOSA of convolutional networks in int8 as layer graphs.

What `rescale import` and `tosa_writer` write: MLIR text or bytecode, which
rescale-opt brings into its generic form. Codes are those of the file. TOSA
has the scales of inputs and outputs only, as attributes; those of the other
tensors follow from the additions that they go into, up to a factor, which
nothing that is computed depends on.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from .. import tools
from ..errors import RescaleError
from ..tosa_flatbuffer import is_tosa_flatbuffer
from .evaluate import softmax_table
from .graph import (
    PROBABILITY,
    Add,
    AddParameters,
    AveragePool2D,
    Conv2D,
    DepthwiseConv2D,
    FullyConnected,
    IntegerModel,
    Layer,
    MaxPool2D,
    Network,
    Pool,
    Quantization,
    Rescale,
    Shape,
    Softmax,
    Weighted,
    WeightedParameters,
)
from .tosa_writer import write

#: What is read, without what a softmax is made of.
OPERATIONS = (
    "add",
    "avg_pool2d",
    "clamp",
    "conv2d",
    "depthwise_conv2d",
    "max_pool2d",
    "pad",
    "rescale",
    "reshape",
    "slice",
)

_ZERO_PAD = (0, 0, 0, 0)

#: What a tensor is taken to reach where nothing says it. Those of the four
#: networks of MLPerf Tiny reach 3.5 to 32.
_REACH = 8.0

#: Of channels that are constants: their multiplicand is 0.
_LEAST_SCALE = 2.0**-32

_OPERATION = re.compile(
    r'^ *(?:(%\w+) = )?"([\w.]+)"\(([^)]*)\)(?: <\{(.*?)\}>)?(?: \{.*\})?'
    r" : \((.*)\) -> (.*)$"
)


@dataclass(frozen=True)
class _Operation:
    """An operation of generic MLIR: names of values, and text."""

    result: str
    name: str
    operands: list[str]
    properties: str
    result_type: str

    def numbers(self, field: str) -> tuple[int, ...]:
        """Returns an array; nothing where there is none."""
        found = re.search(
            rf"\b{field} = array<i\d+: ([^>]*)>", self.properties
        )
        return tuple(map(int, found[1].split(","))) if found else ()

    def number(self, field: str, default: int = 0) -> int:
        found = re.search(rf"\b{field} = (-?\d+) : ", self.properties)
        return int(found[1]) if found else default


@dataclass(frozen=True)
class _Codes:
    """A tensor in int8.

    pad: what is put around it, less than 0 for what is cut off.
    """

    name: str
    shape: Shape
    pad: tuple[int, int, int, int] = _ZERO_PAD
    is_flat: bool = False


@dataclass(frozen=True)
class _Sums:
    """What a layer with weights accumulates."""

    layer: Weighted
    source: _Codes
    weights: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class _Wide:
    """Codes after rescales to int32."""

    source: _Codes
    steps: tuple[Rescale, ...]


@dataclass(frozen=True)
class _Total:
    """The sum of two of them."""

    operands: tuple[_Wide, _Wide]


def read(path: str | Path) -> IntegerModel:
    """Returns the network of MLIR text or bytecode.

    Where TOSA does not say a scale, a tensor reaches 8, or the greatest of
    those that are added together.

    Raises RescaleError where there is something else in it.
    """
    path = Path(path)
    if is_tosa_flatbuffer(path):
        raise RescaleError(
            f"requires TOSA as MLIR, got {path}, a flatbuffer; run rescale "
            "import on it"
        )
    return _Reader(_Module(_print_generic(path), path)).read()


def _print_generic(path: Path) -> str:
    if not path.is_file():
        raise RescaleError(f"requires a model, got {path}, which is no file")
    # One operation for all requantizations, with its numbers in it.
    return tools.run(
        "rescale-opt",
        [path, "--convert-tosa-to-rescale", "--mlir-print-op-generic"],
    )


class _Module:
    """A module of one function, with constants apart from operations."""

    def __init__(self, text: str, path: Path) -> None:
        self.path = path
        self.operations: dict[str, _Operation] = {}
        self._constants: dict[str, str] = {}
        text, _, resources = text.partition("\n{-#")
        # Their alignment comes first.
        self._resources = dict(
            re.findall(r'(\w+): "0x[0-9A-F]{8}([0-9A-F]*)"', resources)
        )
        arguments = re.findall(r"^ *\^\w+\((.*)\):$", text, re.M)
        returned = re.findall(r'"func\.return"\(([^)]*)\)', text)
        if len(arguments) != 1 or len(returned) != 1:
            raise self.error("one function with one block", "others")
        found = re.fullmatch(r"(%\w+): (\S+)", arguments[0])
        if not found or not returned[0].startswith("%") or "," in returned[0]:
            raise self.error(
                "a network of one input and one output", "another number"
            )
        self.argument, self.argument_type = found.groups()
        self.returned = returned[0]
        self.input = self._quantization(text, "arg_attrs")
        self.output = self._quantization(text, "res_attrs")
        for line in text.splitlines():
            self._line(line)

    def error(self, rule: str, got: str) -> RescaleError:
        return RescaleError(
            f"requires {rule}, got {got} in {self.path}; compile it without "
            "training it, or train it from PyTorch"
        )

    def _quantization(self, text: str, field: str) -> Quantization | None:
        attributes = re.search(rf"{field} = \[\{{(.*?)\}}\]", text)
        found = attributes and re.search(
            r"rescale\.scale = (\S+) : f64, rescale\.zero_point = (-?\d+)",
            attributes[1],
        )
        return Quantization(float(found[1]), int(found[2])) if found else None

    def _line(self, line: str) -> None:
        found = _OPERATION.match(line)
        if not found or not found[1]:
            return
        result, name, operands, properties, _, type_ = found.groups()
        if name in ("tosa.const", "tosa.const_shape"):
            self._constants[result] = properties
            return
        self.operations[result] = _Operation(
            result,
            name.removeprefix("tosa."),
            operands.split(", "),
            properties or "",
            type_,
        )

    def is_constant(self, value: str) -> bool:
        return value in self._constants

    def constant(self, value: str) -> np.ndarray:
        """Returns the integers of a constant; raises RescaleError."""
        if value not in self._constants:
            raise self.error("constant parameters", "computed ones")
        return self.elements(self._constants[value], "values")

    def elements(self, properties: str, field: str) -> np.ndarray:
        """Returns the integers of a dense attribute; raises RescaleError."""
        found = re.search(
            rf"\b{field} = (dense|dense_resource)<(.*?)> : "
            r"tensor<((?:\d+x)*)(index|[su]?i(\d+))>",
            properties,
        )
        assert found, "networks in int8 have integers alone"
        kind, text, sizes, element, bits = found.groups()
        shape = [int(size) for size in sizes.split("x")[:-1]]
        if kind == "dense_resource":
            if text not in self._resources:
                raise self.error("constants that are there", f"only {text}")
            text = f'"0x{self._resources[text]}"'
        if text.startswith('"0x'):
            # Elements of less than a byte have one each.
            size = max(int(bits or 64), 8) // 8
            dtype = f"<{'u' if element[0] == 'u' else 'i'}{size}"
            values = np.frombuffer(bytes.fromhex(text[3:-1]), dtype)
        else:
            # One bit is a Boolean value to MLIR.
            text = text.replace("true", "1").replace("false", "0")
            values = np.array(re.findall(r"-?\d+", text), np.int64)
        if values.size == 1:
            values = np.full(shape, values[0])
        return values.reshape(shape)


class _Terms:
    """Numbers of computed values: one for each computation."""

    def __init__(self) -> None:
        self._numbers: dict[tuple, int] = {}

    def of(self, module: _Module, leaf: str) -> tuple[int, list[np.ndarray]]:
        """Returns the number of what a module computes of a value.

        And the tables that it takes, which may be any.
        """
        known = {leaf: -1}
        tables: list[np.ndarray] = []

        def key(value: str) -> tuple:
            if module.is_constant(value):
                values = module.constant(value)
                if values.shape == (513,):
                    tables.append(values)
                    return ("table", len(tables))
                # Ranks differ with those of the tensors.
                if (values == values.flat[0]).all():
                    values = values.flat[:1]
                return ("const", *values.ravel().tolist())
            operation = module.operations.get(value)
            if operation is None:
                return ("input",)
            # It is the last one in every tensor of classes.
            properties = operation.properties
            properties = re.sub(r"\baxis = \d+ : i32", "", properties)
            operands = map(visit, operation.operands)
            return (operation.name, properties, *operands)

        def visit(value: str) -> int:
            operation = module.operations.get(value)
            if value not in known:
                if operation is not None and operation.name == "reshape":
                    known[value] = visit(operation.operands[0])
                else:
                    term = key(value)
                    new = len(self._numbers)
                    known[value] = self._numbers.setdefault(term, new)
            return known[value]

        return visit(module.returned), tables


class _Reader:
    def __init__(self, module: _Module) -> None:
        self.module = module
        self.error = module.error
        self.values: dict[str, _Codes | _Sums | _Wide | _Total] = {}
        self.layers: list[Layer] = []
        self.clamps: dict[str, tuple[int, int]] = {}
        self.zero_points: dict[str, int] = {}
        #: The tensor whose scale a tensor has.
        self.roots: dict[str, str] = {}
        self.sums: dict[str, _Sums] = {}
        self.rescales: dict[str, Rescale] = {}
        self.additions: dict[str, AddParameters] = {}
        self.logits: float | None = None
        self.names: Counter[str] = Counter()
        self.users = Counter(
            operand
            for operation in module.operations.values()
            for operand in operation.operands
        )

    def read(self) -> IntegerModel:
        module = self.module
        if module.input is None or module.output is None:
            raise RescaleError(
                "requires the scales of input and output, got none in "
                f"{module.path}; import the network with rescale import, or "
                "add them with rescale-opt --rescale-annotate-interface"
            )
        shape = self.shape(module.argument_type)
        self.values[module.argument] = _Codes("input", shape)
        self.zero_points["input"] = module.input.zero_point
        self.roots["input"] = "input"
        for operation in module.operations.values():
            if operation.name == "reduce_max":
                self.softmax(operation)
                break
            self.values[operation.result] = self.operation(operation)
        else:
            output = self.codes(module.returned)
            if not self.layers or output.name != self.layers[-1].name:
                raise self.error(
                    "a network whose last layer gives the output",
                    f"the output of {output.name}",
                )
        return self.model(Network("input", shape, tuple(self.layers)))

    def shape(self, type_: str) -> Shape:
        """Returns the shape of a tensor of codes, without the batch."""
        found = re.fullmatch(r"tensor<((?:\d+x)+)i8>", type_)
        sizes = [int(s) for s in found[1].split("x")[:-1]] if found else []
        if len(sizes) not in (2, 4) or sizes[0] != 1:
            raise self.error(
                "int8 codes of rank 2 or 4 and a batch of 1", type_
            )
        return (1, 1, sizes[1]) if len(sizes) == 2 else tuple(sizes[1:])

    def codes(self, value: str) -> _Codes:
        found = self.values.get(value)
        if not isinstance(found, _Codes):
            raise self.error(
                "tensors in int8 between layers", "another one, or a constant"
            )
        return found

    def operation(self, of: _Operation) -> _Codes | _Sums | _Wide | _Total:
        match of.name:
            case "conv2d" | "depthwise_conv2d":
                return self.convolution(of)
            case "rescale.requantize":
                return self.requantize(of)
            case "add":
                return self.total(of)
            case "avg_pool2d" | "max_pool2d":
                return self.pool(of)
            case "clamp":
                return self.clamp(of)
            case "reshape":
                return self.reshape(of)
            case "slice" | "pad":
                return self.pad(of)
        raise self.error(
            f"operations of {', '.join(OPERATIONS)}, and a softmax at the end",
            of.name,
        )

    def name(self, kind: str) -> str:
        number = self.names[kind]
        self.names[kind] += 1
        return f"{kind}_{number}" if number else kind

    def emit(
        self, layer: Layer, sources: list[_Codes], zero_point: int
    ) -> _Codes:
        """Adds a layer, and returns what it gives."""
        try:
            shape = layer.output_shape(*(source.shape for source in sources))
        except ValueError as error:
            raise self.error("layers that fit", f"others: {error}") from error
        name = layer.name
        self.layers.append(layer)
        self.zero_points[name] = zero_point
        if not isinstance(layer, Softmax):
            is_pool = isinstance(layer, Pool)
            self.roots[name] = self.roots[layer.input] if is_pool else name
        return _Codes(name, shape)

    def convolution(self, of: _Operation) -> _Sums:
        source = self.codes(of.operands[0])
        weights, bias, zero_point, weight_zero = map(
            self.module.constant, of.operands[1:]
        )
        if of.numbers("dilation") != (1, 1) or weight_zero.any():
            raise self.error(
                "convolutions without dilation, of symmetric weights",
                f"dilation {of.numbers('dilation')} and a zero point of "
                f"{weight_zero.flat[0]}",
            )
        if zero_point.flat[0] != self.zero_points[source.name]:
            raise self.error(
                "convolutions that subtract the zero point of their input, "
                f"{self.zero_points[source.name]}",
                str(zero_point.flat[0]),
            )
        weights = weights.astype(np.int8)
        common = {
            "stride": of.numbers("stride"),
            "pad": self.padding(of, source),
        }
        if of.name == "depthwise_conv2d":
            kernel, channels = weights.shape[:2], weights.shape[2]
            if weights.shape[3] != 1:
                raise self.error(
                    "depthwise convolutions with as many outputs as inputs",
                    f"{weights.shape[3]} outputs of an input",
                )
            name = self.name("depthwise_conv2d")
            layer = DepthwiseConv2D(name, source.name, kernel, **common)
        else:
            channels, kernel = len(weights), weights.shape[1:3]
            is_dense = kernel == (1, 1) and source.shape[:2] == (1, 1)
            if source.is_flat and kernel == (1, 1):
                # Of a flattened image it is a convolution by all of it.
                kernel = source.shape[:2]
                weights = weights.reshape(channels, *source.shape)
                is_dense = True
            name = self.name("dense" if is_dense else "conv2d")
            layer = Conv2D(name, source.name, channels, kernel, **common)
        bias = np.broadcast_to(bias.ravel(), channels).astype(np.int32)
        return _Sums(layer, source, weights, bias)

    def padding(
        self, of: _Operation, source: _Codes
    ) -> tuple[int, int, int, int]:
        """Returns the padding of a layer and what is around its input."""
        pads = list(zip(of.numbers("pad"), source.pad, strict=True))
        if any(one and other for one, other in pads):
            raise self.error(
                "tensors that are padded or sliced once", f"both, by {pads}"
            )
        return tuple(one + other for one, other in pads)

    def rescale(self, of: _Operation) -> Rescale:
        """Returns the numbers of a requantization."""
        multipliers = self.module.elements(of.properties, "multiplicands")
        shifts = np.array(of.numbers("shifts"), np.int64)
        rounding = re.search(r"#rescale<rounding (\w+)>", of.properties)[1]
        addends = np.array(of.numbers("addends"), np.int64)
        if (
            "unsigned_" in of.properties
            or "negative_addends" in of.properties
            or multipliers.max() >= 2**31
            or multipliers.min() < 0
            or shifts.max() > 62
        ):
            raise self.error(
                "requantizations of signed numbers by multiplicands of 31 "
                "bits, with one addend",
                "another one",
            )
        count = max(len(multipliers.ravel()), len(shifts), len(addends))
        return Rescale(
            np.broadcast_to(multipliers.ravel(), count).astype(np.int32),
            np.broadcast_to(shifts, count).astype(np.int8),
            rounding,
            np.broadcast_to(addends, count) if addends.size else None,
        )

    def requantize(self, of: _Operation) -> _Codes | _Wide:
        value = self.values.get(of.operands[0])
        by = self.rescale(of)
        is_one = len(by.multiplier) == 1
        source_zero = of.number("input_zero_point")
        zero_point = of.number("zero_point")
        is_narrow = of.result_type.endswith("xi8>")
        # One for all, or along channels.
        is_channel = of.number("axis", 3) == 3
        is_plain = is_narrow and source_zero == 0 and is_channel
        clamp = of.numbers("clamp")
        match value:
            case _Codes() if not is_narrow and is_one and not clamp:
                expected = self.zero_points[value.name]
                is_operand = (source_zero, zero_point) == (expected, 0)
                if is_operand and value.pad == _ZERO_PAD:
                    return _Wide(value, (by,))
            case _Wide() if not is_narrow and is_one and not clamp:
                if (source_zero, zero_point) == (0, 0):
                    return _Wide(value.source, (*value.steps, by))
            case _Codes() if source_zero == zero_point and not clamp:
                # What a QUANTIZE from uint8 becomes.
                if is_one and _value((by,)) == 1 and by.addends is None:
                    return value
            case _Sums() if is_plain and value.layer.name not in self.sums:
                result = self.weighted(value, by, zero_point)
                self.clamps[result.name] = clamp or (-128, 127)
                return result
            case _Total() if is_plain and is_one:
                result = self.addition(value, by, zero_point)
                self.clamps[result.name] = clamp or (-128, 127)
                return result
        raise self.error(
            "requantizations of what a layer accumulates, once, and of the "
            "operands of additions",
            "another one",
        )

    def weighted(self, of: _Sums, by: Rescale, zero_point: int) -> _Codes:
        layer, weights = of.layer, of.weights
        is_point = isinstance(layer, Conv2D) and layer.kernel == (1, 1)
        is_vector = of.source.shape[:2] == (1, 1) and layer.pad == _ZERO_PAD
        if is_point and is_vector and len(by.multiplier) == 1:
            layer = FullyConnected(layer.name, layer.input, layer.channels)
            weights = weights[:, 0, 0]
        self.sums[layer.name] = replace(of, weights=weights)
        self.rescales[layer.name] = by
        return self.emit(layer, [of.source], zero_point)

    def addition(self, of: _Total, by: Rescale, zero_point: int) -> _Codes:
        name = self.name("add")
        sources = [operand.source for operand in of.operands]
        steps = tuple(operand.steps for operand in of.operands)
        self.additions[name] = AddParameters(steps, by)
        layer = Add(name, tuple(source.name for source in sources))
        return self.emit(layer, sources, zero_point)

    def total(self, of: _Operation) -> _Total:
        operands = [self.values.get(value) for value in of.operands]
        if not all(isinstance(operand, _Wide) for operand in operands):
            raise self.error(
                "additions of two computed tensors, after rescales",
                "a constant, or one without",
            )
        return _Total(tuple(operands))

    def pool(self, of: _Operation) -> _Codes:
        source = self.codes(of.operands[0])
        zero_point = self.zero_points[source.name]
        is_max = of.name == "max_pool2d"
        if not is_max and any(
            self.module.constant(value).any() for value in of.operands[1:]
        ):
            raise self.error(
                "average pools of codes, without zero points", "others"
            )
        kind = MaxPool2D if is_max else AveragePool2D
        layer = kind(
            self.name("max_pool2d" if is_max else "average_pool2d"),
            *(source.name, of.numbers("kernel"), of.numbers("stride")),
            self.padding(of, source),
        )
        return self.emit(layer, [source], zero_point)

    def clamp(self, of: _Operation) -> _Codes:
        source = self.codes(of.operands[0])
        low, high = of.number("min_val"), of.number("max_val")
        if (low, high) == (-128, 127):
            return source
        is_last = source.name == self.layers[-1].name if self.layers else False
        if (
            not is_last
            or self.users[of.operands[0]] != 1
            or isinstance(self.layers[-1], Pool)
        ):
            raise self.error(
                "clamps of what a convolution, a fully connected layer or an "
                "addition gives, which nothing else uses",
                "another one",
            )
        before = self.clamps.get(source.name, (-128, 127))
        self.clamps[source.name] = max(low, before[0]), min(high, before[1])
        return source

    def reshape(self, of: _Operation) -> _Codes:
        source = self.codes(of.operands[0])
        sizes = self.module.constant(of.operands[1]).tolist()
        size = int(np.prod(source.shape))
        is_flat = sizes in ([1, size], [1, 1, 1, size])
        if source.pad != _ZERO_PAD or not (
            is_flat or sizes == [1, *source.shape]
        ):
            raise self.error("reshape to flatten", f"one to {sizes}")
        return replace(
            source, is_flat=is_flat and source.shape[:2] != (1, 1)
        )

    def pad(self, of: _Operation) -> _Codes:
        """Returns a tensor with more or less around it."""
        source = self.codes(of.operands[0])
        numbers = self.module.constant(of.operands[1]).tolist()
        if of.name == "pad":
            # Before and after, of each dimension.
            batch, *pad, channels = zip(*[iter(numbers)] * 2, strict=True)
            is_other = any(batch + channels) or (
                self.module.constant(of.operands[2]).flat[0]
                != self.zero_points[source.name]
            )
            pad = [size for pair in pad for size in pair]
        else:
            sizes = self.module.constant(of.operands[2]).tolist()
            pad = []
            for at, size, whole in zip(
                numbers[1:3], sizes[1:3], source.shape[:2], strict=True
            ):
                pad += [-at, at + size - whole]
            is_other = numbers[3] or sizes[3] != source.shape[2]
        if is_other or len(numbers) < 4 or source.pad != _ZERO_PAD:
            raise self.error(
                "slices and pads of height and width, by the zero point",
                f"one by {numbers}",
            )
        return replace(source, pad=tuple(pad))

    def softmax(self, greatest: _Operation) -> None:
        """Adds the softmax that ends the network.

        Its scale is in its tables. With the scale, its operations have to be
        those that `tosa_writer` writes.
        """
        module = self.module
        wide = self.values.get(greatest.operands[0])
        if (
            not isinstance(wide, _Wide)
            or not self.layers
            or wide.source.name != self.layers[-1].name
        ):
            raise self.error("a softmax of what a layer gives", "another one")
        logits = module.operations[greatest.operands[0]].operands[0]
        name, zero_point = wide.source.name, self.zero_points[wide.source.name]
        self.logits = _read_softmax(module, logits, zero_point)
        if self.logits is None:
            raise self.error(
                "TensorFlow Lite's softmax, as the last layer",
                "other operations",
            )
        layer = Softmax(self.name("softmax"), name)
        self.emit(layer, [wide.source], PROBABILITY.zero_point)

    def model(self, network: Network) -> IntegerModel:
        scales = self.scales(network)
        tensors = {
            name: Quantization(scales[root], self.zero_points[name])
            for name, root in self.roots.items()
        }
        weighted = {}
        for layer in network.layers:
            if isinstance(layer, Softmax):
                tensors[layer.name] = PROBABILITY
            elif isinstance(layer, Weighted):
                by, sums = self.rescales[layer.name], self.sums[layer.name]
                real = np.ldexp(by.multiplier.astype(float), -by.shift)
                real = np.maximum(real, _LEAST_SCALE)
                unit = tensors[layer.name].scale / tensors[layer.input].scale
                weighted[layer.name] = WeightedParameters(
                    sums.weights, real * unit, sums.bias, by
                )
        layers = tuple(
            self.clamped(layer, tensors[layer.name])
            for layer in network.layers
        )
        return IntegerModel(
            replace(network, layers=layers), tensors, weighted, self.additions
        )

    def scales(self, network: Network) -> dict[str, float]:
        """Returns the scales of tensors, but pools', from what is known."""
        edges: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for name, addition in self.additions.items():
            layer = next(x for x in network.layers if x.name == name)
            result = _value((addition.rescale,))
            for source, steps in zip(
                layer.inputs, addition.operands, strict=True
            ):
                ratio, root = _value(steps) * result, self.roots[source]
                edges[name].append((root, ratio))
                edges[root].append((name, 1 / ratio))
        scales: dict[str, float] = {}

        def spread(name: str, scale: float) -> list[str]:
            """Gives a scale to a tensor and those it is added to."""
            reached, rest = [], [(name, scale)]
            while rest:
                name, scale = rest.pop()
                if name not in scales:
                    scales[name] = scale
                    reached.append(name)
                    rest += [(other, scale * by) for other, by in edges[name]]
            return reached

        spread("input", self.module.input.scale)
        last = network.layers[-1]
        if isinstance(last, Softmax):
            spread(self.roots[last.input], self.logits)
        else:
            spread(self.roots[last.name], self.module.output.scale)
        for name in self.roots.values():
            if name in scales:
                continue
            together = spread(name, 1.0)
            reach = max(
                scales[one] * max(127 - zero_point, 128 + zero_point)
                for one in together
                for zero_point in [self.zero_points[one]]
            )
            for one in together:
                scales[one] *= _REACH / reach
        return scales

    def clamped(self, layer: Layer, of: Quantization) -> Layer:
        """Returns a layer with the ReLU that its clamp is."""
        low, high = self.clamps.get(layer.name, (-128, 127))
        if low <= -128 and high >= 127:
            return layer
        if low != of.zero_point:
            raise self.error(
                "clamps that are a ReLU, from the zero point "
                f"{of.zero_point} on",
                f"one from {low} to {high}",
            )
        maximum = None if high >= 127 else (high - low) * of.scale
        return replace(layer, relu=True, maximum=maximum)


def _value(steps: tuple[Rescale, ...]) -> float:
    """Returns what rescales multiply with."""
    value = 1.0
    for by in steps:
        value *= float(by.multiplier[0]) * 2.0 ** -float(by.shift[0])
    return value


def _find_softmax_scale(table: np.ndarray) -> float | None:
    """Returns the scale that `softmax_table` makes a table of, if any."""
    # What comes after is of positive exponents, which there are none of.
    entries, steps = table[:256].astype(np.float64), 256 - np.arange(256)
    is_bound = (entries >= 1) & (entries < 2**31 - 1)
    if not is_bound.any():
        return None
    entries, steps = entries[is_bound], steps[is_bound]
    # Each entry says its exponent up to half a step.
    low = (-np.log((entries + 0.5) / (2**31 - 1)) / steps).max()
    high = (-np.log((entries - 0.5) / (2**31 - 1)) / steps).min()
    if low <= high:
        scale = float(np.float32((low + high) / 2))
        return scale if low <= scale <= high else (low + high) / 2
    # TensorFlow's has entries from single precision, and 0 for some others.
    is_large = entries >= 2**20
    if not is_large.any():
        return None
    exponents = -np.log(entries[is_large] / (2**31 - 1)) / steps[is_large]
    scale = float(np.float32(np.median(exponents)))
    error = np.abs(softmax_table(scale)[:256] - table[:256])
    is_near = (error <= 2**6 + table[:256] * 2.0**-19).all()
    return scale if scale > 0 and is_near else None


def _read_softmax(
    module: _Module, logits: str, zero_point: int
) -> float | None:
    """Returns the scale of a softmax's logits.

    None where what a module computes of them is no softmax as `tosa_writer`
    has it.
    """
    network = Network("input", (1, 1, 2), (Softmax("softmax", "input"),))
    tensors = {
        "input": Quantization(1.0, zero_point),
        "softmax": PROBABILITY,
    }
    text = write(IntegerModel(network, tensors, {}, {}))
    with tempfile.TemporaryDirectory(prefix="rescale-") as folder:
        path = Path(folder, "softmax.mlir")
        path.write_text(text)
        softmax = _Module(_print_generic(path), path)
    terms = _Terms()
    expected, _ = terms.of(softmax, softmax.argument)
    actual, tables = terms.of(module, logits)
    if actual != expected:
        return None
    # From the highest byte to the lowest.
    table = np.zeros(513, np.int64)
    for part in tables:
        table = (table << 8) + part
    return _find_softmax_scale(table)
