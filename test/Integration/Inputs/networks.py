# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The real networks, their samples, and what they must give.

A sample has no batch axis: `inputs` holds one array of [samples, ...] for
each argument. "Golden" outputs were computed by the reference kernels of
TensorFlow Lite Micro.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TestCase

import numpy as np

# lit always sets it; the benchmarks may run without lit.
MODELS = Path(
    os.environ.get(
        "RESCALE_MODELS", Path(__file__).parents[4] / "shared" / "models"
    )
)
SAMPLES = MODELS / "samples"

Arrays = list[np.ndarray]


@dataclass(frozen=True)
class Network:
    """A quantized network; the files are read when they are asked for."""

    name: str
    model: Path
    inputs: Callable[[], Arrays]
    golden: Callable[[], np.ndarray] | None


def codes(name: str, *shape: int) -> np.ndarray:
    """int8 codes of shape [samples, *shape]."""
    return np.fromfile(SAMPLES / name, np.int8).reshape(-1, *shape)


def pixels(name: str, *shape: int) -> np.ndarray:
    """uint8 pixels of shape [samples, *shape]."""
    return np.fromfile(SAMPLES / name, np.uint8).reshape(-1, *shape)


def centred_pixels(name: str, *shape: int) -> np.ndarray:
    """pixel - 128 as int8, of shape [samples, *shape]."""
    return (pixels(name, *shape).astype(np.int16) - 128).astype(np.int8)


def column(name: str, *shape: int) -> np.ndarray:
    """One sample of int16 codes, of shape [1, *shape]."""
    values = np.loadtxt(MODELS / "int16x8" / name, np.int64, delimiter=",")
    return values.astype(np.int16).reshape(1, *shape)


def int8_network(name, model, inputs, golden) -> Network:
    return Network(name, MODELS / model, lambda: [inputs()], golden)


def int16_layer(name, input_shapes, output_shape) -> Network:
    return Network(
        name,
        MODELS / "int16x8" / f"{name}.tflite",
        lambda: [
            column(f"{name}_input{index}_int16.csv", *shape)
            for index, shape in enumerate(input_shapes)
        ],
        partial(column, f"{name}_golden_int16.csv", *output_shape),
    )


CIFAR = "cifar10_test_0000-0499"
KWS = "kws01_000-299"
VWW = "vww_smoke_16"
AD = "ad01_normal_id_01_00000000"

RESNET8 = int8_network(
    "resnet8",
    "mlperf_tiny/pretrainedResnet_quant.tflite",
    partial(centred_pixels, f"{CIFAR}.u8", 32, 32, 3),
    partial(codes, f"{CIFAR}.resnet8_int8.golden.i8", 10),
)
DS_CNN = int8_network(
    "ds_cnn",
    "mlperf_tiny/kws_ref_model.tflite",
    partial(codes, f"{KWS}.i8", 49, 10, 1),
    partial(codes, f"{KWS}.ds_cnn_int8.golden.i8", 12),
)
VWW_96 = int8_network(
    "vww_96",
    "mlperf_tiny/vww_96_int8.tflite",
    partial(centred_pixels, f"{VWW}.u8", 96, 96, 3),
    partial(codes, f"{VWW}.vww_96_int8.golden.i8", 2),
)
AD01 = int8_network(
    "ad01",
    "mlperf_tiny/ad01_int8.tflite",
    partial(codes, f"{AD}.windows.i8", 640),
    partial(codes, f"{AD}.ad01_int8.golden.i8", 640),
)
HELLO_WORLD = int8_network(
    "hello_world",
    "tflite_micro/hello_world_int8.tflite",
    partial(codes, "hello_world_all_inputs.i8", 1),
    partial(codes, "hello_world_int8.golden.i8", 1),
)

MLPERF_TINY = [RESNET8, DS_CNN, VWW_96, AD01]
IMPORTED = [*MLPERF_TINY, HELLO_WORLD]

# Two of them as another converter wrote them, in the syntax of LLVM 22: with
# the softmax in float, which rounds to the same codes.
FLOAT_SOFTMAX = [
    replace(RESNET8, model=MODELS / "tosa" / "resnet8_int8.tosa-llvm22.mlir"),
    replace(DS_CNN, model=MODELS / "tosa" / "ds_cnn_int8.tosa-llvm22.mlir"),
]

INT16_LAYERS = [
    int16_layer("conv0", [(8, 166, 2)], (2, 160, 8)),
    int16_layer("conv11", [(3, 7, 64)], (1, 5, 32)),
    int16_layer("conv15", [(1, 10, 64)], (1, 10, 32)),
    int16_layer("add0", [(1, 5, 64), (1, 5, 64)], (1, 5, 64)),
    int16_layer("leaky_relu0", [(2, 160, 8)], (2, 160, 8)),
]

# Legacy uint8, with weight zero points other than 0. It has no golden outputs.
MOBILENET = Network(
    "mobilenet",
    MODELS / "coral" / "mobilenet_v1_0.25_128_quant.tflite",
    lambda: [pixels("imagenet_smoke_6_128.u8", 128, 128, 3)],
    None,
)

WITH_GOLDEN = [*IMPORTED, *FLOAT_SOFTMAX, *INT16_LAYERS]


def check_each(
    test: TestCase,
    networks: list[Network],
    check: Callable[[Network, Path], None],
) -> None:
    """Calls `check` with each network and a folder that is gone afterwards."""
    for network in networks:
        with test.subTest(network.name), TemporaryDirectory() as folder:
            check(network, Path(folder))


def assert_equal_samples(
    name: str, actual: np.ndarray, expected: np.ndarray
) -> None:
    """Prints how many samples are equal, and raises unless all are."""
    assert actual.dtype == expected.dtype, (actual.dtype, expected.dtype)
    assert actual.shape == expected.shape, (actual.shape, expected.shape)
    different = (actual != expected).reshape(len(expected), -1)
    equal = len(expected) - int(different.any(axis=1).sum())
    print(f"{name}: {equal} of {len(expected)} samples equal", flush=True)
    assert equal == len(expected), (
        f"{name}: {different.sum()} values differ, the first in sample "
        f"{different.any(axis=1).argmax()}"
    )
