# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What narrow multiplicands cost in quality, on real networks and data.

    python test/Benchmark/quality.py [--only PATTERN] [--again] [--list]
    python test/Benchmark/quality.py --check

Needs the tools and the Python package, the models (RESCALE_MODELS), and the data
beside them (RESCALE_DATA). Runs each experiment whose figures docs/quality.json
does not have, adds them there, and writes docs/Quality.md from it. Nothing is
drawn by chance; trainings, which are, have a file and a script of their own.
--check tells whether the page is the one that its figures make, and runs nothing.
"""

import argparse
import functools
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "test" / "Integration"))
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np  # noqa: E402
import rescale  # noqa: E402
from Inputs import networks  # noqa: E402
from nearest import nearest  # noqa: E402
from rescale import bench  # noqa: E402
from rescale.calibrate import calibrate  # noqa: E402
from rescale.data import Conversion, open_samples  # noqa: E402
from rescale.evaluation import Build, Evaluator  # noqa: E402
from rescale.interface import Port  # noqa: E402

FIGURES = ROOT / "docs" / "quality.json"
TRAININGS = ROOT / "docs" / "quality-training.json"
PAGE = ROOT / "docs" / "Quality.md"
FIGURE = ROOT / "docs" / "quality.svg"

DATA = Path(
    os.environ.get("RESCALE_DATA", networks.MODELS.parent / "data")
)
TINY = networks.MODELS / "mlperf_tiny"
SAMPLES = networks.SAMPLES
CIFAR = f"cifar10:{DATA / 'cifar10' / 'cifar10_train_0000-3999.bin.gz'}"

#: The widths at which methods are compared.
WIDTHS = (8, 6, 5, 4, 3, 2, 1)


@dataclass(frozen=True)
class Task:
    """A network with data and what is measured on them."""

    name: str
    title: str
    model: Path
    floats: Path
    data: str
    labels: str | None
    metrics: tuple[str, ...]
    conversion: Conversion = Conversion()
    samples: tuple[int | None, int | None] = (None, None)


PIXELS = Conversion("pixels")
TASKS = [
    Task(
        "resnet8",
        "resnet8, 3,936 training images of CIFAR-10 outside of its "
        "calibration set",
        TINY / "pretrainedResnet_quant.tflite",
        TINY / "pretrainedResnet.tflite",
        *(CIFAR, CIFAR),
        ("top1", "kl"),
        PIXELS,
        (64, 4000),
    ),
    Task(
        "resnet8-test",
        "resnet8, the first 500 test images of CIFAR-10",
        TINY / "pretrainedResnet_quant.tflite",
        TINY / "pretrainedResnet.tflite",
        str(SAMPLES / "cifar10_test_0000-0499.u8"),
        str(SAMPLES / "cifar10_test_0000-0499.labels.txt"),
        ("top1", "kl"),
        PIXELS,
    ),
    Task(
        "ds_cnn",
        "ds_cnn, 300 clips of Speech Commands",
        TINY / "kws_ref_model.tflite",
        TINY / "kws_ref_model_float32.tflite",
        str(SAMPLES / "kws01_000-299.i8"),
        str(SAMPLES / "kws01_000-299.labels.csv"),
        ("top1", "kl"),
    ),
    Task(
        "ad01",
        "ad01, 196 windows of one recording",
        TINY / "ad01_int8.tflite",
        TINY / "ad01_fp32.tflite",
        str(SAMPLES / "ad01_normal_id_01_00000000.windows.i8"),
        None,
        ("mse",),
    ),
    Task(
        "vww_96",
        "vww_96, 16 photographs: a smoke test, which says little",
        TINY / "vww_96_int8.tflite",
        TINY / "vww_96_float.tflite",
        str(SAMPLES / "vww_smoke_16.u8"),
        str(SAMPLES / "vww_smoke_16.labels.csv"),
        ("top1", "kl"),
        PIXELS,
    ),
]


@functools.cache
def folder() -> Path:
    """A directory for networks, until the script ends."""
    keeper = tempfile.TemporaryDirectory()
    folder.keeper = keeper
    return Path(keeper.name)


@functools.cache
def imported(model: Path) -> Path:
    path = folder() / f"{model.stem}.mlir"
    rescale.import_tflite(model, path)
    return path


@functools.cache
def evaluator(task: Task) -> Evaluator:
    return Evaluator(
        task.data,
        task.labels,
        metric=task.metrics,
        reference=task.model,
        float_reference=task.floats if "kl" in task.metrics else None,
        conversion=task.conversion,
        samples=task.samples,
    )


@dataclass(frozen=True)
class Experiment:
    """A method at a width on a task.

    build: makes the network.
    """

    task: Task
    method: str
    bits: int
    build: Callable[[], Build] = field(compare=False, repr=False)

    @property
    def name(self) -> str:
        return f"{self.task.name}/{self.method}/{self.bits}"

    def run(self) -> dict[str, object]:
        """Its figures."""
        record = evaluator(self.task).evaluate(self.build()).record()
        return {
            "name": self.name,
            "rescale": record["rescale"],
            "options": record["model"]["options"],
            "results": record["results"],
            "differing": record["differing"],
        }


#: The images that resnet8 is calibrated on, none of which is evaluated.
CALIBRATION = (0, 64)


@functools.cache
def calibrated(model: Path) -> Path:
    """resnet8 with what its layers are given by 64 images."""
    path = folder() / f"{model.stem}.calibrated.mlirbc"
    images = open_samples(
        CIFAR, Port("input", np.dtype(np.int8), (1, 32, 32, 3))
    )[slice(*CALIBRATION)]
    codes = (images.astype(np.int16) - 128).astype(np.int8)
    calibrate(imported(model), [codes], path)
    return path


@functools.cache
def with_floats(task: Task) -> Path:
    path = folder() / f"{task.model.stem}.floats.mlirbc"
    rescale.import_tflite(task.model, path, float_weights=task.floats)
    return path


def rounded(task: Task, bits: int) -> Build:
    path = folder() / f"{task.model.stem}.{bits}.mlir"
    path.write_text(nearest(imported(task.model).read_text(), bits))
    return Build(path)


def narrowed(task: Task, bits: int) -> Build:
    return Build(task.model, bits)


def fitted(task: Task, bits: int) -> Build:
    return Build(calibrated(task.model), bits)


#: A layer with one scale for all channels keeps one.
ONE_SCALE = "--snap-per-channel=false"


def snapped(
    *options: str, scales: str = ONE_SCALE
) -> Callable[[Task, int], Build]:
    return lambda task, bits: Build(
        imported(task.model), options=(f"--snap={bits}", scales, *options)
    )


def snapped_to_best(task: Task, bits: int) -> Build:
    options = ("--snap-grid=best", "--snap-correct-bias", ONE_SCALE)
    return Build(calibrated(task.model), options=(f"--snap={bits}", *options))


def snapped_floats(task: Task, bits: int) -> Build:
    return Build(
        with_floats(task),
        options=(f"--snap={bits}", "--snap-per-channel=true"),
    )


#: What makes a network, at which widths, and of which tasks, or of all.
METHODS: dict[str, tuple[Callable, Sequence[int], Sequence[str] | None]] = {
    "nearest": (rounded, WIDTHS, None),
    "narrow": (narrowed, WIDTHS, None),
    "narrow-calibrated": (fitted, WIDTHS, ("resnet8", "resnet8-test")),
    "snap": (snapped(), range(8, 0, -1), None),
    "snap-layers": (snapped("--snap-operands=false"), WIDTHS, None),
    "snap-kept-last": (snapped("--snap-last-layer=keep"), WIDTHS, None),
    "snap-per-channel": (
        snapped(scales="--snap-per-channel=true"),
        WIDTHS,
        ("ad01",),
    ),
    "snap-float": (snapped_floats, WIDTHS, None),
    "snap-best": (snapped_to_best, WIDTHS, ("resnet8", "resnet8-test")),
    "snap-one-shift": (snapped("--one-shift"), (8, 4), None),
}


def experiments() -> Iterator[Experiment]:
    """All of them, in the order of the page."""
    for task in TASKS:
        for method, (build, widths, tasks) in METHODS.items():
            if tasks and task.name not in tasks:
                continue
            for bits in widths:
                yield Experiment(
                    *(task, method, bits), functools.partial(build, task, bits)
                )


#: What instructions are counted of: options, by name.
PROGRAMS = {
    "lossless": (),
    "lossless, one shift": ("--one-shift",),
    "snap 8": ("--snap=8", ONE_SCALE),
    "snap 8, one shift": ("--snap=8", ONE_SCALE, "--one-shift"),
    "snap 4": ("--snap=4", ONE_SCALE),
    "snap 4, one shift": ("--snap=4", ONE_SCALE, "--one-shift"),
    "snap 1": ("--snap=1", ONE_SCALE),
    "snap 1, one shift": ("--snap=1", ONE_SCALE, "--one-shift"),
}
TARGETS = ("cortex-m0", "cortex-m4", "rv32im")


@dataclass(frozen=True)
class Cost:
    """What a network takes on a target, compiled with some options."""

    program: str
    target: str
    task: Task = TASKS[0]

    @property
    def name(self) -> str:
        return f"cost/{self.task.name}/{self.program}/{self.target}"

    def run(self) -> dict[str, object]:
        network = next(
            n for n in networks.MLPERF_TINY if n.name == self.task.name
        )
        measured = bench.measure_network(
            imported(self.task.model),
            lambda ports: [array[:1] for array in network.inputs()],
            target=self.target,
            options=PROGRAMS[self.program],
            layers=False,
            quiet=True,
        )
        kept = ("instructions", "code_bytes", "const_bytes", "cc")
        return {"name": self.name} | {key: measured[key] for key in kept}


def costs() -> Iterator[Cost]:
    for program in PROGRAMS:
        for target in TARGETS:
            yield Cost(program, target)


def cost_table(figures: dict[str, dict]) -> str:
    """Instructions of each program, with the ratio to the first."""
    lines = [
        "| | " + " | ".join(f"{t} | of lossless | tables" for t in TARGETS),
        "|" + "---|" * 3 * len(TARGETS) + "---",
    ]
    for program in PROGRAMS:
        cells = [program]
        for target in TARGETS:
            its = figures.get(Cost(program, target).name)
            if not its:
                return ""
            first = figures[Cost("lossless", target).name]
            cells += [
                f"{its['instructions']:,}",
                f"{its['instructions'] / first['instructions']:.3f}",
                f"{its['const_bytes'] - first['const_bytes']:+,}",
            ]
        lines.append("| " + " | ".join(cells))
    return " |\n".join(lines) + " |\n"


SIGNS = {"top1": 100, "mse": 1, "auc": 100, "kl": 1}
PLACES = {"top1": 2, "mse": 3, "auc": 2, "kl": 4}
HEADS = {
    "top1": "top-1 %",
    "mse": "mean squared error",
    "auc": "AUC %",
    "kl": "KL to float, nats",
}


def number(metric: str, value: float, sign: bool = False) -> str:
    scaled = value * SIGNS[metric]
    return f"{scaled:{'+' if sign else ''}.{PLACES[metric]}f}"


def cells(result: dict) -> list[str]:
    """Value, paired difference with its error, and z; significant ones bold."""
    metric, z = result["metric"], result["z"]
    difference = (
        f"{number(metric, result['difference'], True)} ± "
        f"{number(metric, result['difference_standard_error'])}"
    )
    value = number(metric, result["value"])
    return [
        f"**{value}**" if is_worse(result) else value,
        difference,
        "" if z is None else f"{z:+.1f}",
    ]


def table(task: Task, figures: dict[str, dict], methods: list[str]) -> str:
    """Rows of the methods at each width on a task."""
    heads = ["method", "k"]
    for metric in task.metrics:
        heads += [HEADS[metric], "difference", "z"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    names = [
        e.name
        for e in experiments()
        if e.task == task and e.method in methods and e.name in figures
    ]
    if not names:
        return ""
    reference = ["original", ""]
    for result in figures[names[0]]["results"]:
        value = number(result["metric"], result["reference"])
        error = number(result["metric"], result["reference_standard_error"])
        reference += [f"{value} ± {error}", "", ""]
    lines.append(f"| {' | '.join(reference)} |")
    for name in names:
        _, method, bits = name.split("/")
        row = [method, bits]
        for result in figures[name]["results"]:
            row += cells(result)
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def is_worse(result: dict) -> bool:
    """Whether a network is worse than its original beyond noise."""
    if result["z"] is None:
        return result["difference"] != 0
    sign = -1 if result["metric"] in ("top1", "auc") else 1
    return sign * result["z"] >= 3


def breaks(task: Task, method: str, figures: dict[str, dict]) -> str:
    """At which widths a method is worse, in each metric."""
    parts = []
    widths = METHODS[method][1]
    for index, metric in enumerate(task.metrics):
        worse = [
            bits
            for bits in widths
            if is_worse(
                figures[f"{task.name}/{method}/{bits}"]["results"][index]
            )
        ]
        name = {"top1": "accuracy", "mse": "error", "kl": "KL"}[metric]
        kept = [bits for bits in widths if bits not in worse]
        if not worse:
            where = "none"
        elif not kept:
            where = "all"
        elif len(worse) > 1 and min(kept) > max(worse):
            where = f"≤ {max(worse)}"
        else:
            where = ", ".join(map(str, worse))
        parts.append(f"{name}: {where}")
    return "; ".join(parts)


def is_complete(task: Task, method: str, figures: dict[str, dict]) -> bool:
    names = [
        e.name for e in experiments() if (e.task, e.method) == (task, method)
    ]
    return bool(names) and all(name in figures for name in names)


def section(
    title: str, text: str, methods: list[str], figures: dict[str, dict]
) -> str:
    """A part of the page: what methods are, where they break, and tables."""
    tables = [
        f"### {task.title}\n\n{rows}"
        for task in TASKS
        if (rows := table(task, figures, methods))
    ]
    if not tables:
        return ""
    # The smoke test says nothing.
    tasks = TASKS[:-1]
    lines = [
        "At which k a network is worse than its original, beyond noise:\n",
        "| | " + " | ".join(task.name for task in tasks) + " |",
        "|---|" + "---|" * len(tasks),
    ]
    for method in methods:
        row = [
            breaks(task, method, figures)
            if is_complete(task, method, figures)
            else ""
            for task in tasks
        ]
        if any(row):
            lines.append(f"| {method} | {' | '.join(row)} |")
    blocks = [f"## {title}\n", text, "\n".join(lines) + "\n"]
    return "\n" + "\n".join(blocks + tables)


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def deviation(values: list[float]) -> float | None:
    if len(values) < 2:
        return None
    center = mean(values)
    return (sum((v - center) ** 2 for v in values) / (len(values) - 1)) ** 0.5


def training(rows: list[dict]) -> str:
    """The part that trainings fill, from a file of their own."""
    text = "\n## With training\n\n" + TRAINING
    for task in sorted({row["task"] for row in rows}):
        chosen = [row for row in rows if row["task"] == task]
        metrics = [r["metric"] for r in chosen[0]["runs"][0]["results"]]
        heads = ["method", "weights", "k", "epochs", "seeds"]
        for metric in metrics:
            heads += [HEADS[metric], "difference", "over seeds"]
        text += f"\n### On {task}\n\n| {' | '.join(heads)} |\n"
        text += "|" + "---|" * len(heads) + "\n"
        for row in chosen:
            seeds = ", ".join(str(run["seed"]) for run in row["runs"])
            cells = [row["method"], str(row["weights"]), str(row["bits"])]
            cells += [str(row["epochs"]), seeds]
            for index, metric in enumerate(metrics):
                results = [run["results"][index] for run in row["runs"]]
                values = [r["value"] for r in results]
                spread = deviation(values)
                error = mean([r["difference_standard_error"] for r in results])
                difference = mean([r["difference"] for r in results])
                cells += [
                    number(metric, mean(values)),
                    f"{number(metric, difference, True)} ± "
                    f"{number(metric, error)}",
                    "" if spread is None else number(metric, spread),
                ]
            text += f"| {' | '.join(cells)} |\n"
    return text


def summary(figures: dict[str, dict]) -> str:
    """The claims of this project, each with its figures."""
    lines = [
        "| without training | value | original | difference | z |",
        "|---|---|---|---|---|",
    ]
    for claim, name in CLAIMS.items():
        if name not in figures:
            continue
        for result in figures[name]["results"]:
            metric = result["metric"]
            value, difference, z = cells(result)
            lines.append(
                f"| {claim}: {HEADS[metric]} | {value} | "
                f"{number(metric, result['reference'])} | {difference} | {z} |"
            )
            claim = "the same"
    return "\n".join(lines) + "\n"


def page(figures: dict[str, dict], trained: list[dict]) -> str:
    """The text of docs/Quality.md."""
    text = INTRODUCTION + "\n" + summary(figures)
    for title, words, methods in SECTIONS:
        text += section(title, words, methods, figures)
    if rows := cost_table(figures):
        text += f"\n## What it takes\n\n{COSTS}\n{rows}"
    return text + (training(trained) if trained else "")


#: The methods that are drawn, with their colours.
DRAWN = {
    "nearest": "#b3432b",
    "narrow-calibrated": "#c98a1b",
    "snap": "#20639b",
    "snap-float": "#3caea3",
    "snap-best": "#5b3d8a",
}


def draw(figures: dict[str, dict]) -> None:
    """Draws resnet8's accuracy and divergence by method and width."""
    import matplotlib
    from matplotlib.figure import Figure

    task = TASKS[0]
    style = {"svg.hashsalt": "rescale", "svg.fonttype": "none"}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        for index, axes in enumerate(figure.subplots(1, 2)):
            metric = task.metrics[index]
            original = None
            for method, colour in DRAWN.items():
                if not is_complete(task, method, figures):
                    continue
                widths = sorted(METHODS[method][1])
                results = [
                    figures[f"{task.name}/{method}/{bits}"]["results"][index]
                    for bits in widths
                ]
                original = results[0]["reference"] * SIGNS[metric]
                axes.errorbar(
                    widths,
                    [r["value"] * SIGNS[metric] for r in results],
                    [
                        2 * r["difference_standard_error"] * SIGNS[metric]
                        for r in results
                    ],
                    color=colour,
                    label=method,
                    marker="o",
                    markersize=3,
                    capsize=2,
                    linewidth=1.2,
                )
            if original is None:
                return
            axes.axhline(
                original, color="#888888", linestyle="--", label="original"
            )
            axes.set_xlabel("magnitude bits of multiplicands")
            axes.set_title(HEADS[metric], loc="left", fontsize=10)
            axes.spines[["top", "right"]].set_visible(False)
            axes.invert_xaxis()
            if metric == "kl":
                axes.set_yscale("log")
            else:
                axes.set_ylim(84, 94.5)
                axes.legend(frameon=False, fontsize=8, loc="lower left")
        figure.savefig(FIGURE, metadata={"Date": None, "Creator": None})


INTRODUCTION = """\
<!-- Written by test/Benchmark/quality.py from docs/quality.json; do not edit. -->

# What narrow multiplicands cost in quality

Measured on the MLPerf Tiny networks ([Models](Models.md)), each network compiled to
native code and paired with the original on the same samples. *k* is the number of
magnitude bits of a multiplicand: 1 is a pure shift. Behind ± are standard errors; z is
the paired difference through its standard error, and what is worse by 3 or more is
bold. [Evaluation](Evaluation.md) defines the figures. There is one checkpoint of each
network, so what is said here is said of these; the windows of ad01 overlap, so its
errors are too small.

    python test/Benchmark/quality.py

runs what [quality.json](quality.json) does not have yet, and writes this page from it.

![Accuracy and KL divergence of resnet8 by method and width](quality.svg)

Bars are two standard errors of the paired difference; accuracies below 84 % are not drawn.
"""

#: What the page begins with.
CLAIMS = {
    "resnet8, k = 8, rounded": "resnet8/nearest/8",
    "resnet8, k = 4, rounded": "resnet8/nearest/4",
    "resnet8, k = 1, rounded": "resnet8/nearest/1",
    "resnet8, all at k = 1, snapped": "resnet8/snap/1",
    "resnet8, all at k = 4, snapped, 64 images": "resnet8/snap-best/4",
    "resnet8, k = 8 and one shift a layer": "resnet8/snap-one-shift/8",
    "resnet8, k = 4 and one shift a layer": "resnet8/snap-one-shift/4",
    "ds_cnn, all at k = 1, snapped": "ds_cnn/snap/1",
    "ad01, k = 1, snapped from float weights": "ad01/snap-float/1",
}

SECTIONS = [
    (
        "Without snapping",
        """\
* *nearest*: the multiplicands of convolutions, depthwise and fully connected layers
  rounded to the nearest of k bits, and the sum rounded half up. Residual additions and
  the softmax stay as they are.
* *narrow*: `--narrow=k`, all requantizations, with the multiplicand and addend whose
  largest difference is least on all accumulators that the weights allow, as likely
  or not. That is a bound for every input, and no good guide to what is likely.
* *narrow-calibrated*: the same of a network that 64 other images have been through,
  with the addend of the least mean error on their accumulators.
""",
        ["nearest", "narrow", "narrow-calibrated"],
    ),
    (
        "With snapping",
        """\
* *snap*: `--snap=k --snap-per-channel=false`, weights onto the k-bit grid at or above
  their scales, from the int8 weights alone; scales of activations so that additions
  have k bits too. Layers with one scale keep one.
* *snap-layers*: the same with `--snap-operands=false`; additions keep their
  multiplicands.
* *snap-kept-last*: with `--snap-last-layer=keep`.
* *snap-per-channel*: `--snap=k` alone, with a scale for each channel of fully connected
  layers that had one for all.
* *snap-float*: that from the weights of the float network.
* *snap-best*: `--snap-grid=best --snap-correct-bias`, with what 64 other images give.
* *snap-one-shift*: with `--one-shift`, one shift for all channels of a layer.

Nothing is trained.
""",
        [name for name in METHODS if name.startswith("snap")],
    ),
]

COSTS = """\
Executed instructions of one inference of resnet8 at -O2 ([Targets](Targets.md) says how
they are counted), their ratio to those without snapping, and how many bytes of constants
there are more: weights are as many in all.
"""

TRAINING = """\
Everything is trained alike ([Training](Training.md)): on the first 3,000 of the training
images at hand, five epochs, to the outputs of the float network, with the exact integers
of the multiplicands in the forward pass. *control* has multiplicands of 31 bits, *rat*
the nearest of k bits, *snap, trained* weights on the grid; without epochs are their
beginnings. With weights of 4 bits, trainings begin with corrected biases. The networks'
authors trained them on all of these images, so only the test images are new to them.

What it says: with weights of 8 bits, training brings multiplicands of 4 bits to the
accuracy of 31, though not to its divergence, and a snapped network to the original's
divergence, which is the better point of the two with fewer bits. Weights of 4 bits are
where training is needed: most of what they lose comes back with corrected biases, and
two to four points more with training, with wide multiplicands or narrow ones. There
seeds differ about as much as methods do.

Means over seeds. Behind ± is the standard error over samples of one training, the last
column of each metric the standard deviation of its value over seeds.

    python test/Benchmark/training.py
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="what names match")
    parser.add_argument(
        "--again", action="store_true", help="run what has figures too"
    )
    parser.add_argument("--list", action="store_true", help="only print names")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    figures = {}
    if FIGURES.is_file():
        records = json.loads(FIGURES.read_text())
        figures = {record["name"]: record for record in records}
    trained = []
    if TRAININGS.is_file():
        trained = json.loads(TRAININGS.read_text())
    if options.check:
        return int(PAGE.read_text() != page(figures, trained))
    everything = [*experiments(), *costs()]
    for experiment in everything:
        name = experiment.name
        if not re.search(options.only, name):
            continue
        if options.list:
            print(name, "" if name in figures else "(missing)")
            continue
        if name in figures and not options.again:
            continue
        figures[name] = experiment.run()
        order = [e.name for e in everything]
        known = [figures[n] for n in order if n in figures]
        FIGURES.write_text(json.dumps(known, indent=1) + "\n")
        row = [
            cell
            for result in figures[name].get("results", ())
            for cell in cells(result)
        ]
        print(name, *row, sep="  ", flush=True)
    if not options.list:
        PAGE.write_text(page(figures, trained))
        draw(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
