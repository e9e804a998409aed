"""Arms compared with each other, paired by seed.

Trials of one seed share what the seed decides (data order, and initial weights where the models
allow it), so their difference varies less than two scores do, and it is the difference that is
bounded. A trial without a value, None, is the worst possible one: worse than every number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from stablecheck.errors import UndefinedEstimateError
from stablecheck.evidence.estimate import Estimate, Note
from stablecheck.evidence.interval import interval
from stablecheck.evidence.sample import Array, as_sample, levelled, rounding
from stablecheck.evidence.shares import share

BySeed = Mapping[int, float | None]
_Statistic = Literal["mean", "median"]

# Fixed, so that the same trials always give the same bounds.
_SEED = 2103


@dataclass(frozen=True)
class ArmDifference:
    """Mean of an arm's score minus the reference's, its bounds, and how many pairs are missing.

    Positive where the arm is better, whichever way the score points.
    """

    arm: str
    mean: float | None
    low: float | None
    high: float | None
    n: int
    missing: int


def difference(
    candidate: BySeed,
    other: BySeed,
    statistic: _Statistic,
    confidence: float,
    *,
    higher_is_better: bool,
) -> Estimate:
    """Mean or median of the paired differences; positive where the candidate is better.

    The candidate is worse than the other by no more than a margin where ``low`` is at least minus
    that margin. What is missing counts against the candidate: a pair that lacks its value is −∞. A
    pair that lacks only the other's counts, for ``value`` and ``low``, as the largest difference
    seen, because a failure of the other proves nothing beyond that, and for ``high`` as +∞. A pair
    that lacks both says nothing, so it is −∞ for ``value`` and ``low``, and +∞ for ``high``.

    What is estimated: a failure is infinitely bad. Where the other fails with any probability at
    all and the candidate never does, the mean of the differences is +∞; then ``low`` bounds the
    mean with each such difference replaced by the largest one seen, which is never more, and
    ``high`` bounds the mean itself. A median stays finite while failures are fewer than half.

    Args:
        candidate: Values by seed.
        other: Values by the same seeds.
        statistic: Of the differences.
        confidence: Level of each bound.
        higher_is_better: Whether larger values are better ones.

    Raises:
        UndefinedEstimateError: where seeds differ, or where the other lacks values and there is no
            pair with both.

    Source: Walker and Nowacki 2011, J. Gen. Intern. Med. 26(2) for non-inferiority.
    """
    pairs = _comparable(candidate, other, higher_is_better=higher_is_better)
    found = _estimate(_against(pairs), statistic, confidence)
    if np.isfinite(pairs).all():
        return found
    high = max(_highest(pairs, statistic, confidence), found.value)
    return replace(found, high=high, note="MISSING_VALUES")


def probability_of_improvement(
    candidate: BySeed, other: BySeed, confidence: float, *, higher_is_better: bool
) -> Estimate:
    """Probability that the candidate is better than the other at the same seed; ties count half.

    Pairs of one seed are compared and not, as in Agarwal et al. 2021, every trial with every other
    one: the n² comparisons of that estimate hang together and ignore what a seed decides for both.
    Ties are divided equally between both sides, an odd one going against each bound, and the bounds
    are those of Clopper and Pearson: ties only narrow the spread of wins minus losses, so their
    level holds whatever the share of ties. A pair that lacks both values is a tie.

    Raises:
        UndefinedEstimateError: as for ``difference``.

    Source: Bouthillier et al. 2021, arXiv 2103.03098, section 4; Dixon and Mood 1946, JASA 41(236)
        for ties.
    """
    pairs = _comparable(candidate, other, higher_is_better=higher_is_better)
    n = pairs.size
    wins, losses = int((pairs > 0).sum()), int((pairs < 0).sum())
    ties = n - wins - losses
    low = share(wins + ties // 2, n, confidence).low
    high = share(wins + ties - ties // 2, n, confidence).high
    note: Note | None = None if np.isfinite(pairs).all() else "MISSING_VALUES"
    return Estimate((wins + ties / 2) / n, low, high, confidence, n, "clopper-pearson", note)


def worst_drop(
    arms: Mapping[str, BySeed], reference: BySeed, confidence: float, *, higher_is_better: bool
) -> Estimate:
    """Largest mean loss of score over the arms, against the reference at the same seeds.

    ``high`` is the largest of the arms' upper bounds: that all of them lose at most δ is claimed
    only if each one's bound says so, which needs no correction (intersection-union). ``low`` is the
    largest of their lower bounds at 1 − α/m: any of the m arms may bring it about by chance. It is
    negative where every arm may be better than the reference.

    Args:
        arms: Scores of the other arms, by name and seed.
        reference: Scores by the same seeds.
        confidence: Level of each bound.
        higher_is_better: Whether larger scores are better ones.

    Raises:
        UndefinedEstimateError: without arms, where seeds differ, or where the reference lacks a
            score.

    Source: Berger 1982, Technometrics 24(4).
    """
    if not arms or None in reference.values():
        raise UndefinedEstimateError("a reference without a score cannot be compared with")
    losses = [
        _differences(reference, arm, higher_is_better=higher_is_better) for arm in arms.values()
    ]
    each = [_estimate(sample, "mean", confidence) for sample in losses]
    any_of = 1 - (1 - confidence) / len(arms)
    low = max(_estimate(sample, "mean", any_of).low for sample in losses)
    worst = max(each, key=lambda estimate: estimate.value)
    return replace(worst, low=min(low, worst.value), high=max(arm.high for arm in each))


def arm_differences(
    arms: Mapping[str, BySeed], reference: BySeed, confidence: float, *, higher_is_better: bool
) -> tuple[ArmDifference, ...]:
    """Each arm's mean difference to the reference with its bounds, for a figure.

    The mean is that of the pairs with both scores, so show it beside ``missing``. Bounds are None
    where there are too few pairs for them.
    """
    return tuple(
        _arm_difference(
            name, _differences(arm, reference, higher_is_better=higher_is_better), confidence
        )
        for name, arm in arms.items()
    )


def _arm_difference(name: str, differences: Array, confidence: float) -> ArmDifference:
    known = differences[np.isfinite(differences)]
    missing = differences.size - known.size
    if not known.size:
        return ArmDifference(name, None, None, None, 0, missing)
    found = _estimate(known, "mean", confidence)
    low, high = (bound if math.isfinite(bound) else None for bound in (found.low, found.high))
    return ArmDifference(name, found.value, low, high, known.size, missing)


def _differences(first: BySeed, second: BySeed, *, higher_is_better: bool) -> Array:
    """First minus second, by rising seed, positive where the first is better; NaN lacks both."""
    if not first or set(first) != set(second):
        raise UndefinedEstimateError("the arms to be compared have no seeds in common, or not all")
    sign = 1.0 if higher_is_better else -1.0
    better, worse = (
        as_sample([-math.inf if (v := arm[seed]) is None else sign * v for seed in sorted(first)])
        for arm in (first, second)
    )
    with np.errstate(invalid="ignore"):
        return levelled(better - worse, _rounding_of(better, worse))


def _rounding_of(*arms: Array) -> float:
    known = np.concatenate([arm[np.isfinite(arm)] for arm in arms])
    return rounding(known) if known.size else 0.0


def _comparable(candidate: BySeed, other: BySeed, *, higher_is_better: bool) -> Array:
    pairs = _differences(candidate, other, higher_is_better=higher_is_better)
    if not (np.isfinite(pairs).any() or (pairs == -math.inf).all()):
        raise UndefinedEstimateError("no seed has a value of both, so nothing can be compared")
    return pairs


def _against(pairs: Array) -> Array:
    """The differences with what is missing counted against the candidate."""
    known = pairs[np.isfinite(pairs)]
    largest = known.max() if known.size else -math.inf
    return np.where(np.isnan(pairs), -math.inf, np.minimum(pairs, largest))


def _highest(pairs: Array, statistic: _Statistic, confidence: float) -> float:
    """The upper bound, with what the other lacks counted for the candidate."""
    favoured = np.where(np.isnan(pairs), math.inf, pairs)
    if {-math.inf, math.inf} <= set(favoured.tolist()):
        return math.inf
    return _estimate(favoured, statistic, confidence).high


def _estimate(sample: Array, statistic: _Statistic, confidence: float) -> Estimate:
    return interval(sample, statistic, confidence, np.random.default_rng(_SEED))
