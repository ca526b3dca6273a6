# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A network of integer layers as one module, and its way to TOSA."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..errors import RescaleError
from ..files import write_file
from ..network import evaluate, tosa_writer
from ..network.graph import (
    PROBABILITY,
    Add,
    AveragePool2D,
    DepthwiseConv2D,
    FullyConnected,
    GlobalAveragePool,
    IntegerModel,
    MaxPool2D,
    Network,
    Pool,
    Quantization,
    Rescale,
    Softmax,
    Weighted,
)
from . import functional
from .functional import Window
from .modules import (
    ADDITIONS,
    IntegerAdd,
    IntegerConv2d,
    IntegerLinear,
    Scale,
    check_weight_bits,
    raised_quotient,
    weight_scale,
)
from .rescaler import Rescaler


#: Samples that are evaluated at a time.
_CHUNK = 100


@dataclass(frozen=True)
class Options:
    """How a network is made into integers.

    rescaler: what its requantizations may be.
    mode, weight_bits, grid: as `IntegerConv2d` has them.
    add: the form of additions, as `IntegerAdd` has it.
    learn_scales: whether scales of weights and tensors are trained; the
    input's is not.
    per_channel_dense: whether fully connected layers get a scale for each
    output too.
    """

    rescaler: Rescaler = field(default_factory=Rescaler)
    mode: str = "rat"
    weight_bits: int = 8
    grid: str = "above"
    add: str = ADDITIONS[0]
    learn_scales: bool = False
    per_channel_dense: bool = False

    def __post_init__(self) -> None:
        check_weight_bits(self.weight_bits)


@dataclass(frozen=True)
class Parameters:
    """A network's real parameters and the quantizations they are made for.

    weights: in the layouts of `graph`; biases: one per output.
    weight_scales: one per output or one for all; absent for layers whose
    scales follow from the weights.
    tensors: of every tensor, a pool's those of its input.
    """

    network: Network
    weights: Mapping[str, np.ndarray]
    biases: Mapping[str, np.ndarray]
    weight_scales: Mapping[str, np.ndarray]
    tensors: Mapping[str, Quantization]

    @classmethod
    def of_integers(cls, model: IntegerModel) -> Parameters:
        """Returns what the codes of `model` stand for."""
        weights, biases, scales = {}, {}, {}
        for layer in model.network.layers:
            if not isinstance(layer, Weighted):
                continue
            of = model.weighted[layer.name]
            shape = [1] * of.weights.ndim
            shape[layer.channel_axis] = -1
            by = of.weight_scales.astype(np.float64)
            weights[layer.name] = of.weights * by.reshape(shape)
            unit = model.tensors[layer.input].scale * by
            biases[layer.name] = (of.bias + _offset(of.rescale)) * unit
            scales[layer.name] = by
        return cls(model.network, weights, biases, scales, model.tensors)


def _offset(by: Rescale) -> np.ndarray | float:
    """Returns what a rescale adds to accumulators beyond rounding them."""
    if by.rounding not in ("addend", "floor"):
        return 0.0
    added = 0.0
    if by.addends is not None:
        added = np.ldexp(by.addends.astype(np.float64), -by.shift)
    value = np.ldexp(by.multiplier.astype(np.float64), -by.shift)
    return (added - 0.5) / np.where(by.multiplier == 0, np.inf, value)


class IntegerNetwork(nn.Module):
    """A network whose forward pass is that of the compiled network.

    Calling it on int8 codes, (samples, height, width, channels), returns real
    outputs with gradients, before a softmax: (samples, classes), or with
    height and width where there are several. `codes` returns what the
    compiled network does.
    """

    def __init__(
        self, parameters: Parameters, options: Options | None = None
    ) -> None:
        super().__init__()
        self.options = options = options or Options()
        self.network = network = parameters.network
        self.shapes = network.shapes()
        # A pool's tensor has the scale of what it pools.
        self._roots = {network.input: network.input}
        for layer in network.layers:
            is_pool = isinstance(layer, Pool)
            self._roots[layer.name] = (
                self._roots[layer.input] if is_pool else layer.name
            )
        roots = [name for name in self._roots if self._roots[name] == name]
        scales = {name: parameters.tensors[name].scale for name in roots}
        if options.mode == "snap":
            scales = _snap_additions(network, self._roots, scales, options)
        self.zero_points = {
            name: parameters.tensors[name].zero_point for name in roots
        }
        self._index = {name: i for i, name in enumerate(roots)}
        values = np.array([scales[name] for name in roots])
        self.register_buffer("scales", torch.from_numpy(values))
        self.log_factors = (
            nn.Parameter(torch.zeros_like(self.scales))
            if options.learn_scales
            else None
        )
        self.layers = nn.ModuleDict()
        for layer in network.layers:
            if isinstance(layer, Weighted):
                self.layers[layer.name] = self._weighted(layer, parameters)
            elif isinstance(layer, Add):
                self.layers[layer.name] = IntegerAdd(
                    rescaler=options.rescaler,
                    form=options.add,
                    relu=layer.relu,
                    maximum=layer.maximum,
                )
        # Asks for the multiplicands once, which says what does not work.
        self.export()

    def _weighted(
        self, layer: Weighted, parameters: Parameters
    ) -> IntegerConv2d:
        options = self.options
        weights = torch.tensor(
            _to_torch(layer, np.asarray(parameters.weights[layer.name]))
        )
        scale = parameters.weight_scales.get(layer.name)
        is_dense = isinstance(layer, FullyConnected)
        if scale is not None and options.weight_bits == 8:
            scale = torch.tensor(np.asarray(scale, np.float64))
        elif is_dense and not options.per_channel_dense:
            scale = weight_scale(weights.reshape(1, -1), options.weight_bits)
        else:
            scale = weight_scale(weights, options.weight_bits)
        if is_dense and options.per_channel_dense and len(scale) == 1:
            scale = weight_scale(weights, options.weight_bits)
        common = {
            "rescaler": options.rescaler,
            "mode": options.mode,
            "weight_bits": options.weight_bits,
            "grid": options.grid,
            "relu": layer.relu,
            "maximum": layer.maximum,
            "learn_scale": options.learn_scales,
        }
        bias = torch.tensor(np.asarray(parameters.biases[layer.name]))
        if is_dense:
            return IntegerLinear(weights, bias, scale, **common)
        is_depthwise = isinstance(layer, DepthwiseConv2D)
        window = Window(
            layer.stride, layer.pad, len(weights) if is_depthwise else 1
        )
        return IntegerConv2d(weights, bias, scale, window=window, **common)

    def scale(self, name: str) -> Scale:
        """Returns the scale of a tensor, with a gradient if it is learned."""
        root = self._roots[name]
        index = self._index[root]
        value = self.scales[index]
        if self.log_factors is not None and root != self.network.input:
            value = value * self.log_factors[index].exp()
        return Scale(value, self.zero_points[root])

    def forward(self, codes: Tensor) -> Tensor:
        name, values = self._run(codes)
        output = values * self.scale(name).value.float()
        if output.shape[2:] == (1, 1):
            return output.flatten(1)
        return output.permute(0, 2, 3, 1)

    def _first(self, codes: Tensor) -> Tensor:
        """Returns the input, less its zero point."""
        shape = self.network.input_shape
        if codes.dtype != torch.int8 or codes.shape[1:] != shape:
            sizes = ", ".join(map(str, shape))
            raise RescaleError(
                f"requires int8 codes of (samples, {sizes}), got "
                f"{codes.dtype} of {tuple(codes.shape)}"
            )
        # Channels stay last in memory, which convolutions are fastest with.
        first = codes.permute(0, 3, 1, 2).float()
        return first - self.scale(self.network.input).zero_point

    def _run(self, codes: Tensor) -> tuple[str, Tensor]:
        """Returns the last tensor before a softmax, less its zero point."""
        tensors = {self.network.input: self._first(codes)}
        name = self.network.input
        for layer in self.network.layers:
            if isinstance(layer, Softmax):
                break
            name = layer.name
            tensors[name] = self._layer(
                layer, [tensors[source] for source in layer.inputs]
            )
        return name, tensors[name]

    def _layer(self, layer, operands: list[Tensor]) -> Tensor:
        target = self.scale(layer.name)
        sources = tuple(self.scale(name) for name in layer.inputs)
        match layer:
            case Add():
                return self.layers[layer.name](*operands, sources, target)
            case MaxPool2D():
                top, bottom, left, right = layer.pad
                padded = operands[0]
                if any(layer.pad):
                    padded = nn.functional.pad(
                        padded, (left, right, top, bottom), value=-torch.inf
                    )
                return nn.functional.max_pool2d(
                    padded, layer.kernel, layer.stride
                )
            case AveragePool2D() | GlobalAveragePool():
                return self._average(layer, operands[0], target)
        return self.layers[layer.name](operands[0], sources[0], target)

    def _average(
        self, layer: AveragePool2D | GlobalAveragePool, x: Tensor, scale: Scale
    ) -> Tensor:
        kernel, stride = x.shape[2:], x.shape[2:]
        if isinstance(layer, AveragePool2D):
            kernel, stride = layer.kernel, layer.stride
            top, bottom, left, right = layer.pad
            if any(layer.pad):
                x = nn.functional.pad(x, (left, right, top, bottom))
        return functional.average_pool(
            x,
            tuple(kernel),
            tuple(stride),
            scale.zero_point,
            *evaluate.average_scale(kernel[0] * kernel[1]),
        )

    @torch.no_grad()
    def outputs(self, codes: np.ndarray) -> np.ndarray:
        """Returns what a call does for any number of samples, float32."""
        device = self.scales.device
        parts = [
            self(part.to(device)).cpu().numpy()
            for part in torch.tensor(codes).split(_CHUNK)
        ]
        return np.concatenate(parts)

    @torch.no_grad()
    def codes(self, codes: np.ndarray) -> np.ndarray:
        """Returns what the compiled network gives, int8, softmax included.

        codes: int8, (samples, height, width, channels).
        """
        codes = torch.tensor(codes)
        parts = []
        # What is kept of all layers is that of so many samples.
        for part in codes.split(_CHUNK):
            name, values = self._run(part.to(self.scales.device))
            values = values + self.scale(name).zero_point
            parts.append(values.permute(0, 2, 3, 1).to(torch.int8).cpu())
        result = torch.cat(parts).numpy()
        if isinstance(self.network.layers[-1], Softmax):
            quantization = self.scale(name).quantization()
            result = evaluate.softmax(result, quantization.scale)
        if result.shape[1:3] == (1, 1):
            return result.reshape(len(result), -1)
        return result

    @torch.no_grad()
    def export(self) -> IntegerModel:
        """Returns the integer network. Raises RescaleError if it is none."""
        weighted, additions = {}, {}
        for layer in self.network.layers:
            target = self.scale(layer.name) if self._has(layer) else None
            sources = tuple(self.scale(name) for name in layer.inputs)
            if isinstance(layer, Weighted):
                parameters = self.layers[layer.name].export(sources[0], target)
                weighted[layer.name] = replace(
                    parameters, weights=_from_torch(layer, parameters.weights)
                )
            elif isinstance(layer, Add):
                additions[layer.name] = self.layers[layer.name].export(
                    sources, target
                )
        tensors = {
            name: PROBABILITY
            if name in self._probabilities
            else self.scale(name).quantization()
            for name in self.shapes
        }
        return IntegerModel(self.network, tensors, weighted, additions)

    @property
    def _probabilities(self) -> set[str]:
        return {
            layer.name
            for layer in self.network.layers
            if isinstance(layer, Softmax)
        }

    def _has(self, layer) -> bool:
        return layer.name not in self._probabilities

    def tosa(self) -> str:
        """Returns the network as MLIR text for rescale-compile."""
        return tosa_writer.write(self.export())

    def write_tosa(self, path: str | Path) -> None:
        """Writes `tosa`. Raises RescaleError where it cannot."""
        text = self.tosa()
        write_file(Path(path), lambda file: file.write(text.encode()))

    @torch.no_grad()
    def correct_biases(
        self, codes: np.ndarray, reference: IntegerNetwork
    ) -> None:
        """Gives the outputs of each layer the mean that another's have.

        Rounding weights shifts them by what the weights' errors add up to
        over inputs that have a mean; few bits of weights shift them far.

        codes: int8 samples.
        reference: the network with more bits.

        Raises RescaleError where the layers are others, or without samples.
        """
        if not len(codes):
            raise RescaleError("requires samples to correct by, got none")
        if reference.network != self.network:
            raise RescaleError(
                "requires a reference with the same layers, got another"
            )
        codes = torch.tensor(codes).to(self.scales.device)
        name = self.network.input
        own = {name: self._first(codes)}
        other = {name: reference._first(codes)}
        for layer in self.network.layers:
            if isinstance(layer, Softmax):
                break
            operands = [own[source] for source in layer.inputs]
            own[layer.name] = self._layer(layer, operands)
            other[layer.name] = reference._layer(
                layer, [other[source] for source in layer.inputs]
            )
            if not isinstance(layer, Weighted):
                continue
            scale, module = self.scale(layer.name), self.layers[layer.name]
            *_, by, _ = module.quantized(self.scale(layer.input), scale)
            values = own[layer.name]
            # What is clamped says nothing of the mean.
            is_inside = (values > by.low) & (values < by.high)
            error = other[layer.name] * reference.scale(layer.name).value
            error = (error - values * scale.value) * is_inside
            count = is_inside.sum((0, 2, 3)).clamp(min=1)
            module.bias += error.sum((0, 2, 3)) / count
            own[layer.name] = self._layer(layer, operands)

    def verify(self, codes: np.ndarray) -> None:
        """Compares the forward pass with the reference on some samples.

        Raises RescaleError where a code differs, which would be this
        machine's convolution not adding integers.
        """
        expected = evaluate.run_int8(self.export(), np.asarray(codes))
        expected = expected[self.network.output]
        actual = self.codes(codes)
        differing = int((actual != expected.reshape(actual.shape)).sum())
        if differing:
            raise RescaleError(
                "requires a forward pass equal to the reference, got "
                f"{differing} of {actual.size} codes that differ; train on "
                "the CPU, or turn off convolutions by Winograd and TF32"
            )


def _snap_additions(
    network: Network,
    roots: Mapping[str, str],
    scales: Mapping[str, float],
    options: Options,
) -> dict[str, float]:
    """Returns scales with which additions need k bits without an error.

    From the last addition to the first, an operand's scale is raised to a
    grid point of the result's; what computes the operand absorbs it. The
    input's scale stays, and so does one that another addition has chosen.
    """
    scales = dict(scales)
    chosen = {network.input}

    def raised(name: str, to: float) -> None:
        if name in chosen:
            return
        quotient = raised_quotient(options.rescaler, scales[name] / to)
        scales[name] = to * quotient
        chosen.add(name)

    for layer in reversed(network.layers):
        if not isinstance(layer, Add):
            continue
        names = sorted(
            {roots[name] for name in layer.inputs},
            key=lambda name: scales[name],
            reverse=True,
        )
        to = scales[roots[layer.name]]
        for name in names:
            raised(name, to)
            # The smaller one is rescaled to twice the larger one.
            if options.add == "tflite":
                to = max(scales[name] for name in names)
    return scales


def _to_torch(layer: Weighted, weights: np.ndarray) -> np.ndarray:
    """Returns weights of the layout of `graph` in PyTorch's."""
    match layer:
        case FullyConnected():
            return weights
        case DepthwiseConv2D():
            return weights.transpose(2, 3, 0, 1)
    return weights.transpose(0, 3, 1, 2)


def _from_torch(layer: Weighted, weights: np.ndarray) -> np.ndarray:
    match layer:
        case FullyConnected():
            weights = weights[:, :, 0, 0]
        case DepthwiseConv2D():
            weights = weights.transpose(2, 3, 0, 1)
        case _:
            weights = weights.transpose(0, 2, 3, 1)
    return np.ascontiguousarray(weights)
