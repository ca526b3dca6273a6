# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The cheapest widths, layer by layer, that keep the quality of a network.

`rescale search`; docs/Search.md describes it. Optuna, in the extra `search`,
chooses what is tried and shares it between machines.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .. import (
    __version__,
    argument_types,
    eval_command,
    progress,
    targets,
)
from ..arrays import check_places
from ..data import overlap, parse_range
from ..data_options import input_paths
from ..errors import RescaleError
from ..evaluation import METRICS, Build, Evaluator
from ..files import write_file
from ..html_report.facts import summarize
from ..html_report.records import SEARCH_FORMAT, SEARCH_VERSION
from ..model import check_model
from ..provenance import Provenance
from ..tflite import import_tflite, is_tflite
from .budget import Budget
from .candidates import (
    COSTS,
    DEFAULT_METHODS,
    KEEP,
    METHODS,
    Choice,
    Network,
    parse_methods,
    parse_widths,
)

if TYPE_CHECKING:
    from .study import Judge, Outcome, Study

#: Whether the channels of a layer have one shift, by the option's value.
_ONE_SHIFT = {"never": (False,), "always": (True,), "both": (False, True)}


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds `rescale search` to the commands."""
    command = commands.add_parser(
        "search",
        usage="%(prog)s MODEL --data FILE --labels FILE --budget 0.2pp "
        "-o FILE.json [OPTIONS]",
        help="find the cheapest widths, layer by layer, within a loss",
        description="Tries widths, methods and shared shifts for each layer "
        "that requantizes accumulators, evaluates every network on data "
        "beside the original, and writes the cheapest ones for what they "
        "lose.",
    )
    command.add_argument("model", type=Path, metavar="MODEL")
    command.add_argument(
        "-o",
        dest="record",
        type=Path,
        required=True,
        metavar="FILE.json",
        help="where to write all candidates and the Pareto front",
    )
    command.add_argument(
        "--budget",
        required=True,
        metavar="LOSS",
        help="what may be lost: percentage points of top1 or auc, as in "
        "0.2pp; 0.002nats of kl; 1%% of mse",
    )
    command.add_argument(
        "--metric",
        choices=METRICS,
        default="top1",
        help="what is lost (default: %(default)s)",
    )
    command.add_argument(
        "--cost",
        choices=COSTS,
        default="multiplicand-bits",
        help="what is minimized: bits of all multiplicands, bytes of all "
        "constants of the C, instructions of all requantizations by the "
        "target's cost table, or those of an inference as QEMU counts them "
        "(default: %(default)s)",
    )
    command.add_argument(
        "--target",
        type=argument_types.target,
        metavar="{" + ",".join(targets.TARGETS) + "}",
        default="cortex-m4",
        help="whose flash or instructions (default: %(default)s)",
    )
    command.add_argument(
        "--trials",
        type=argument_types.whole_number(1),
        default=100,
        metavar="N",
        help="in all, on all machines (default: %(default)s)",
    )
    command.add_argument(
        "--seed",
        # What the sampler's generator takes.
        type=argument_types.whole_number(0, 2**32 - 1),
        default=0,
        metavar="N",
        help="(default: %(default)s)",
    )
    command.add_argument(
        "--model-output",
        type=Path,
        metavar="FILE.mlirbc",
        help="where to write the cheapest network within the budget",
    )
    command.add_argument(
        "--plot",
        type=Path,
        metavar="FILE.svg",
        help="where to draw the Pareto front",
    )
    command.add_argument(
        "--holdout",
        metavar="START:STOP",
        help="samples that nothing is chosen by, to evaluate the cheapest "
        "network on",
    )

    what = command.add_argument_group("what is tried")
    what.add_argument(
        "--widths",
        default="1:8",
        metavar="LEAST:MOST",
        help="of multiplicands (default: %(default)s)",
    )
    what.add_argument(
        "--methods",
        action="append",
        metavar="NAME",
        help=f"{', '.join((KEEP, *METHODS))}; several after commas (default: "
        f"{','.join(DEFAULT_METHODS)})",
    )
    what.add_argument(
        "--one-shift",
        choices=_ONE_SHIFT,
        default="never",
        help="whether all channels of a layer have one shift (default: "
        "%(default)s)",
    )

    where = command.add_argument_group("where it is kept")
    where.add_argument(
        "--storage",
        metavar="URL",
        help="to go on later, or on several machines at a time: "
        "sqlite:///study.db, or that of a server; default: nowhere",
    )
    where.add_argument(
        "--study",
        metavar="NAME",
        help="in the storage (default: the model file's stem)",
    )
    eval_command.add_data_options(command)
    command.set_defaults(run=_run)


def _import_study() -> ModuleType:
    try:
        return import_module(".study", __name__)
    except ImportError as error:
        raise RescaleError(
            f"requires the Python package {error.name} to search, which is "
            "not installed; run pip install './python[search]' in the checkout"
        ) from error


def _make_judge(
    network: Network, evaluator: Evaluator, budget: Budget, cost: str
) -> Judge:
    study = _import_study()

    def judge(
        candidate: Mapping[str, Choice], find: Callable[[str], Outcome | None]
    ) -> Outcome:
        built = network.build(candidate, "candidate")
        # Other choices, the same network.
        if known := find(built.content):
            return known
        result = evaluator.evaluate(Build(built.path))[budget.metric]
        return study.Outcome(
            network.cost(built, cost),
            *budget.loss(result),
            built.content,
            result.n,
        )

    return judge


def _check(options: argparse.Namespace) -> Budget:
    """Raises RescaleError for what is wrong with any network."""
    budget = Budget.parse(options.budget, options.metric)
    check_model(options.model)
    if options.metric in ("top1", "auc") and not (
        options.labels or options.loader
    ):
        raise RescaleError(
            f"requires labels for {options.metric}, got none; give --labels, "
            "or search with --metric kl"
        )
    if not (options.data or options.loader):
        raise RescaleError("requires data to search on, got none; give --data")
    inputs = input_paths(
        options, options.model, options.labels, options.float_reference
    )
    outputs = options.record, options.model_output, options.plot
    check_places(filter(None, outputs), inputs)
    if options.holdout and overlap(
        parse_range(options.samples), parse_range(options.holdout)
    ):
        raise RescaleError(
            "requires samples for --holdout that are not searched on, got "
            f"{options.holdout} beside {options.samples}; choose others, or "
            "another part with --samples"
        )
    return budget


def _warn(network: Network, methods: Sequence[str]) -> None:
    if "addend" in methods and not network.is_calibrated:
        print(
            "rescale: warning: addends are chosen for all accumulators that "
            "can occur, for want of observed ones, which loses more at few "
            "bits; run rescale calibrate before",
            file=sys.stderr,
        )


def _run(options: argparse.Namespace) -> None:
    budget = _check(options)
    widths = parse_widths(options.widths)
    methods = parse_methods(options.methods or DEFAULT_METHODS)
    one_shift = _ONE_SHIFT[options.one_shift]
    reference = Build(options.model)
    evaluator = eval_command.open_evaluator(
        options, [budget.metric], reference, reuse=True
    )
    if options.holdout:
        evaluator.part(parse_range(options.holdout))
    provenance = Provenance.read(options.model)
    with tempfile.TemporaryDirectory(prefix="rescale-") as name:
        folder = Path(name)
        source = options.model
        if is_tflite(source):
            source = folder / f"{options.model.stem}.mlir"
            with progress.step(f"importing {options.model}"):
                import_tflite(options.model, source)
        network = Network(source, folder, options.target)
        _warn(network, methods)
        about = {
            "model": provenance.sha256,
            "metric": budget.metric,
            "unit": budget.unit,
            "cost": options.cost,
            "target": options.target,
            "samples": options.samples,
            "methods": methods,
            "widths": list(widths),
            "one_shift": options.one_shift,
        }
        of_study = _import_study()
        study = of_study.Study(
            of_study.Space(
                tuple(network.layers), tuple(methods), widths, one_shift
            ),
            name=options.study or options.model.stem,
            storage=options.storage,
            about=about,
            largest=budget.largest,
            seed=options.seed,
        )
        evaluator.prepare()
        held = options.holdout and evaluator.part(parse_range(options.holdout))
        judge = _make_judge(network, evaluator, budget, options.cost)
        with progress.bar("searching", options.trials) as advance:
            study.run(options.trials, judge, advance)
        record = _describe(options, budget, about, study, provenance)
        best = next(
            (c for c in record["candidates"] if c["trial"] == record["best"]),
            None,
        )
        if best:
            candidate = {k: Choice.parse(v) for k, v in best["layers"].items()}
            built = network.build(candidate, "best")
            if held:
                with progress.step(f"evaluating on {options.holdout}"):
                    result = held.evaluate(Build(built.path))
                loss, error = budget.loss(result[budget.metric])
                record["holdout"] = {
                    "samples": options.holdout,
                    "n": held.n,
                    "loss": loss,
                    "standard_error": error,
                }
            if options.model_output:
                with built.path.open("rb") as file:
                    write_file(
                        options.model_output,
                        lambda output: shutil.copyfileobj(file, output),
                    )
    text = json.dumps(record, indent=2) + "\n"
    write_file(options.record, lambda file: file.write(text.encode()))
    if options.plot:
        _plot(options.plot, record)
    print(format_table(record, budget))
    if not best:
        least = min(record["candidates"], key=lambda c: c["loss"])
        raise RescaleError(
            f"requires a loss of at most {budget}, got "
            f"{budget.format(least['loss'])} at best, with a cost of "
            f"{least['cost']:,} {COSTS[options.cost]}; allow more bits, more "
            "methods or more trials, or raise the budget"
        )


def _describe(
    options: argparse.Namespace,
    budget: Budget,
    about: dict[str, object],
    study: Study,
    network: Provenance,
) -> dict[str, Any]:
    """Returns what is written as JSON, but what a holdout says."""
    judged = study.judged
    within = [j for j in judged if j.loss <= budget.largest]
    best = min(within, key=lambda j: (j.cost, j.loss, j.number), default=None)
    on_front = {j.number for j in study.front}
    return {
        "format": SEARCH_FORMAT,
        "version": SEARCH_VERSION,
        "rescale": __version__,
        **about,
        "model": network.record(),
        "cost_unit": COSTS[options.cost],
        "budget": budget.largest,
        "n": judged[0].outcome.n,
        "seed": options.seed,
        "trials": study.trials,
        "candidates": [
            {
                "trial": j.number,
                "cost": j.cost,
                "loss": j.loss,
                "standard_error": j.outcome.error,
                "within_budget": j.loss <= budget.largest,
                "on_front": j.number in on_front,
                "layers": {k: str(v) for k, v in j.candidate.items()},
            }
            for j in judged
        ],
        "best": best and best.number,
        "holdout": None,
    }


def format_table(record: dict[str, Any], budget: Budget) -> str:
    """Returns the Pareto front as a table."""
    rows = [("cost", "loss", "", "layers")]
    for one in sorted(record["candidates"], key=lambda c: c["cost"]):
        if one["on_front"]:
            error = one["standard_error"]
            rows.append(
                (
                    f"{one['cost']:,}",
                    budget.format(one["loss"])
                    + (f" +- {error:.2g}" if error is not None else ""),
                    "best" if one["trial"] == record["best"] else "",
                    summarize(one["layers"]),
                )
            )
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = [
        f"{cost:>{widths[0]}}  {loss:>{widths[1]}}  {mark:<{widths[2]}}  "
        f"{layers}".rstrip()
        for cost, loss, mark, layers in rows
    ]
    lines += [
        "",
        f"{len(record['candidates']):,} networks of {record['trials']:,} "
        f"trials on {record['n']:,} samples; cost in {record['cost_unit']}; "
        "what follows +- are standard errors",
    ]
    if held := record["holdout"]:
        error = held["standard_error"]
        lines.append(
            f"the best on {held['n']:,} other samples: "
            + budget.format(held["loss"])
            + (f" +- {error:.2g}" if error is not None else "")
        )
    return "\n".join(lines)


def _plot(path: Path, record: dict[str, Any]) -> None:
    try:
        from ..html_report import figures
    except ImportError as error:
        raise RescaleError(
            f"requires the Python package {error.name} to draw, which is not "
            "installed; run pip install './python[report]' in the checkout"
        ) from error
    text = figures.standalone(
        lambda figure, narrow: figures.draw_front(figure, narrow, record)
    )
    write_file(path, lambda file: file.write(text.encode()))
