# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compiled networks as callables on arrays."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from . import progress, targets, tools
from .errors import RescaleError
from .firmware import Program
from .interface import NAME, Interface, Port, parse_header
from .native import Library
from .targets import Target
from .tflite import import_tflite, is_tflite
from .toolchain import find_compiler

#: What turns a network into machine code: LLVM, or C and a C compiler.
BACKENDS = ("llvm", "c")

#: Options of rescale-compile that `load` sets.
_OWN_OPTIONS = ("emit", "name", "narrow", "o", "target")

#: Fills outputs from inputs, after the number of runs: an array for each
#: port, of (runs, elements of one run).
Runner = Callable[[int, Sequence[np.ndarray], Sequence[np.ndarray]], object]


def interface_runs(
    interface: Interface, arrays: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """Returns the samples for each input as (runs, elements of one run).

    Raises RescaleError for arrays of other types or shapes.
    """
    if len(arrays) != len(interface.inputs):
        raise RescaleError(
            f"requires an array for each of {len(interface.inputs)} inputs, "
            f"got {len(arrays)}"
        )
    inputs = [
        port.runs(np.asarray(array))
        for port, array in zip(interface.inputs, arrays, strict=True)
    ]
    counts = [len(array) for array in inputs]
    if len(set(counts)) > 1:
        raise RescaleError(
            "requires the same number of samples for every input, got "
            f"{', '.join(map(str, counts))}"
        )
    return inputs


class Model:
    """A network compiled to native code.

    Calling it runs it on arrays, one for each of `inputs`, with any number of
    samples; it returns an array for the only one of `outputs`, or a tuple.
    Not to be called from two threads at a time.
    """

    def __init__(self, interface: Interface, runner: Runner) -> None:
        self.interface = interface
        self.inputs = interface.inputs
        self.outputs = interface.outputs
        self._runner = runner

    def __repr__(self) -> str:
        inputs, outputs = (
            ", ".join(f"{p.name}: {p.dtype}{list(p.shape)}" for p in ports)
            for ports in (self.inputs, self.outputs)
        )
        return f"<rescale.Model ({inputs}) -> ({outputs})>"

    def __call__(
        self, *arrays: np.ndarray
    ) -> np.ndarray | tuple[np.ndarray, ...]:
        """Runs the network on every sample.

        arrays: one for each of `inputs`, of its type, in its shape with any
        multiple of the batch in front, or in its shape after a dimension of
        any size; the number of runs is the same for all.

        Returns an array for each of `outputs`, all runs one after the other
        along the leading dimension; without a tuple where there is one.

        Raises RescaleError for arrays of other types or shapes.
        """
        inputs = interface_runs(self.interface, arrays)
        # A network without inputs is a constant.
        runs = len(inputs[0]) if inputs else 1
        outputs = [
            np.empty((runs, port.size), port.dtype) for port in self.outputs
        ]
        self._runner(runs, inputs, outputs)
        results = tuple(
            array.reshape(runs * port.shape[0], *port.shape[1:])
            if port.shape
            else array.reshape(runs)
            for port, array in zip(self.outputs, outputs, strict=True)
        )
        return results[0] if len(results) == 1 else results


def check_model(path: Path) -> None:
    """Raises RescaleError where `path` is no file."""
    if not path.is_file():
        raise RescaleError(f"requires a model, got {path}, which is no file")


def check_narrow(narrow: str | int) -> None:
    """Raises RescaleError for what rescale-compile does not take."""
    text = str(narrow)
    is_bits = text.isdecimal() and 1 <= int(text) <= 32
    if not is_bits and text not in ("lossless", "off"):
        raise RescaleError(
            "requires lossless, off or a number of bits from 1 to 32 to "
            f"narrow to, got {text}"
        )


def _arguments(
    path: Path,
    backend: str,
    target: Target,
    level: str | None,
    narrow: str | int,
    options: Sequence[str],
) -> list[str]:
    """Returns those for rescale-compile, but where to write.

    Raises RescaleError.
    """
    if backend not in BACKENDS:
        raise RescaleError(
            f"requires a back end of {', '.join(BACKENDS)}, got {backend}"
        )
    check_narrow(narrow)
    if backend == "llvm" and level == "s":
        raise RescaleError(
            "requires an optimization level of 0 to 3 for the back end llvm, "
            "got s; take another, or the back end c"
        )
    check_model(path)
    emit = [f"--emit={'c' if backend == 'c' else 'obj'}"]
    emit += [f"--target={target.name}", f"--narrow={narrow}"]
    if backend == "llvm" and level:
        emit.append(f"-O{level}")
    return [*emit, *options, f"--name={NAME}"]


def compile_network(
    path: Path,
    folder: Path,
    backend: str,
    target: Target,
    level: str | None = None,
    *,
    batch: int | None = None,
    narrow: str | int = "lossless",
    options: Sequence[str] = (),
    quiet: bool = False,
) -> Interface:
    """Compiles a network to C or an object, with a header, in `folder`.

    quiet: whether to drop what rescale-compile says of a success.

    Raises RescaleError.
    """
    arguments = _arguments(path, backend, target, level, narrow, options)
    source = path
    with progress.step(f"compiling {path}"):
        if is_tflite(path):
            # An import takes seconds, and a wrong option is wrong after it
            # too.
            _check_arguments(path, arguments)
            source = folder / f"{path.stem}.mlir"
            import_tflite(path, source, 1 if batch is None else batch)
        tools.run(
            "rescale-compile", [source, *arguments, "-o", folder], quiet=quiet
        )
    header = folder / f"{NAME}.h"
    if not header.is_file():
        # As --help does.
        raise RescaleError(
            "requires options with which rescale-compile compiles, got "
            f"{' '.join(options)}; leave out those that only print"
        )
    text = header.read_text()
    # Its comment says what became of them, where there are any.
    if str(narrow).isdecimal() and "\n * Requantizations: " not in text:
        raise RescaleError(
            f"requires requantizations to narrow to {narrow} bits, got {path} "
            "without; quantize the model, or leave out --narrow"
        )
    return parse_header(text)


def _check_arguments(path: Path, arguments: Sequence[str]) -> None:
    tools.run("rescale-compile", [path, "--check-options", *arguments])


def _check_own_options(options: Sequence[str]) -> None:
    for option in options:
        if option.startswith("-") and (
            option.lstrip("-").partition("=")[0] in _OWN_OPTIONS
        ):
            raise RescaleError(
                "requires options other than --emit, --name, --narrow, "
                f"--target and -o, got {option}; run rescale compile for files"
            )


def check_options(
    path: str | Path,
    *,
    backend: str = "llvm",
    target: str = "host",
    cc: str | None = None,
    level: str | None = None,
    narrow: str | int = "lossless",
    options: Sequence[str] = (),
) -> None:
    """Raises RescaleError where `load` would, whatever the network is."""
    where = targets.find(target)
    _check_own_options(options)
    find_compiler(where, cc)
    _check_arguments(
        Path(path),
        _arguments(Path(path), backend, where, level, narrow, options),
    )


def load(
    path: str | Path,
    *,
    batch: int | None = None,
    backend: str = "llvm",
    target: str = "host",
    cc: str | None = None,
    level: str | None = None,
    narrow: str | int = "lossless",
    dump_layers: bool = False,
    options: Sequence[str] | None = None,
) -> Model:
    """Compiles a network and returns it as a callable.

    path: MLIR text or bytecode, or a .tflite file.
    batch: of a .tflite file, where it is not fixed (default: 1).
    backend: llvm, or c for C and a C compiler.
    target: a name in `targets.TARGETS`; all but host run under an emulator.
    cc: gcc, clang or the path of either; default: gcc, or for the host what
    is found.
    level: of optimization, 0 to 3, or s for size with the back end c
    (default: 2).
    narrow: lossless for multiplicands as narrow as is provably equal, off for
    those of the model, or a number of bits that none may exceed, 1 to 32: how
    many codes that changes is written to standard error.
    dump_layers: whether what each layer computes is an output too, after the
    model's own, with the layer's name.
    options: for rescale-compile, such as --integer-only; not --emit, --name,
    --narrow, --target or -o. Default: --cpu=native for LLVM on the host.

    Raises RescaleError.
    """
    where = targets.find(target)
    if options is None:
        is_native = backend == "llvm" and where.is_host
        options = ("--cpu=native",) if is_native else ()
    _check_own_options(options)
    compiler = find_compiler(where, cc)
    folder = Path(tempfile.mkdtemp(prefix="rescale-"))
    try:
        interface = compile_network(
            *(Path(path), folder, backend, where, level),
            batch=batch,
            narrow=narrow,
            options=(*options, "--dump-layers") if dump_layers else options,
        )
        if where.is_host:
            network = folder / f"{NAME}.{'c' if backend == 'c' else 'o'}"
            runner = Library(
                network, folder, interface, compiler, level or "2"
            )
        else:
            runner = Program(folder, interface, compiler, level or "2")
        model = Model(interface, runner)
    except BaseException:
        shutil.rmtree(folder)
        raise
    # An emulator reads the program whenever it runs.
    weakref.finalize(runner, shutil.rmtree, folder)
    if batch is not None and not any(
        port.shape[:1] == (batch,) for port in model.inputs
    ):
        raise RescaleError(
            f"requires a network that leaves its batch open, got {model!r} "
            f"for batch={batch}; leave out batch, a call takes any number of "
            "samples"
        )
    return model
