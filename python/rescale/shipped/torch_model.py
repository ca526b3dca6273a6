# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A network as a PyTorch module. Importing this needs PyTorch."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..network.graph import (
    Add,
    Conv2D,
    DepthwiseConv2D,
    FloatModel,
    FullyConnected,
    GlobalAveragePool,
    Layer,
    MaxPool2D,
    Network,
    Weighted,
)


class NetworkModule(nn.Module):
    """The layers of a network, convolutions with batch normalization."""

    def __init__(self, network: Network):
        super().__init__()
        self.network = network
        self.products = nn.ModuleDict()
        self.norms = nn.ModuleDict()
        shapes = network.shapes()
        for layer in network.layers:
            if not isinstance(layer, Weighted):
                continue
            source, channels = shapes[layer.input][2], shapes[layer.name][2]
            if isinstance(layer, FullyConnected):
                self.products[layer.name] = nn.Linear(source, channels)
                continue
            depthwise = isinstance(layer, DepthwiseConv2D)
            self.products[layer.name] = nn.Conv2d(
                source,
                channels,
                layer.kernel,
                layer.stride,
                groups=source if depthwise else 1,
                bias=False,
            )
            self.norms[layer.name] = nn.BatchNorm2d(channels)

    def forward(self, images: Tensor) -> Tensor:
        """images: (samples, channels, height, width); returns logits."""
        tensors = {self.network.input: images}
        for layer in self.network.layers:
            operands = [tensors[name] for name in layer.inputs]
            result = self._layer(layer, operands)
            if layer.relu:
                result = functional.relu(result)
            tensors[layer.name] = result
        return tensors[self.network.output]

    def _layer(self, layer: Layer, operands: list[Tensor]) -> Tensor:
        match layer:
            case Add():
                return operands[0] + operands[1]
            case MaxPool2D():
                return functional.max_pool2d(
                    _pad(layer, operands[0], -torch.inf),
                    layer.kernel,
                    layer.stride,
                )
            case GlobalAveragePool():
                return operands[0].mean((2, 3), keepdim=True)
            case FullyConnected():
                return self.products[layer.name](operands[0].flatten(1))
        sums = self.products[layer.name](_pad(layer, operands[0], 0.0))
        return self.norms[layer.name](sums)

    def export(self) -> FloatModel:
        """Returns the parameters, batch normalization folded in."""
        weights, biases = {}, {}
        for layer in self.network.layers:
            if not isinstance(layer, Weighted):
                continue
            product = self.products[layer.name]
            weight = _numpy(product.weight)
            if isinstance(layer, FullyConnected):
                bias = _numpy(product.bias)
            else:
                norm = self.norms[layer.name]
                gain = _numpy(norm.weight) / np.sqrt(
                    _numpy(norm.running_var) + norm.eps
                )
                bias = _numpy(norm.bias) - gain * _numpy(norm.running_mean)
                weight = weight * gain[:, np.newaxis, np.newaxis, np.newaxis]
                # PyTorch keeps (out, in, height, width) for both kinds.
                order = (
                    (2, 3, 0, 1)
                    if isinstance(layer, DepthwiseConv2D)
                    else (0, 2, 3, 1)
                )
                weight = weight.transpose(order)
            weights[layer.name] = np.ascontiguousarray(weight, np.float32)
            biases[layer.name] = bias.astype(np.float32)
        return FloatModel(self.network, weights, biases)


def _numpy(tensor: Tensor) -> np.ndarray:
    return tensor.detach().numpy().astype(np.float64)


def _pad(
    layer: Conv2D | DepthwiseConv2D | MaxPool2D, x: Tensor, fill: float
) -> Tensor:
    top, bottom, left, right = layer.pad
    return functional.pad(x, (left, right, top, bottom), value=fill)


def fit(
    module: NetworkModule,
    images: np.ndarray,
    labels: np.ndarray,
    epochs: int,
) -> None:
    """Trains in place, with the state of PyTorch's random generator.

    images: real values, (samples, height, width, channels).
    labels: classes, (samples,).
    """
    x = torch.from_numpy(images.transpose(0, 3, 1, 2)).float()
    y = torch.from_numpy(labels)
    batch = 64
    optimizer = torch.optim.AdamW(
        module.parameters(), lr=0.01, weight_decay=0.01
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=0.01,
        epochs=epochs,
        steps_per_epoch=-(-len(x) // batch),
    )
    module.train()
    for _ in range(epochs):
        for chosen in torch.randperm(len(x)).split(batch):
            scores = module(_shifted(x[chosen]))
            loss = functional.cross_entropy(
                scores, y[chosen], label_smoothing=0.1
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    module.eval()


def _shifted(images: Tensor) -> Tensor:
    """Moves each image by up to a pixel, which stands in for more writers."""
    samples, _, height, width = images.shape
    padded = functional.pad(images, (1, 1, 1, 1))
    rows = torch.randint(3, (samples, 1)) + torch.arange(height)
    columns = torch.randint(3, (samples, 1)) + torch.arange(width)
    index = torch.arange(samples)[:, None, None]
    moved = padded[index, 0, rows[:, :, None], columns[:, None, :]]
    return moved[:, None]
