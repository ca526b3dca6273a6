# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The samples of the shipped model, from scikit-learn's digits.

`python -m rescale.shipped.digits --samples x.npy --labels y.npy` writes the
held-out samples as the model takes them.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..files import write_atomically
from ..network.graph import Quantization

#: How pixels become int8 codes: 0 (white) .. 16 (black) minus 128, exactly.
INPUT = Quantization(scale=1 / 16, zero_point=-128)

#: How many samples, the last ones of the data set, training never sees.
HELD_OUT = 360


@dataclass(frozen=True)
class Samples:
    """Images and what they show.

    codes: int8, (samples, 8, 8, 1), as the model takes them.
    labels: int64, (samples,), 0 .. 9.
    """

    codes: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, part: slice) -> Samples:
        return Samples(self.codes[part], self.labels[part])

    def images(self) -> np.ndarray:
        """Returns the images as float64 in 0 .. 1."""
        codes = self.codes.astype(np.float64)
        return (codes - INPUT.zero_point) * INPUT.scale


def load() -> Samples:
    """Returns all 1797 samples in the order of the data set.

    Raises RuntimeError where scikit-learn is missing.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise RuntimeError(
            "requires scikit-learn for the digits samples, which is not "
            "installed; install this package with its extra 'demo'"
        ) from error
    digits = load_digits()
    codes = digits.images.astype(np.int16) + INPUT.zero_point
    return Samples(codes.astype(np.int8)[..., np.newaxis], digits.target)


def load_train() -> Samples:
    """Returns the samples that training may see."""
    return load()[:-HELD_OUT]


def load_held_out() -> Samples:
    """Returns the samples on which accuracy is stated."""
    return load()[-HELD_OUT:]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m rescale.shipped.digits",
        description="Writes the held-out samples of the shipped model.",
    )
    parser.add_argument(
        "--samples",
        type=Path,
        required=True,
        metavar="X.npy",
        help="int8 images, (samples, 8, 8, 1)",
    )
    parser.add_argument(
        "--labels",
        type=Path,
        metavar="Y.npy",
        help="what the images show, int64, (samples,)",
    )
    options = parser.parse_args(arguments)
    try:
        samples = load_held_out()
        write_atomically(
            options.samples, lambda file: np.save(file, samples.codes)
        )
        if options.labels:
            write_atomically(
                options.labels, lambda file: np.save(file, samples.labels)
            )
    except (OSError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
