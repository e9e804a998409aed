"""Quantiles with bounds that hold for every distribution, infinities included."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from stablecheck.evidence.estimate import Estimate, Note
from stablecheck.evidence.sample import Array, as_sample

# Probabilities that equal a level up to rounding count as reaching it.
_ROUNDING = 1e-12


def quantile(
    values: Sequence[float] | Array, order: float, confidence: float, note: Note | None = None
) -> Estimate:
    """The quantile of ``order`` with order statistics as its bounds.

    A bound is infinite where n is too small for one; it is the dual of the Clopper–Pearson bound
    on the share of values beyond it.

    Args:
        values: Sample on the extended reals, infinities of one sign.
        order: Order of the quantile, in (0, 1).
        confidence: Level of each bound.
        note: Passed on to the estimate.

    Source: David and Nagaraja 2003, Order Statistics, section 7.1.
    """
    ordered = np.sort(as_sample(values))
    value = interpolated(ordered, order)
    low_rank = lower_rank(ordered.size, order, confidence)
    high_rank = upper_rank(ordered.size, order, confidence)
    low = float(ordered[low_rank - 1]) if low_rank else -math.inf
    high = float(ordered[high_rank - 1]) if high_rank <= ordered.size else math.inf
    return Estimate(
        value, min(low, value), max(high, value), confidence, ordered.size, "order-statistics", note
    )


def interpolated(ordered: Array, order: float) -> float:
    """The linearly interpolated quantile of a sorted sample; infinite next to an infinity."""
    position = (ordered.size - 1) * order
    below = math.floor(position)
    weight = position - below
    lower = float(ordered[below])
    if weight == 0:
        return lower
    upper = float(ordered[below + 1])
    return lower if lower == upper else (1 - weight) * lower + weight * upper


def lower_rank(n: int, order: float, confidence: float) -> int:
    """Rank, from 1, of the value below the quantile with ``confidence``; 0 if none is."""
    return int(lower_ranks(np.array([n]), order, confidence)[0])


def lower_ranks(n: Array, order: float, confidence: float) -> Array:
    """``lower_rank`` for each n."""
    # X_(r) lies at or below the quantile when at least r of n values do.
    from scipy import stats  # slow to import, and a report needs none of it

    rank = stats.binom.ppf(1 - confidence, n, order)
    reaches = stats.binom.sf(rank, n, order) >= confidence - _ROUNDING
    return np.asarray(np.where(reaches, rank + 1, rank), dtype=np.float64)


def upper_rank(n: int, order: float, confidence: float) -> int:
    """Rank of the value above the quantile with ``confidence``; n + 1 if none is."""
    return n + 1 - lower_rank(n, 1 - order, confidence)
