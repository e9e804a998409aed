"""Whether something that was tried beside the candidate does better than it."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from stablecheck.checks.outcomes import RunOutcomes
from stablecheck.errors import UndefinedEstimateError
from stablecheck.evidence.estimate import Estimate
from stablecheck.evidence.paired import BySeed, difference

_NOTEWORTHY = 0.1
"""Of the standard deviation over seeds: a smaller gain is lost in the next retraining."""


@dataclass(frozen=True)
class BetterArm:
    """An arm whose scores beat the candidate's at the same seeds.

    Args:
        probe: Id of its probe.
        arm: Its name.
        gain: Mean paired gain in score with its bounds.
    """

    probe: str
    arm: str
    gain: Estimate


def better_arm(outcomes: RunOutcomes, confidence: float) -> BetterArm | None:
    """The arm with the largest proven gain; None where none is proven to be noteworthy.

    Any of the m arms may look better by chance, so each is asked at level 1 − α/m. A gain is
    noteworthy from a tenth of the standard deviation of the candidate's scores over seeds.
    """
    count = sum(1 for _ in _others(outcomes))
    if not count:
        return None
    level = 1 - (1 - confidence) / count
    return max(_noteworthy(outcomes, level), key=lambda arm: arm.gain.low, default=None)


def _others(outcomes: RunOutcomes) -> Iterator[tuple[str, int, int]]:
    """Probe, place of the reference and place of each other arm."""
    for probe_id, probe in outcomes.probes.items():
        reference = [index for index, arm in enumerate(probe.arms) if arm.reference]
        if outcomes.settings[probe_id].adoptable and reference:
            for index, arm in enumerate(probe.arms):
                if not arm.reference:
                    yield probe_id, reference[0], index


def _noteworthy(outcomes: RunOutcomes, level: float) -> Iterator[BetterArm]:
    for probe_id, reference, index in _others(outcomes):
        arms = outcomes.of_probe(probe_id).arms
        try:
            gain = difference(
                arms[index].score, arms[reference].score, "mean", level,
                higher_is_better=outcomes.higher_is_better,
            )  # fmt: skip
        except UndefinedEstimateError:
            continue
        if gain.low > 0 and gain.low >= _NOTEWORTHY * _deviation(arms[reference].score):
            yield BetterArm(probe_id, arms[index].arm, gain)


def _deviation(scores: BySeed) -> float:
    """Standard deviation over the seeds that have a score; 0 where that is one."""
    values = [score for score in scores.values() if score is not None]
    return statistics.stdev(values) if len(values) > 1 else 0.0
