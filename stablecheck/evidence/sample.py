"""A sample on the extended reals, and the statistics that describe it.

A trial without a value enters a sample as an infinity, so every function here takes samples that
hold infinities of one sign.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
StatisticName = Literal["mean", "median", "iqm", "std", "cv"]
Statistic = Callable[[Array, int], Array]

TRIMMED = 0.25
"""Share that the interquartile mean leaves out at either end."""


def as_sample(values: ArrayLike) -> Array:
    """The values as an array of floats."""
    return np.asarray(values, dtype=np.float64)


def is_constant(sample: Array) -> bool:
    """Whether all values are equal, up to the rounding of floating point."""
    low, high = float(sample.min()), float(sample.max())
    if not np.isfinite(sample).all():
        return low == high
    return high - low <= rounding(sample)


def rounding(sample: Array) -> float:
    """What a few operations on finite numbers of this size leave behind: four of their spacings."""
    return 4.0 * float(np.spacing(np.abs(sample).max()))


def levelled(sample: Array, within: float) -> Array:
    """The sample, its finite values made equal where they differ by no more than ``within``.

    Differences of scores carry the rounding of the scores, which is far more than their own.
    """
    finite = np.isfinite(sample)
    known = sample[finite]
    if not known.size or float(known.max() - known.min()) > within:
        return sample
    return np.where(finite, known[0], sample)


def mean(sample: Array, axis: int = -1) -> Array:
    """Arithmetic mean."""
    return as_sample(np.mean(sample, axis=axis))


def median(sample: Array, axis: int = -1) -> Array:
    """Middle value."""
    return as_sample(np.median(sample, axis=axis))


def iqm(sample: Array, axis: int = -1) -> Array:
    """Interquartile mean, the 25 % trimmed mean.

    Source: Agarwal et al. 2021, arXiv 2108.13264 (rliable), where it is ``scipy.stats.trim_mean``.
    """
    from scipy import stats  # slow to import, and a report needs none of it

    return as_sample(stats.trim_mean(sample, TRIMMED, axis=axis))


def std(sample: Array, axis: int = -1) -> Array:
    """Standard deviation with n − 1; infinite where a value is, undefined for one value."""
    finite = np.isfinite(sample).all(axis=axis)
    if sample.shape[axis] < 2:
        return np.where(finite, np.nan, np.inf)
    with np.errstate(invalid="ignore"):
        return np.where(finite, np.std(sample, axis=axis, ddof=1), np.inf)


def cv(sample: Array, axis: int = -1) -> Array:
    """Coefficient of variation, std / |mean|; infinite where the mean is 0 or a value infinite."""
    spread, centre = std(sample, axis), np.abs(mean(sample, axis))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.isfinite(spread) & (centre == 0), np.inf, spread) / np.where(
            np.isfinite(centre) & (centre > 0), centre, 1.0
        )


STATISTICS: Mapping[StatisticName, Statistic] = {
    "mean": mean,
    "median": median,
    "iqm": iqm,
    "std": std,
    "cv": cv,
}
