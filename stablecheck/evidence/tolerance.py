"""Tolerance bounds: what a given share of future trainings clears."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import special

from stablecheck.evidence.estimate import Estimate, Note, Side
from stablecheck.evidence.pivotal import half_spreads, quantile_factor
from stablecheck.evidence.quantiles import quantile
from stablecheck.evidence.rounding import unrounded
from stablecheck.evidence.sample import Array, as_sample, is_constant

REFERENCE_LEVEL = 0.95
"""Where Wilks' bound exists at this level, order statistics decide at every level."""

SHAPIRO_LEVEL = 0.05
OUTLIER_DISTANCE = 5.0
_MAD_TO_SD = 1.4826


def tolerance(
    values: Sequence[float] | Array, share: float, confidence: float, *, side: Side
) -> Estimate:
    """The bound that a ``share`` of future values clears, with bounds on that bound.

    Side ``lower`` estimates the (1 − share) quantile as mean − z·sd and bounds it by the mean less
    k half spreads, those below the mean for ``low`` and those above it for ``high``; ``upper`` is
    its mirror image. The factors k hold for every shape of the family in ``shapes.py``, skewed
    ones among them: few scores with a long tail mostly show none. They stand only while nothing
    speaks against one hump; otherwise, and wherever n allows Wilks' bound at 0.95, order statistics
    decide and ``note`` says why. That n is the same for all levels, because a choice that hung on
    the level would let a stricter one move the bound inwards. At a level too strict for any order
    statistic, the bound is the outermost value or the family's, whichever lies further out.

    Args:
        values: Sample on the extended reals.
        share: Share of future values, in (0, 1).
        confidence: Level of each bound.
        side: Whether future values must stay above (``lower``) or below (``upper``) the bound.

    Source: Krishnamoorthy and Mathew 2009, Statistical Tolerance Regions, chapters 2 and 7;
        Wilks 1941, Ann. Math. Stat. 12(1).
    """
    if side == "upper":
        return _mirrored(tolerance(-as_sample(values), share, confidence, side="lower"))
    sample = as_sample(values)
    note = why_not_normal(sample, share)
    if note is None:
        return _lower(sample, share, confidence)
    found = quantile(sample, 1 - share, confidence, note)
    if note == "WILKS" and _against_one_hump(sample) is None:
        return _beyond_ranks(found, sample, share)
    return found


def wilks_n(share: float, confidence: float) -> int:
    """Fewest values whose minimum is a tolerance bound for every distribution."""
    return math.ceil(math.log(1 - confidence) / math.log(share) - 1e-9)


def switch_n(share: float) -> int:
    """Fewest values from which order statistics bound a tolerance, whatever the level."""
    return wilks_n(share, REFERENCE_LEVEL)


def why_not_normal(sample: Array, share: float) -> Note | None:
    """The code of the first thing that speaks for order statistics; None where nothing does."""
    if not np.isfinite(sample).all():
        return "MISSING_VALUES"
    return "WILKS" if sample.size >= switch_n(share) else _against_one_hump(sample)


def _against_one_hump(sample: Array) -> Note | None:
    if sample.size < 3:
        return "TOO_FEW"
    if is_constant(sample):
        return "NO_VARIATION"
    smooth = unrounded(sample)
    if _has_outlier(smooth):
        return "OUTLIER"
    # In units of its range, because SciPy takes a small enough spread for none at all.
    scaled = (smooth - smooth.min()) / np.ptp(smooth)
    from scipy import stats  # slow to import, and a report needs none of it

    return "NOT_NORMAL" if stats.shapiro(scaled).pvalue < SHAPIRO_LEVEL else None


def _has_outlier(sample: Array) -> bool:
    distance = np.abs(sample - np.median(sample))
    return bool(distance.max() > OUTLIER_DISTANCE * _MAD_TO_SD * np.median(distance))


def _lower(sample: Array, share: float, confidence: float) -> Estimate:
    mean = sample.mean()
    below, above = half_spreads(sample, mean)
    value = float(mean) - float(special.ndtri(share)) * float(sample.std(ddof=1))
    low = float(mean - quantile_factor(1 - share, sample.size, confidence) * below)
    high = float(mean + quantile_factor(share, sample.size, confidence) * above)
    return Estimate(
        value, min(low, value), max(high, value), confidence, sample.size, "shape-tolerance"
    )


def _beyond_ranks(found: Estimate, sample: Array, share: float) -> Estimate:
    """The estimate, with the family's bounds where the level leaves no order statistic."""
    family = _lower(sample, share, found.confidence)
    low = min(float(sample.min()), family.low) if math.isinf(found.low) else found.low
    high = max(float(sample.max()), family.high) if math.isinf(found.high) else found.high
    return replace(found, low=low, high=high)


def _mirrored(estimate: Estimate) -> Estimate:
    return Estimate(
        -estimate.value,
        -estimate.high,
        -estimate.low,
        estimate.confidence,
        estimate.n,
        estimate.method,
        estimate.note,
    )
