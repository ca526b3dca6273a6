# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Instructions and bytes of the C of MLPerf Tiny, beside hand-written kernels.

    python test/Benchmark/microcontrollers.py [--targets T...] [--cc CC]
        [--narrow MODE]

Needs the tools and the Python package, the models (RESCALE_MODELS), a cross
compiler and QEMU. Prints the table of docs/Benchmarks.md; counts are executed
instructions of one inference, not cycles, and the same in every run.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import rescale
from rescale import bench

sys.path.insert(0, str(Path(__file__).parents[1] / "Integration"))

from Inputs import networks  # noqa: E402


@dataclass(frozen=True)
class Peer:
    """TensorFlow Lite Micro 90b983c2 with CMSIS-NN 4ab83cc3.

    By gcc 12.2 -O2, counted in the same way: instructions on a Cortex-M4 and of
    ARMv6-M code, bytes of the arena as its interpreter reports it, and of code
    without the model on a Cortex-M4.
    """

    instructions: dict[str, int]
    arena: int
    code: int


def peer(m4: int, m0: int, arena: int, code: int) -> Peer:
    return Peer({"cortex-m4": m4, "cortex-m0": m0}, arena, code)


PEERS = {
    networks.RESNET8: peer(29_781_348, 97_564_061, 54_996, 57_680),
    networks.DS_CNN: peer(7_580_638, 29_009_339, 22_820, 59_956),
    networks.VWW_96: peer(23_775_735, 86_893_147, 100_708, 59_984),
    networks.AD01: peer(582_832, 1_762_502, 2_580, 34_688),
}


def ratio(value: int, of: int | None) -> str:
    return f"{value / of:.2f}" if of else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--targets",
        nargs="+",
        default=["cortex-m4", "cortex-m0", "rv32im"],
    )
    parser.add_argument("--cc", default="gcc")
    parser.add_argument("--narrow", default="lossless")
    options = parser.parse_args()
    print(
        "| network | target | instructions | of the peer's | code, -Os | of the "
        "peer's | constants | arena | of the peer's | lower bound | stack |"
    )
    print("|" + "---|" * 11)
    for network, its in PEERS.items():
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder, "model.mlir")
            rescale.import_tflite(network.model, model)

            def measure(target: str, level: str, model: Path = model) -> dict:
                return bench.measure_network(
                    model,
                    lambda ports: [a[:1] for a in network.inputs()],
                    target=target,
                    cc=options.cc,
                    level=level,
                    narrow=options.narrow,
                    layers=False,
                )

            for target in options.targets:
                fast, small = measure(target, "2"), measure(target, "s")
                cells = (
                    network.name,
                    target,
                    f"{fast['instructions']:,}",
                    ratio(fast["instructions"], its.instructions.get(target)),
                    f"{small['code_bytes']:,}",
                    ratio(small["code_bytes"], its.code)
                    if target == "cortex-m4"
                    else "",
                    f"{fast['const_bytes']:,}",
                    f"{fast['arena_bytes']:,}",
                    ratio(fast["arena_bytes"], its.arena),
                    f"{fast['arena_lower_bound_bytes']:,}",
                    f"{fast['stack_bytes']:,}",
                )
                print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
