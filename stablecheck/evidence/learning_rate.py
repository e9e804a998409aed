"""How far the learning rate may be off before the score suffers, and what being off costs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from stablecheck.errors import UndefinedEstimateError
from stablecheck.evidence.estimate import Estimate
from stablecheck.evidence.interval import interval
from stablecheck.evidence.sample import Array, as_sample, levelled, rounding

REFERENCE = 1.0
BySeed = Mapping[int, float | None]

# Fixed, so that the same trials always give the same bounds; every arm draws a stream of its own.
_SEED = 2306


@dataclass(frozen=True)
class ArmBand:
    """One arm of the grid: mean of the scores there are, its bounds, and how many are missing."""

    factor: float
    mean: float | None
    low: float | None
    high: float | None
    n: int
    missing: int


@dataclass(frozen=True)
class _Step:
    """One grid point on the way out from the reference, with the mean loss of score there."""

    distance: float
    mean: float
    low: float
    high: float


def headroom(
    scores: Mapping[float, BySeed], delta: float, confidence: float, *, higher_is_better: bool
) -> Estimate:
    """Largest factor h ≥ 1 such that a learning rate within [1/h, h] keeps the mean score.

    Kept means: within ``delta`` of the reference arm's mean, seeds paired. ``value`` is where the
    line through the mean differences first falls below −delta, linear in log factor, or the grid's
    end. ``low`` is the last grid factor up to which every arm's lower bound is above −delta: a
    fixed-sequence test, so no correction. ``high`` lies just below the first grid factor whose
    upper bound is under −delta; any of the arms may bring that about, so their α is divided by the
    number of arms. All three are the smaller one of the two directions.

    Args:
        scores: Scores by factor and seed; None, where a trial has no score, counts as −∞.
        delta: Loss of score that does not matter, ≥ 0, in units of the score.
        confidence: Level of each bound.
        higher_is_better: Whether larger scores are better ones.

    Raises:
        UndefinedEstimateError: without other arms, or where the reference lacks a score.

    Source: Westfall and Krishen 2001, J. Stat. Plan. Inference 99(1) for fixed sequences.
    """
    differences = _differences(scores, 1.0 if higher_is_better else -1.0)
    steps = _steps(differences, confidence)
    upwards = [step for factor, step in steps.items() if factor > REFERENCE]
    downwards = [step for factor, step in steps.items() if factor < REFERENCE]
    walked = [sorted(steps, key=_distance) for steps in (upwards, downwards) if steps]
    value = min(_crossing(direction, delta) for direction in walked)
    low = min(_proven(direction, delta) for direction in walked)
    high = min(_excluded(direction, delta) for direction in walked)
    missing = any(-math.inf in sample for sample in differences.values())
    n = min(sample.size for sample in differences.values())
    return Estimate(
        value,
        min(low, value),
        max(high, value),
        confidence,
        n,
        "fixed-sequence",
        "MISSING_VALUES" if missing else None,
    )


def _differences(scores: Mapping[float, BySeed], sign: float) -> dict[float, Array]:
    reference = scores.get(REFERENCE, {})
    if not reference or None in reference.values():
        raise UndefinedEstimateError(
            "a trial at the candidate's own learning rate has no score, so nothing can be compared "
            "with it"
        )
    arms = {factor: arm for factor, arm in scores.items() if factor != REFERENCE}
    if not arms or any(set(arm) != set(reference) for arm in arms.values()):
        raise UndefinedEstimateError("the arms of the learning-rate grid have different seeds")
    within = rounding(as_sample([score for score in reference.values() if score is not None]))
    return {
        factor: levelled(_paired(arm, reference, sign), within)
        for factor, arm in sorted(arms.items())
    }


def _paired(arm: BySeed, reference: BySeed, sign: float) -> Array:
    return as_sample([_difference(arm[seed], reference[seed], sign) for seed in sorted(arm)])


def _difference(score: float | None, reference: float | None, sign: float) -> float:
    return -math.inf if score is None or reference is None else sign * (score - reference)


def _steps(differences: Mapping[float, Array], confidence: float) -> dict[float, _Step]:
    any_of = 1 - (1 - confidence) / len(differences)
    steps = {}
    for index, (factor, sample) in enumerate(differences.items()):
        each = interval(sample, "mean", confidence, _generator(index))
        union = interval(sample, "mean", any_of, _generator(index))
        distance = factor if factor > REFERENCE else REFERENCE / factor
        steps[factor] = _Step(distance, each.value, each.low, union.high)
    return steps


def _generator(index: int) -> np.random.Generator:
    return np.random.default_rng([_SEED, index])


def _distance(step: _Step) -> float:
    return step.distance


def _crossing(direction: Iterable[_Step], delta: float) -> float:
    last, mean = REFERENCE, 0.0
    for step in direction:
        if step.mean < -delta:
            if math.isinf(step.mean):
                return last
            part = (mean + delta) / (mean - step.mean)
            return float(last * (step.distance / last) ** part)
        last, mean = step.distance, step.mean
    return last


def _proven(direction: Iterable[_Step], delta: float) -> float:
    last = REFERENCE
    for step in direction:
        if step.low < -delta:
            break
        last = step.distance
    return last


def _excluded(direction: Iterable[_Step], delta: float) -> float:
    for step in direction:
        if step.high < -delta:
            # The factor itself is excluded: the headroom lies strictly below it.
            return math.nextafter(step.distance, 0.0)
    return math.inf


def sensitivity(
    losses: Mapping[float, BySeed], initial_losses: Mapping[float, BySeed], confidence: float
) -> Estimate:
    """Mean over the grid of min(loss, loss_0) minus the loss at the best arm.

    A trial without a loss counts as ``loss_0``, its seed's loss before training. The best arm is
    the one with the lowest mean. The upper bound is over seeds and takes that arm as given; the
    lower bound is 0, which the definition implies, because choosing the best arm lifts the estimate
    even where the learning rate makes no difference.

    Raises:
        UndefinedEstimateError: where arms differ in seeds, or the loss before training is unknown.

    Source: Wortsman et al. 2023, arXiv 2309.14322.
    """
    seeds = sorted(set().union(*losses.values()))
    if not seeds or any(set(arm) != set(seeds) for arm in losses.values()):
        raise UndefinedEstimateError("the arms of the learning-rate grid have different seeds")
    if all(loss is None for arm in losses.values() for loss in arm.values()):
        raise UndefinedEstimateError("no trial of the learning-rate grid has a loss")
    before = {seed: _initial(seed, initial_losses.values()) for seed in seeds}
    table = as_sample(
        [
            [_capped(losses[factor][seed], before[seed]) for seed in seeds]
            for factor in sorted(losses)
        ]
    )
    best = int(np.argmin(table.mean(axis=1)))
    excess = levelled(table.mean(axis=0) - table[best], rounding(table))
    found = interval(excess, "mean", confidence, _generator(0))
    return replace(found, low=0.0)


def _initial(seed: int, arms: Iterable[BySeed]) -> float:
    known = [loss for arm in arms if (loss := arm.get(seed)) is not None]
    if not known:
        raise UndefinedEstimateError(f"the loss before training is unknown for seed {seed}")
    return known[0]


def _capped(loss: float | None, initial: float) -> float:
    return initial if loss is None else min(loss, initial)


def arm_bands(scores: Mapping[float, BySeed], confidence: float) -> tuple[ArmBand, ...]:
    """Mean score and its bounds for each factor in rising order, for a figure.

    The mean is that of the trials with a score, so show it beside ``missing``. Bounds are None
    where there are too few scores for them.
    """
    return tuple(_band(factor, arm, confidence) for factor, arm in sorted(scores.items()))


def _band(factor: float, arm: BySeed, confidence: float) -> ArmBand:
    known = [score for score in arm.values() if score is not None]
    missing = len(arm) - len(known)
    if not known:
        return ArmBand(factor, None, None, None, 0, missing)
    found = interval(known, "mean", confidence, _generator(0))
    low, high = (bound if math.isfinite(bound) else None for bound in (found.low, found.high))
    return ArmBand(factor, found.value, low, high, len(known), missing)
