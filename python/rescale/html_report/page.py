# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Facts as one HTML file."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from . import figures
from .facts import Facts, Layer, Observed, Quality, Spread, summarize

_SECTIONS = (
    ("summary", "Summary"),
    ("layers", "Layers"),
    ("widths", "Widths"),
    ("certificates", "Certificates"),
    ("products", "Arithmetic"),
    ("cost", "Cost"),
    ("staircase", "Staircase"),
    ("accuracy", "Accuracy"),
    ("search", "Search"),
)


def _minus(text: str) -> str:
    return text.replace("-", "−")


def _count(value: int) -> str:
    return _minus(f"{value:,}")


def _plain(value: float) -> str:
    return f"{value:g}"


def _figure(value: float | None) -> str:
    """A measured number, with the digits that say something."""
    return "–" if value is None else _minus(f"{value:.4g}")


def _signed(value: float | None) -> str:
    if value is None:
        return "–"
    return _minus(f"{value:+.4g}") if value else "0"


def _codes(number: int) -> str:
    return f"{_count(number)} {'code' if number == 1 else 'codes'}"


def _large(number: int) -> str:
    """A count that has to fit into a tile."""
    return _count(number) if number < 10**7 else f"{number / 1e6:,.2f}\u00a0M"


def _worst(differing: list[Layer]) -> str:
    """The largest difference of each role, whose codes are other ones."""
    parts = []
    for role, name in (
        ("accumulators", "accumulators'"),
        ("elementwise", "elementwise ones"),
    ):
        found = [la for la in differing if la.data["role"] == role]
        if found:
            worst = max(found, key=lambda la: la.largest_difference)
            parts.append(
                f"{name} by at most {_codes(worst.largest_difference)} "
                f"({worst.name}, {worst.data['result_type']})"
            )
    return ", ".join(parts)


def _verdict(facts: Facts) -> dict[str, str]:
    """What the certificates allow to say of the whole network."""
    layers = facts.layers
    differing = [layer for layer in layers if layer.largest_difference]
    observed = [layer for layer in layers if layer.claim == "observed"]
    snapped = [layer for layer in layers if layer.snapped]
    if snapped:
        text = (
            f"Snapped: {len(snapped)} of {len(layers)} requantizations have "
            "scales of few bits, and the weights before them were requantized "
            "to fit: another function than the model's."
        )
        if differing:
            text += (
                f" Of the snapped network, {len(differing)} requantizations "
                f"are approximated, {_worst(differing)}."
            )
        if observed:
            text += (
                f" {len(observed)} give the snapped network's codes on "
                "observed data alone."
            )
        return {
            "kind": "snapped",
            "text": f"{text} Judge it by its accuracy.",
        }
    if observed:
        return {
            "kind": "observed",
            "text": f"Not proved: {len(observed)} of {len(layers)} "
            "requantizations give the model's codes on observed data alone.",
        }
    if differing:
        return {
            "kind": "approximate",
            "text": f"Approximate: {len(differing)} of {len(layers)} "
            "requantizations give other codes than the model's for some "
            f"accumulators, {_worst(differing)}. Judge it by its accuracy.",
        }
    return {
        "kind": "proved",
        "text": "Lossless: "
        + (
            "the only requantization gives"
            if len(layers) == 1
            else f"all {len(layers)} requantizations give"
        )
        + " the model's codes for every accumulator that can occur, by "
        "proof.",
    }


def _tiles(facts: Facts) -> list[dict[str, Any]]:
    of_sums = facts.report["summary"]["channels"] > 0
    which = "summary" if of_sums else "elementwise_summary"
    sums, was = facts.report[which], facts.original[which]
    snapped = [layer.snapped for layer in facts.layers if layer.snapped]
    tiles = [
        {
            "label": "Multiplicand bits, median",
            "before": _plain(was["median_bits"]),
            "value": _plain(sums["median_bits"]),
            "note": f"at most {sums['max_bits']}, of "
            f"{_count(sums['channels'])} channels",
        },
        {
            "label": "Multiplicand bits, sum",
            "before": _count(was["multiplicand_bits"]),
            "value": _count(sums["multiplicand_bits"]),
            "note": "before rounding up to bytes",
        },
        {
            "label": "Widest product, bits",
            "before": _count(was["max_product_bits"]),
            "value": _count(sums["max_product_bits"]),
            "note": "of m·d + b, with the sign",
        },
        {
            "label": "Layers snapped",
            "value": f"{len(snapped)} of {len(facts.layers)}",
            "note": "weights off by at most "
            f"{max(max(s['largest_weight_error']) for s in snapped):.2f} "
            "steps",
        }
        if snapped
        else {
            "label": "Channels proved equal",
            "value": f"{_count(sums['proved'])} of {_count(sums['channels'])}",
            "note": f"largest error {_codes(sums['largest_difference'])}",
        },
    ]
    if facts.tables:
        tiles.append(
            {
                "label": "Parameter tables, bytes",
                "before": _count(facts.tables[0].total),
                "value": _count(facts.tables[1].total),
                "note": f"of {_count(facts.tables[1].constants)} of constants",
            }
        )
    before, after = facts.bench
    if after:
        tile = {
            "label": "Instructions",
            "value": _large(after["instructions"]),
            "note": f"of one inference on {after['target']}",
        }
        if before:
            tile["before"] = _large(before["instructions"])
        tiles.append(tile)
    for row in facts.evaluations[:2]:
        value, error = row.change
        its = row.estimate
        tiles.append(
            {
                "label": row.metric[0].upper() + row.metric[1:]
                + (", change" if its.difference is not None else ""),
                "value": (_signed if its.difference is not None else _figure)(
                    value
                )
                + (f" ±\u00a0{_figure(error)}" if error is not None else ""),
                "note": (
                    f"{_figure(its.reference)} → {_figure(its.value)}, "
                    if its.difference is not None
                    else ""
                )
                + f"{_count(row.n)} samples"
                + (" of another build" if row.is_other else ""),
            }
        )
    return tiles


def _costs(facts: Facts) -> list[dict[str, Any]]:
    """Bytes, and instructions where both are known, by layer of the C."""
    if not facts.tables:
        return []
    counts = [
        {layer["name"]: layer["instructions"] for layer in one["layers"]}
        if one
        else {}
        for one in facts.bench
    ]
    names = list(counts[1]) if all(counts) else []
    names += [
        name
        for tables in facts.tables
        for name in tables.parameters
        if name not in names
    ]
    return [
        {
            "name": name,
            "bytes": tuple(t.parameters[name] for t in facts.tables),
            "instructions": tuple(count.get(name, 0) for count in counts),
        }
        for name in dict.fromkeys(names)
    ]


def _spreads(
    layers: list[Layer], which: str
) -> dict[str, tuple[Spread | None, Spread]]:
    return {layer.name: layer.spreads[which] for layer in layers}


def _rungs(facts: Facts) -> list[dict[str, Any]]:
    """In which arithmetic layers are computed, where the compiler says."""

    def cost(data: dict[str, Any]) -> str:
        return _count(data["cost"]) if data.get("cost") else "–"

    return [
        {
            "name": layer.name,
            "rungs": (layer.original.get("rung", "–"), layer.data["rung"]),
            "costs": (cost(layer.original), cost(layer.data)),
            "cost": layer.data.get("cost") or 0,
            "conditions": layer.data["conditions"],
        }
        for layer in facts.layers
        if "rung" in layer.data
    ]


def _accuracy(rows: list[Quality]) -> list[dict[str, Any]]:
    """A figure for each metric, whose numbers can be compared."""
    groups: dict[tuple[str, bool], list[Quality]] = {}
    for row in rows:
        is_difference = row.estimate.difference is not None
        groups.setdefault((row.metric, is_difference), []).append(row)
    pictures = []
    for i, ((metric, is_difference), group) in enumerate(groups.items()):
        what = f"change of {metric}" if is_difference else metric
        pictures.append(
            {
                "picture": figures.intervals(
                    f"accuracy-{i}",
                    f"{what}, with two standard errors",
                    f"{what}, {group[0].unit}",
                    {row.name: row.change for row in group},
                ),
                "text": (
                    f"The evaluated network's {metric} less the original's"
                    if is_difference
                    else f"The evaluated network's {metric}"
                )
                + ", with two standard errors to either side.",
            }
        )
    return pictures


def render(facts: Facts) -> str:
    """Returns the page of what was gathered."""
    files = resources.files(__package__)
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": _count,
        "plain": _plain,
        "figure": _figure,
        "signed": _signed,
        "choices": summarize,
    }
    script = (files / "page.js").read_text()
    accumulators = facts.of_role("accumulators")
    shown = accumulators or facts.layers
    costs = _costs(facts)
    counted = all(facts.bench) and all(one["layers"] for one in facts.bench)
    sums = facts.report["summary" if accumulators else "elementwise_summary"]
    was = facts.original[
        "summary" if accumulators else "elementwise_summary"
    ]
    widths = {entry["bits"]: [0, 0] for entry in was["histogram"]}
    for which, entries in enumerate((was["histogram"], sums["histogram"])):
        for entry in entries:
            pair = widths.setdefault(entry["bits"], [0, 0])
            pair[which] += entry["channels"]
    steps = facts.staircase
    pictures = {
        "widths": figures.spreads(
            "widths",
            "Bits of multiplicands by layer, before and after",
            "multiplicand, bits",
            _spreads(shown, "bits"),
        ),
        "histogram": widths
        and figures.histogram(
            "histogram",
            "How many channels have multiplicands of each width, before and "
            "after",
            widths,
        ),
        "products": figures.spreads(
            "products",
            "Bits of products by layer, before and after",
            "product, bits",
            _spreads(shown, "product_bits"),
            limits=(32, 64),
        ),
        "tables": costs
        and figures.bars(
            "tables",
            "Bytes of parameter tables by layer, before and after",
            "tables, bytes",
            {r["name"]: r["bytes"] for r in costs if any(r["bytes"])},
        ),
        "instructions": counted
        and figures.bars(
            "instructions",
            "Instructions by layer, before and after",
            "instructions",
            {r["name"]: r["instructions"] for r in costs},
        ),
        "staircase": steps
        and figures.staircase(
            "staircase",
            f"Codes of channel {steps.channel} of {steps.layer} over "
            "accumulators, original and compiled: "
            + (
                "over the accumulator times its scale"
                if steps.is_scaled
                else f"they differ by at most {steps.largest_difference}"
                if steps.differing
                else "they are equal"
            ),
            steps,
        ),
        "search": facts.search
        and figures.front(
            "search",
            f"Loss of {facts.search['metric']} over {facts.search['cost']}",
            facts.search,
        ),
        "accuracy": _accuracy(facts.evaluations),
    }
    return environment.from_string(
        (files / "page.html.jinja").read_text()
    ).render(
        facts=facts,
        version=facts.version,
        sections=_SECTIONS,
        verdict=_verdict(facts),
        tiles=_tiles(facts),
        accumulators=accumulators,
        elementwise=facts.of_role("elementwise"),
        rungs=_rungs(facts),
        snapped=[layer for layer in facts.layers if layer.snapped],
        calibrated=[layer for layer in facts.layers if layer.observed],
        observed=Observed.of(
            [c for layer in facts.layers for c in layer.channels]
        ),
        costs=costs,
        counted=counted,
        measured=facts.bench if facts.bench[1] else None,
        steps=steps,
        search=facts.search,
        pictures=pictures,
        style=Markup((files / "page.css").read_text()),
        script=Markup(script),
        # Nothing else may run, should a name ever get past the escaping.
        script_hash=Markup(
            "sha256-"
            + base64.b64encode(
                hashlib.sha256(script.encode()).digest()
            ).decode()
        ),
    )
