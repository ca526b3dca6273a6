# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The command `rescale`."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from . import (
    __version__,
    argument_types,
    arrays,
    bench,
    calibrate,
    eval_command,
    html_report,
    progress,
    requantization,
    search,
    targets,
    tools,
)
from .errors import RescaleError
from .evaluation import Build
from .files import write_file
from .interface import Port
from .model import BACKENDS, check_model, check_narrow
from .tflite import import_tflite, is_tflite, read_interface
from .toolchain import LEVELS
from .tosa_flatbuffer import import_tosa, is_tosa_flatbuffer


def _narrow(text: str) -> str:
    try:
        check_narrow(text)
    except RescaleError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _version() -> str:
    """Returns the versions, and where the tools are."""
    lines = []
    for name in ("rescale-opt", "rescale-compile"):
        try:
            lines.append(f"{name}: {tools.find(name)}")
        except RescaleError as error:
            lines.append(f"{name}: not found: {error}")
    with contextlib.suppress(RescaleError):
        text = tools.run("rescale-opt", ["--version"])
        lines.insert(0, f"LLVM {re.search(r'LLVM version (.*)', text)[1]}")
    return "\n".join([f"rescale {__version__}", *lines])


class _Version(argparse.Action):
    """Looks for the tools only where it is asked for."""

    def __call__(self, parser, namespace, values, option_string=None):
        print(_version())
        parser.exit()


def _import(options: argparse.Namespace) -> None:
    arrays.check_place(options.output, [options.model, options.float_weights])
    with progress.step(f"importing {options.model}"):
        if not is_tosa_flatbuffer(options.model):
            import_tflite(
                options.model,
                options.output,
                options.batch,
                options.float_weights,
            )
        elif options.float_weights is None:
            import_tosa(options.model, options.output)
        else:
            raise RescaleError(
                "requires a .tflite file for --float-weights, got "
                f"{options.model}; leave it out"
            )


#: Options of rescale-compile whose value can be the next argument.
_WITH_VALUE = re.compile(
    "--?(O|cpu|emit|features|flash|function|mlir-output-format|"
    "mlir-timing-display|name|narrow|o|ram|report|rescale-rung|rescaler|"
    "smt-solver|smt-timeout|snap|snap-grid|snap-last-layer|snap-layers|target)"
)

#: Options of rescale-compile that need no model.
_HELPS = re.compile("--?(h|help|help-.*)")
_PRINTS = re.compile(f"{_HELPS.pattern}|--?version")


def _check_model(arguments: list[str]) -> None:
    """Raises RescaleError where no argument is a model, or - for stdin."""
    is_value = False
    for argument in arguments:
        if not is_value and (
            not argument.startswith("-")
            or argument in ("-", "--")
            or _PRINTS.fullmatch(argument)
        ):
            return
        is_value = not is_value and bool(_WITH_VALUE.fullmatch(argument))
    raise RescaleError(
        f"requires a model to compile, got {' '.join(arguments) or 'nothing'}"
        "; name an MLIR or .tflite file, or - for standard input"
    )


def _compile(arguments: list[str]) -> int:
    """Runs rescale-compile, with imported files in place of .tflite ones."""
    _check_model(arguments)
    compiler = tools.find("rescale-compile")
    if any(map(_HELPS.fullmatch, arguments)):
        print(
            "rescale compile takes a .tflite file too, and these options of "
            "rescale-compile:\n",
            flush=True,
        )
    models = [
        i
        for i, argument in enumerate(arguments)
        if not argument.startswith("-") and is_tflite(Path(argument))
    ]
    if any(map(_PRINTS.fullmatch, arguments)):
        models = []
    if models:
        # An import takes seconds, and a wrong option is wrong after it too.
        checked = subprocess.run(
            [compiler, "--check-options", *arguments], check=False
        )
        if checked.returncode:
            return 1
    with tempfile.TemporaryDirectory(prefix="rescale-") as folder:
        for i in models:
            path = Path(arguments[i])
            # Outputs are named after it.
            imported = Path(folder, f"{path.stem}.mlir")
            with progress.step(f"importing {path}"):
                import_tflite(path, imported)
            arguments[i] = str(imported)
        # Where pip puts z3, for --verify=smt.
        own = str(Path(sys.executable).parent)
        programs = os.pathsep.join([os.environ.get("PATH", os.defpath), own])
        with progress.step("compiling"):
            process = subprocess.run(
                [compiler, *arguments],
                check=False,
                env=os.environ | {"PATH": programs},
            )
    return 1 if process.returncode else 0


def _offsets(
    options: argparse.Namespace, ports: Sequence[Port]
) -> list[int]:
    offsets = options.input_offset or [0]
    if len(offsets) == 1:
        offsets = offsets * len(ports)
    if len(offsets) != len(ports):
        raise RescaleError(
            "requires --input-offset once or for each of "
            f"{len(ports)} inputs, got {len(offsets)}"
        )
    return offsets


def _check_inputs(
    options: argparse.Namespace, ports: Sequence[object]
) -> None:
    if len(options.input) != len(ports):
        raise RescaleError(
            f"requires --input for each of {len(ports)} inputs, got "
            f"{len(options.input)}"
        )


def _read_inputs(
    options: argparse.Namespace, ports: Sequence[Port]
) -> list[np.ndarray]:
    return [
        arrays.read(path, port, offset)
        for path, port, offset in zip(
            options.input, ports, _offsets(options, ports), strict=True
        )
    ]


def _check_outputs(options: argparse.Namespace, count: int) -> None:
    if len(options.output) != count:
        raise RescaleError(
            f"requires --output for each of {count} outputs, got "
            f"{len(options.output)}"
        )


def _check_files(
    options: argparse.Namespace, outputs: Sequence[Path] = ()
) -> None:
    """Raises RescaleError for what is wrong with any network.

    Before one is imported and compiled, which takes seconds.
    """
    check_model(options.model)
    for path in options.input:
        arrays.check_input(path)
    for path in outputs:
        arrays.check_output_path(path)


def _run(options: argparse.Namespace) -> None:
    _check_files(options, options.output)
    if options.layers:
        arrays.check_archive(options.layers)
    if is_tflite(options.model):
        # What is missing is known before its import.
        interface = read_interface(options.model)
        _check_inputs(options, interface.inputs)
        _check_outputs(options, len(interface.outputs))
    build = Build(
        options.model,
        options.narrow,
        options.compile_options,
        backend=options.backend,
        target=options.target,
        cc=options.cc,
        level=options.level,
    )
    model = build.load(dump_layers=options.layers is not None)
    _check_inputs(options, model.inputs)
    outputs = model.outputs[: model.interface.results]
    _check_outputs(options, len(outputs))
    _offsets(options, model.inputs)
    # An output may replace an input, which is read by then.
    taken = {options.model.resolve(): "the model"}
    for path, port in zip(options.output, outputs, strict=True):
        arrays.check_output(path, port)
        other = taken.setdefault(path.resolve(), port.name)
        if other != port.name:
            raise RescaleError(
                f"requires a file of its own for {port.name}, got {path}, "
                f"which is that of {other}; choose another"
            )
    results = model(*_read_inputs(options, model.inputs))
    if not isinstance(results, tuple):
        results = (results,)
    # Those of layers follow.
    for path, result in zip(options.output, results, strict=False):
        arrays.write(path, result)
    if options.layers:
        names = [port.name for port in model.outputs]
        arrays.write_archive(
            options.layers, dict(zip(names, results, strict=True))
        )


def _bench_network(options: argparse.Namespace) -> None:
    _check_files(options)
    if options.json:
        arrays.check_place(options.json, [options.model, *options.input])
    if is_tflite(options.model):
        _check_inputs(options, read_interface(options.model).inputs)

    def read_inputs(ports: Sequence[Port]) -> list[np.ndarray]:
        _check_inputs(options, ports)
        return _read_inputs(options, ports)

    result = bench.measure_network(
        options.model,
        read_inputs,
        backend=options.backend,
        target=options.target,
        cc=options.cc,
        level=options.level or "2",
        narrow=options.narrow,
        options=options.compile_options,
    )
    print(bench.format_table(result))
    _write_json(options, result)


def _bench_requantize(options: argparse.Namespace) -> None:
    if options.json:
        arrays.check_place(options.json)
    # Each once, however often it is named.
    names = list(dict.fromkeys(options.target or requantization.TARGETS))
    times = {}
    if options.repetitions is not None:
        if "host" not in names:
            raise RescaleError(
                "requires --target=host for --repetitions, got "
                f"{', '.join(names)}, where instructions are counted; leave "
                "it out"
            )
        times = {"repetitions": options.repetitions}
    rows = requantization.measure(
        names,
        list(dict.fromkeys(options.cc or requantization.COMPILERS)),
        seed=options.seed,
        **times,
    )
    print(requantization.format_table(rows))
    _write_json(options, rows)


def _write_json(options: argparse.Namespace, result: object) -> None:
    if options.json:
        text = json.dumps(result, indent=2) + "\n"
        write_file(options.json, lambda file: file.write(text.encode()))


def _parser() -> argparse.ArgumentParser:
    parser = argument_types.Parser(
        prog="rescale",
        description="Compiles and runs quantized networks, bit for bit.",
    )
    parser.add_argument(
        "--version",
        action=_Version,
        nargs=0,
        help="print the versions, and where the tools are",
    )
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True
    )

    command = commands.add_parser(
        "import", help="convert a .tflite file, or TOSA's .tosa, to MLIR"
    )
    command.add_argument("model", type=Path, metavar="MODEL.tflite")
    command.add_argument(
        "-o", "--output", type=Path, required=True, metavar="MODEL.mlir"
    )
    command.add_argument(
        "--batch",
        type=argument_types.whole_number(1),
        default=1,
        metavar="N",
        help="size of a leading dimension that is dynamic (default: 1)",
    )
    command.add_argument(
        "--float-weights",
        type=Path,
        metavar="FLOAT.tflite",
        help="the same network without quantization: what compile --snap "
        "rounds weights from",
    )
    command.set_defaults(run=_import)

    # Its options are those of rescale-compile, which main() passes on.
    commands.add_parser(
        "compile",
        help="compile MLIR or a .tflite file; takes the options of "
        "rescale-compile",
    )

    command = commands.add_parser(
        "run",
        # Those without which it does nothing, once for each.
        usage="%(prog)s MODEL --input FILE [--input FILE ...] "
        "--output FILE [--output FILE ...] [OPTIONS]",
        help="run a network on samples",
        description="Compiles a network for this machine and runs it. Files "
        "are .npy, or raw little-endian values with the suffix .i8, .u8, "
        ".i16, .i32, .f32 or .bin (the type of the input), for any number of "
        "samples.",
    )
    _add_network_options(command, backend="llvm")
    command.add_argument(
        "--output",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="where to write results; once for each output, in order",
    )
    command.add_argument(
        "--layers",
        type=Path,
        metavar="FILE.npz",
        help="where to write all results and what each layer computes, by "
        "name, to find where two of them part",
    )
    command.set_defaults(run=_run)

    calibrate.add_parser(commands)
    eval_command.add_parser(commands)

    benches = commands.add_parser(
        "bench", help="measure what a network takes on a target"
    ).add_subparsers(dest="bench", metavar="WHAT", required=True)
    command = benches.add_parser(
        "network",
        usage="%(prog)s MODEL --input FILE [--input FILE ...] [OPTIONS]",
        help="instructions, memory and code of a network",
        description="Compiles a network, runs it on samples, and prints "
        "executed instructions (not cycles), in all and for each layer, and "
        "the bytes of arena, stack, code and constants.",
    )
    _add_network_options(command, backend="c")
    _add_json_option(command, "the figures")
    command.set_defaults(run=_bench_network)

    command = benches.add_parser(
        "requantize",
        help="instructions of requantization, beside those of others",
        description="Requantizes 4,096 accumulators in 16 channels to int8 in "
        "each form, with the parameters of two layers of MLPerf Tiny's "
        "resnet8, checks every code, and prints executed instructions (not "
        "cycles) for an element, and on this machine times as a ratio to "
        "those of upstream's lowering in 64 bits.",
    )
    command.add_argument(
        "--target",
        choices=requantization.TARGETS,
        action="append",
        help="what to measure on; may be repeated (default: all)",
    )
    command.add_argument(
        "--cc",
        choices=requantization.COMPILERS,
        action="append",
        help="C compiler; may be repeated (default: both, and the table has "
        "the better one)",
    )
    command.add_argument(
        "--repetitions",
        type=argument_types.whole_number(1),
        metavar="N",
        help="of times on the host, whose median is printed (default: 31)",
    )
    command.add_argument(
        "--seed",
        type=argument_types.whole_number(0),
        default=0,
        help="of what the layers read (default: %(default)s)",
    )
    _add_json_option(command, "a row for each target, compiler and form")
    command.set_defaults(run=_bench_requantize)

    html_report.add_parser(commands)
    search.add_parser(commands)
    return parser


def _add_json_option(command: argparse.ArgumentParser, what: str) -> None:
    """Adds the option of all benchmarks to write what they print."""
    command.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        help=f"write {what} there too, as JSON",
    )


def _add_network_options(
    command: argparse.ArgumentParser, backend: str
) -> None:
    """Adds what `run` and `bench network` have in common."""
    command.allow_abbrev = False
    command.description += (
        " Other options are those of rescale compile, as in --one-shift."
    )
    command.usage += " [OPTIONS OF COMPILE]"
    command.set_defaults(compile_options=[])
    command.add_argument("model", type=Path, metavar="MODEL")
    command.add_argument(
        "--input",
        type=Path,
        action="append",
        # None for a network without inputs.
        default=[],
        metavar="FILE",
        help="samples; once for each input, in order, so never for a network "
        "without inputs",
    )
    command.add_argument(
        "--input-offset",
        type=int,
        action="append",
        metavar="N",
        help="add N to the values of the input file, as in -128 for pixels "
        "of 0 .. 255 and an int8 input (default: 0)",
    )
    command.add_argument(
        "--backend",
        choices=BACKENDS,
        default=backend,
        help="what makes machine code: LLVM, or C and a C compiler "
        "(default: %(default)s)",
    )
    command.add_argument(
        "--target",
        type=argument_types.target,
        metavar="{" + ",".join(targets.TARGETS) + "}",
        default="host",
        help="what to compile for; all but host run under QEMU "
        "(default: %(default)s)",
    )
    command.add_argument(
        "--cc",
        metavar="CC",
        help="C compiler: gcc, clang or the path of one (default: gcc for "
        "embedded targets)",
    )
    command.add_argument(
        "-O",
        dest="level",
        choices=LEVELS,
        help="optimization level (default: 2)",
    )
    command.add_argument(
        "--narrow",
        type=_narrow,
        metavar="{lossless,off,BITS}",
        default="lossless",
        help="multiplicands as narrow as is provably equal, those of the "
        "model, or of at most BITS bits, which may change codes and tells how "
        "many (default: %(default)s)",
    )


def _unwind_on_sigterm() -> None:
    """Ends by an exception, so that folders and tools that run go too."""

    def end(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    # Only there can it be said.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, end)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    if arguments is None:
        arguments = sys.argv[1:]
    _unwind_on_sigterm()
    try:
        if arguments[:1] == ["compile"]:
            return _compile(arguments[1:])
        options, others = _parser().parse_known_args(arguments)
        if others:
            # Those of rescale-compile, as for `report`.
            options.compile_options = others
        options.run(options)
    except RescaleError as error:
        error.tell()
        return 1
    except OSError as error:
        # A full disk, a temporary directory that cannot be written to.
        print(f"rescale: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("rescale: interrupted", file=sys.stderr)
        return 130
    return 0
