# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""TOSA text that no part of this project has touched."""

import io
import re
from pathlib import Path

from tosa_converter_for_tflite import (
    TosaConverterOutputFormat,
    tflite_flatbuffer_to_tosa_mlir,
)


def tosa_text(model: Path) -> str:
    """The converter's own output for a .tflite, other files as they are."""
    if model.suffix != ".tflite":
        return model.read_text()
    sink = io.BytesIO()
    tflite_flatbuffer_to_tosa_mlir(
        str(model), sink, TosaConverterOutputFormat.Text
    )
    return sink.getvalue().decode()


def with_batch_of_one(text: str) -> str:
    """`text` with the free batch axis set to 1.

    The batch is the first axis wherever it is free, and a shape's -1 stands
    for it, because everything else is known.
    """
    text = re.sub(r"tensor<\?x", "tensor<1x", text)
    text = re.sub(
        r"(tosa\.const_shape +\{values = dense<\[)-1,", r"\g<1>1,", text
    )
    if "?x" in text or re.search(r"const_shape.*-1", text):
        raise ValueError("a size other than the batch is free")
    return text
