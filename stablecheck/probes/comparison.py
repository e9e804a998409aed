"""Summaries that compare the arms of a probe with its reference, paired by seed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from stablecheck.errors import UndefinedEstimateError
from stablecheck.evidence.estimate import Estimate
from stablecheck.probes.base import ArmOutcomes, ProbeOutcomes, Reach, Summary

_Scores = Mapping[int, float | None]


def _arms(outcomes: ProbeOutcomes) -> tuple[_Scores, tuple[ArmOutcomes, ...]]:
    """Scores of the reference arm, and the other arms."""
    (reference,) = (arm.score for arm in outcomes.arms if arm.reference)
    others = tuple(arm for arm in outcomes.arms if not arm.reference)
    if not others:
        raise UndefinedEstimateError("there is no other arm to compare the candidate with")
    return reference, others


# SciPy is imported when a summary is computed, so that validating a checklist stays fast.
def _worst_drop(
    outcomes: ProbeOutcomes, _arguments: tuple[float, ...], confidence: float
) -> Estimate:
    from stablecheck.evidence.paired import worst_drop

    reference, others = _arms(outcomes)
    return worst_drop(
        {arm.arm: arm.score for arm in others},
        reference,
        confidence,
        higher_is_better=outcomes.higher_is_better,
    )


def _difference(
    outcomes: ProbeOutcomes, statistic: Literal["mean", "median"], confidence: float
) -> Estimate:
    from stablecheck.evidence.paired import difference

    candidate, (other, *_) = _arms(outcomes)
    return difference(
        candidate,
        other.score,
        statistic,
        confidence,
        higher_is_better=outcomes.higher_is_better,
    )


def _probability_of_improvement(
    outcomes: ProbeOutcomes, _arguments: tuple[float, ...], confidence: float
) -> Estimate:
    from stablecheck.evidence.paired import probability_of_improvement

    candidate, (other, *_) = _arms(outcomes)
    return probability_of_improvement(
        candidate, other.score, confidence, higher_is_better=outcomes.higher_is_better
    )


WORST_DROP: Mapping[str, Summary] = {
    "worst_drop": Summary(
        (),
        "Largest mean loss of score over the other arms, against the reference at the same seeds; "
        "at most δ claims that no arm loses more than δ, and below 0 that every arm gains.",
        "score",
        "paired by seed; all arms by intersection-union, any arm by Bonferroni; Berger 1982, "
        "Technometrics 24(4)",
        _worst_drop,
    ),
}

AGAINST_INCUMBENT: Mapping[str, Summary] = {
    "difference": Summary(
        (),
        "Mean score of the candidate minus the incumbent's at the same seeds, positive where the "
        "candidate is better; at least -0.005 is non-inferiority with a margin of 0.005.",
        "score",
        "paired by seed; Walker and Nowacki 2011, J. Gen. Intern. Med. 26(2)",
        lambda outcomes, _arguments, confidence: _difference(outcomes, "mean", confidence),
    ),
    "median_difference": Summary(
        (),
        "Median over the seeds of the candidate's score minus the incumbent's, positive where the "
        "candidate is better; at least -0.005 is non-inferiority with a margin of 0.005.",
        "score",
        "paired by seed; Walker and Nowacki 2011, J. Gen. Intern. Med. 26(2)",
        lambda outcomes, _arguments, confidence: _difference(outcomes, "median", confidence),
    ),
    "probability_of_improvement": Summary(
        (),
        "Probability that the candidate scores better than the incumbent at the same seed; ties "
        "count half.",
        "share",
        "Bouthillier et al. 2021, arXiv 2103.03098",
        _probability_of_improvement,
        lambda _probe: Reach(0.0, 1.0),
    ),
}
