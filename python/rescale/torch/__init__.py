# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Rescaling-aware training in PyTorch.

`from_tflite`, `from_tosa` and `from_torch` make an `IntegerNetwork`, whose
forward pass gives the codes that the compiled network gives, bit for bit.
`Trainer` trains it, `IntegerNetwork.write_tosa` writes what rescale-compile
reads. See docs/Training.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from ..errors import RescaleError

if TYPE_CHECKING:
    from .importer import from_float, from_tflite, from_torch, from_tosa
    from .modules import IntegerAdd, IntegerConv2d, IntegerLinear
    from .network import IntegerNetwork, Options
    from .pt2e import import_pt2e
    from .rescaler import Rescaler
    from .trainer import Trainer, TrainerOptions

_MODULES = {
    "IntegerAdd": ".modules",
    "IntegerConv2d": ".modules",
    "IntegerLinear": ".modules",
    "IntegerNetwork": ".network",
    "Options": ".network",
    "Rescaler": ".rescaler",
    "Trainer": ".trainer",
    "TrainerOptions": ".trainer",
    "from_float": ".importer",
    "from_tflite": ".importer",
    "from_torch": ".importer",
    "from_tosa": ".importer",
    "import_pt2e": ".pt2e",
}

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> object:
    """Loads what is asked for, so that a missing PyTorch is one error."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        import torch  # noqa: F401
    except ImportError as error:
        raise RescaleError(
            "requires the Python package torch for training, which is not "
            "installed; run pip install './python[train]' in the checkout"
        ) from error
    value = getattr(import_module(_MODULES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
