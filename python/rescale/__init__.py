# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Runs quantized networks through Rescale's compiler.

`load` compiles a network and returns it as a callable on arrays,
`import_tflite` turns a .tflite file into MLIR, `evaluate` measures the quality
of networks beside their originals. All need the tools of the
C++ part, which `tools` finds.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import tools
    from .errors import RescaleError
    from .evaluation import Evaluator, evaluate
    from .model import Model, load
    from .tflite import import_tflite

__version__ = "0.1.0"

__all__ = [
    "Evaluator",
    "Model",
    "RescaleError",
    "__version__",
    "evaluate",
    "import_tflite",
    "load",
    "tools",
]

_MODULES = {
    "Evaluator": ".evaluation",
    "Model": ".model",
    "RescaleError": ".errors",
    "evaluate": ".evaluation",
    "import_tflite": ".tflite",
    "load": ".model",
}


def __getattr__(name: str) -> object:
    """Loads what is asked for, so that the command can guard its imports."""
    if name == "tools":
        return import_module(".tools", __name__)
    if name in _MODULES:
        value = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
