# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What the page says, gathered from the compiler and from files of results."""

from __future__ import annotations

import json
import re
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__, bench, evaluation, parameters, progress, tools
from ..errors import RescaleError
from ..estimates import Estimate
from ..interface import Port
from ..provenance import Provenance
from . import records

_NAME = "model"

#: A file in the comment that C begins with.
_FILE = re.compile(
    r"^ \* (Model|MLIR): (.+?)\n \* SHA-256: ([0-9a-f]{64})$", re.M | re.S
)

#: Bytes of C's types, for the tables of constants.
_TYPES = {f"{u}int{b}_t": b // 8 for u in ("", "u") for b in (8, 16, 32, 64)}
_TABLE = re.compile(r"^static const (\w+) (\w+)\[(\d+)\]", re.M)
_PARAMETERS = re.compile(
    r"(\w+?)_(?:multiplicand|shift|(?:negative_)?addend)(?:_\d+)?"
)


@dataclass(frozen=True)
class Spread:
    """The least, median and greatest of a layer's channels."""

    least: int
    median: float
    greatest: int

    @classmethod
    def of(cls, values: Sequence[int]) -> Spread:
        return cls(min(values), statistics.median(values), max(values))

    def __str__(self) -> str:
        if self.least == self.greatest:
            return f"{self.least}"
        return f"{self.least}–{self.greatest}"


@dataclass(frozen=True)
class Observed:
    """How codes differ for the accumulators that data gave, in codes."""

    accumulators: int
    differing: int
    mean_difference: float

    @classmethod
    def of(cls, channels: Sequence[Mapping[str, Any]]) -> Observed | None:
        """Returns that of channels together, where data gave them any."""
        every = [c["observed"] for c in channels if "observed" in c]
        count = sum(one["accumulators"] for one in every)
        if not count:
            return None
        total = sum(
            one["mean_difference"] * one["accumulators"] for one in every
        )
        return cls(
            count, sum(one["differing"] for one in every), total / count
        )


@dataclass(frozen=True)
class Layer:
    """One requantization, as docs/Report.md describes it.

    original: the same layer where nothing is narrowed, or nothing where
    snapping made it of several.
    spreads: of bits and product_bits, before and after, of the channels that
    are not constant, or of all where none is left. None where it is not known.
    """

    data: dict[str, Any]
    original: dict[str, Any]
    range: tuple[int, int]
    certificates: Counter[str]
    largest_difference: int
    differing: int
    #: How many accumulators the certificates speak of.
    accumulators: int
    spreads: dict[str, tuple[Spread | None, Spread]] = field(
        default_factory=dict
    )

    @property
    def name(self) -> str:
        return self.data["name"]

    @property
    def channels(self) -> list[dict[str, Any]]:
        return self.data["channels"]

    @property
    def observed(self) -> Observed | None:
        """How it differs on the data that it was calibrated with."""
        return Observed.of(self.channels)

    @property
    def snapped(self) -> dict[str, Any] | None:
        """What snapping did, which makes it another layer."""
        return self.data.get("snapped")

    @property
    def is_snapped_here(self) -> bool:
        """Whether the original is another function than this.

        What a network that was snapped before it came here has is not.
        """
        return bool(
            self.snapped and self.original and not self.original["snapped"]
        )

    def before(self, index: int) -> dict[str, int | None]:
        """Returns bits, shift and product_bits of a channel as it was."""
        its = self.channels[index]
        if not self.snapped:
            return {
                "bits": its["bits_before"],
                "shift": its["shift_before"],
                "product_bits": its["product_bits_before"],
            }
        parameters_before = _parameters_before(self.data)
        multiplicand, shift = _entry(parameters_before, index)
        product = None
        if self.is_snapped_here:
            was = _entry(self.original["channels"], index)
            product = was["product_bits"]
        return {
            "bits": multiplicand.bit_length(),
            "shift": shift,
            "product_bits": product,
        }

    @property
    def claim(self) -> str:
        """The weakest certificate of its channels, in a word.

        Of a snapped layer, they compare with what snapping made.
        """
        if self.certificates["observed"]:
            return "observed"
        if self.largest_difference:
            return "approximate"
        return "proved" if self.certificates["proved"] else "unchanged"

    @property
    def badges(self) -> list[str]:
        """What is to be said of it: its certificate, and how it was made."""
        if not self.snapped:
            return [self.claim]
        # Nothing is claimed of it, but it is not the model's.
        claimed = [self.claim] if self.claim != "unchanged" else []
        return [*claimed, "snapped"]


def _entry(column: Sequence[Any], index: int) -> Any:
    """Returns what a column with one entry, or one of each channel, has."""
    return column[index if len(column) > 1 else 0]


def _parameters_before(data: dict[str, Any]) -> list[tuple[int, int]]:
    """Returns the model's multiplicands and shifts of a layer."""
    if snapped := data["snapped"]:
        columns = snapped["multiplicands_before"], snapped["shifts_before"]
        return [
            tuple(_entry(column, i) for column in columns)
            for i in range(max(map(len, columns)))
        ]
    return [
        (c["multiplicand_before"], c["shift_before"]) for c in data["channels"]
    ]


def _place(data: dict[str, Any]) -> tuple[str | None, ...]:
    """Returns what a layer keeps when its scales change."""
    members = ("location", "source", "input_type", "result_type")
    return tuple(data[member] for member in members)


def _has_same_scales(data: dict[str, Any], original: dict[str, Any]) -> bool:
    """Whether two layers had the same scales in the model."""
    counts = {len(one["channels"]) for one in (data, original)} - {1}
    both = _parameters_before(data), _parameters_before(original)
    lengths = {len(one) for one in both} - {1}
    return len(counts | lengths) < 2 and all(
        _entry(both[0], i) == _entry(both[1], i)
        for i in range(max(lengths, default=1))
    )


def pair_layers(
    layers: Sequence[dict[str, Any]], originals: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Returns the original of each layer, or {} where it has none.

    Where snapping makes three requantizations of an addition's four, their
    names are others: what has the name may be another one.
    """
    if not any(layer["snapped"] for layer in layers):
        of_name = {one["name"]: one for one in originals}
        return [of_name.get(layer["name"], {}) for layer in layers]
    left: dict[tuple, list[dict[str, Any]]] = {}
    for one in originals:
        left.setdefault(_place(one), []).append(one)
    pairs = []
    for layer in layers:
        there = left.get(_place(layer), [])
        same = [one for one in there if _has_same_scales(layer, one)]
        # Its namesake, or else the next one of the program.
        same.sort(key=lambda one: one["name"] != layer["name"])
        pairs.append(same[0] if same else {})
        if same:
            there.remove(same[0])
    return pairs


def _layer(data: dict[str, Any], original: dict[str, Any]) -> Layer:
    every = data["channels"]
    layer = Layer(
        data,
        original,
        (min(c["range"][0] for c in every), max(c["range"][1] for c in every)),
        Counter(c["certificate"] for c in every),
        max(c["largest_difference"] for c in every),
        sum(c["differing"] for c in every),
        sum(c["range"][1] - c["range"][0] + 1 for c in every),
    )
    live = [i for i, c in enumerate(every) if not c["constant"]]
    live = live or range(len(every))
    for which, after in (("bits", "bits_after"), ("product_bits",) * 2):
        before = [layer.before(i)[which] for i in live]
        layer.spreads[which] = (
            None if None in before else Spread.of(before),
            Spread.of([every[i][after] for i in live]),
        )
    return layer


@dataclass(frozen=True)
class Tables:
    """Constants of the C, in bytes."""

    #: Multiplicands, shifts and addends by layer of the C.
    parameters: Counter[str]
    constants: int

    @property
    def total(self) -> int:
        return self.parameters.total()


def read_tables(text: str) -> Tables:
    """Returns the bytes of the tables in the C of a network."""
    found: Counter[str] = Counter()
    constants = 0
    for type_name, name, count in _TABLE.findall(text):
        size = _TYPES.get(type_name, 1) * int(count)
        constants += size
        if match := _PARAMETERS.fullmatch(name):
            found[match[1]] += size
    return Tables(found, constants)


@dataclass(frozen=True)
class Staircase:
    """The codes of one channel before and after.

    thresholds: where each next code begins, from `first` on.
    axis: what they are given in. A snapped layer has other accumulators, so
    that both are scaled to codes of the original.
    factor: how many steps of the original's codes one of them is, about the
    zero point.
    """

    layer: str
    channel: int
    range: tuple[int, int]
    first: tuple[int, int]
    thresholds: tuple[np.ndarray, np.ndarray]
    largest_difference: int
    differing: int
    axis: str = "accumulator"
    factor: float = 1.0
    zero_point: int = 0

    @property
    def is_scaled(self) -> bool:
        return self.axis != "accumulator"

    def codes(self, which: int, values: np.ndarray) -> np.ndarray:
        """Returns the codes of accumulators, before (0) or after (1)."""
        return self.first[which] + np.searchsorted(
            self.thresholds[which], values, side="right"
        )

    def results(self, which: int, values: np.ndarray) -> np.ndarray:
        """Returns the codes in steps of the original's."""
        codes = self.codes(which, values)
        if not which or self.factor == 1:
            return codes
        return self.zero_point + (codes - self.zero_point) * self.factor


@dataclass
class Facts:
    """Everything that a page says.

    report, original: of this network, and with nothing narrowed or snapped.
    tables: before and after, or None where there is no C of the network.
    bench: what `rescale bench network` measured, before and after.
    """

    title: str
    target: str
    options: list[str]
    version: str
    #: What was compiled, as (label, file, SHA-256): the model, and the MLIR
    #: where that was imported.
    files: list[tuple[str, str, str]]
    report: dict[str, Any]
    original: dict[str, Any]
    layers: list[Layer]
    tables: tuple[Tables, Tables] | None
    no_tables: str
    bench: tuple[dict[str, Any] | None, dict[str, Any] | None]
    staircase: Staircase | None
    evaluations: list[Quality] = field(default_factory=list)
    search: dict[str, Any] | None = None

    def of_role(self, role: str) -> list[Layer]:
        """Returns the layers of a role, in the order of the program."""
        return [layer for layer in self.layers if layer.data["role"] == role]


@dataclass(frozen=True)
class Quality:
    """What a metric says of the network, beside the original.

    estimate: in `unit`; of a metric without a difference, such as a
    divergence from the original, that is the value itself.
    network, options: what was evaluated, and how it was compiled.
    is_other: whether that is not what the page is about.
    """

    name: str
    network: Provenance
    options: list[str]
    is_other: bool
    metric: str
    unit: str
    n: int
    definition: str
    estimate: Estimate

    @property
    def change(self) -> tuple[float, float | None]:
        """What is to be judged, with its standard error."""
        its = self.estimate
        if its.difference is None:
            return its.value, its.standard_error
        return its.difference, its.difference_standard_error


def _check_network(
    network: Provenance,
    what: str,
    path: Path,
    found: Sequence[Provenance],
    way_out: str,
) -> None:
    """Raises RescaleError where none of `found` is of the network."""
    if not any(one.is_of(network) for one in found):
        raise RescaleError(
            f"requires {what} of {network}, got {path} of "
            f"{' beside '.join(map(str, found)) or 'no file'}; {way_out}"
        )


def read_evaluation(
    path: Path, network: Provenance, options: Sequence[str]
) -> list[Quality]:
    """Returns the results in a file of `rescale eval`.

    network: what has to have been evaluated or been the reference: the file
    itself, one that it was made from, or one that was made from the same.
    options: of rescale-compile that the page is about.

    Raises RescaleError.
    """
    data = records.read(path, records.EVALUATION)
    model = data["model"]
    # Of a network that was given to Python's interface, no file is known.
    compared = [one for one in (model, data["reference"]) if model and one]
    _check_network(
        *(network, "an evaluation", path),
        [Provenance.parse(one) for one in compared],
        "evaluate this network, or name that one",
    )
    evaluated = Provenance.parse(model)
    its_options = [f"--narrow={model['narrow']}", *model["options"]]
    is_other = (evaluated.sha256, sorted(its_options)) != (
        network.sha256,
        sorted(options),
    )
    rows = []
    for result in data["results"]:
        title, unit = evaluation.METRICS[result["metric"]]
        scale = 1
        if result["metric"] == "top1":
            scale, unit = 100, "percentage points"
        numbers = {
            member.name: result[member.name]
            and result[member.name] * (1 if member.name == "z" else scale)
            for member in fields(Estimate)
        }
        rows.append(
            Quality(
                *(path.stem, evaluated, its_options, is_other),
                *(title, unit, result["n"], result["definition"]),
                Estimate(**numbers),
            )
        )
    return rows


def read_search(path: Path, network: Provenance) -> dict[str, Any]:
    """Returns what `rescale search` wrote; raises RescaleError.

    network: what has to have been searched, as in `read_evaluation`.
    """
    data = records.read(path, records.SEARCH)
    _check_network(
        *(network, "a search", path, [Provenance.parse(data["model"])]),
        "search this network, or name that one",
    )
    return data


def read_measurements(path: Path, network: Provenance) -> dict[str, Any]:
    """Returns what `rescale bench network` wrote; raises RescaleError.

    network: what has to have been measured, as in `read_evaluation`.
    """
    data = records.read(path, records.MEASUREMENTS)
    measured = Provenance.parse(data | {"file": data["model"]})
    _check_network(
        *(network, "measurements", path, [measured]),
        "measure this network, or name that one",
    )
    return data


def summarize(layers: Mapping[str, str]) -> str:
    """Says what a search makes of layers, in short."""
    counts = Counter(layers.values())
    return ", ".join(
        f"{choice} × {count}" for choice, count in counts.most_common()
    )


def _compile(
    model: Path, folder: Path, emit: str, options: Sequence[str]
) -> Path:
    """Runs rescale-compile; returns the folder with what it wrote."""
    tools.run(
        "rescale-compile",
        [model, f"--emit={emit}", *options, f"--name={_NAME}", "-o", folder],
        # The page has it.
        quiet=True,
    )
    return folder


def choose_channel(layers: Sequence[Layer]) -> tuple[str, int]:
    """Returns the layer and channel that have most to show.

    That with the largest difference, or else the one that has lost most bits;
    of layers that requantize accumulators, where there are any, and of
    channels that give more than one code.
    """
    shown = [
        la for la in layers if la.data["role"] == "accumulators"
    ] or layers

    def weight(item: tuple[Layer, int]) -> tuple[float, ...]:
        channel = item[0].channels[item[1]]
        low, high = channel["range"]
        is_constant = channel["constant"] or channel["constant_on_range"]
        return (
            channel["largest_difference"],
            not is_constant,
            channel["differing"] / (high - low + 1),
            item[0].before(item[1])["bits"] - channel["bits_after"],
        )

    layer, index = max(
        ((la, i) for la in shown for i in range(len(la.channels))),
        key=weight,
    )
    return layer.name, index


def parse_channel(text: str, layers: Sequence[Layer]) -> tuple[str, int]:
    """Reads LAYER or LAYER:CHANNEL; raises RescaleError."""
    name, _, number = text.partition(":")
    found = {layer.name: layer for layer in layers}
    if name not in found:
        raise RescaleError(
            f"requires the name of a layer, got {name}; the layers are "
            + ", ".join(found)
        )
    count = len(found[name].channels)
    if not number:
        return choose_channel([found[name]])
    if not number.isdecimal() or int(number) >= count:
        raise RescaleError(
            f"requires a channel of {name} from 0 to {count - 1}, got {number}"
        )
    return name, int(number)


def _read_staircase(
    folders: Sequence[Path], layers: Sequence[Layer], asked: str | None
) -> Staircase | None:
    networks = [
        parameters.read(folder / f"{_NAME}.parameters.json")
        for folder in folders
    ]

    def both(layer: Layer) -> list[parameters.Layer]:
        """Returns what is to be drawn, or nothing."""
        names = layer.original.get("name"), layer.name
        found = [
            network[name]
            for network, name in zip(networks, names, strict=True)
            if name in network
        ]
        has_steps = all(
            channel.thresholds is not None
            for one in found
            for channel in one.channels
        )
        return found if has_steps and len(found) == 2 else []

    if asked:
        name, index = parse_channel(asked, layers)
        layer = next(one for one in layers if one.name == name)
        if not layer.original:
            raise RescaleError(
                "requires a layer that the model has too to draw, got "
                f"{name}, which snapping made of several; choose another"
            )
        if not both(layer):
            raise RescaleError(
                f"requires a layer with codes of at most 16 bits to draw, got "
                f"{name}; choose another"
            )
    else:
        drawn = [layer for layer in layers if both(layer)]
        if not drawn:
            return None
        name, index = choose_channel(drawn)
        layer = next(one for one in layers if one.name == name)
    pair = both(layer)
    # A layer that has one staircase for all may have had one for each.
    its = [_entry(one.channels, index) for one in pair]
    first = tuple(channel.first_code for channel in its)
    thresholds = [np.asarray(channel.thresholds) for channel in its]
    data = layer.channels[index]
    if not layer.is_snapped_here:
        return Staircase(
            *(name, index, its[1].range, first, tuple(thresholds)),
            data["largest_difference"],
            data["differing"],
        )
    ends = []
    factor = layer.snapped["result_factor"]
    was = _entry(layer.original["channels"], index)
    for which, (channel, step) in enumerate(((was, 1.0), (data, factor))):
        # The scale that narrowing came near to: what it made of it goes with
        # an addend.
        scale = channel["multiplicand_before"] / 2 ** channel["shift_before"]
        scale *= step
        # Staircases are those of differences to the zero point.
        zero = pair[which].input_zero_point
        thresholds[which] = (thresholds[which] - zero) * scale
        ends.append([(end - zero) * scale for end in its[which].range])
    # Channels that are constant may have one accumulator each.
    low, high = zip(*ends, strict=True)
    return Staircase(
        *(name, index, tuple(sorted((max(low), min(high)))), first),
        tuple(thresholds),
        data["largest_difference"],
        data["differing"],
        "accumulator × scale, codes of the original",
        factor,
        pair[1].zero_point,
    )


def measure_samples(ports: Sequence[Port]) -> list[np.ndarray]:
    """Returns a sample of random codes, always the same ones."""
    generator = np.random.default_rng(0)
    # Bytes of any kind, of which a bool has one bit.
    return [
        generator.integers(0, 256, (1, port.size * port.dtype.itemsize))
        .astype(np.uint8)
        .view(np.uint8 if port.dtype == np.bool_ else port.dtype)
        .astype(port.dtype)
        .reshape(1, *port.shape)
        for port in ports
    ]


def _measure(
    model: Path, target: str, narrow: str, options: Sequence[str]
) -> dict[str, Any]:
    return bench.measure_network(
        model,
        measure_samples,
        target=target,
        narrow=narrow,
        options=options,
        quiet=True,
    )


def gather(
    model: Path,
    folder: Path,
    *,
    title: str,
    target: str,
    narrow: str = "lossless",
    options: Sequence[str] = (),
    channel: str | None = None,
    measure: bool = False,
    step: Callable[[str], Any] = progress.step,
) -> Facts:
    """Compiles a network before and after, and returns what there is to say.

    model: MLIR; folder: a temporary one.
    options: for rescale-compile, beside --target and --narrow.

    Raises RescaleError.
    """
    # Which network it is holds for the original too.
    shared = [o for o in options if re.match("--?function=", o)]
    plain = [f"--target={target}", "--narrow=off", *shared]
    chosen = [f"--target={target}", f"--narrow={narrow}", *options]
    file = folder / "report.json"
    with step(f"compiling {title}"):
        reported = [*chosen, f"--report={file}"]
        _compile(model, folder / "after", "parameters", reported)
        first = folder / "before.json"
        reported = [*plain, f"--report={first}"]
        _compile(model, folder / "before", "parameters", reported)
        report = json.loads(file.read_text())
        original = json.loads(first.read_text())
        tables, no_tables = None, ""
        try:
            tables = tuple(
                read_tables(
                    (_compile(model, folder / name, "c", some) / f"{_NAME}.c")
                    .read_text()
                )
                for name, some in (("before", plain), ("after", chosen))
            )
        except RescaleError as error:
            # Networks with floats have no C, and all else is known of them.
            found = re.search(r"error: (.*)", error.details)
            no_tables = found[1] if found else str(error)
    pairs = pair_layers(report["layers"], original["layers"])
    layers = [
        _layer(data, was)
        for data, was in zip(report["layers"], pairs, strict=True)
    ]
    if not layers:
        raise RescaleError(
            f"requires a network with requantizations, got {title}, which has "
            "none; name one with tosa.rescale"
        )
    measured = (None, None)
    if measure:
        with step(f"measuring {title}"):
            measured = (
                _measure(model, target, "off", shared),
                _measure(model, target, narrow, options),
            )
    header = (
        (folder / "after" / f"{_NAME}.c").read_text() if tables else ""
    ).partition("*/")[0]
    version = re.search(r"^ \* Version: (.+)$", header, re.M)
    return Facts(
        title,
        target,
        chosen,
        version[1] if version else __version__,
        _FILE.findall(header),
        report,
        original,
        layers,
        tables,
        no_tables,
        measured,
        _read_staircase(
            [folder / "before", folder / "after"], layers, channel
        ),
    )
