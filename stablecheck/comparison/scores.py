"""The candidate's score in two runs, pair by pair of the same seed."""

from __future__ import annotations

import math
from collections.abc import Mapping

from stablecheck.changes import Direction, ScoreChange
from stablecheck.errors import UndefinedEstimateError
from stablecheck.evidence.estimate import Estimate
from stablecheck.result import Result, TrialLine
from stablecheck.store import DecidedRun

Scores = Mapping[int, float | None]
"""The score of each training by its seed; None where it did not end well."""


def own_trainings(result: Result) -> list[TrialLine]:
    """Trainings of the candidate as it stands: those of the reference arms, each once."""
    arms = (arm for probe in result.probes.values() for arm in probe.arms if arm.reference)
    own = {trial for arm in arms for trial in arm.trials}
    return [line for line in result.trials if line.id in own]


def own_scores(result: Result) -> Scores:
    """Scores of the candidate as it stands."""
    return {
        line.seed: line.score if line.status == "ok" else None for line in own_trainings(result)
    }


def score_change(before: DecidedRun, after: DecidedRun) -> ScoreChange | None:
    """The mean gain with its bounds; None where nothing changed or nothing can be compared."""
    if before.checklist.candidate.score != after.checklist.candidate.score:
        return None
    earlier, later = own_scores(before.result), own_scores(after.result)
    seeds = sorted(earlier.keys() & later.keys())
    was, is_now = ({seed: scores[seed] for seed in seeds} for scores in (earlier, later))
    if was == is_now:
        return None
    try:
        gain = _gain(was, is_now, after)
    except UndefinedEstimateError:
        return None
    return ScoreChange(
        n=len(seeds),
        missing_before=_missing(was),
        missing_after=_missing(is_now),
        before=_mean(was),
        after=_mean(is_now),
        difference=gain.value,
        low=gain.low,
        high=gain.high,
        confidence=gain.confidence,
        direction=_direction(gain),
        same_data=_data(before.result) == _data(after.result),
    )


def _gain(was: Scores, is_now: Scores, after: DecidedRun) -> Estimate:
    from stablecheck.evidence.paired import difference  # SciPy, which equal runs do not need

    return difference(
        is_now,
        was,
        "mean",
        after.checklist.decision.confidence,
        higher_is_better=after.checklist.candidate.higher_is_better,
    )


def _direction(gain: Estimate) -> Direction | None:
    if gain.low > 0:
        return "better"
    return "worse" if gain.high < 0 else None


def _missing(scores: Scores) -> int:
    return sum(score is None for score in scores.values())


def _mean(scores: Scores) -> float | None:
    known = [score for score in scores.values() if score is not None]
    return math.fsum(known) / len(known) if known else None


def _data(result: Result) -> str | None:
    return result.candidate.data_sha256
