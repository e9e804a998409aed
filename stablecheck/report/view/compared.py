"""Two arms of a probe, paired by seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stablecheck.checklist.requirement import ProbeSummary
from stablecheck.evidence.paired import ArmDifference, arm_differences
from stablecheck.report.numbers import above, below, decimals_for, nearest, signed
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import trials_of
from stablecheck.result import ArmResult, CheckResult, ProbeResult
from stablecheck.trial.record import Trial


@dataclass(frozen=True)
class Compared:
    """One arm against another.

    Args:
        pairs: Scores of the two by seed, the arm's first; without those that lack one.
        gains: By how much the arm is better in each.
        difference: Their mean with its bounds, and how many pairs lack a score.
        trials: The trials of both arms at the seeds they share.
    """

    pairs: tuple[tuple[float, float], ...]
    gains: tuple[float, ...]
    difference: ArmDifference
    trials: tuple[Trial, ...]


def compared(arm: ArmResult, other: ArmResult, context: Context) -> Compared | None:
    """The arm against the other; None where they have no seed in common."""
    first, second = (_by_seed(trials_of(one, context)) for one in (arm, other))
    seeds = sorted(first.keys() & second.keys())
    if not seeds:
        return None
    candidate = context.run.checklist.candidate
    scores = [{seed: _score(own[seed]) for seed in seeds} for own in (first, second)]
    (difference,) = arm_differences(
        {arm.name: scores[0]},
        scores[1],
        context.run.checklist.decision.confidence,
        higher_is_better=candidate.higher_is_better,
    )
    both = [(scores[0][seed], scores[1][seed]) for seed in seeds]
    pairs = tuple((a, b) for a, b in both if a is not None and b is not None)
    sign = 1.0 if candidate.higher_is_better else -1.0
    trials = tuple(own[seed] for seed in seeds for own in (first, second))
    return Compared(pairs, tuple(sign * (a - b) for a, b in pairs), difference, trials)


def reference_of(probe: ProbeResult) -> ArmResult | None:
    """The candidate's own arm, where the probe has one."""
    return next((arm for arm in probe.arms if arm.reference), None)


def check_on(probe: str, summary: str, context: Context) -> CheckResult | None:
    """The first check that asks this summary of the probe, but for an exact value."""
    for check in context.result.checks:
        left = context.requirements[check.id].left
        asks = isinstance(left, ProbeSummary) and (left.probe, left.name) == (probe, summary)
        if asks and check.operator not in ("==", "!="):
            return check
    return None


def differences_text(
    mean: float | None, low: float | None, high: float | None, *others: float | None
) -> tuple[str | None, ...]:
    """Differences with their signs, formatted alike; bounds are rounded outwards."""
    known = tuple(
        None if value is None else _without_rounding(value) for value in (mean, low, high, *others)
    )
    decimals = decimals_for(known)
    roundings = (nearest, below, above, *(nearest for _ in others))
    return tuple(
        None if value is None else signed(rounded(value, decimals), decimals)
        for value, rounded in zip(known, roundings, strict=True)
    )


def _without_rounding(value: float) -> float:
    """Differences of equal scores may miss 0 by the rounding of floating point."""
    return 0.0 if abs(value) < 1e-12 else value


def _by_seed(trials: Sequence[Trial]) -> dict[int, Trial]:
    return {trial.seed: trial for trial in trials}


def _score(trial: Trial) -> float | None:
    return trial.score if trial.status == "ok" else None
