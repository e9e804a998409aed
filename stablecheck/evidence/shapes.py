"""The shapes of distribution that the bounds of few trials allow for, and samples of each.

Which of them the scores of a recipe follow cannot be told from a handful of trials: five values
from a distribution with a long lower tail mostly show no tail. So bounds are made to hold for every
one of these:

- normal;
- lognormal with a log-sd of 0.5, skewness 1.75, as it is and mirrored;
- two equally frequent normal modes, four of their standard deviations apart.

A failure that is rarer than one in n trials is beyond them, as it is beyond every method: no bound
on a mean that is ever finite holds for all distributions (Bahadur and Savage 1956, Ann. Math.
Stat. 27(4)).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

import numpy as np
from scipy import optimize, special

from stablecheck.evidence.sample import Array, as_sample

ShapeName = Literal["normal", "right-skewed", "left-skewed", "two-mode"]
SHAPES: tuple[ShapeName, ...] = ("normal", "right-skewed", "left-skewed", "two-mode")

DRAWS = 20_000
"""Samples of each shape; they leave a standard error of 0.0015 in a level of 0.95."""

LOG_SD = 0.5
HALF_DISTANCE = 2.0
# Small enough to stay in a processor's cache.
_BATCH = 2_000
# Fixed, so that the same trials always give the same bounds.
_SEED = 1956


class _Moments(NamedTuple):
    mean: float
    sd: float


_LOGNORMAL = _Moments(
    math.exp(LOG_SD**2 / 2), math.exp(LOG_SD**2 / 2) * math.sqrt(math.expm1(LOG_SD**2))
)
_TWO_MODE = _Moments(0.0, math.sqrt(1 + HALF_DISTANCE**2))


def batches(n: int) -> Iterator[Mapping[ShapeName, Array]]:
    """``DRAWS`` samples of n values of every shape, of mean 0 and sd 1, always the same ones.

    Yields:
        Arrays of shape ``[_BATCH, n]``.
    """
    generator = np.random.default_rng([_SEED, n])
    for _ in range(0, DRAWS, _BATCH):
        normal = generator.standard_normal((_BATCH, n))
        upper = generator.integers(0, 2, size=(_BATCH, n))
        right = (np.exp(LOG_SD * normal) - _LOGNORMAL.mean) / _LOGNORMAL.sd
        two = (normal + HALF_DISTANCE * (2 * upper - 1)) / _TWO_MODE.sd
        yield {"normal": normal, "right-skewed": right, "left-skewed": -right, "two-mode": two}


def true_quantile(shape: ShapeName, order: float) -> float:
    """Quantile of the shape at mean 0 and sd 1."""
    if shape == "left-skewed":
        return -true_quantile("right-skewed", 1 - order)
    normal = float(special.ndtri(order))
    if shape == "right-skewed":
        return (math.exp(LOG_SD * normal) - _LOGNORMAL.mean) / _LOGNORMAL.sd
    return normal if shape == "normal" else _two_mode_quantile(order) / _TWO_MODE.sd


@functools.cache
def _two_mode_quantile(order: float) -> float:
    reach = HALF_DISTANCE + abs(float(special.ndtri(order)))
    modes = as_sample([-HALF_DISTANCE, HALF_DISTANCE])
    found = optimize.brentq(lambda x: float(special.ndtr(x - modes).mean()) - order, -reach, reach)
    return float(found)


def true_iqm(shape: ShapeName, trimmed: float) -> float:
    """Mean between the quantiles of order ``trimmed`` and ``1 − trimmed``, at mean 0 and sd 1.

    That of exp(σZ) between quantiles −z and z of Z is e^(σ²/2)·(Φ(z − σ) − Φ(−z − σ)) over the
    share of values there.
    """
    if shape in ("normal", "two-mode"):
        return 0.0
    cut = -float(special.ndtri(trimmed))
    inside = special.ndtr(cut - LOG_SD) - special.ndtr(-cut - LOG_SD)
    middle = _LOGNORMAL.mean * float(inside) / (1 - 2 * trimmed)
    right = (middle - _LOGNORMAL.mean) / _LOGNORMAL.sd
    return right if shape == "right-skewed" else -right


def true_half_spread(shape: ShapeName) -> float:
    """Root mean square of the deviations below the mean, those above counting 0, at sd 1."""
    if shape == "left-skewed":
        return math.sqrt(1 - true_half_spread("right-skewed") ** 2)
    if shape != "right-skewed":
        return math.sqrt(0.5)
    # E[(m − X)²; X < m] with E[X^k; X < m] = e^(k²σ²/2)·Φ(σ/2 − kσ), as ln m = σ²/2.
    parts = [
        math.exp((k * LOG_SD) ** 2 / 2) * float(special.ndtr(LOG_SD / 2 - k * LOG_SD))
        for k in range(3)
    ]
    m = _LOGNORMAL.mean
    return math.sqrt(m**2 * parts[0] - 2 * m * parts[1] + parts[2]) / _LOGNORMAL.sd
