"""How many further trials would probably settle what is still open.

Each answer supposes that further trials look like those there are. None means: the estimate sits on
the threshold, or more than ``MOST`` trials would be needed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from stablecheck.evidence.estimate import Estimate, Side
from stablecheck.evidence.quantiles import lower_ranks
from stablecheck.evidence.sample import Array, as_sample
from stablecheck.evidence.shares import lower_bounds, upper_bounds
from stablecheck.evidence.tolerance import normal_factor, wilks_n

MOST = 1000


@dataclass(frozen=True)
class Levels:
    """Confidence at which a requirement counts as met, and at which as missed."""

    met: float
    missed: float


def for_share(
    successes: int, n: int, threshold: float, levels: Levels, *, side: Side
) -> int | None:
    """Further trials until the share's bound clears or misses the threshold.

    The share observed stays the same, rounded towards the threshold.
    """
    if side == "upper":
        return for_share(n - successes, n, 1 - threshold, levels, side="lower")
    sizes = n + np.arange(1, MOST + 1)
    if math.isclose(successes / n, threshold):
        return None
    if successes / n > threshold:
        fewer = successes * sizes // n
        return _first(lower_bounds(fewer, sizes, levels.met) >= threshold)
    more = -(-successes * sizes // n)
    return _first(upper_bounds(more, sizes, levels.missed) < threshold)


def for_quantile(
    values: Sequence[float] | Array, order: float, threshold: float, levels: Levels, *, side: Side
) -> int | None:
    """Further trials until order statistics decide on a quantile: the dual of ``for_share``."""
    sample = as_sample(values)
    beyond = sample >= threshold if side == "lower" else sample <= threshold
    share = 1 - order if side == "lower" else order
    return for_share(int(beyond.sum()), sample.size, share, levels, side="lower")


def for_normal_tolerance(
    values: Sequence[float] | Array, share: float, threshold: float, levels: Levels, *, side: Side
) -> int | None:
    """Further trials until a tolerance bound decides, mean and standard deviation unchanged.

    From Wilks' n on, where order statistics take over, the expected order statistic stands in.
    """
    sign = 1.0 if side == "lower" else -1.0
    sample, limit = sign * as_sample(values), sign * threshold
    centre, sd = float(sample.mean()), float(sample.std(ddof=1))
    distance = (centre - limit) / sd
    needed = float(stats.norm.ppf(share))
    if math.isclose(distance, needed):
        return None
    sizes = as_sample(sample.size + np.arange(1, MOST + 1))
    if distance > needed:
        return _first(_factors(sizes, share, levels.met) <= distance)
    return _first(_opposite_factors(sizes, share, levels.missed) > distance)


def for_interval(estimate: Estimate, threshold: float) -> int | None:
    """Further trials until an interval that shrinks like 1/√n leaves the threshold outside."""
    gap = abs(estimate.value - threshold)
    towards = estimate.low if estimate.value > threshold else estimate.high
    reach = abs(estimate.value - towards)
    if not math.isfinite(reach) or not math.isfinite(gap) or gap == 0:
        return None
    further = estimate.n * (reach / gap) ** 2 - estimate.n
    return max(1, math.ceil(further)) if further <= MOST else None


def _factors(sizes: Array, share: float, confidence: float) -> Array:
    switch = wilks_n(share, confidence)
    normal = normal_factor(np.minimum(sizes, switch), share, confidence)
    ranks = lower_ranks(sizes, 1 - share, confidence)
    return np.where(sizes < switch, normal, -_expected(ranks, sizes))


def _opposite_factors(sizes: Array, share: float, confidence: float) -> Array:
    switch = wilks_n(share, confidence)
    normal = normal_factor(np.minimum(sizes, switch), share, 1 - confidence)
    ranks = sizes + 1 - lower_ranks(sizes, share, confidence)
    return np.where(sizes < switch, normal, -_expected(ranks, sizes))


def _expected(ranks: Array, sizes: Array) -> Array:
    """Expected standard normal order statistics, after Blom 1958."""
    return as_sample(stats.norm.ppf((np.clip(ranks, 1, sizes) - 0.375) / (sizes + 0.25)))


def _first(settled: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int | None:
    return int(np.argmax(settled)) + 1 if settled.any() else None
