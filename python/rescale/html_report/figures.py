# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The page's figures: SVG by Matplotlib, in the colours of the page.

Each is drawn for a wide and for a narrow window, with text that stays text.
Colours are written as the custom properties of page.css, so that they follow
light, dark and print.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
import matplotlib
import numpy as np
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from .facts import Layer, Spread, Staircase

#: Colours that nothing else has, for the names in page.css.
INK, FAINT, RULE = "#010203", "#020304", "#030405"
BEFORE, AFTER, ALARM, GOOD = "#040506", "#050607", "#060708", "#070809"
_NAMES = {
    INK: "ink",
    FAINT: "faint",
    RULE: "rule",
    BEFORE: "before",
    AFTER: "after",
    ALARM: "alarm",
    GOOD: "good",
}

#: The colours on white paper, for pictures on their own.
_PLAIN = {
    INK: "#16191d",
    FAINT: "#5b6470",
    RULE: "#dde1e6",
    BEFORE: "#8d97a5",
    AFTER: "#1d5fd1",
    ALARM: "#b8430c",
    GOOD: "#17703f",
}

#: Inches: of half a page's column, and of a telephone.
_WIDTHS = {"wide": 6.3, "narrow": 3.6}

_STYLE = {
    # Names of layers are no formulas.
    "text.parse_math": False,
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": FAINT,
    "axes.edgecolor": RULE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.titlecolor": FAINT,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": FAINT,
    "ytick.labelcolor": INK,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.solid_capstyle": "round",
}



def _format(value: float, _: int | None) -> str:
    if abs(value) >= 10**6:
        text = f"{value / 1e6:g} M"
    else:
        text = f"{value:,.0f}"
    return text.replace("-", "−")


_COUNT = FuncFormatter(_format)


def _svg(figure: Figure, kind: str, salt: str, title: str) -> str:
    """Returns a figure for use inside of HTML."""
    text = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": f"{salt}-{kind}"}):
        figure.savefig(
            text,
            format="svg",
            transparent=True,
            metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")),
        )
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    # Only what is referred to needs an identifier, and those are unique.
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r"font-family: [^;\"]*|font: ([\d.]+px) [^;\"]*", _font, svg)
    svg = re.sub(
        "|".join(_NAMES), lambda match: f"var(--{_NAMES[match[0]]})", svg
    )
    size = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    svg = svg.replace(
        size[0],
        f'role="img" aria-label="{escape(title)}" class="{kind}" '
        f'style="max-width: {float(size[1]) * 1.1:.0f}pt"',
        1,
    )
    return svg.strip()


def _font(match: re.Match[str]) -> str:
    # A shorthand without its family is invalid.
    return f"font-size: {match[1]}" if match[1] else "font-family: inherit"


def draw(
    salt: str, title: str, make: Callable[[Figure, bool], None]
) -> Markup:
    """Returns what `make` draws, for wide and narrow windows.

    title: what the figure shows, for those who cannot see it.
    """
    pictures = []
    for kind, width in _WIDTHS.items():
        with matplotlib.rc_context(_STYLE):
            figure = Figure(figsize=(width, 3), layout="constrained")
            make(figure, kind == "narrow")
            pictures.append(_svg(figure, kind, salt, title))
    return Markup("\n".join(pictures))


def standalone(make: Callable[[Figure, bool], None]) -> str:
    """Returns what `make` draws as the text of an SVG file."""
    text = io.StringIO()
    with matplotlib.rc_context(_STYLE | {"svg.hashsalt": "rescale"}):
        figure = Figure(figsize=(7, 4), layout="constrained")
        make(figure, False)
        figure.savefig(
            text, format="svg", facecolor="white",
            metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")),
        )
    return re.sub(
        "|".join(_PLAIN), lambda match: _PLAIN[match[0]], text.getvalue()
    )


def _rows(axes: Axes, names: Sequence[str], narrow: bool) -> None:
    """One row for each name, from the top."""
    limit = 18 if narrow else 26
    axes.set_yticks(
        range(len(names)),
        [n if len(n) <= limit else f"{n[: limit - 1]}…" for n in names],
    )
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(axis="x")


def _legend(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper left", ncols=len(labels),
        borderpad=0, handletextpad=0.5, columnspacing=1.4,
    )


def spreads(
    salt: str,
    title: str,
    unit: str,
    rows: Mapping[str, tuple[Spread | None, Spread]],
    limits: Sequence[int] = (),
) -> Markup:
    """Least to greatest of each layer's channels, before and after.

    rows: None for what is not known, which is not drawn.
    limits: where vertical lines stand.
    """

    def make(figure: Figure, narrow: bool) -> None:
        figure.set_size_inches(
            figure.get_figwidth(), 0.9 + 0.27 * len(rows)
        )
        axes = figure.subplots()
        for which, (color, offset, label) in enumerate(
            ((BEFORE, -0.14, "before"), (AFTER, 0.14, "after"))
        ):
            for y, pair in enumerate(rows.values()):
                if (spread := pair[which]) is None:
                    continue
                axes.plot(
                    [spread.least, spread.greatest], [y + offset] * 2,
                    color=color, linewidth=4, alpha=0.45,
                )
                axes.plot(
                    [spread.median], [y + offset], "o", color=color,
                    markersize=4.5, label=label,
                )
                # Once is enough for the legend.
                label = None
        for limit in limits:
            axes.axvline(
                limit, color=ALARM, linewidth=1, linestyle=(0, (4, 3))
            )
            axes.annotate(
                f"{limit}", (limit, 1), xycoords=("data", "axes fraction"),
                xytext=(3, -1), textcoords="offset points", color=ALARM,
                fontsize=8, va="top",
            )
        _rows(axes, list(rows), narrow)
        axes.set_xlim(0, None)
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        axes.set_xlabel(unit)
        _legend(figure, axes)

    return draw(salt, title, make)


def histogram(
    salt: str, title: str, widths: Mapping[int, Sequence[int]]
) -> Markup:
    """How many channels have multiplicands of each width, before and after."""

    def make(figure: Figure, narrow: bool) -> None:
        axes = figure.subplots()
        bits = np.array(list(widths))
        for which, (color, label) in enumerate(
            ((BEFORE, "before"), (AFTER, "after"))
        ):
            axes.bar(
                bits + 0.2 * (2 * which - 1),
                [pair[which] for pair in widths.values()], 0.4,
                color=color, label=label,
            )
        axes.grid(axis="y")
        axes.tick_params(axis="y", labelcolor=FAINT)
        axes.xaxis.set_major_locator(MaxNLocator(10, integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.yaxis.set_major_formatter(_COUNT)
        axes.set_xlabel("multiplicand, bits")
        axes.set_ylabel("channels")
        _legend(figure, axes)

    return draw(salt, title, make)


def bars(
    salt: str, title: str, unit: str, rows: Mapping[str, tuple[int, int]]
) -> Markup:
    """An amount of each layer, before and after."""

    def make(figure: Figure, narrow: bool) -> None:
        figure.set_size_inches(
            figure.get_figwidth(), 0.9 + 0.27 * len(rows)
        )
        axes = figure.subplots()
        places = np.arange(len(rows))
        for which, (color, label) in enumerate(
            ((BEFORE, "before"), (AFTER, "after"))
        ):
            axes.barh(
                places + 0.2 * (2 * which - 1),
                [pair[which] for pair in rows.values()],
                0.36, color=color, label=label,
            )
        _rows(axes, list(rows), narrow)
        axes.xaxis.set_major_locator(MaxNLocator(4 if narrow else 6))
        axes.xaxis.set_major_formatter(_COUNT)
        axes.set_xlabel(unit)
        _legend(figure, axes)

    return draw(salt, title, make)


def _steps(
    staircase: Staircase, which: int, low: float, high: float
) -> tuple[np.ndarray, np.ndarray]:
    """Corners of the codes from `low` to `high`."""
    thresholds = staircase.thresholds[which]
    inside = thresholds[(thresholds > low) & (thresholds <= high)]
    places = np.concatenate([[low], inside, [high]])
    return places, staircase.results(which, places)


def _varying(staircase: Staircase) -> tuple[float, float]:
    """The accumulators between which codes change, and some to either side."""
    low, high = staircase.range
    every = np.concatenate(staircase.thresholds)
    if not every.size:
        # One accumulator alone has no width.
        return low, max(high, low + 1)
    margin = 0.12 * (every.max() - every.min()) + 2
    return max(low, every.min() - margin), min(high, every.max() + margin)


def _window(staircase: Staircase) -> tuple[float, float]:
    """Some steps, about where the codes are furthest apart."""
    low, high = staircase.range
    every = np.unique(np.concatenate(staircase.thresholds))
    if not every.size:
        return _varying(staircase)
    gaps = np.abs(
        staircase.results(1, every) - staircase.results(0, every)
    )
    worst = np.flatnonzero(gaps == gaps.max())
    center = float(every[worst[len(worst) // 2]])
    step = (every[-1] - every[0]) / max(len(staircase.thresholds[0]) - 1, 1)
    half = max(5 * step, 3)
    left = min(max(center - half, low), max(high - 2 * half, low))
    return left, min(left + 2 * half, high)


def staircase(salt: str, title: str, steps: Staircase) -> Markup:
    """Codes over accumulators: all of them, a part, and the difference."""

    def make(figure: Figure, narrow: bool) -> None:
        figure.set_size_inches(
            3.6 if narrow else 11, 7.2 if narrow else 4.4
        )
        grid = (
            [["all"], ["difference"], ["part"]]
            if narrow
            else [["all", "part"], ["difference", "part"]]
        )
        axes = figure.subplot_mosaic(
            grid,
            height_ratios=[3, 1.6, 3] if narrow else [3, 1.5],
            width_ratios=None if narrow else [1.25, 1],
        )
        low, high = _varying(steps)
        left, right = _window(steps)
        axes["all"].axvspan(left, right, color=AFTER, alpha=0.13, linewidth=0)
        for name, begin, end in (
            ("all", low, high), ("part", left, right),
        ):
            for which, color, width, label in (
                (0, BEFORE, 4, "original"), (1, AFTER, 1.3, "compiled"),
            ):
                axes[name].step(
                    *_steps(steps, which, begin, end), where="post",
                    color=color, linewidth=width, label=label,
                    alpha=0.55 if which == 0 else 1,
                )
            axes[name].grid(axis="y")
            axes[name].set_xlim(begin, end)
            axes[name].yaxis.set_major_locator(
                MaxNLocator(7, integer=True)
            )
            axes[name].tick_params(axis="y", labelcolor=FAINT)
        every = np.concatenate([[low], *steps.thresholds, [high]])
        every = np.unique(every[(every >= low) & (every <= high)])
        differences = steps.results(1, every) - steps.results(0, every)
        axes["difference"].step(
            every, differences, where="post", color=ALARM, linewidth=1.1,
        )
        axes["difference"].set_xlim(low, high)
        bound = max(np.abs(differences).max(), 1) + 0.3
        axes["difference"].set_ylim(-bound, bound)
        axes["difference"].yaxis.set_major_locator(
            MaxNLocator(4, integer=True)
        )
        axes["difference"].grid(axis="y")
        axes["difference"].tick_params(axis="y", labelcolor=FAINT)
        axes["all"].set_title("code")
        axes["part"].set_title("code, in the shaded part")
        axes["difference"].set_title("compiled − original, codes")
        for one in axes.values():
            one.xaxis.set_major_locator(MaxNLocator(4))
            one.xaxis.set_major_formatter(_COUNT)
        for name in ("difference", "part"):
            axes[name].set_xlabel(steps.axis)
        _legend(figure, axes["all"])

    return draw(salt, title, make)


def intervals(
    salt: str,
    title: str,
    unit: str,
    rows: Mapping[str, tuple[float, float | None]],
) -> Markup:
    """Figures with two standard errors to either side."""

    def make(figure: Figure, narrow: bool) -> None:
        figure.set_size_inches(figure.get_figwidth(), 0.9 + 0.4 * len(rows))
        axes = figure.subplots()
        axes.axvline(0, color=FAINT, linewidth=1)
        for y, (value, error) in enumerate(rows.values()):
            axes.errorbar(
                value, y, xerr=2 * (error or 0), fmt="o", color=AFTER,
                markersize=6, capsize=4, linewidth=2,
            )
        _rows(axes, list(rows), narrow)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_xlabel(unit)

    return draw(salt, title, make)


def draw_front(
    figure: Figure, narrow: bool, record: Mapping[str, Any]
) -> None:
    """Losses over costs of what a search has tried."""
    figure.set_size_inches(figure.get_figwidth(), 3.6)
    axes = figure.subplots()
    every = record["candidates"]
    front = sorted(
        (c for c in every if c["on_front"]), key=lambda c: c["cost"]
    )
    axes.plot(
        [c["cost"] for c in every if not c["on_front"]],
        [c["loss"] for c in every if not c["on_front"]],
        "o", color=BEFORE, markersize=4, alpha=0.6, linewidth=0,
        label="tried",
    )
    axes.step(
        [c["cost"] for c in front], [c["loss"] for c in front],
        where="post", color=AFTER, linewidth=1, alpha=0.6,
    )
    axes.errorbar(
        [c["cost"] for c in front], [c["loss"] for c in front],
        yerr=[2 * (c["standard_error"] or 0) for c in front],
        fmt="o", color=AFTER, markersize=5, capsize=3, linewidth=1,
        label="Pareto front",
    )
    best = [c for c in front if c["trial"] == record["best"]]
    if best:
        axes.plot(
            best[0]["cost"], best[0]["loss"], "o", color=GOOD, markersize=12,
            fillstyle="none", markeredgewidth=2, linewidth=0,
            label="cheapest within the budget",
        )
    axes.axhline(
        record["budget"], color=ALARM, linewidth=1, linestyle=(0, (4, 3)),
        label="budget",
    )
    axes.margins(y=0.1)
    # Losses of the worst are a hundred times those that matter.
    errors = [c["standard_error"] or 0 for c in front]
    axes.set_yscale(
        "symlog", linthresh=max(2 * record["budget"], *errors, 1e-12)
    )
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−"))
    )
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(axis="y")
    axes.tick_params(axis="y", labelcolor=FAINT)
    axes.xaxis.set_major_locator(MaxNLocator(4 if narrow else 7))
    axes.xaxis.set_major_formatter(_COUNT)
    axes.set_xlabel(record["cost"].replace("-", " "))
    unit = record["unit"] and f", {record['unit']}"
    axes.set_ylabel(f"loss of {record['metric']}{unit}")
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper left", borderpad=0,
        ncols=2 if narrow else 4, handletextpad=0.5, columnspacing=1.4,
    )


def front(salt: str, title: str, record: Mapping[str, Any]) -> Markup:
    """Losses over costs of what a search has tried."""
    return draw(
        salt, title, lambda figure, narrow: draw_front(figure, narrow, record)
    )
