"""From the left side of a requirement to its evidence at any level of confidence."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stablecheck.checklist.requirement import (
    Operator,
    ProbeSummary,
    Requirement,
    Share,
    Statistic,
    Tolerance,
)
from stablecheck.checks.decision import HOLDS, side
from stablecheck.checks.outcomes import RunOutcomes, value_of
from stablecheck.evidence import needs
from stablecheck.evidence.estimate import Estimate
from stablecheck.evidence.exact import describe
from stablecheck.evidence.interval import interval
from stablecheck.evidence.needs import Levels
from stablecheck.evidence.quantiles import quantile
from stablecheck.evidence.shares import share
from stablecheck.evidence.tolerance import tolerance
from stablecheck.measures import MEASURES, OUTCOMES
from stablecheck.probes.base import Summary
from stablecheck.result import ErrorCode
from stablecheck.trial.record import Trial

Values = Sequence[float | None]


@dataclass(frozen=True)
class Evidence:
    """What a requirement rests on.

    Args:
        at: Confidence level to estimate; deterministic, and wider at higher levels.
        needs: Levels to the number of further trials that would probably settle it; asked only of
            requirements that are no equality.
    """

    at: Callable[[float], Estimate]
    needs: Callable[[Levels], int | None]


class NoEvidenceError(Exception):
    """A requirement has nothing to rest on; ``code`` says why."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code)
        self.code: ErrorCode = code


def probe_of(requirement: Requirement) -> str:
    """The probe whose trials a requirement rests on, or ``all``."""
    left = requirement.left
    return left.probe if isinstance(left, ProbeSummary) else left.quantity.probe


def summary_of(left: ProbeSummary, outcomes: RunOutcomes) -> Summary:
    """The probe's summary that is asked for."""
    return outcomes.settings[left.probe].summaries[left.name]


def unit_of(requirement: Requirement, outcomes: RunOutcomes) -> str:
    """Unit of the number that is compared with the threshold."""
    left = requirement.left
    if isinstance(left, ProbeSummary):
        return summary_of(left, outcomes).unit
    if isinstance(left, Share):
        return "share"
    if isinstance(left, Statistic) and left.name in ("cv", "count"):
        return "ratio" if left.name == "cv" else "trials"
    return MEASURES[left.quantity.measure].unit


def gather(requirement: Requirement, outcomes: RunOutcomes) -> Evidence:
    """The evidence for a requirement.

    Raises:
        NoEvidenceError: where trials or values are lacking, or the number is undefined.
    """
    trials = _complete(probe_of(requirement), outcomes)
    left = requirement.left
    if isinstance(left, ProbeSummary):
        return _summary(left, requirement, outcomes)
    values = _values(trials, left.quantity.measure)
    if None in values and side(requirement.operator) is None:
        raise NoEvidenceError("UNDEFINED")
    if isinstance(left, Share):
        return _share(left, requirement, values)
    sample = _worst_for_missing(values, requirement.operator)
    if isinstance(left, Tolerance):
        return _tolerance(left, requirement, sample)
    return _statistic(left, requirement, sample)


def _complete(probe: str, outcomes: RunOutcomes) -> tuple[Trial, ...]:
    trials = outcomes.finished(probe)
    if not trials:
        raise NoEvidenceError("NO_TRIALS")
    if outcomes.missing(probe):
        raise NoEvidenceError("TRIALS_MISSING")
    if all(trial.status in ("failed", "timeout") for trial in trials):
        raise NoEvidenceError("NO_VALUES")
    return trials


def _values(trials: Sequence[Trial], measure: str) -> Values:
    values = [value_of(trial, measure) for trial in trials if _applies(measure, trial)]
    succeeded = any(trial.status == "ok" for trial in trials)
    if succeeded and all(value is None for value in values):
        # Trainings went well and still nobody has this number: it was not measured.
        raise NoEvidenceError("NO_VALUES")
    if measure not in OUTCOMES and any(_is_undefined(measure, trial) for trial in trials):
        # It says nothing of the training, such as a bound for SGD where Adam was used.
        raise NoEvidenceError("UNDEFINED")
    return values


def _is_undefined(measure: str, trial: Trial) -> bool:
    applies = trial.status == "ok" and _applies(measure, trial)
    return applies and value_of(trial, measure) is None


def _applies(measure: str, trial: Trial) -> bool:
    """Whether a trial can have the measure: the first seed of an arm has no control of its own."""
    controlled = trial.path is not None and trial.path.cross_seed is not None
    return controlled or trial.status != "ok" or not measure.startswith("path.cross_seed.")


def _worst_for_missing(values: Values, operator: Operator) -> list[float]:
    worst = -math.inf if side(operator) == "lower" else math.inf
    return [worst if value is None else value for value in values]


def _share(left: Share, requirement: Requirement, values: Values) -> Evidence:
    bound = side(requirement.operator) or "lower"
    holds, threshold = HOLDS[left.operator or "!="], left.threshold or 0.0
    # An unknown event counts against the requirement: as absent where it has to be frequent.
    unknown = bound == "upper"
    events = [unknown if value is None else holds(value, threshold) for value in values]
    successes, n = sum(events), len(events)
    return Evidence(
        lambda confidence: share(successes, n, confidence),
        lambda levels: needs.for_share(successes, n, requirement.threshold, levels, side=bound),
    )


def _tolerance(left: Tolerance, requirement: Requirement, sample: list[float]) -> Evidence:
    bound = side(requirement.operator) or "lower"

    def at(confidence: float) -> Estimate:
        return tolerance(sample, left.share, confidence, side=bound)

    def further(levels: Levels) -> int | None:
        threshold = requirement.threshold
        if at(levels.met).method == "shape-tolerance":
            return needs.for_tolerance(sample, left.share, threshold, levels, side=bound)
        order = 1 - left.share if bound == "lower" else left.share
        return needs.for_quantile(sample, order, threshold, levels, side=bound)

    return Evidence(at, further)


def _statistic(left: Statistic, requirement: Requirement, sample: list[float]) -> Evidence:
    name = left.name
    infinite = any(math.isinf(value) for value in sample)
    if name in ("std", "cv", "spread") and infinite and side(requirement.operator) == "lower":
        # Unknown values could make any spread large enough.
        raise NoEvidenceError("UNDEFINED")
    if name == "p":
        return _quantile((left.percent or 0.0) / 100, requirement, sample)
    if name == "min" or name == "max" or name == "spread" or name == "count":
        return Evidence(lambda confidence: describe(sample, name, confidence), _never_needed)

    def at(confidence: float) -> Estimate:
        return interval(sample, name, confidence, _generator(requirement.text))

    if name == "median":
        # Its bounds are order statistics, which do not shrink like those of a mean.
        return Evidence(at, _quantile(0.5, requirement, sample).needs)
    return Evidence(at, lambda levels: _shrinking(at, requirement, levels))


def _never_needed(_: Levels) -> None:
    """What describes the trials that ran is not open."""


def _generator(text: str) -> np.random.Generator:
    """A stream of the requirement's own, so that the order of checks changes nothing."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))


def _quantile(order: float, requirement: Requirement, sample: list[float]) -> Evidence:
    bound = side(requirement.operator) or "lower"
    return Evidence(
        lambda confidence: quantile(sample, order, confidence),
        lambda levels: needs.for_quantile(sample, order, requirement.threshold, levels, side=bound),
    )


def _summary(left: ProbeSummary, requirement: Requirement, outcomes: RunOutcomes) -> Evidence:
    compute = summary_of(left, outcomes).compute
    arms = outcomes.of_probe(left.probe)

    def further(levels: Levels) -> int | None:
        seeds = _shrinking(at, requirement, levels)
        return None if seeds is None else seeds * len(arms.arms)

    def at(confidence: float) -> Estimate:
        return compute(arms, left.arguments, confidence)

    return Evidence(at, further)


def _shrinking(
    at: Callable[[float], Estimate], requirement: Requirement, levels: Levels
) -> int | None:
    estimate = at(levels.met)
    if not HOLDS[requirement.operator](estimate.value, requirement.threshold):
        estimate = at(levels.missed)
    return needs.for_interval(estimate, requirement.threshold)
