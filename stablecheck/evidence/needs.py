"""How many further trials would probably settle what is still open.

Each answer supposes that further trials look like those there are. None means: the estimate sits on
the threshold, or more than ``MOST`` trials would be needed.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from stablecheck.evidence.estimate import Estimate, Side
from stablecheck.evidence.pivotal import (
    half_spreads,
    mean_factor,
    quantile_factor,
    student_factor,
)
from stablecheck.evidence.quantiles import lower_ranks
from stablecheck.evidence.sample import Array, as_sample
from stablecheck.evidence.shares import lower_bounds, upper_bounds
from stablecheck.evidence.tolerance import switch_n, wilks_n

MOST = 1000
Settled = NDArray[np.bool_]


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


def for_tolerance(
    values: Sequence[float] | Array, share: float, threshold: float, levels: Levels, *, side: Side
) -> int | None:
    """Further trials until a tolerance bound decides, mean and spreads unchanged.

    From the n on where order statistics take over at the level, the expected order statistic of
    normal scores stands in.
    """
    sign = 1.0 if side == "lower" else -1.0
    sample = sign * as_sample(values)
    mean, sd = sample.mean(), float(sample.std(ddof=1))
    distance = (float(mean) - sign * threshold) / sd
    below, above = (float(half) / sd for half in half_spreads(sample, mean))
    needed = float(special.ndtri(share))
    if math.isclose(distance, needed):
        return None
    if distance > needed:
        return _settled(
            sample.size,
            max(wilks_n(share, levels.met), switch_n(share)),
            lambda n: quantile_factor(1 - share, n, levels.met) * below <= distance,
            lambda ns: -_expected(lower_ranks(ns, 1 - share, levels.met), ns) <= distance,
        )
    return _settled(
        sample.size,
        max(wilks_n(share, levels.missed), switch_n(share)),
        lambda n: -quantile_factor(share, n, levels.missed) * above > distance,
        lambda ns: -_expected(ns + 1 - lower_ranks(ns, share, levels.missed), ns) > distance,
    )


def for_interval(estimate: Estimate, threshold: float) -> int | None:
    """Further trials until the bound towards the threshold clears it.

    The estimate stays, and its distance from the bound shrinks as that of a mean does: as its half
    spreads' factor or as Student's, whichever is slower.
    """
    gap = abs(estimate.value - threshold)
    towards = estimate.low if estimate.value > threshold else estimate.high
    reach = abs(estimate.value - towards)
    if not math.isfinite(reach) or not math.isfinite(gap) or gap == 0 or estimate.n < 2:
        return None
    if reach < gap:
        return 1
    n, confidence = estimate.n, estimate.confidence
    half, sd = reach / mean_factor(n, confidence), _sd_within(estimate)
    return _smallest(
        lambda size: (
            mean_factor(size, confidence) * half <= gap
            and student_factor(size, confidence) * sd <= gap
        ),
        n,
        n + MOST,
    )


def _sd_within(estimate: Estimate) -> float:
    """Largest sd that the bounds of a mean allow.

    Neither lies closer than Student's, nor than its half spread's, and the half spreads make up
    the sd.
    """
    n, confidence = estimate.n, estimate.confidence
    below, above = estimate.value - estimate.low, estimate.high - estimate.value
    halves = math.hypot(below, above) * math.sqrt(n / (n - 1)) / mean_factor(n, confidence)
    return min(halves, min(below, above) / student_factor(n, confidence))


def _settled(
    n: int, switch: int, by_factor: Callable[[int], bool], by_order: Callable[[Array], Settled]
) -> int | None:
    """Further trials where a factor decides below ``switch`` and order statistics from there on."""
    further = _smallest(by_factor, n, min(switch - 1, n + MOST))
    if further is not None:
        return further
    start = max(switch, n + 1)
    index = _first(by_order(np.arange(start, n + MOST + 1, dtype=np.float64)))
    return None if index is None else start + index - 1 - n


def _smallest(settled: Callable[[int], bool], n: int, last: int) -> int | None:
    """Further trials, by bisection: what is settled at one size is at every larger one."""
    sizes = range(n + 1, last + 1)
    index = bisect.bisect_left(sizes, True, key=settled)
    return index + 1 if index < len(sizes) else None


def _expected(ranks: Array, sizes: Array) -> Array:
    """Expected standard normal order statistics, after Blom 1958."""
    return as_sample(special.ndtri((np.clip(ranks, 1, sizes) - 0.375) / (sizes + 0.25)))


def _first(settled: Settled) -> int | None:
    return int(np.argmax(settled)) + 1 if settled.any() else None
