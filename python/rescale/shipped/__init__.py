# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The model that comes with Rescale: handwritten digits, 8x8 to 10 classes.

`digits.mlir` is the model as TOSA, `digits.npz` what it was made from. What
leads from one to the other: `network` here (the architecture), `train` (float
parameters), and in `rescale.network` `quantize` (int8 parameters), `evaluate`
(the reference result) and `tosa_writer` (TOSA text). Only training needs
PyTorch, and only `digits`, which loads the samples, needs scikit-learn.
"""

from pathlib import Path

#: The model as TOSA for LLVM 22, with int8 input and output.
MODEL_PATH = Path(__file__).with_name("digits.mlir")

#: Float weights and calibrated ranges, from which MODEL_PATH is written.
PARAMETERS_PATH = Path(__file__).with_name("digits.npz")
