# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The quality of networks on data, paired with that of their originals.

docs/Evaluation.md says how each metric is defined.
"""

from __future__ import annotations

import copy
import math
import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from . import __version__, progress
from .data import (
    Conversion,
    Loader,
    Range,
    Source,
    Table,
    dequantize,
    open_labels,
    open_source,
    resolve_range,
)
from .errors import RescaleError
from .estimates import Estimate, areas, divergence, log_softmax, paired_means
from .interface import Port
from .model import Model, check_model, check_options, load
from .provenance import Provenance
from .tflite import is_tflite, read_inputs, read_logits

#: Of what `rescale eval` writes.
FORMAT, VERSION = "rescale-eval", 1

#: What can be measured, with what a table calls it and its unit.
METRICS = {
    "top1": ("top-1 accuracy", "fraction"),
    "mse": ("mean squared error", "squared units of the target"),
    "auc": ("area under the ROC curve", "fraction"),
    "kl": ("KL divergence", "nats"),
}

#: What outputs are compared with for mse.
TARGETS = ("auto", "input", "labels", "reference", "float")

#: Samples that are run at a time at most, and bytes of their values.
_CHUNK, _CHUNK_BYTES = 256, 1 << 24

#: How far probabilities of codes may be from those of their logits, in codes.
_SOFTMAX_ERROR = 4


@dataclass(frozen=True)
class Build:
    """A network's file and how it is compiled, with the meanings of `load`."""

    path: str | Path
    narrow: str | int = "lossless"
    options: Sequence[str] = ()
    backend: str = "llvm"
    target: str = "host"
    cc: str | None = None
    level: str | None = None

    def check(self) -> None:
        """Raises RescaleError where `load` would for any other network."""
        check_options(
            self.path,
            backend=self.backend,
            target=self.target,
            cc=self.cc,
            level=self.level,
            narrow=self.narrow,
            options=self.options,
        )

    def load(self, dump_layers: bool = False) -> Model:
        """Compiles it; raises RescaleError."""
        options = list(self.options)
        native = self.backend == "llvm" and self.target == "host"
        if native and not any("-cpu=" in option for option in options):
            options.append("--cpu=native")
        return load(
            self.path,
            backend=self.backend,
            target=self.target,
            cc=self.cc,
            level=self.level,
            narrow=self.narrow,
            dump_layers=dump_layers,
            options=options,
        )

    def describe(self) -> dict[str, object]:
        """Returns what a record of an evaluation says about it.

        Raises RescaleError.
        """
        return {
            **Provenance.read(Path(self.path)).record(),
            "narrow": str(self.narrow),
            "options": list(self.options),
            "backend": self.backend,
            "target": self.target,
        }


#: A network in any form that can be evaluated.
Network = str | Path | Model | Build


@dataclass(frozen=True)
class Logits:
    """Which values a softmax turns into probabilities.

    layer: the name of a layer as in `load`, "output", or "" for the last
    layer with as many values as the output whose softmax it is.
    scale, zero_point: of its codes; the output's own for "output".
    """

    layer: str = ""
    scale: float | None = None
    zero_point: int = 0


#: For networks whose outputs are compared as they are.
NO_LOGITS = Logits("none")


@dataclass(frozen=True)
class Result(Estimate):
    """What a metric says of a network, beside its reference.

    n: the number of samples.
    definition: what exactly was measured.
    counts: of samples, for top1: right, only_model and only_reference right,
    and agree, where the classes are the same.
    """

    metric: str = ""
    n: int = 0
    definition: str = ""
    counts: dict[str, int] | None = None


@dataclass(frozen=True)
class Codes:
    """How outputs of a network and its reference differ, code by code."""

    samples: int
    codes: int
    largest: int
    of: int


@dataclass(frozen=True)
class Evaluation:
    """The results of a network, one for each metric.

    codes: None without a reference whose output has the same type and scale.
    """

    results: tuple[Result, ...]
    codes: Codes | None
    networks: dict[str, dict[str, object] | None]
    data: dict[str, object]

    def __getitem__(self, metric: str) -> Result:
        for result in self.results:
            if result.metric == metric:
                return result
        raise KeyError(metric)

    def record(self) -> dict[str, object]:
        """Returns what `rescale eval` writes as JSON."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "rescale": __version__,
            **self.networks,
            "data": self.data,
            "results": [
                {"metric": result.metric, "unit": METRICS[result.metric][1]}
                | {
                    key: value
                    for key, value in asdict(result).items()
                    if key != "metric"
                }
                for result in self.results
            ],
            "differing": asdict(self.codes) if self.codes else None,
        }


class _Run:
    """A compiled network with the output that is looked at.

    Calling it with the codes of an input returns that output and, where
    probabilities are made of a layer, that layer, both (samples, values).
    """

    def __init__(
        self, network: Network, role: str, output: str | None, layers: bool
    ) -> None:
        if isinstance(network, str | Path):
            network = Build(network)
        self.build = network if isinstance(network, Build) else None
        self.model = (
            network if self.build is None else self.build.load(layers)
        )
        self.role = role
        self.inputs = self.model.inputs
        if not self.inputs:
            raise RescaleError(
                f"requires a network with an input, got {role} without"
            )
        results = self.model.outputs[: self.model.interface.results]
        names = [port.name for port in results]
        if output is None and len(results) == 1:
            output = names[0]
        if output not in names:
            raise RescaleError(
                f"requires one of the outputs {', '.join(names)} of the "
                f"{role}, got {output or 'none'}; name it with --output"
            )
        self.index = names.index(output)
        self.port = results[self.index]
        self.batch = self.inputs[0].shape[0] if self.inputs[0].shape else 1
        #: What its probabilities are made of, once that is known.
        self.logits: tuple[int, Port] | None = None
        self.is_probability = False

    def __call__(
        self, inputs: Sequence[np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray | None]:
        arrays = self.run(inputs)
        logits = self.logits and arrays[self.logits[0]]
        return arrays[self.index], logits

    def run(self, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Returns all outputs as (samples, values)."""
        arrays = self.model(
            *(
                array.reshape(-1, *port.shape)
                for array, port in zip(inputs, self.inputs, strict=True)
            )
        )
        if not isinstance(arrays, tuple):
            arrays = (arrays,)
        samples = len(inputs[0])
        return [array.reshape(samples, -1) for array in arrays]

    def real(self, outputs: np.ndarray) -> np.ndarray:
        """Returns what outputs stand for; raises RescaleError for NaN."""
        values = dequantize(outputs, self.port)
        if not np.isfinite(values).all():
            wrong = values[~np.isfinite(values)][0]
            raise RescaleError(
                f"requires finite outputs of the {self.role}, got {wrong}; "
                "check the samples and the network"
            )
        return values

    def resolve(
        self,
        inputs: Sequence[np.ndarray],
        logits: Logits | None,
        is_checked: bool = True,
    ) -> Logits | None:
        """Finds out what its probabilities are made of, from some samples.

        is_checked: whether the softmax of a layer has to be the output.

        Returns `logits` with the name of the layer that was found.
        """
        arrays = self.run(inputs)
        output = self.real(arrays[self.index])
        sums = output.sum(axis=1)
        if logits in (None, NO_LOGITS) or self.port.dtype.kind == "f":
            self.is_probability = output.min() >= 0 and bool(
                np.all(abs(sums - 1) < 0.05)
            )
            return logits
        if logits.layer == "output":
            return logits
        # The last layers come last.
        for index in range(len(arrays) - 1, -1, -1):
            port = self.model.outputs[index]
            if index == self.index or port.dtype.kind != "i" or (
                arrays[index].shape != output.shape
            ):
                continue
            port = replace(
                port, scale=logits.scale, zero_point=logits.zero_point
            )
            shares = np.exp(log_softmax(dequantize(arrays[index], port)))
            error = _SOFTMAX_ERROR * (self.port.scale or 0)
            is_softmax = np.abs(shares - output).max() <= error
            if logits.layer in ("", port.name) and (
                is_softmax or not is_checked
            ):
                self.logits = index, port
                return replace(logits, layer=port.name)
        raise RescaleError(
            f"requires a layer of the {self.role} with scale {logits.scale} "
            f"and zero point {logits.zero_point} whose softmax is its output, "
            f"got {logits.layer or 'none'}; name it with --logits, or give "
            "--logits none"
        )

    def log_probabilities(
        self, outputs: np.ndarray, logits: np.ndarray | None
    ) -> np.ndarray:
        """Returns logarithms of probabilities, none of them infinite.

        A code of 0 counts as half a code, and a row's sum is 1.
        """
        if logits is not None:
            return log_softmax(dequantize(logits, self.logits[1]))
        values = self.real(outputs)
        if not self.is_probability:
            return log_softmax(values)
        least = np.finfo(np.float32).tiny
        if self.port.dtype.kind != "f":
            least = self.port.scale / 2
        values = np.log(np.maximum(values, least))
        return log_softmax(values)

    def describe_probabilities(self) -> str:
        """Says what probabilities are made of."""
        if self.logits:
            port = self.logits[1]
            return (
                f"softmax of {port.name} with scale {port.scale!r} and zero "
                f"point {port.zero_point}"
            )
        if not self.is_probability:
            return f"softmax of {self.port.name}"
        if self.port.dtype.kind == "f":
            return self.port.name
        return f"{self.port.name}, 0 as half a code, normalized"


@dataclass
class _Part:
    """What one chunk of samples gives.

    values: of each metric, (figures of the model, of the reference or None).
    """

    start: int
    stop: int
    values: dict[str, tuple[np.ndarray, np.ndarray | None]]
    classes: tuple[np.ndarray, np.ndarray | None] | None
    differing: tuple[int, int, int]
    kept: dict[str, tuple[np.ndarray, np.ndarray | None]]


#: What a forked process works on.
_work: tuple[Evaluator, _Run] | None = None


def _run_part(bounds: tuple[int, int]) -> _Part:
    evaluator, model = _work
    with progress.silence():
        return evaluator.run_part(model, *bounds)


class Evaluator:
    """Evaluates any number of networks on the same data and reference.

    What the reference and the float reference give is computed once.
    """

    def __init__(
        self,
        data: object = None,
        labels: object = None,
        *,
        metric: str | Sequence[str] = "top1",
        reference: Network | None = None,
        float_reference: Network | None = None,
        conversion: Conversion | None = None,
        samples: Range = (None, None),
        loader: Loader | None = None,
        output: str | None = None,
        logits: Logits | None = None,
        target: str = "auto",
        score: str = "auto",
        jobs: int = 1,
        reuse: bool = True,
    ) -> None:
        """Opens the data; nothing is compiled yet.

        data: an array or a file for each input, or one for the only input,
        as `data.open_samples` takes them; None with a loader.
        labels: as `data.open_labels` takes them, or an array.
        metric: one or more of METRICS.
        reference: the original that networks are paired with.
        float_reference: what KL divergence and, with target="float", mean
        squared error are measured to; KL is to the reference without one.
        conversion: what the values of data are (default: codes).
        samples: the first of the samples and the one after the last.
        loader: an object of a user's class, instead of data.
        output: the name of the output, where there are several.
        logits: what the softmax of integer networks takes; default: what the
        .tflite file of the reference says, or else that of the network;
        NO_LOGITS for the probabilities that they give.
        target: what mse compares outputs with, one of TARGETS.
        score: what auc ranks samples by: "output", "output:N", "error".
        jobs: the number of processes.
        reuse: whether to keep in memory what references give.

        Raises RescaleError.
        """
        self.metrics = (metric,) if isinstance(metric, str) else tuple(metric)
        for name in self.metrics:
            if name not in METRICS:
                raise RescaleError(
                    f"requires metrics of {', '.join(METRICS)}, got {name}"
                )
        if not self.metrics or len(set(self.metrics)) != len(self.metrics):
            raise RescaleError(
                "requires each metric once, got "
                f"{', '.join(self.metrics) or 'none'}"
            )
        if target not in TARGETS:
            raise RescaleError(
                f"requires a target of {', '.join(TARGETS)}, got {target}"
            )
        column = score.removeprefix("output:")
        if score not in ("auto", "output", "error") and (
            column == score or not column.isdecimal()
        ):
            raise RescaleError(
                f"requires a score of output, output:N or error, got {score}"
            )
        if jobs < 1:
            raise RescaleError(
                f"requires at least 1 process, got {jobs}"
            )
        if "kl" in self.metrics and not (reference or float_reference):
            raise RescaleError(
                "requires a reference for kl, got none; give --reference or "
                "--float-reference"
            )
        self.jobs = jobs
        self._data, self._labels_from = data, labels
        self._loader = loader
        self._conversion = conversion or Conversion()
        self._range = samples
        self._output, self._target, self._score = output, target, score
        self._logits = logits
        self._reuse = reuse
        for network in (reference, float_reference):
            _check_network(network)
        if self._logits is None and "kl" in self.metrics:
            self._logits = _read_logits(reference)
        self._sources: list[Source] = []
        self._labels: Table | None = None
        self._open()
        self._given = {"reference": reference,
                       "float_reference": float_reference}
        #: Once they are compiled.
        self.reference: _Run | None = None
        self.float_reference: _Run | None = None
        #: Once a network says which inputs they are for.
        self._tables: list[Table] | None = None
        #: What the references gave, by the first sample.
        self._kept: dict[int, dict] = {}
        self._batch = self._chunk = 0

    def _open(self) -> None:
        """Opens data and labels; raises RescaleError.

        And where their number is another one, as far as it is known.
        """
        counts: set[int] = set()
        if self._loader is not None:
            counts = {len(self._loader)}
        else:
            given = self._data
            if isinstance(given, str | Path | np.ndarray):
                given = [given]
            if not given:
                raise RescaleError(
                    "requires data or a loader, got neither; give --data"
                )
            self._sources = [open_source(one) for one in given]
            # Another number for another input is found with its shape.
            counts = set(self._sources[0].counts())
        if self._labels_from is not None:
            self._labels = open_labels(self._labels_from)
            if counts and len(self._labels) not in counts:
                raise self._wrong_labels(min(counts))
            counts = {len(self._labels)}
        self._total = max(counts, default=None)
        resolve_range(self._range, self._total)

    def _wrong_labels(self, total: int) -> RescaleError:
        return RescaleError(
            f"requires a label for each of {total} samples, got "
            f"{len(self._labels)}; take the labels of this data"
        )

    def _compile(self, network: Network, role: str) -> _Run:
        needs_layers = False
        if "kl" in self.metrics:
            logits = self._logits or _read_logits(network) or NO_LOGITS
            needs_layers = logits.layer not in ("none", "output")
        return _Run(network, role, self._output, needs_layers)

    @property
    def _references(self) -> dict[str, _Run]:
        runs = {
            "reference": self.reference,
            "float_reference": self.float_reference,
        }
        return {name: run for name, run in runs.items() if run}

    def _check(self, network: Network) -> None:
        """Raises RescaleError for samples that do not fit a network.

        As far as its file says what they have to be without an import.
        """
        if isinstance(network, Build):
            network = network.path
        if isinstance(network, str | Path) and is_tflite(Path(network)):
            self._arrange(read_inputs(Path(network)))
            resolve_range(self._range, self._total)

    def _arrange(self, inputs: Sequence[Port]) -> None:
        """Gives the samples the shapes of a network's inputs."""
        if self._loader is not None:
            total = len(self._loader)
        else:
            if len(self._sources) != len(inputs):
                raise RescaleError(
                    f"requires data for each of {len(inputs)} inputs, got "
                    f"{len(self._sources)}"
                )
            self._tables = [
                source.table(port)
                for source, port in zip(self._sources, inputs, strict=True)
            ]
            total = len(self._tables[0])
            counts = [len(table) for table in self._tables]
            if len(set(counts)) > 1:
                raise RescaleError(
                    "requires the same number of samples for every input, "
                    f"got {', '.join(map(str, counts))}"
                )
        if self._labels is not None and len(self._labels) != total:
            raise self._wrong_labels(total)
        self._total = total

    def _divide(self, model: _Run) -> None:
        """Decides how many samples are run at a time."""
        runs = [model, *self._references.values()]
        self._batch = batch = math.lcm(*(run.batch for run in runs))
        self._resolve()
        bytes_each = sum(
            port.size // run.batch * port.dtype.itemsize
            for run in runs
            for port in (*run.model.inputs, *run.model.outputs)
        )
        size = max(min(_CHUNK, _CHUNK_BYTES // max(bytes_each, 1)), 1)
        self._chunk = max(size // batch, 1) * batch

    def _resolve(self) -> None:
        """Finds the samples to take, once their number is known."""
        self._start, self._stop = resolve_range(self._range, self._total)
        self.n = self._stop - self._start
        if self.n % self._batch:
            raise RescaleError(
                f"requires a multiple of {self._batch} samples, the batch of "
                f"the networks, got {self.n}; choose other --samples"
            )

    def prepare(self, model: _Run | None = None) -> None:
        """Compiles the references, unless they are; raises RescaleError.

        model: a network under test, whose samples have to be there first. It
        may be left out where there is a reference.
        """
        if self._chunk:
            return
        if model:
            self._arrange(model.inputs)
        if network := self._given["reference"]:
            if not model:
                self._check(network)
            self.reference = self._compile(network, "reference")
        if network := self._given["float_reference"]:
            self.float_reference = _Run(
                network, "float reference", None, False
            )
        if not model:
            self._arrange(self.reference.inputs)
        self._divide(model or self.reference)

    def part(self, samples: Range) -> Evaluator:
        """Returns what evaluates on other samples of the data.

        Raises RescaleError where there are no such samples, as far as their
        number is known: before `prepare` that of raw files is not.
        """
        other = copy.copy(self)
        other._range, other._kept = samples, {}
        if self._chunk:
            other._resolve()
        else:
            resolve_range(samples, self._total)
        return other

    def _samples(self, start: int, stop: int) -> list[np.ndarray]:
        if self._loader is None:
            return [table[start:stop] for table in self._tables]
        arrays = list(self._loader.samples(start, stop))
        for array in arrays:
            if len(array) != stop - start:
                raise RescaleError(
                    f"requires {stop - start} samples of the loader from "
                    f"{start}, got {len(array)}"
                )
        return arrays

    def _read_labels(self, start: int, stop: int) -> np.ndarray:
        labels = None
        if self._labels is not None:
            labels = self._labels[start:stop]
        elif hasattr(self._loader, "labels"):
            labels = self._loader.labels(start, stop)
        if labels is None:
            raise RescaleError(
                f"requires labels for {', '.join(self.metrics)}, got none; "
                "give --labels"
            )
        if len(labels) != stop - start:
            raise RescaleError(
                f"requires {stop - start} labels of the loader from {start}, "
                f"got {len(labels)}"
            )
        return np.asarray(labels)

    def _inputs(
        self, run: _Run, model: _Run, samples: Sequence[np.ndarray]
    ) -> list[np.ndarray]:
        """Returns what a network takes for samples, which are codes of the
        reference's inputs, or of the model's where that has floats."""
        main = model
        if self.reference and self.reference.inputs[0].dtype.kind != "f":
            main = self.reference
        if len(samples) != len(run.inputs):
            raise RescaleError(
                f"requires samples for each of {len(run.inputs)} inputs of "
                f"the {run.role}, got {len(samples)}"
            )
        result = []
        for values, port, own in zip(
            samples, run.inputs, main.inputs, strict=True
        ):
            if math.prod(values.shape[1:]) * run.batch != port.size:
                raise RescaleError(
                    f"requires samples of {port.size // run.batch} values for "
                    f"{port.name} of the {run.role}, got "
                    f"{math.prod(values.shape[1:])}"
                )
            same = (port.dtype, port.scale, port.zero_point) == (
                own.dtype, own.scale, own.zero_point
            )
            if same or self._conversion.kind == "real":
                result.append(self._conversion.codes(values, port))
            elif port.dtype.kind == "f":
                codes = self._conversion.codes(values, own)
                result.append(dequantize(codes, own).astype(port.dtype))
            else:
                raise RescaleError(
                    f"requires the scale and zero point of {own.name} for the "
                    f"{run.role} too, got {port.scale} and "
                    f"{port.zero_point}, not {own.scale} and "
                    f"{own.zero_point}; give real values with --real"
                )
        return result

    def _bounds(self) -> Iterator[tuple[int, int]]:
        for start in range(self._start, self._stop, self._chunk):
            yield start, min(start + self._chunk, self._stop)

    def run_part(self, model: _Run, start: int, stop: int) -> _Part:
        """Runs all networks on some samples; raises RescaleError."""
        samples = self._samples(start, stop)
        inputs = self._inputs(model, model, samples)
        own = model(inputs)
        kept = self._kept.get(start) or {
            name: run(self._inputs(run, model, samples))
            for name, run in self._references.items()
        }
        other = kept.get("reference")
        values: dict[str, tuple[np.ndarray, np.ndarray | None]] = {}
        classes = None
        for metric in self.metrics:
            if metric == "kl":
                values[metric] = self._divergences(model, own, kept)
                continue
            pairs = [(model, own)]
            if other:
                pairs.append((self.reference, other))
            figures = [
                self._figures(metric, run, outputs, samples, inputs, model,
                              kept, (start, stop))
                for run, (outputs, _) in pairs
            ]
            values[metric] = (*figures, None)[:2]
            if metric == "top1":
                classes = tuple(
                    [np.argmax(outputs, axis=1) for _, (outputs, _) in pairs]
                    + [None]
                )[:2]
            if metric == "mse" and self._target_of(model) == "reference":
                values[metric] = figures[0], None
        return _Part(
            start, stop, values, classes,
            self._difference(model, own, other), kept,
        )

    def _difference(self, model, own, other) -> tuple[int, int, int]:
        if not self._is_comparable(model):
            return 0, 0, 0
        gaps = np.abs(own[0].astype(np.int64) - other[0].astype(np.int64))
        return (
            int(np.any(gaps, axis=1).sum()),
            int(np.count_nonzero(gaps)),
            int(gaps.max()),
        )

    def _is_comparable(self, model: _Run) -> bool:
        if not self.reference:
            return False
        a, b = model.port, self.reference.port
        return a.dtype.kind == "i" and (
            (a.dtype, a.size // model.batch, a.scale, a.zero_point)
            == (b.dtype, b.size // self.reference.batch, b.scale, b.zero_point)
        )

    def _divergences(self, model, own, kept):
        log = model.log_probabilities(*own)
        other = kept.get("reference")
        if self.float_reference:
            to = self.float_reference.log_probabilities(
                *kept["float_reference"]
            )
        else:
            to = self.reference.log_probabilities(*other)
        if to.shape != log.shape:
            raise RescaleError(
                "requires as many outputs as the reference for kl, got "
                f"{log.shape[1]} and {to.shape[1]}"
            )
        if not self.float_reference or not other:
            return divergence(to, log), None
        paired = self.reference.log_probabilities(*other)
        return divergence(to, log), divergence(to, paired)

    def _figures(
        self, metric, run, outputs, samples, inputs, model, kept, bounds
    ) -> np.ndarray:
        """Returns the figure of each sample for a metric but kl."""
        if metric == "top1":
            labels = self._classes(*bounds, outputs.shape[1])
            run.real(outputs) if outputs.dtype.kind == "f" else None
            return (np.argmax(outputs, axis=1) == labels).astype(np.float64)
        if metric == "auc" and self._score_of(model) != "error":
            values = (
                run.real(outputs)
                if run.port.scale or outputs.dtype.kind == "f"
                else outputs.astype(np.float64)
            )
            name = self._score_of(model)
            column = int(name.removeprefix("output:"))
            if column >= values.shape[1]:
                raise RescaleError(
                    f"requires a score of output 0 to {values.shape[1] - 1}, "
                    f"got {column}"
                )
            return values[:, column]
        name = "input" if metric == "auc" else self._target_of(model)
        if name == "input":
            target = self._real_inputs(samples, inputs, model)
        elif name == "labels":
            target = self._read_labels(*bounds)
        elif name == "reference":
            target = self.reference.real(kept["reference"][0])
        else:
            target = self.float_reference.real(kept["float_reference"][0])
        target = target.reshape(len(outputs), -1).astype(np.float64)
        values = run.real(outputs)
        if target.shape != values.shape:
            raise RescaleError(
                f"requires a target of {values.shape[1]} values for mse, got "
                f"{target.shape[1]}; choose another with --target-of-mse"
            )
        if not np.isfinite(target).all():
            raise RescaleError(
                "requires finite targets for mse, got "
                f"{target[~np.isfinite(target)][0]}"
            )
        return np.mean((values - target) ** 2, axis=1)

    def _real_inputs(self, samples, inputs, model) -> np.ndarray:
        if self._conversion.kind == "real":
            return self._conversion.real(samples[0])
        return dequantize(inputs[0], model.inputs[0])

    def _classes(self, start: int, stop: int, count: int) -> np.ndarray:
        labels = self._read_labels(start, stop)
        if labels.ndim > 1 and labels[0].size == 1:
            labels = labels.reshape(-1)
        if labels.ndim != 1 or labels.dtype.kind not in "iub":
            raise RescaleError(
                "requires a whole number as the label of each sample, got "
                f"{labels.dtype} of shape {labels.shape}"
            )
        if count < 2:
            raise RescaleError(
                f"requires an output for each class for top1, got {count}; "
                "take auc"
            )
        low, high = int(labels.min()), int(labels.max())
        if low < 0 or high >= count:
            raise RescaleError(
                f"requires labels of 0 to {count - 1}, the outputs, got "
                f"{low if low < 0 else high}"
            )
        return labels

    def _sizes(self, model: _Run) -> tuple[int, int]:
        return (
            model.inputs[0].size // model.batch,
            model.port.size // model.batch,
        )

    def _target_of(self, model: _Run) -> str:
        size_in, size_out = self._sizes(model)
        if self._target == "auto":
            labels = self._labels
            if labels is not None and (
                math.prod(labels.values.shape[1:]) == size_out
                and labels.values.ndim > 1
            ):
                return "labels"
            if size_in == size_out:
                return "input"
            if self.float_reference:
                return "float"
            if self.reference:
                return "reference"
            raise RescaleError(
                "requires something to compare outputs with for mse, got none;"
                " give a reference, or labels of the output's shape"
            )
        if (self._target == "reference" and not self.reference) or (
            self._target == "float" and not self.float_reference
        ):
            raise RescaleError(
                f"requires a {self._target} network as target of mse, got "
                "none; give it"
            )
        return self._target

    def _score_of(self, model: _Run) -> str:
        size_in, size_out = self._sizes(model)
        if self._score == "auto" and size_out > 2 and size_in == size_out:
            return "error"
        if self._score in ("auto", "output"):
            if size_out > 2:
                raise RescaleError(
                    f"requires one output or two for auc, got {size_out}; "
                    "choose with --score"
                )
            return f"output:{size_out - 1}"
        return self._score

    def evaluate(self, network: Network) -> Evaluation:
        """Evaluates a network; raises RescaleError."""
        _check_network(network)
        if not self._chunk:
            # What is wrong with options is known before anything is compiled.
            for one in (network, *self._given.values()):
                if isinstance(one, str | Path):
                    one = Build(one)
                if isinstance(one, Build):
                    one.check()
            self._check(network)
        model = self._compile(network, "model")
        self.prepare(model)
        bounds = list(self._bounds())
        if "kl" in self.metrics:
            samples = self._samples(*bounds[0])
            logits = self._logits or _read_logits(network)
            for run in (*self._references.values(), model):
                # What a network with other arithmetic makes of the logits
                # that were found is no concern of this.
                logits = run.resolve(
                    self._inputs(run, model, samples),
                    logits,
                    is_checked=run is not model or not self.reference,
                )
        values = {
            metric: [np.empty(self.n), None] for metric in self.metrics
        }
        classes: list = [np.empty(self.n, np.int64), None]
        differing = np.zeros(3, np.int64)
        with progress.bar("evaluating", self.n) as advance:
            for part in self._parts(model, bounds):
                where = slice(part.start - self._start,
                              part.stop - self._start)
                for metric, pair in part.values.items():
                    _store(values[metric], where, pair, self.n)
                if part.classes:
                    _store(classes, where, part.classes, self.n)
                differing[:2] += part.differing[:2]
                differing[2] = max(differing[2], part.differing[2])
                if self._reuse:
                    self._kept[part.start] = part.kept
                advance(part.stop - part.start)
        results = tuple(
            self._result(metric, model, *values[metric], classes)
            for metric in self.metrics
        )
        codes = None
        if self._is_comparable(model):
            size = model.port.size // model.batch
            codes = Codes(*differing.tolist(), self.n * size)
        return Evaluation(results, codes, self._networks(model), self._about())

    def _parts(
        self, model: _Run, bounds: list[tuple[int, int]]
    ) -> Iterator[_Part]:
        global _work
        _work = self, model
        try:
            if self.jobs == 1 or len(bounds) == 1:
                yield from map(_run_part, bounds)
                return
            if "fork" not in multiprocessing.get_all_start_methods():
                raise RescaleError(
                    "requires a system with fork for several processes, got "
                    "one without; leave out -j"
                )
            # Networks and mapped data are inherited.
            context = multiprocessing.get_context("fork")
            with context.Pool(min(self.jobs, len(bounds))) as pool:
                yield from pool.imap(_run_part, bounds)
        finally:
            _work = None

    def _result(
        self, metric: str, model: _Run, own: np.ndarray,
        other: np.ndarray | None, classes: list,
    ) -> Result:
        counts = None
        if metric == "auc":
            labels = np.concatenate([
                self._read_labels(*bounds).reshape(-1)
                for bounds in self._bounds()
            ])
            estimate = areas(labels, own, other)
        else:
            estimate = paired_means(own, other)
        if metric == "top1":
            counts = {"right": int(own.sum())}
            if other is not None:
                counts |= {
                    "only_model": int((own > other).sum()),
                    "only_reference": int((own < other).sum()),
                    "agree": int((classes[0] == classes[1]).sum()),
                }
        return Result(
            **asdict(estimate), metric=metric, n=self.n,
            definition=self._definition(metric, model), counts=counts,
        )

    def _definition(self, metric: str, model: _Run) -> str:
        if metric == "top1":
            return "the first of the largest outputs is the label"
        if metric == "mse":
            target = {
                "input": "real values of the input",
                "labels": "labels",
                "reference": "outputs of the reference",
                "float": "outputs of the float reference",
            }[self._target_of(model)]
            return f"of real outputs to the {target}, mean over elements"
        if metric == "auc":
            score = self._score_of(model)
            of = (
                "squared error of the reconstruction" if score == "error"
                else score.replace("output:", "output ")
            )
            return f"of the {of}; ties are half a win"
        to = self.float_reference or self.reference
        return (
            f"KL({to.describe_probabilities()} of the {to.role} || "
            f"{model.describe_probabilities()})"
        )

    def _networks(self, model: _Run) -> dict[str, dict[str, object] | None]:
        runs = {"model": model, "reference": None, "float_reference": None}
        return {
            name: run.build.describe() if run and run.build else None
            for name, run in (runs | self._references).items()
        }

    def _about(self) -> dict[str, object]:
        def name(value: object) -> object:
            if isinstance(value, np.ndarray) or value is None:
                return None
            if isinstance(value, str | Path):
                return str(value)
            return [name(one) for one in value]

        return {
            "files": name(self._data),
            "labels": name(self._labels_from),
            "loader": type(self._loader).__name__ if self._loader else None,
            "values": asdict(self._conversion),
            "first": self._start,
            "samples": self.n,
        }


def _store(arrays: list, where: slice, pair: tuple, total: int) -> None:
    for index, part in enumerate(pair):
        if part is None:
            continue
        if arrays[index] is None:
            arrays[index] = np.empty(total, part.dtype)
        arrays[index][where] = part


def _check_network(network: Network | None) -> None:
    if isinstance(network, Build):
        network = network.path
    if isinstance(network, str | Path):
        check_model(Path(network))


def _read_logits(network: Network | None) -> Logits | None:
    """Returns what the file of a network says about its softmax."""
    if isinstance(network, Build):
        network = network.path
    if not isinstance(network, str | Path) or not is_tflite(Path(network)):
        return None
    found = read_logits(Path(network))
    return found and Logits("", found.scale, found.zero_point)


def evaluate(
    model: Network,
    data: object = None,
    labels: object = None,
    reference: Network | None = None,
    metric: str | Sequence[str] = "top1",
    **options: object,
) -> Result | tuple[Result, ...]:
    """Evaluates a network on data, paired with a reference.

    model: a file, a `Build` with options of the compiler, or a `Model`.
    data, labels, reference, metric, options: as `Evaluator` takes them.

    Returns a result, or one for each metric where `metric` is a sequence.

    Raises RescaleError.
    """
    evaluator = Evaluator(
        *(data, labels),
        metric=metric,
        reference=reference,
        **{"reuse": False, **options},
    )
    results = evaluator.evaluate(model).results
    return results[0] if isinstance(metric, str) else results
