"""How often requirements are decided, rightly and wrongly, at their boundary and away from it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.simulation.coverage import CONFIDENCE, scores, true_quantile
from stablecheck.checklist.requirement import Quantity, Requirement, Share, Statistic, Tolerance
from stablecheck.checklist.schema import Check
from stablecheck.checks import RunOutcomes, evaluate, outcome
from stablecheck.evidence.interval import interval
from stablecheck.evidence.shares import share
from stablecheck.evidence.tolerance import tolerance
from stablecheck.plan import PlannedArm, PlannedProbe
from stablecheck.probes.init_seeds import InitSeeds
from stablecheck.recipe import CandidateFacts
from stablecheck.trial.record import Trial

_SCORE = Quantity("seeds", "score")
_FACTS = CandidateFacts(
    n_train=1000,
    n_heldout=200,
    dimension=50,
    effective_dimension=12.5,
    parameters=4000,
    classes=10,
    batch_norm=False,
    steps=100,
    batch_size=64,
    data_sha256="0" * 64,
)


@dataclass(frozen=True)
class Demand:
    """A blocker on standardised scores.

    `boundary(shape)` is the threshold c that a recipe of this shape meets exactly,
    `estimate(values, c)` the evidence, and `left` the left side of the requirement.
    """

    text: str
    boundary: Callable
    estimate: Callable
    left: Callable
    limit: float | None = None

    def outcome(self, values, c):
        return outcome(self.estimate(values, c), ">=", c if self.limit is None else self.limit)

    def requirement(self, c):
        return Requirement(self.text, self.left(c), ">=", c if self.limit is None else self.limit)


def _statistic(name, boundary):
    return Demand(
        f"{name}(score) ≥ c",
        boundary,
        lambda values, _: interval(values, name, CONFIDENCE, np.random.default_rng(7)),
        lambda _: Statistic(name, _SCORE),
    )


TOLERANCE = Demand(
    "tolerance(score, 0.9) ≥ c",
    lambda shape: true_quantile(shape, 0.1),
    lambda values, _: tolerance(values, 0.9, CONFIDENCE, side="lower"),
    lambda _: Tolerance(_SCORE, 0.9),
)
SHARE = Demand(
    "share(score ≥ c) ≥ 0.8",
    lambda shape: true_quantile(shape, 0.2),
    lambda values, c: share(int((values >= c).sum()), values.size, CONFIDENCE),
    lambda c: Share(_SCORE, ">=", c),
    limit=0.8,
)
MEAN = _statistic("mean", lambda _: 0.0)
MEDIAN = _statistic("median", lambda shape: true_quantile(shape, 0.5))
DEMANDS = (TOLERANCE, SHARE, MEAN, MEDIAN)
THREE = (TOLERANCE, SHARE, MEAN)


def outcomes_of(values):
    """A finished run of one probe whose trials have these scores."""
    trials = [
        Trial.model_construct(
            id=f"seeds-base-{index}",
            key="k",
            probe="seeds",
            arm="base",
            seed=index,
            status="ok",
            score=float(score),
            loss=0.0,
            steps=100,
            seconds=1.0,
            measures={},
            path=None,
        )
        for index, score in enumerate(values)
    ]
    ids = tuple(trial.id for trial in trials)
    arm = PlannedArm(name="base", value=None, reference=True, trials=ids)
    return RunOutcomes(
        trials={trial.id: trial for trial in trials},
        probes={"seeds": PlannedProbe(kind="init_seeds", arms=(arm,))},
        settings={"seeds": InitSeeds(kind="init_seeds", seeds=len(trials))},
        facts=_FACTS,
        higher_is_better=True,
    )


def _verdict(values, demands, boundaries):
    """Of one blocker, or of several by Holm's rule, as a run decides them."""
    if len(demands) == 1:
        return demands[0].outcome(values, boundaries[0])
    found = evaluate(*_checklist(demands, boundaries), outcomes_of(values), CONFIDENCE, places={})
    results = {result.outcome for result in found}
    if "fail" in results:
        return "fail"
    return "pass" if results == {"pass"} else "inconclusive"


def _checklist(demands, boundaries):
    names = [f"b{index}" for index in range(len(demands))]
    checks = [
        Check(id=name, require=demand.text, severity="blocker")
        for name, demand in zip(names, demands, strict=True)
    ]
    requirements = {
        name: demand.requirement(c)
        for name, demand, c in zip(names, demands, boundaries, strict=True)
    }
    return checks, requirements


def verdicts(demands, shape, n, replications, seed, margins):
    """Share of runs that pass, that fail, and that stay open.

    Quality exceeds the boundary of each demand by its margin, in standard deviations of the score.
    """
    generator = np.random.default_rng([seed, n])
    rows = scores(shape, generator, (replications, n))
    boundaries = [
        demand.boundary(shape) - margin for demand, margin in zip(demands, margins, strict=True)
    ]
    counts = Counter(_verdict(row, demands, boundaries) for row in rows)
    return {word: counts[word] / replications for word in ("pass", "fail", "inconclusive")}
