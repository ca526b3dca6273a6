# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks in the TOSA reference model."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from Inputs.native import run_tool
from Inputs.stock import check_unsigned

# A graph that the reference model refuses aborts the process, and every run
# warns that the file's version of TOSA is older: so it has a process to
# itself.
RUN_ALL = """\
import sys
import numpy as np
import tosa_reference_model
model, samples, results = sys.argv[1:]
with open(model, "rb") as file:
    model = file.read()
rows = []
for values in zip(*np.load(samples).values()):
    values = [value[np.newaxis] for value in values]
    outputs, status = tosa_reference_model.run(
        model, values, tosa_level="EIGHTK")
    if status != tosa_reference_model.GraphStatus.TOSA_VALID:
        sys.exit(f"the reference model says {status}")
    rows.append(outputs[0][0])
np.save(results, np.stack(rows))
"""


def run(text: str, inputs: list[np.ndarray], folder: Path) -> np.ndarray:
    """The outputs of the only result, [samples, ...], signless as int."""
    check_unsigned(text)
    flatbuffer = folder / "reference.tosa"
    run_tool(
        Path(sys.executable).with_name("tosa-opt"),
        *("--tosa-convert-integer-type-to-signless", "--tosa-serialize"),
        f"--tosa-flatbuffer-filename={flatbuffer}",
        *("-", "-o", "/dev/null"),
        text=text,
    )
    samples, results = folder / "inputs.npz", folder / "outputs.npy"
    np.savez(samples, *inputs)
    done = subprocess.run(
        [sys.executable, "-c", RUN_ALL, flatbuffer, samples, results],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(
            f"the reference model failed: {done.stderr[-2000:]}"
        )
    return np.load(results)
