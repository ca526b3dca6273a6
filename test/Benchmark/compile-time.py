# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Processor time of rescale-compile, from TOSA to an object for the host.

    python test/Benchmark/compile-time.py [--repetitions N]

Needs rescale-compile on the PATH, the models (RESCALE_MODELS) and the package
tosa-converter-for-tflite. Exits with 1 where a median is above the bar.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "Integration"))

from Inputs import converter, native, networks  # noqa: E402

BAR = 3.0


def seconds(source: Path, folder: str) -> float:
    """Processor time of one compilation, which runs in one thread."""
    start = os.times()
    native.run_tool("rescale-compile", source, "--emit=obj", "-o", folder)
    end = os.times()
    return (end.children_user - start.children_user) + (
        end.children_system - start.children_system
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=7)
    repetitions = parser.parse_args().repetitions
    medians = []
    with tempfile.TemporaryDirectory() as folder:
        for network in networks.MLPERF_TINY:
            source = Path(folder, f"{network.name}.mlir")
            text = converter.tosa_text(network.model)
            source.write_text(converter.with_batch_of_one(text))
            times = [seconds(source, folder) for _ in range(repetitions)]
            medians.append(statistics.median(times))
            print(
                f"{network.name}: median {medians[-1]:.2f} s of {repetitions}"
                f" runs, {min(times):.2f}..{max(times):.2f} s",
                flush=True,
            )
    print(f"largest median {max(medians):.2f} s, bar {BAR} s")
    return int(max(medians) > BAR)


if __name__ == "__main__":
    sys.exit(main())
