# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Time per inference in IREE: our linalg against IREE's own TOSA path.

    python test/Benchmark/iree.py [--repetitions N] [--keep FOLDER]

Both get the same TOSA, the same iree-compile with the same options, and one
thread pinned to one core. The two alternate, so that a change of the clock
meets both; the ratio is that of the medians. Needs the tools on the PATH, the
models (RESCALE_MODELS), and the packages iree-base-compiler,
iree-base-runtime and tosa-converter-for-tflite. Exits with 1 where a ratio is
above the bar.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "Integration"))

from Inputs import converter, iree_tools, native, networks  # noqa: E402

NETWORKS = [networks.RESNET8, networks.DS_CNN]
BAR = 1.1


def build(network: networks.Network, folder: Path) -> dict[str, Path]:
    """The modules to compare, by name."""
    tosa = folder / f"{network.name}.mlir"
    text = converter.tosa_text(network.model)
    tosa.write_text(converter.with_batch_of_one(text))
    linalg = folder / f"{network.name}.ours.mlir"
    iree_tools.to_linalg(tosa, linalg)
    ours = linalg.with_suffix(".vmfb")
    iree_tools.compile_module(linalg, ours)
    # IREE 3.13 reads the TOSA text of LLVM 22 in generic form only.
    generic = folder / f"{network.name}.iree.mlir"
    native.run_tool("mlir-opt", "--mlir-print-op-generic", tosa, "-o", generic)
    iree = generic.with_suffix(".vmfb")
    iree_tools.compile_module(generic, iree, "--iree-input-type=tosa")
    return {"ours": ours, "iree": iree}


def milliseconds(module: Path, argument: str) -> float:
    """The mean time of one call in about 0.1 s of calls."""
    report = native.run_tool(
        *(iree_tools.tool("iree-benchmark-module"), f"--module={module}"),
        *(f"--device={iree_tools.DEVICE}", "--function=main"),
        *(f"--input={argument}", "--benchmark_min_time=0.1s"),
        "--benchmark_format=json",
    )
    (result,) = json.loads(report)["benchmarks"]
    assert result["time_unit"] == "ms", result
    return result["real_time"]


def compare(
    network: networks.Network,
    modules: dict[str, Path],
    folder: Path,
    repetitions: int,
) -> float:
    """Prints the medians; the ratio of ours to IREE's."""
    sample = network.inputs()[0][:1]
    raw = folder / f"{network.name}.input.bin"
    np.ascontiguousarray(sample).tofile(raw)
    shape = "x".join(map(str, sample.shape))
    times = {name: [] for name in modules}
    for _ in range(repetitions):
        for name, module in modules.items():
            times[name].append(milliseconds(module, f"{shape}xi8=@{raw}"))
    ours, iree = (statistics.median(times[name]) for name in ("ours", "iree"))
    spread = ", ".join(
        f"{name} {min(values):.4f}..{max(values):.4f}"
        for name, values in times.items()
    )
    print(
        f"{network.model.name}: ours {ours:.4f} ms, IREE {iree:.4f} ms,"
        f" ratio {ours / iree:.3f} ({repetitions} repetitions: {spread})",
        flush=True,
    )
    return ours / iree


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=31)
    parser.add_argument("--keep", type=Path, help="folder for what is built")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        built = [(network, build(network, folder)) for network in NETWORKS]
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        ratios = [
            compare(network, modules, folder, arguments.repetitions)
            for network, modules in built
        ]
    print(f"largest ratio {max(ratios):.3f}, bar {BAR}")
    return int(max(ratios) > BAR)


if __name__ == "__main__":
    sys.exit(main())
