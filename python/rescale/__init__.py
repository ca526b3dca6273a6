# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Runs quantized networks through Rescale's compiler.

`load` compiles a network and returns it as a callable on arrays,
`import_tflite` turns a .tflite file into MLIR. Both need the tools of the
C++ part: see `rescale.tools`.
"""

from .errors import RescaleError
from .model import Model, load
from .tflite import import_tflite

__version__ = "0.1.0"

__all__ = ["Model", "RescaleError", "__version__", "import_tflite", "load"]
