# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The search itself, in an Optuna study that other machines can share."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import optuna
import sqlalchemy.exc
from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState

from ..errors import RescaleError
from .candidates import KEEP, Candidate, Choice

#: Trials that say what each layer takes alone are at most this part of all.
_SENSITIVITY_SHARE = 0.5

#: Parts of the budget that are given out by what each layer takes alone.
_GREEDY_SHARES = (1.0, 0.5, 2.0)


@dataclass(frozen=True)
class Space:
    """What a search may choose from."""

    layers: tuple[str, ...]
    methods: tuple[str, ...]
    widths: tuple[int, int]
    one_shift: tuple[bool, ...] = (False,)

    @property
    def choices(self) -> list[Choice]:
        """Everything that can be made of a layer, the cheapest first."""
        found = [
            Choice(method, bits, one_shift)
            for bits in range(self.widths[0], self.widths[1] + 1)
            for method in self.methods
            if method != KEEP
            for one_shift in self.one_shift
        ]
        return found + [Choice()] * (KEEP in self.methods)

    def suggest(self, trial: optuna.Trial) -> dict[str, Choice]:
        """Asks the sampler for a candidate."""
        candidate = {}
        for layer in self.layers:
            method = trial.suggest_categorical(
                f"{layer}.method", self.methods
            )
            # Always all of them: samplers that know what parameters have to
            # do with each other need the same ones in every trial.
            bits = trial.suggest_int(f"{layer}.bits", *self.widths)
            one_shift = (
                trial.suggest_categorical(f"{layer}.one_shift", (False, True))
                if len(self.one_shift) > 1
                else self.one_shift[0]
            )
            candidate[layer] = (
                Choice()
                if method == KEEP
                else Choice(method, bits, one_shift)
            )
        return candidate

    def parameters(self, candidate: Candidate) -> dict[str, object]:
        """Returns what the sampler would have had to say."""
        values: dict[str, object] = {}
        for layer, choice in candidate.items():
            values[f"{layer}.method"] = choice.method
            values[f"{layer}.bits"] = choice.bits or self.widths[1]
            if len(self.one_shift) > 1:
                values[f"{layer}.one_shift"] = choice.one_shift
        return values

    def uniform(self) -> list[dict[str, Choice]]:
        """Candidates with one choice for all layers.

        First the one that loses least, so that few trials find something.
        """
        *others, least = self.choices
        return [dict.fromkeys(self.layers, c) for c in (least, *others)]

    def alone(self) -> list[dict[str, Choice]]:
        """Candidates with one layer changed, as the others are kept.

        Or have most bits, where no layer may be kept. The narrowest first, of
        all layers.
        """
        rest = self.choices[-1]
        return [
            dict.fromkeys(self.layers, rest) | {layer: choice}
            for choice in self.choices
            if choice != rest
            for layer in self.layers
        ]


@dataclass(frozen=True)
class Outcome:
    """What a network costs, and loses on `n` samples, with a standard error.

    content: tells networks apart.
    """

    cost: int
    loss: float
    error: float | None
    content: str
    n: int


@dataclass(frozen=True)
class Judged:
    """What came of a trial."""

    number: int
    candidate: dict[str, Choice]
    outcome: Outcome

    @property
    def cost(self) -> int:
        return self.outcome.cost

    @property
    def loss(self) -> float:
        return self.outcome.loss


#: Says what comes of a candidate; is given what is known of a content.
Judge = Callable[
    [dict[str, Choice], Callable[[str], Outcome | None]], Outcome
]


def _judged(trial: FrozenTrial) -> Judged:
    return Judged(
        trial.number,
        {
            layer: Choice.parse(text)
            for layer, text in trial.user_attrs["candidate"].items()
        },
        Outcome(**trial.user_attrs["outcome"]),
    )


def find_front(judged: Sequence[Judged]) -> list[Judged]:
    """Returns those that no other one beats, by cost, the cheapest first.

    Of equal ones, the first that was tried.
    """
    found: list[Judged] = []
    for one in sorted(judged, key=lambda j: (j.cost, j.loss, j.number)):
        if not found or one.loss < found[-1].loss:
            found.append(one)
    return found


class _Sampler(optuna.samplers.TPESampler):
    """Takes the first trials from elsewhere.

    Optuna has a queue for that, which two machines can take the same trial
    from where the storage is SQLite. The number of a trial is its own.

    first: the parameters of a trial by its number, or None.
    """

    def __init__(
        self,
        first: Callable[[int], dict[str, object] | None],
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._first = first
        self._chosen: tuple[int, dict[str, object] | None] = -1, None

    def _choose(self, trial: FrozenTrial) -> dict[str, object] | None:
        if self._chosen[0] != trial.number:
            self._chosen = trial.number, self._first(trial.number)
        return self._chosen[1]

    def infer_relative_search_space(
        self, study: optuna.Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        if self._choose(trial) is not None:
            return {}
        return super().infer_relative_search_space(study, trial)

    def sample_independent(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        chosen = self._choose(trial)
        if chosen is not None:
            return chosen[param_name]
        return super().sample_independent(
            study, trial, param_name, param_distribution
        )


def _open(url: str) -> Any:
    """Opens a storage; raises RescaleError."""
    options = {}
    if url.startswith("sqlite"):
        # Seconds until another machine has written.
        options = {"connect_args": {"timeout": 120}}
    try:
        return optuna.storages.RDBStorage(url, engine_kwargs=options)
    except (sqlalchemy.exc.SQLAlchemyError, ImportError, ValueError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise RescaleError(
            f"requires a storage that can be opened, got {url}: {reason}; as "
            "in sqlite:///study.db"
        ) from error


class Study:
    """A search that is kept in a storage."""

    def __init__(
        self,
        space: Space,
        *,
        name: str,
        storage: str | None,
        about: dict[str, object],
        largest: float,
        seed: int,
    ) -> None:
        """Opens a study, or goes on with it; raises RescaleError.

        about: what all trials of a study have in common.
        largest: the loss that the budget allows.
        """
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        # Tables that are made when a storage is opened first.
        logging.getLogger("alembic").setLevel(logging.WARNING)
        self._space = space
        self._largest = largest
        self._starts: list[Candidate] = []
        opened = _open(storage) if storage else None
        try:
            self._study = optuna.create_study(
                study_name=name,
                storage=opened,
                directions=("minimize", "minimize"),
                load_if_exists=True,
            )
            self._check(name, about)
            # What is random goes on where it stopped, not from the start.
            self._study.sampler = _Sampler(
                self._first,
                seed=seed + 1000003 * len(self._study.trials),
                multivariate=True,
                constant_liar=storage is not None,
            )
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise RescaleError(
                f"requires a storage that can be written, got {storage}: "
                f"{str(error).splitlines()[0]}"
            ) from error

    def _check(self, name: str, about: dict[str, object]) -> None:
        found = self._study.user_attrs
        if "about" not in found:
            self._study.set_user_attr("about", about)
            return
        for key, value in about.items():
            other = found["about"].get(key)
            if other != value:
                raise RescaleError(
                    f"requires the study {name} to have {key} {value}, got "
                    f"{other}; name another with --study"
                )

    @property
    def judged(self) -> list[Judged]:
        """All that has been tried, each network once, in order."""
        found: dict[str, Judged] = {}
        for trial in self._study.get_trials(
            deepcopy=False, states=(TrialState.COMPLETE,)
        ):
            one = _judged(trial)
            found.setdefault(one.outcome.content, one)
        return list(found.values())

    @property
    def front(self) -> list[Judged]:
        """Those that no other one beats, the cheapest first."""
        return find_front(self.judged)

    def run(
        self,
        trials: int,
        judge: Judge,
        advance: Callable[[int], None] = lambda count: None,
    ) -> None:
        """Goes on until `trials` are done, by this and all other machines.

        advance: is told how many more are done.
        """
        self._starts = self._start(trials)

        def objective(trial: optuna.Trial) -> tuple[float, float]:
            candidate = self._space.suggest(trial)
            outcome = judge(candidate, self._find)
            trial.set_user_attr(
                "candidate", {k: str(v) for k, v in candidate.items()}
            )
            trial.set_user_attr("outcome", asdict(outcome))
            trial.set_constraint("budget", outcome.loss - self._largest)
            return outcome.cost, outcome.loss

        done = self.trials
        advance(done)
        while done < trials:
            self._study.optimize(objective, n_trials=1)
            found = self.trials
            advance(found - done)
            done = found

    @property
    def trials(self) -> int:
        """How many are done."""
        return len(
            self._study.get_trials(
                deepcopy=False, states=(TrialState.COMPLETE,)
            )
        )

    def _find(self, content: str) -> Outcome | None:
        outcomes = (one.outcome for one in self.judged)
        return next((o for o in outcomes if o.content == content), None)

    def _first(self, number: int) -> dict[str, object] | None:
        """Returns the parameters of a trial that the sampler has no say in."""
        combined = number - len(self._starts)
        if combined < 0:
            return self._space.parameters(self._starts[number])
        if combined < len(_GREEDY_SHARES):
            return self._space.parameters(
                self._combine(_GREEDY_SHARES[combined])
            )
        return None

    def _start(self, trials: int) -> list[Candidate]:
        """Where a search begins: all layers alike, then one at a time."""
        alone = self._space.alone()[: int(trials * _SENSITIVITY_SHARE)]
        unique = {
            tuple(sorted((k, str(v)) for k, v in c.items())): c
            for c in itertools.chain(self._space.uniform(), alone)
        }
        return list(unique.values())[:trials]

    def _combine(self, share: float) -> Candidate:
        """Returns what would lose a part of the budget, if losses added up.

        From what layers lose alone, and what that saves: as much as it buys,
        the best bargains first.
        """
        rest = self._space.choices[-1]
        base = dict.fromkeys(self._space.layers, rest)
        judged = self.judged
        start = next((j for j in judged if j.candidate == base), None)
        bargains = []
        for one in judged if start else ():
            changed = [
                (k, v) for k, v in one.candidate.items() if v != base[k]
            ]
            saved = start.cost - one.cost
            if len(changed) == 1 and saved > 0:
                # What is better than the original by chance is not a gain.
                loss = max(one.loss - start.loss, 0.0)
                bargains.append((*changed[0], saved, loss))
        left = self._largest * share
        best: dict[str, tuple[Choice, int, float]] = {}
        while True:
            offers = []
            for layer, choice, saved, loss in bargains:
                _, old_saved, old_loss = best.get(layer, (rest, 0, 0.0))
                more, cost = saved - old_saved, loss - old_loss
                if more > 0 and cost <= left:
                    worth = more / max(cost, 1e-9)
                    offers.append((worth, more, layer, choice, saved, loss))
            if not offers:
                return base | {k: v[0] for k, v in best.items()}
            _, _, layer, choice, saved, loss = max(
                offers, key=lambda offer: offer[:2]
            )
            left -= loss - best.get(layer, (rest, 0, 0.0))[2]
            best[layer] = choice, saved, loss
