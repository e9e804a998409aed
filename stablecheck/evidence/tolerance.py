"""Tolerance bounds: what a given share of future trainings clears."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import stats

from stablecheck.evidence.estimate import Estimate, Note, Side
from stablecheck.evidence.pivotal import half_spreads, quantile_factor
from stablecheck.evidence.quantiles import quantile
from stablecheck.evidence.sample import Array, as_sample, is_constant

SHAPIRO_LEVEL = 0.05
OUTLIER_DISTANCE = 5.0
ROUNDING_CELL = 1.25
_MAD_TO_SD = 1.4826


def tolerance(
    values: Sequence[float] | Array, share: float, confidence: float, *, side: Side
) -> Estimate:
    """The bound that a ``share`` of future values clears, with bounds on that bound.

    Side ``lower`` estimates the (1 − share) quantile as mean − z·sd and bounds it by the mean less
    k half spreads, those below the mean for ``low`` and those above it for ``high``; ``upper`` is
    its mirror image. The factors k hold for every shape of the family in ``shapes.py``, skewed
    ones among them: few scores with a long tail mostly show none. They stand only while nothing
    speaks against one hump; otherwise, and wherever n allows Wilks' bound, order statistics decide
    and ``note`` says why.

    Args:
        values: Sample on the extended reals.
        share: Share of future values, in (0, 1).
        confidence: Level of each bound.
        side: Whether future values must stay above (``lower``) or below (``upper``) the bound.

    Source: Krishnamoorthy and Mathew 2009, Statistical Tolerance Regions, chapters 2 and 7;
        Wilks 1941, Ann. Math. Stat. 12(1).
    """
    sample = as_sample(values)
    note = why_not_normal(sample, share, confidence)
    if note is not None:
        order = 1 - share if side == "lower" else share
        return quantile(sample, order, confidence, note)
    if side == "upper":
        return _mirrored(_lower(-sample, share, confidence))
    return _lower(sample, share, confidence)


def wilks_n(share: float, confidence: float) -> int:
    """Fewest values whose minimum is a tolerance bound for every distribution."""
    return math.ceil(math.log(1 - confidence) / math.log(share) - 1e-9)


def why_not_normal(sample: Array, share: float, confidence: float) -> Note | None:
    """The code of the first thing that speaks for order statistics; None where nothing does."""
    if not np.isfinite(sample).all():
        return "MISSING_VALUES"
    if sample.size >= wilks_n(share, confidence):
        return "WILKS"
    if sample.size < 3:
        return "TOO_FEW"
    if is_constant(sample):
        return "NO_VARIATION"
    smooth = unrounded(sample)
    if _has_outlier(smooth):
        return "OUTLIER"
    # Standardized, because SciPy takes a small enough spread for none at all.
    standardized = (smooth - smooth.mean()) / smooth.std()
    return "NOT_NORMAL" if stats.shapiro(standardized).pvalue < SHAPIRO_LEVEL else None


def unrounded(sample: Array) -> Array:
    """The sample with ties spread evenly over their rounding cell, for the test of normality alone.

    An accuracy on m rows moves in steps of 1/m, and a test of normality takes the ties of such a
    grid for a departure. The cell is the smallest gap between distinct values; where that is wider
    than 1.25 sd, or there are only two values, ties are clusters and no rounding, and stay.
    """
    distinct, group, counts = np.unique(sample, return_inverse=True, return_counts=True)
    if distinct.size < 3:
        return sample
    cell = float(np.diff(distinct).min())
    if cell > ROUNDING_CELL * sample.std(ddof=1):
        return sample
    rank = np.empty(sample.size)
    order = np.argsort(group, kind="stable")
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    rank[order] = np.arange(sample.size) - starts
    return as_sample(sample + cell * ((rank + 0.5) / counts[group] - 0.5))


def _has_outlier(sample: Array) -> bool:
    distance = np.abs(sample - np.median(sample))
    return bool(distance.max() > OUTLIER_DISTANCE * _MAD_TO_SD * np.median(distance))


def _lower(sample: Array, share: float, confidence: float) -> Estimate:
    mean = sample.mean()
    below, above = half_spreads(sample, mean)
    value = float(mean) - float(stats.norm.ppf(share)) * float(sample.std(ddof=1))
    low = float(mean - quantile_factor(1 - share, sample.size, confidence) * below)
    high = float(mean + quantile_factor(share, sample.size, confidence) * above)
    return Estimate(
        value, min(low, value), max(high, value), confidence, sample.size, "shape-tolerance"
    )


def _mirrored(estimate: Estimate) -> Estimate:
    return Estimate(
        -estimate.value,
        -estimate.high,
        -estimate.low,
        estimate.confidence,
        estimate.n,
        estimate.method,
    )
