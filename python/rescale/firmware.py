# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compiled networks as programs of their own, with the harness.

Programs for embedded targets run under an emulator, those for this machine
under Callgrind where their instructions are counted. Both say what a network
needs: instructions, in all and for each layer, and stack. They count executed
instructions, which are not cycles.
"""

from __future__ import annotations

import atexit
import functools
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import progress
from .errors import RescaleError
from .interface import NAME, Interface, Port
from .toolchain import Compiler, require

_HARNESS = Path(__file__).with_name("harness")

#: Seconds for one run, after which a network counts as one that never ends.
_PATIENCE = 120

#: What the bits of a report's second word say, as in harness.h.
_FAULTS = (
    "memory beside its arena",
    "memory beside its outputs",
    "its inputs",
    "all of the stack",
)

_NETWORK = """\
/* Written by rescale: the network, for the harness. */

#include "harness.h"
#include "model.h"

enum {{ LAYERS = {layers} }};

RESCALE_BUFFER(arena, {arena_size}, {arena_alignment});
{buffers}
const struct rescale_buffer *const rescale_arena = &arena;
const struct rescale_buffer *const rescale_inputs[] = {{{inputs}0}};
const struct rescale_buffer *const rescale_outputs[] = {{{outputs}0}};
const size_t rescale_layer_count = LAYERS;
uint64_t rescale_layer_counts[LAYERS + 1];
uint64_t rescale_layer_starts[LAYERS + 1];

int rescale_run(void) {{ return {name}_run({arguments}); }}
"""

_MEMORY = """\
MEMORY {{
  FLASH (rx) : ORIGIN = {flash.origin:#x}, LENGTH = {flash.size:#x}
  RAM (rwx) : ORIGIN = {ram.origin:#x}, LENGTH = {ram.size:#x}
}}
rescale_stack_size = {stack:#x};
"""


def _write_network(folder: Path, interface: Interface, layers: int) -> None:
    """Writes the source that describes a network to the harness.

    layers: how many are measured.
    """
    ports = (*interface.inputs, *interface.outputs)
    arena = interface.arena
    arguments = ["rescale_data(&arena)"] if arena else []
    arguments += [f"rescale_data(&{port.name})" for port in ports]

    def pointers(ports: Sequence[Port]) -> str:
        return "".join(f"&{port.name}, " for port in ports)

    Path(folder, "network.c").write_text(
        _NETWORK.format(
            name=NAME,
            layers=layers,
            arena_size=arena.size if arena else 0,
            arena_alignment=arena.alignment if arena else 1,
            buffers="".join(
                f"RESCALE_BUFFER({port.name}, "
                f"{port.size * port.dtype.itemsize}, {port.dtype.itemsize});\n"
                for port in ports
            ),
            inputs=pointers(interface.inputs),
            outputs=pointers(interface.outputs),
            arguments=", ".join(arguments),
        )
    )


def _compile_harness(
    compiler: Compiler,
    source: Path,
    output: Path,
    options: Sequence[str | Path] = (),
) -> None:
    compiler.compile(
        source,
        output,
        # Never at the level of the network: it is not what is measured.
        ["-std=gnu11", "-O2", f"-I{_HARNESS}", *options]
        + [*compiler.target.harness_flags],
    )


@functools.cache
def _harness_objects(compiler: Compiler) -> list[Path]:
    """Returns the objects that are the same for every network."""
    folder = Path(tempfile.mkdtemp(prefix="rescale-"))
    atexit.register(shutil.rmtree, folder)
    platform = "host" if compiler.target.is_host else "bare_metal"
    objects = []
    for name in ("harness", platform):
        objects.append(folder / f"{name}.o")
        _compile_harness(compiler, _HARNESS / f"{name}.c", objects[-1])
    return objects


@dataclass(frozen=True)
class Measurement:
    """What runs of a network took.

    instructions: of each run.
    stack: the most bytes of all runs.
    layers: (name, instructions of each run), in the order of execution.
    """

    instructions: list[int]
    stack: int
    layers: list[tuple[str, list[int]]]


class Program:
    """A network with the harness, for one target."""

    def __init__(
        self,
        folder: Path,
        interface: Interface,
        compiler: Compiler,
        level: str = "2",
        *,
        layers: bool = False,
    ) -> None:
        """Compiles what is missing in `folder`, and links.

        folder: has the C or the object of the network, and its header.
        layers: whether those of each layer are counted; needs C.

        Raises RescaleError where a compiler, or what runs the program, is
        missing, and for a network that does not fit the machine.
        """
        self._folder = folder
        self._interface = interface
        self._target = compiler.target
        self._layers = layers
        self._path = folder / ("layers.elf" if layers else "network.elf")
        self._command = self._find_runner()

        options = ["-include", _HARNESS / "hooks.h"] if layers else []
        suffix = ".layers.o" if layers else ".o"
        network = folder / f"{NAME}.o"
        source = folder / f"{NAME}.c"
        if source.is_file():
            network = folder / f"{NAME}{suffix}"
            compiler.compile(
                source,
                network,
                ["-std=c99", f"-O{level}", *options],
            )
        brackets = re.compile(rf"^ *{NAME.upper()}_LAYER_BEGIN\(\d", re.M)
        counted = len(brackets.findall(source.read_text())) if layers else 0
        _write_network(folder, interface, counted)
        described = folder / f"network{suffix}"
        _compile_harness(
            compiler, folder / "network.c", described, [f"-I{folder}"]
        )
        objects = [network, described, *_harness_objects(compiler)]
        with progress.step(f"linking for {self._target.name}"):
            self._link(compiler, objects)

    def _find_runner(self) -> list[str]:
        """Returns the command that runs the program, without its path."""
        machine = self._target.machine
        if machine:
            purpose = f"run code for {self._target.name}"
            require(machine.emulator, machine.package, purpose)
            return [*machine.command]
        return [
            require("valgrind", "valgrind", "count instructions"),
            *("--tool=callgrind", "--quiet"),
            "--callgrind-out-file=callgrind.out",
        ]

    def _link(self, compiler: Compiler, objects: list[Path]) -> None:
        machine = self._target.machine
        if not machine:
            # Symbols are resolved before the stack is measured.
            compiler.link(objects, self._path, ["-Wl,-z,now", "-lm"])
            return
        Path(self._folder, "memory.ld").write_text(
            _MEMORY.format(
                flash=machine.flash, ram=machine.ram, stack=machine.stack
            )
        )
        try:
            compiler.link(
                objects,
                self._path,
                ["-nostartfiles", "-T", _HARNESS / "sections.ld"],
                # Where GNU ld and lld look for memory.ld.
                self._folder,
            )
        except RescaleError as error:
            overflow = re.search(
                r"region [`'](\w+)'.*?overflowed by (\d+) bytes",
                error.details,
            )
            if not overflow:
                raise
            region = getattr(machine, overflow[1].lower())
            raise RescaleError(
                f"requires a network for the {region.size} bytes of "
                f"{overflow[1]} that {machine.name} has, got one with "
                f"{overflow[2]} more; choose a smaller network"
            ) from error

    def __call__(
        self,
        runs: int,
        inputs: Sequence[np.ndarray],
        outputs: Sequence[np.ndarray],
    ) -> None:
        """Runs the network; every array is (runs, elements of one run)."""
        self.measure(runs, inputs, outputs)

    def measure(
        self,
        runs: int,
        inputs: Sequence[np.ndarray],
        outputs: Sequence[np.ndarray],
    ) -> Measurement:
        """Runs the network and says what that took.

        Every array is (runs, elements of one run). Raises RescaleError for a
        network that fails, never ends, or writes where it must not.
        """
        # Of its own, as processes may run it at the same time.
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            return self._measure(Path(name), runs, inputs, outputs)

    def _measure(
        self,
        folder: Path,
        runs: int,
        inputs: Sequence[np.ndarray],
        outputs: Sequence[np.ndarray],
    ) -> Measurement:
        _write_records(folder / "input.bin", inputs)
        where = (
            self._target.machine.name if self._target.machine else "this host"
        )
        with progress.step(f"running {runs} samples on {where}"):
            self._execute(folder, where, runs)
        names = Path(folder, "layers.txt").read_text().split()
        words = np.fromfile(folder / "report.bin", "<u8")
        words = words.reshape(-1, 4 + len(names))
        if len(words) != runs:
            raise RescaleError(
                f"the program ended after {len(words)} of {runs} samples"
            )
        status = next(filter(None, words[:, 0].astype(np.int64)), 0)
        if status:
            raise RescaleError(f"the network ended with status {status}")
        faults = int(np.bitwise_or.reduce(words[:, 1]))
        for bit, what in enumerate(_FAULTS):
            if faults >> bit & 1:
                raise RescaleError(
                    f"the network used {what}; report this as a bug"
                )
        _read_records(folder / "output.bin", runs, outputs)
        if self._target.machine:
            columns = [
                [self._target.machine.instructions(count) for count in column]
                for column in words[:, [2, *range(4, 4 + len(names))]]
                .T.astype(object)
            ]
        else:
            columns = _read_callgrind(folder, runs, len(names))
        stack = int(words[:, 3].max())
        return Measurement(
            columns[0], stack, list(zip(names, columns[1:], strict=True))
        )

    def _execute(self, folder: Path, where: str, runs: int) -> None:
        try:
            process = subprocess.run(
                [*self._command, self._path],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                check=False,
                timeout=_PATIENCE * runs,
            )
        except subprocess.TimeoutExpired as error:
            raise RescaleError(
                f"requires a network that ends, got one that ran for "
                f"{_PATIENCE * runs} seconds on {where}; take a smaller "
                "network or fewer samples"
            ) from error
        if process.returncode:
            raise RescaleError(
                f"the program failed on {where} with exit code "
                f"{process.returncode}; see its messages above",
                process.stdout,
            )


def _read_callgrind(folder: Path, runs: int, layers: int) -> list[list[int]]:
    """Returns what an emulator reports, from a file for each count."""
    dumps = sorted(
        folder.glob("callgrind.out.*"),
        key=lambda path: int(path.suffix[1:]),
    )
    totals = [
        int(re.search(r"^totals: (\d+)$", path.read_text(), re.M)[1])
        for path in dumps
    ]
    counts = np.reshape(totals, (runs, layers or 1)).T.tolist()
    # The sum stands for all where layers are counted.
    return [list(map(sum, zip(*counts))), *counts] if layers else counts


def _write_records(path: Path, arrays: Sequence[np.ndarray]) -> None:
    """Writes run after run, of each run array after array."""
    rows = [
        array.astype(array.dtype.newbyteorder("<")).view(np.uint8)
        for array in arrays
    ]
    path.write_bytes(np.hstack(rows).tobytes() if rows else b"")


def _read_records(
    path: Path, runs: int, arrays: Sequence[np.ndarray]
) -> None:
    """Fills arrays from a file as `_write_records` makes them."""
    rows = np.fromfile(path, np.uint8).reshape(runs, -1)
    start = 0
    for array in arrays:
        end = start + array[0].nbytes
        columns = np.ascontiguousarray(rows[:, start:end])
        array[:] = columns.view(array.dtype.newbyteorder("<"))
        start = end
