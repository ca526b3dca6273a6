# REQUIRES: numpy, optuna
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""How rescale search chooses, on networks that are only numbers."""

import itertools
import multiprocessing
import random
import tempfile
import unittest
from pathlib import Path

from rescale import RescaleError
from rescale.evaluation import Result
from rescale.search.budget import Budget
from rescale.search.candidates import (
    METHODS,
    Choice,
    parse_methods,
    parse_widths,
)
from rescale.search.study import Judged, Outcome, Space, Study, find_front

LAYERS = ("a", "b", "c", "d")
SPACE = Space(LAYERS, ("keep", "snap", "addend"), (1, 4))
BUDGET = 1.0


def price(layer: str, choice: Choice) -> tuple[int, float]:
    """Cost and loss of a layer, which add up."""
    weight = 1 + LAYERS.index(layer)
    if choice.method == "keep":
        return 20 * weight, 0.0
    worse = 3 if choice.method == "addend" else 1
    return choice.bits * weight, worse * (4 - choice.bits) ** 2 / 8 / weight


def judge(candidate, find=lambda content: None) -> Outcome:
    content = " ".join(f"{k}={v}" for k, v in candidate.items())
    if known := find(content):
        return known
    prices = [price(*item) for item in candidate.items()]
    return Outcome(
        sum(p[0] for p in prices), sum(p[1] for p in prices), 0.1, content, 9
    )


def study(storage=None, seed=0, about=None, space=SPACE, name="s") -> Study:
    return Study(
        space,
        name=name,
        storage=storage,
        about=about or {"cost": "bits"},
        largest=BUDGET,
        seed=seed,
    )


def tried(found: Study) -> list[str]:
    return [one.outcome.content for one in found.judged]


def work(url: str, counts: multiprocessing.Queue) -> None:
    """What another machine does."""
    count = 0

    def counting(candidate, find):
        nonlocal count
        count += 1
        return judge(candidate, find)

    study(url, seed=1).run(40, counting)
    counts.put(count)


class Choices(unittest.TestCase):
    def test_text(self):
        for choice in SPACE.choices:
            self.assertEqual(Choice.parse(str(choice)), choice)
        shared = Choice("snap", 3, one_shift=True)
        self.assertEqual(str(shared), "snap:3:layer")
        self.assertEqual(Choice.parse("snap:3:layer"), shared)

    def test_starts(self):
        uniform = SPACE.uniform()
        self.assertEqual(len(uniform), 9)
        # What loses nothing comes first, or what is next to it.
        self.assertEqual(set(uniform[0].values()), {Choice()})
        widest = Space(LAYERS, ("snap",), (2, 5)).uniform()[0]
        self.assertEqual(str(widest["a"]), "snap:5")
        alone = SPACE.alone()
        self.assertEqual(len(alone), 8 * len(LAYERS))
        for candidate in alone:
            kept = [c for c in candidate.values() if c == Choice()]
            self.assertEqual(len(kept), len(LAYERS) - 1)
        # Where nothing may be kept, the others have the most bits.
        rest = Space(LAYERS, ("snap",), (2, 5)).alone()[0]
        self.assertEqual(str(rest["d"]), "snap:5")

    def test_front(self):
        generator = random.Random(3)
        for _ in range(50):
            every = [
                type("Point", (), {
                    "cost": generator.randrange(9),
                    "loss": generator.randrange(9),
                    "number": i,
                })
                for i in range(12)
            ]
            expected = {
                (p.cost, p.loss)
                for p in every
                if not any(
                    q.cost <= p.cost
                    and q.loss <= p.loss
                    and (q.cost, q.loss) != (p.cost, p.loss)
                    for q in every
                )
            }
            found = find_front(every)
            self.assertEqual({(p.cost, p.loss) for p in found}, expected)
            self.assertEqual(len(found), len(expected))


class Searches(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.url = f"sqlite:///{folder.name}/study.db"

    def best(self, found: Study) -> Judged:
        within = [j for j in found.judged if j.loss <= BUDGET]
        return min(within, key=lambda j: j.cost)

    def test_optimum(self):
        """The cheapest of all 6,561 is found, in few trials."""
        every = (
            judge(dict(zip(LAYERS, choices, strict=True)))
            for choices in itertools.product(
                SPACE.choices, repeat=len(LAYERS)
            )
        )
        optimum = min(o.cost for o in every if o.loss <= BUDGET)
        for seed in range(3):
            found = study(seed=seed)
            found.run(60, judge)
            self.assertLessEqual(self.best(found).cost, 1.1 * optimum)
        # Not by chance: one choice for all layers is far from it.
        uniform = [judge(c) for c in SPACE.uniform()]
        self.assertGreater(
            min(o.cost for o in uniform if o.loss <= BUDGET), 1.1 * optimum
        )

    def test_seeds(self):
        contents = []
        for seed in 0, 0, 1:
            found = study(seed=seed)
            found.run(60, judge)
            contents.append(tried(found))
        self.assertEqual(contents[0], contents[1])
        self.assertNotEqual(contents[0], contents[2])

    def test_resume(self):
        first = study(self.url)
        first.run(30, judge)
        before = tried(first)
        again = study(self.url)
        advances = []
        again.run(45, judge, advances.append)
        self.assertEqual(advances[0], 30)
        self.assertEqual(sum(advances), 45)
        self.assertEqual(again.trials, 45)
        self.assertEqual(tried(again)[: len(before)], before)
        # And there is nothing left to do.
        study(self.url).run(45, lambda *_: self.fail("is done"))

    def test_machines(self):
        """Two of them do the trials of one."""
        context = multiprocessing.get_context("spawn")
        counts = context.Queue()
        study(self.url)
        machines = [
            context.Process(target=work, args=(self.url, counts))
            for _ in range(2)
        ]
        for machine in machines:
            machine.start()
        shares = [counts.get(timeout=120) for _ in machines]
        for machine in machines:
            machine.join()
            self.assertEqual(machine.exitcode, 0)
        found = study(self.url)
        # Each may have one on the way when the other one ends.
        self.assertIn(found.trials, (40, 41))
        self.assertEqual(sum(shares), found.trials)
        self.assertGreater(min(shares), 0)

    def test_other_study(self):
        study(self.url)
        with self.assertRaisesRegex(
            RescaleError,
            "^requires the study s to have cost flash, got bits; name another "
            "with --study$",
        ):
            study(self.url, about={"cost": "flash"})
        study(self.url, about={"cost": "flash"}, name="t")

    def test_storage(self):
        for url in (
            "sqlite:////nonexistent/folder/study.db",
            "nothing://x",
            "file",
            "postgresql://127.0.0.1:9/x",
        ):
            with self.subTest(url=url), self.assertRaisesRegex(
                RescaleError,
                f"^requires a storage that can be opened, got {url}: .*; as "
                "in sqlite:///study.db$",
            ):
                study(url)
        path = Path(self.url.removeprefix("sqlite:///"))
        path.write_text("no database")
        with self.assertRaisesRegex(RescaleError, "^requires a storage"):
            study(self.url)


class Budgets(unittest.TestCase):
    def result(self, metric: str, **values: float) -> Result:
        return Result(
            **{"value": 0.0, "standard_error": 0.5, **values}, metric=metric
        )

    def test_losses(self):
        points = Budget.parse("0.2pp", "top1")
        self.assertEqual((points.largest, str(points)), (0.2, "0.2 pp"))
        loss, error = points.loss(
            self.result(
                "top1", difference=-0.01, difference_standard_error=0.002
            )
        )
        self.assertAlmostEqual(loss, 1)
        self.assertAlmostEqual(error, 0.2)
        loss, _ = Budget.parse("1%", "mse").loss(
            self.result("mse", value=10.5, reference=10, difference=0.5)
        )
        self.assertAlmostEqual(loss, 5)
        loss, _ = Budget.parse("1", "mse").loss(
            self.result("mse", value=10.5, reference=10, difference=0.5)
        )
        self.assertAlmostEqual(loss, 0.5)
        # To the original itself, which has no divergence.
        loss, error = Budget.parse("0.002nats", "kl").loss(
            self.result("kl", value=0.01)
        )
        self.assertEqual((loss, error), (0.01, 0.5))

    def test_errors(self):
        for metric, text, forms in (
            ("top1", "much", "of 0 or more, as in 0.2pp"),
            ("top1", "1", "in pp, as in 0.2pp"),
            ("top1", "0.2%", "in pp, as in 0.2pp"),
            ("top1", "-1pp", "of 0 or more, as in 0.2pp"),
            ("top1", "-1", "of 0 or more, as in 0.2pp"),
            ("top1", "infpp", "of 0 or more, as in 0.2pp"),
            ("top1", "1e999pp", "of 0 or more, as in 0.2pp"),
            ("top1", "", "of 0 or more, as in 0.2pp"),
            ("kl", "0.2pp", "in nats, as in 0.2nats"),
            ("mse", "0.2pp", "in % or no unit, as in 0.2% or 0.2"),
        ):
            with self.subTest(text=text), self.assertRaisesRegex(
                RescaleError,
                f"^requires a budget for {metric} {forms}, got {text}$",
            ):
                Budget.parse(text, metric)
        with self.assertRaisesRegex(
            RescaleError, "^requires an original with errors for a budget in %"
        ):
            Budget.parse("1%", "mse").loss(
                self.result("mse", value=1, reference=0.0, difference=1)
            )

    def test_widths_and_methods(self):
        self.assertEqual(parse_widths("1:8"), (1, 8))
        self.assertEqual(parse_widths("4"), (4, 4))
        for text in ("0:3", "3:2", "1:17", "x", "", "1:2:3"):
            with self.subTest(text=text), self.assertRaisesRegex(
                RescaleError,
                "^requires widths as LEAST:MOST from 1 to 16, got ",
            ):
                parse_widths(text)
        self.assertEqual(parse_methods(["addend,keep"]), ["keep", "addend"])
        self.assertEqual(parse_methods(["addend", "snap"]), ["snap", "addend"])
        with self.assertRaisesRegex(
            RescaleError,
            f"^requires methods of keep, {', '.join(METHODS)}, got nothing$",
        ):
            parse_methods(["addend,nothing"])
        with self.assertRaisesRegex(
            RescaleError,
            "^requires a method of snap, addend, got keep alone; add one$",
        ):
            parse_methods(["keep"])


if __name__ == "__main__":
    unittest.main()
