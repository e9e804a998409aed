"""Bounds from pivots: statistics whose distribution depends on the shape of the scores alone.

A mean's distance from its true value, in units of the sample's own spread, has the same
distribution for every location and scale of a shape. Its quantiles come from seeded samples of each
shape in ``shapes.py``, and the widest of the bounds counts: so a bound holds at its level for every
one of those shapes. A lower bound takes the spread below the centre as its unit, an upper bound the
spread above: with scores that have a long tail on one side, that side's spread is what tells.

The side away from a rare outlier shows next to no spread, and a mean that the outlier has moved
would look certain there. So a bound of a mean lies no closer than Student's, which has the whole
spread as its unit, and one of an interquartile mean no closer than Tukey and McLaughlin's.

Normal scores pay the price: the bounds of their mean are 1.6 times as wide as Student's at n = 5,
1.11 times at n = 30, 1.17 times at n = 100, and 1.28 times for very many.

Source: Lawless 2003, Statistical Models and Methods for Lifetime Data, chapter 5, for pivots of
location-scale models; Krishnamoorthy and Mathew 2009, Statistical Tolerance Regions, chapter 7;
Tukey and McLaughlin 1963, Sankhya A 25(3) for the trimmed t.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

import numpy as np
from scipy import special

from stablecheck.evidence.estimate import Estimate
from stablecheck.evidence.rounding import unrounded
from stablecheck.evidence.sample import (
    STATISTICS,
    TRIMMED,
    Array,
    StatisticName,
    as_sample,
    iqm,
    is_constant,
)
from stablecheck.evidence.shapes import (
    DRAWS,
    SHAPES,
    ShapeName,
    batches,
    true_half_spread,
    true_iqm,
    true_quantile,
)

LARGEST = 40
"""Sample size up to which pivots are simulated one by one."""

# Beyond LARGEST, √n·(quantile − its limit) is linear in 1/√n, the leading terms of its Edgeworth
# expansion, through that at LARGEST and at this size.
_FAR = 160

WINSORISED_FROM = 12
"""Fewest values of which the quarter at either end is at least three."""

# Beyond the level that 40 draws exceed, quantiles grow along with Student's t.
_LAST_LEVEL, _LEVEL_BEFORE = 0.998, 0.985
_Kind = Literal["mean", "iqm", "winsorised-iqm"]
_Pivot = Callable[[ShapeName, int], Array]
_AT_ZERO = dict.fromkeys(SHAPES, 0.0)


def pivotal_interval(sample: Array, statistic: StatisticName, confidence: float) -> Estimate:
    """Bounds of mean, iqm, std or cv that hold for every shape of the family.

    The mean is taken with its half spreads, the interquartile mean with those of the winsorised
    sample where that has three values or more at either end, and either with its t where that is
    wider. The bounds of cv divide by a mean that varies too; they are infinite where that could
    be 0.

    Args:
        sample: At least two finite values, not all equal.
        statistic: ``mean``, ``iqm``, ``std`` or ``cv``.
        confidence: Level of each bound, at least 0.5.
    """
    value = float(STATISTICS[statistic](sample, -1))
    if statistic in ("std", "cv"):
        low, high = _spread_bounds(value, statistic, sample.size, confidence)
    else:
        reach = _mean_reach if statistic == "mean" else _iqm_reach
        below, above = reach(sample, value, confidence)
        low, high = value - below, value + above
    return Estimate(
        value, min(low, value), max(high, value), confidence, sample.size, "shape-family"
    )


def half_spreads(sample: Array, centre: Array) -> tuple[Array, Array]:
    """Root mean square of the deviations below the centre, and of those above.

    Deviations on the other side count 0: for symmetric values each is the sd over √2.

    Args:
        sample: Values, shape ``[..., n]``.
        centre: Their centre, shape ``[...]``.
    """
    deviation = sample - centre[..., None]
    down = np.minimum(deviation, 0.0)
    return _root_mean_square(down), _root_mean_square(deviation - down)


def _root_mean_square(values: Array) -> Array:
    return as_sample(np.sqrt(np.einsum("...i,...i", values, values) / values.shape[-1]))


def mean_factor(n: int, confidence: float) -> float:
    """Half spreads between the mean and its bound, on either side."""
    return _location_factor("mean", n, confidence)


def student_factor(n: int, confidence: float) -> float:
    """Standard deviations between the mean and Student's bound."""
    return _student(confidence, n) / math.sqrt(n)


@functools.lru_cache(maxsize=256)
def quantile_factor(order: float, n: int, confidence: float) -> float:
    """Half spreads below the mean at which a lower bound of the quantile of ``order`` lies.

    Mirrored, the upper bound of the quantile of 1 − ``order``. Negative where even the lower bound
    lies above the mean.
    """
    truths = {shape: true_quantile(shape, order) for shape in SHAPES}
    limits = {shape: -truths[shape] / true_half_spread(shape) for shape in SHAPES}

    def pivot(shape: ShapeName, size: int) -> Array:
        drawn = _moments(size)[shape]
        return as_sample((drawn.mean - truths[shape]) / drawn.below)

    return _worst(pivot, n, confidence, limits)


def _mean_reach(sample: Array, value: float, confidence: float) -> tuple[float, float]:
    """Distances of the two bounds from the mean."""
    student = student_factor(sample.size, confidence) * float(sample.std(ddof=1))
    return _wider("mean", sample, value, confidence, student)


def _iqm_reach(sample: Array, value: float, confidence: float) -> tuple[float, float]:
    """Distances of the two bounds from the interquartile mean.

    Where the middle half is all equal, its spread says nothing and the whole sample's counts.
    """
    smooth = unrounded(sample)
    pulled = _winsorised(smooth)
    if is_constant(pulled):
        student = student_factor(sample.size, confidence) * float(sample.std(ddof=1))
        return _wider("iqm", sample, value, confidence, student)
    trimmed = _trimmed_t(pulled, confidence)
    if sample.size < WINSORISED_FROM:
        return _wider("iqm", smooth, value, confidence, trimmed)
    return _wider("winsorised-iqm", pulled, value, confidence, trimmed)


def _trimmed_t(pulled: Array, confidence: float) -> float:
    """Distance of Tukey and McLaughlin's bound, of the h values that trimming leaves."""
    left = pulled.size - 2 * int(TRIMMED * pulled.size)
    squares = float(pulled.var()) * pulled.size
    return _student(confidence, left) * math.sqrt(squares / (left * (left - 1)))


def _wider(
    kind: _Kind, sample: Array, value: float, confidence: float, least: float
) -> tuple[float, float]:
    factor = _location_factor(kind, sample.size, confidence)
    below, above = half_spreads(sample, np.asarray(value))
    return max(factor * float(below), least), max(factor * float(above), least)


def _winsorised(sample: Array) -> Array:
    """The sample with the quarter at either end pulled in to the next value."""
    cut = int(TRIMMED * sample.shape[-1])
    ordered = np.sort(sample, axis=-1)
    return np.clip(ordered, ordered[..., [cut]], ordered[..., [-1 - cut]])


@functools.lru_cache(maxsize=256)
def _location_factor(kind: _Kind, n: int, confidence: float) -> float:
    return _worst(lambda shape, size: _location_pivots(kind, size)[shape], n, confidence, _AT_ZERO)


@functools.lru_cache(maxsize=16)
def _location_pivots(kind: _Kind, n: int) -> Mapping[ShapeName, Array]:
    if kind == "mean":
        return {shape: one.mean / one.below for shape, one in _moments(n).items()}
    parts = [
        {shape: _iqm_pivot(shape, drawn, kind) for shape, drawn in batch.items()}
        for batch in batches(n)
    ]
    return {shape: np.concatenate([part[shape] for part in parts]) for shape in SHAPES}


def _iqm_pivot(shape: ShapeName, drawn: Array, kind: _Kind) -> Array:
    centre = iqm(drawn)
    below, _ = half_spreads(_winsorised(drawn) if kind == "winsorised-iqm" else drawn, centre)
    return (centre - true_iqm(shape, TRIMMED)) / below


class _Moments(NamedTuple):
    """Mean, half spread below it and standard deviation of every sample drawn."""

    mean: Array
    below: Array
    sd: Array


@functools.lru_cache(maxsize=64)
def _moments(n: int) -> Mapping[ShapeName, _Moments]:
    parts = [{shape: _moments_of(drawn) for shape, drawn in batch.items()} for batch in batches(n)]
    columns = {shape: zip(*(part[shape] for part in parts), strict=True) for shape in SHAPES}
    return {shape: _Moments(*map(np.concatenate, columns[shape])) for shape in SHAPES}


def _moments_of(drawn: Array) -> _Moments:
    n = drawn.shape[-1]
    mean = drawn.mean(axis=-1)
    below, above = half_spreads(drawn, mean)
    return _Moments(mean, below, as_sample(np.sqrt((below**2 + above**2) * n / (n - 1))))


def _spread_bounds(
    value: float, statistic: StatisticName, n: int, confidence: float
) -> tuple[float, float]:
    """Bounds as multiples of the estimate.

    A sample of true cv c and standardised values W shows r = c·s_W / (1 + c·m_W); so each draw of
    (m_W, s_W) stands for c = r / (s_W − r·m_W), and the bounds are quantiles of those. With r = 0
    in the divisor they are those of std. A cv at a mean of 0 is infinite and may have any value.
    """
    if math.isinf(value):
        return 0.0, math.inf
    ratio = value if statistic == "cv" else 0.0

    def log_divisor(shape: ShapeName, size: int) -> Array:
        drawn = _moments(size)[shape]
        with np.errstate(divide="ignore"):
            return as_sample(np.log(np.maximum(drawn.sd - ratio * drawn.mean, 0.0)))

    low = _worst(log_divisor, n, confidence, _AT_ZERO)
    high = _worst(lambda shape, size: -log_divisor(shape, size), n, confidence, _AT_ZERO)
    return value * math.exp(-low), value * math.exp(high)


def _worst(pivot: _Pivot, n: int, confidence: float, limits: Mapping[ShapeName, float]) -> float:
    """Largest quantile of a pivot over the shapes; ``limits`` is what it tends to with n."""

    def of_shape(shape: ShapeName) -> float:
        return _at_size(
            lambda size: _quantile(pivot(shape, size), size, confidence), n, limits[shape]
        )

    return max(of_shape(shape) for shape in SHAPES)


def _at_size(quantile: Callable[[int], float], n: int, limit: float) -> float:
    if n <= LARGEST:
        return quantile(n)
    near = math.sqrt(LARGEST) * (quantile(LARGEST) - limit)
    if math.isinf(near):
        return near
    far = math.sqrt(_FAR) * (quantile(_FAR) - limit)
    weight = (n**-0.5 - _FAR**-0.5) / (LARGEST**-0.5 - _FAR**-0.5)
    return float(limit + (far + weight * (near - far)) / math.sqrt(n))


def _quantile(pivots: Array, n: int, confidence: float) -> float:
    inner = _drawn_quantile(pivots, min(confidence, _LAST_LEVEL))
    if confidence <= _LAST_LEVEL or math.isinf(inner):
        return inner
    slope = (inner - _drawn_quantile(pivots, _LEVEL_BEFORE)) / (
        _student(_LAST_LEVEL, n) - _student(_LEVEL_BEFORE, n)
    )
    return inner + slope * (_student(confidence, n) - _student(_LAST_LEVEL, n))


def _student(level: float, n: int) -> float:
    return float(special.stdtrit(n - 1, level))


def _drawn_quantile(pivots: Array, level: float) -> float:
    """The draw that at least this share of them do not exceed."""
    rank = min(math.ceil(level * DRAWS), DRAWS - 1)
    return float(np.partition(pivots, rank)[rank])
