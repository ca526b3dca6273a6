# RUN: %python %s %cc
# REQUIRES: numpy

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Every kernel runs on the host, as NumPy computes it, in its place too."""

import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs.kernels import Kernel, Library, convolution, matmul, pool

TARGETS = ["default", "cortex-m4", "host"]
LIBRARIES: dict[str, Library] = {}


def chosen(generator: np.random.Generator) -> dict[str, Kernel]:
    """One kernel for each way through the pass."""
    g = generator
    wide = {"dtype": np.int16, "accumulator": np.int64}
    same = {"window": [3, 3], "pad": [1, 1, 1, 1]}
    return {
        "same": convolution(g, (1, 6, 6, 4), 8, **same, zero_point=-128),
        "odd": convolution(g, (2, 5, 7, 3), 5, **same, zero_point=127),
        "one_pixel": convolution(g, (1, 3, 3, 2), 3, [3, 3]),
        "valid": convolution(g, (1, 7, 8, 3), 4, [3, 2], zero_point=5),
        "full_width": convolution(g, (1, 7, 4, 3), 4, [3, 4]),
        "strided": convolution(
            g, (1, 9, 8, 3), 4, [3, 3], [2, 2], [0, 1, 0, 1], zero_point=3
        ),
        "dilated": convolution(
            g, (1, 9, 9, 2), 4, [3, 3], dilation=[2, 3], pad=[2, 2, 3, 3]
        ),
        "dilated_inside": convolution(
            g, (1, 9, 9, 2), 4, [3, 3], dilation=[2, 3]
        ),
        "wider_than_image": convolution(
            g, (1, 3, 2, 2), 4, [5, 5], pad=[2, 2, 2, 2]
        ),
        "column": convolution(g, (1, 19, 1, 4), 2, [3, 1], pad=[2, 0, 0, 0]),
        "pointwise": convolution(g, (2, 5, 5, 8), 8, [1, 1], zero_point=-7),
        "pointwise_wider": convolution(g, (1, 4, 4, 3), 9, [1, 1]),
        "pointwise_narrower": convolution(g, (1, 4, 4, 9), 3, [1, 1]),
        "pointwise_strided": convolution(g, (1, 8, 8, 4), 6, [1, 1], [2, 2]),
        "pointwise_padded": convolution(
            g, (1, 3, 3, 4), 6, [1, 1], pad=[1, 0, 0, 1], zero_point=9
        ),
        "dense": convolution(g, (1, 1, 1, 40), 10, [1, 1], zero_point=-128),
        "dense_batch": convolution(g, (3, 1, 1, 13), 7, [1, 1]),
        "one_channel": convolution(g, (1, 5, 5, 1), 1, **same),
        "accumulators": convolution(
            g, (1, 5, 5, 3), 4, **same, epilogue="none"
        ),
        "wraps": convolution(
            g, (1, 4, 4, 64), 2, **same, dtype=np.int16, weight=np.int16
        ),
        "wide": convolution(g, (1, 5, 5, 3), 4, **same, **wide),
        "wide_sums": convolution(
            g, (1, 4, 4, 64), 2, **same, **wide, weight=np.int16
        ),
        "wide_zero_point": convolution(
            g, (1, 5, 5, 3), 4, **same, **wide, zero_point=77
        ),
        "depthwise": convolution(
            g, (1, 6, 6, 4), 1, **same, depthwise=True, zero_point=-128
        ),
        "depthwise_odd": convolution(
            g, (2, 5, 5, 3), 1, **same, depthwise=True, zero_point=1
        ),
        "depthwise_strided": convolution(
            g, (1, 8, 9, 3), 1, [3, 3], [2, 2], [0, 1, 1, 1], depthwise=True
        ),
        "depthwise_valid": convolution(
            g, (1, 8, 7, 3), 1, [3, 3], depthwise=True, zero_point=4
        ),
        "depthwise_multiplier": convolution(
            g, (1, 6, 5, 2), 3, **same, depthwise=True, zero_point=4
        ),
        "depthwise_large": convolution(
            g, (1, 9, 9, 2), 1, [5, 7], pad=[2, 2, 3, 3], depthwise=True
        ),
        "depthwise_dilated": convolution(
            g, (1, 9, 9, 2), 1, [3, 3], dilation=[3, 2], pad=[3, 3, 2, 2],
            depthwise=True,
        ),
        "depthwise_wide": convolution(
            g, (1, 5, 5, 3), 2, **same, **wide, depthwise=True
        ),
        "matmul": matmul(g, 2, 5, 8, 7),
        "matmul_row": matmul(g, 1, 1, 9, 3, (3, -4)),
        "matmul_zero_points": matmul(g, 1, 4, 6, 4, (-128, 127)),
        "matmul_wide": matmul(
            g, 1, 3, 8, 4, (1, 2), np.int16, np.int64
        ),
        "matmul_wraps": matmul(g, 1, 3, 64, 4, (1, 2), np.int16),
        "max": pool(g, "max", (1, 6, 6, 3), [2, 2], [2, 2]),
        "max_padded": pool(
            g, "max", (2, 7, 7, 3), [3, 3], [2, 2], [1, 1, 1, 1]
        ),
        "max_wide": pool(g, "max", (1, 4, 4, 2), [3, 1], dtype=np.int16),
        "average": pool(g, "average", (1, 8, 6, 3), [8, 6]),
        "average_padded": pool(
            g, "average", (1, 7, 7, 3), [3, 3], [2, 2], [1, 1, 1, 1], -9
        ),
        "average_zero_point": pool(
            g, "average", (1, 6, 6, 2), [2, 3], zero_point=-128
        ),
        "average_wide": pool(
            g, "average", (1, 5, 5, 2), [2, 2], pad=[1, 0, 0, 1],
            dtype=np.int16,
        ),
        "average_uneven": pool(
            g, "average", (1, 11, 9, 2), [6, 5], [2, 3], [4, 1, 3, 1], 7
        ),
        "average_larger": pool(
            g, "average", (1, 3, 2, 2), [4, 5], [1, 1], [1, 2, 3, 3]
        ),
        "average_column": pool(
            g, "average", (1, 9, 1, 2), [3, 1], [2, 1], [1, 1, 0, 0]
        ),
        "average_all": pool(
            g, "average", (1, 2, 2, 2), [3, 3], [1, 1], [1, 0, 1, 0], -3
        ),
        "average_largest": pool(
            g, "average", (1, 256, 256, 1), [256, 256], dtype=np.int16
        ),
        "average_one": pool(g, "average", (1, 3, 3, 2), [1, 1]),
    }


def random_window(generator: np.random.Generator) -> Kernel:
    """A convolution of a random shape."""
    g = generator
    window = g.integers(1, 5, 2).tolist()
    pad = g.integers(0, 3, 4).tolist()
    dilation = g.integers(1, 3, 2).tolist()
    shape = (
        int(g.integers(1, 3)),
        *(int(g.integers((window[i] - 1) * dilation[i] + 1, 12))
          for i in range(2)),
        int(g.integers(1, 9)),
    )
    depthwise = bool(g.integers(2))
    wide = bool(g.integers(4) == 0)
    return convolution(
        g,
        shape,
        int(g.integers(1, 4 if depthwise else 9)),
        window,
        g.integers(1, 4, 2).tolist(),
        pad,
        dilation,
        int(g.integers(-128, 128)),
        np.int16 if wide else np.int8,
        np.int16 if g.integers(4) == 0 else np.int8,
        np.int64 if wide else np.int32,
        depthwise,
    )


def setUpModule():
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    generator = np.random.default_rng(3)
    kernels = chosen(generator) | {
        f"random{i}": random_window(generator) for i in range(60)
    }
    for target in TARGETS:
        LIBRARIES[target] = Library(
            kernels, target, Path(folder.name), COMPILER
        )


class Execute(unittest.TestCase):
    def test_results(self):
        for target, library in LIBRARIES.items():
            for name, kernel in library.kernels.items():
                with self.subTest(target=target, kernel=name):
                    np.testing.assert_array_equal(
                        library.result(name), kernel.expected
                    )

    def assert_in_place(
        self, library: Library, name: str, argument: int, distance: int
    ) -> None:
        """The result is right that many bytes before the argument."""
        with self.subTest(kernel=name, argument=argument, distance=distance):
            np.testing.assert_array_equal(
                library.result_in_place(name, argument, distance),
                library.kernels[name].expected,
            )

    def test_aliases(self):
        for library in LIBRARIES.values():
            self.assertGreater(len(library.aliases), 10)
            for name, argument in library.aliases:
                self.assert_in_place(library, name, argument, 0)

    def test_overlap(self):
        """Right at the distance and beyond; many are wrong one nearer."""
        for target, library in LIBRARIES.items():
            wrong = 0
            for name, argument, distance in library.overlaps:
                kernel = library.kernels[name]
                item = max(
                    kernel.expected.itemsize,
                    kernel.operands[argument].itemsize,
                )
                start = -(-distance // item) * item
                for more in (0, 1, 2, 7):
                    self.assert_in_place(
                        library, name, argument, start + more * item
                    )
                if start >= item:
                    nearer = library.result_in_place(
                        name, argument, start - item
                    )
                    wrong += not np.array_equal(nearer, kernel.expected)
            with self.subTest(target=target):
                self.assertGreater(wrong, len(library.overlaps) // 4)


if __name__ == "__main__":
    COMPILER = sys.argv.pop()
    unittest.main()
