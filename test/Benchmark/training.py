# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What training does for narrow multiplicands, on resnet8.

    python test/Benchmark/training.py [--only PATTERN] [--again] [--list]
    python test/Benchmark/training.py --time

Needs the Python package with its extras train and tflite, the models
(RESCALE_MODELS), and the data beside them (RESCALE_DATA). Trains what
docs/quality-training.json does not have and adds it there;
test/Benchmark/quality.py makes tables of it. All train alike, the control too:
on the first 3,000 of the training images at hand, to the outputs of the float
network. --time measures one epoch on one thread.
"""

import argparse
import dataclasses
import json
import os
import re
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "test" / "Integration"))

import torch  # noqa: E402
from Inputs import networks  # noqa: E402
from rescale.data import open_labels, open_samples  # noqa: E402
from rescale.estimates import (  # noqa: E402
    divergence,
    log_softmax,
    paired_means,
)
from rescale.interface import Port  # noqa: E402
from rescale.network import evaluate, tflite_reader  # noqa: E402
from rescale.torch import (  # noqa: E402
    IntegerNetwork,
    Options,
    Rescaler,
    Trainer,
    TrainerOptions,
    from_tflite,
)

FIGURES = ROOT / "docs" / "quality-training.json"
DATA = Path(os.environ.get("RESCALE_DATA", networks.MODELS.parent / "data"))
MODEL = networks.RESNET8.model
FLOATS = networks.MODELS / "mlperf_tiny/pretrainedResnet.tflite"

#: Images that are trained on; of the 4,000 the others are held out.
TRAINED = 3000

SEEDS = (0, 1, 2)
EPOCHS = 5

#: By the bits of weights: 8 bits begin next to where they may stay.
RATES = {8: 1e-5, 4: 1e-4}


TITLES = {
    "control": "multiplicands of 31 bits, trained",
    "nearest": "the nearest multiplicands, not trained",
    "nearest, corrected": "the same with biases corrected by 200 images",
    "rat": "the nearest multiplicands, trained",
    "snap": "weights on the grid at or above, not trained",
    "snap, corrected": "the same with biases corrected by 200 images",
    "snap, trained": "weights on the grid at or above, trained",
    "snap, best neighbour, corrected": "weights on the grid, above or below "
    "by their squared error, biases corrected, not trained",
}

#: Images that biases are corrected by, the first that are trained on.
CORRECTING = 200


@dataclass(frozen=True)
class Method:
    """A network at a width, trained with each seed, or not at all."""

    name: str
    weights: int
    bits: int
    mode: str
    epochs: int = EPOCHS
    grid: str = "above"

    @property
    def key(self) -> tuple:
        return self.name, self.weights, self.bits, self.epochs

    @property
    def rescaler(self) -> Rescaler:
        return Rescaler(self.bits)

    def network(self) -> IntegerNetwork:
        options = Options(
            self.rescaler, self.mode, self.weights, grid=self.grid
        )
        network = from_tflite(MODEL, options, FLOATS)
        if self.is_corrected:
            reference = from_tflite(MODEL, None, FLOATS)
            network.correct_biases(images()[0][:CORRECTING], reference)
        return network

    @property
    def is_corrected(self) -> bool:
        """Trainings with few bits of weights begin with right means."""
        is_trained = self.weights < 8 and self.epochs > 0
        return is_trained or "corrected" in self.name


def methods() -> list[Method]:
    """All of them, the controls first."""
    made = []
    for weights, rats, snaps in (
        (8, (4, 3, 2, 1), (2, 1)),
        (4, (4, 2), (4, 2)),
    ):
        few = weights < 8
        made.append(Method("control", weights, 31, "rat"))
        for name in ("nearest", "nearest, corrected")[: 1 + few]:
            made += [Method(name, weights, k, "rat", 0) for k in (31, *rats)]
        made += [Method("rat", weights, k, "rat") for k in rats]
        for name in ("snap", "snap, corrected")[: 1 + few]:
            made += [Method(name, weights, k, "snap", 0) for k in snaps]
        if few:
            name = "snap, best neighbour, corrected"
            made += [
                Method(name, weights, k, "snap", 0, "best") for k in snaps
            ]
        made += [Method("snap, trained", weights, k, "snap") for k in snaps]
    return made


@cache
def images() -> tuple[np.ndarray, np.ndarray]:
    """Codes and classes: the 4,000 training images, then the 500 test ones."""
    cifar = f"cifar10:{DATA / 'cifar10' / 'cifar10_train_0000-3999.bin.gz'}"
    test = networks.SAMPLES / networks.CIFAR
    port = Port("images", np.dtype(np.uint8), (1, 32, 32, 3))
    pixels = [open_samples(d, port)[:] for d in (cifar, f"{test}.u8")]
    labels = [open_labels(d)[:] for d in (cifar, f"{test}.labels.txt")]
    codes = np.concatenate(pixels).astype(np.int16) - 128
    return codes.astype(np.int8), np.concatenate(labels).ravel().astype(int)


@cache
def teacher() -> np.ndarray:
    """The float network's outputs before its softmax."""
    model = tflite_reader.read(FLOATS)
    name = model.network.layers[-1].input
    codes = images()[0]
    parts = []
    for i in range(0, len(codes), 100):
        values = codes[i : i + 100].astype(np.float64) + 128
        parts.append(evaluate.run_float(model, values)[name][:, 0, 0])
    return np.concatenate(parts)


@dataclass(frozen=True)
class Figures:
    """What a network makes of the images that are not trained on."""

    right: np.ndarray
    divergence: np.ndarray

    @classmethod
    def of(cls, network: IntegerNetwork) -> "Figures":
        codes, labels = (values[TRAINED:] for values in images())
        outputs = network.outputs(codes).astype(np.float64)
        to, of = log_softmax(teacher()[TRAINED:]), log_softmax(outputs)
        right = (outputs.argmax(1) == labels).astype(np.float64)
        return cls(right, divergence(to, of))

    def results(self, part: slice, other: "Figures") -> list[dict]:
        """Means over a part, paired with those of another network."""
        pairs = {
            "top1": (self.right, other.right),
            "kl": (self.divergence, other.divergence),
        }
        return [
            {
                "metric": metric,
                "n": len(a[part]),
                **dataclasses.asdict(paired_means(a[part], b[part])),
            }
            for metric, (a, b) in pairs.items()
        ]


HELD_OUT = slice(0, 1000)
TEST = slice(1000, None)


@cache
def original() -> Figures:
    options = Options(Rescaler(31, rounding="double"))
    return Figures.of(from_tflite(MODEL, options))


def train(method: Method, seed: int) -> tuple[IntegerNetwork, float | None]:
    """Returns a network, and its loss in the last epoch."""
    network = method.network()
    if not method.epochs:
        return network, None
    codes, labels = (values[:TRAINED] for values in images())
    history = Trainer(
        *(network, codes, labels),
        TrainerOptions(
            epochs=method.epochs,
            rate=RATES[method.weights],
            seed=seed,
            distillation=1.0,
            temperature=1.0,
        ),
        teacher=teacher()[:TRAINED],
    ).fit()
    return network, history[-1].loss


def rows(runs: dict[str, dict]) -> list[dict]:
    """The tables that quality.py writes, from the runs at hand."""
    tables = [
        (
            "resnet8, 1,000 training images that were not trained on",
            "held_out",
        ),
        ("resnet8, the first 500 test images of CIFAR-10", "test"),
        (
            "resnet8, both, against the control of the same weights and seed",
            "control",
        ),
    ]
    made = []
    for task, part in tables:
        for method in methods():
            chosen = [
                {"seed": run["seed"], "results": run[part]}
                for run in runs.values()
                if run["key"] == list(method.key) and part in run
            ]
            if chosen:
                made.append(
                    {
                        "task": task,
                        "method": method.name,
                        "title": TITLES[method.name],
                        "weights": method.weights,
                        "bits": method.bits,
                        "epochs": method.epochs,
                        "rate": RATES[method.weights] if method.epochs else 0,
                        "runs": sorted(chosen, key=lambda run: run["seed"]),
                    }
                )
    return made


def measure_epoch() -> None:
    torch.set_num_threads(1)
    codes, labels = (values[:TRAINED] for values in images())
    for method in (
        Method("rat", 8, 4, "rat"),
        Method("rat", 8, 8, "rat"),
        Method("control", 8, 31, "rat"),
        Method("snap, trained", 8, 1, "snap"),
    ):
        options = TrainerOptions(epochs=2, rate=1e-5)
        trainer = Trainer(method.network(), codes, labels, options)
        wall, cpu = time.perf_counter(), time.process_time()
        trainer.fit()
        print(
            f"{method.name}, {method.bits} bits: an epoch of {TRAINED} images "
            f"takes {(time.perf_counter() - wall) / 2:.1f} s, "
            f"{(time.process_time() - cpu) / 2:.1f} s of a core",
            flush=True,
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="what names match")
    parser.add_argument("--again", action="store_true", help="train all again")
    parser.add_argument("--list", action="store_true", help="only print names")
    parser.add_argument("--time", action="store_true", help="of an epoch")
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="FILE",
        help="where runs are kept as they end",
    )
    options = parser.parse_args()
    if options.time:
        measure_epoch()
        return 0
    torch.set_num_threads(1)
    path = options.cache or FIGURES.with_suffix(".runs.json")
    runs: dict[str, dict] = {}
    if path.is_file() and not options.again:
        runs = json.loads(path.read_text())
    controls: dict[tuple[int, int], Figures] = {}
    # Seeds outside, so that what is interrupted is a table of fewer seeds.
    for seed in SEEDS:
        for method in methods():
            name = f"{method.name}/{method.weights}/{method.bits}/{seed}"
            if not method.epochs and seed:
                continue
            if not re.search(options.only, name):
                continue
            if options.list:
                print(name, "" if name in runs else "(missing)")
                continue
            is_control = method.name == "control"
            is_needed = is_control and _needs(seed, method, runs)
            if name in runs and not is_needed:
                continue
            network, loss = train(method, seed)
            network.verify(images()[0][:2])
            figures = Figures.of(network)
            if is_control:
                controls[method.weights, seed] = figures
            run = {
                "key": list(method.key),
                "seed": seed,
                "loss": loss,
                "held_out": figures.results(HELD_OUT, original()),
                "test": figures.results(TEST, original()),
            }
            control = controls.get((method.weights, seed))
            if control is not None:
                run["control"] = figures.results(slice(None), control)
            runs[name] = run
            path.write_text(json.dumps(runs))
            held_out = {r["metric"]: r for r in run["held_out"]}
            print(
                name,
                *(
                    f"{m} {r['value']:.4f} ({r['difference']:+.4f} ± "
                    f"{r['difference_standard_error']:.4f})"
                    for m, r in held_out.items()
                ),
                sep="  ",
                flush=True,
            )
    if runs and not options.list:
        FIGURES.write_text(json.dumps(rows(runs), indent=1) + "\n")
    return 0


def _needs(seed: int, control: Method, runs: dict[str, dict]) -> bool:
    """Whether something is still to be compared with this control."""
    return any(
        f"{m.name}/{m.weights}/{m.bits}/{seed}" not in runs
        for m in methods()
        if m.weights == control.weights and (m.epochs or not seed)
    )


if __name__ == "__main__":
    sys.exit(main())
