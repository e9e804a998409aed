"""Distributions of a training's score, with true values in closed form or by quadrature."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import integrate, optimize, stats

SIZES = (5, 8, 14, 30)
_LOG_SD = 0.5
_HALF_DISTANCE = 2.0
_COLLAPSE_SHARES, _COLLAPSE_DEPTH = (0.01, 0.03, 0.1, 0.15), 20.0
# An accuracy on 360 rows that varies by one row, its true mean between two steps.
_OFF_THE_STEP = 0.3


@dataclass(frozen=True)
class Shape:
    """`draw(generator, size)` gives scores; `quantile` is their quantile function."""

    name: str
    draw: Callable
    quantile: Callable

    @property
    def mean(self):
        return self._integral(lambda p: self.quantile(p), 0, 1)

    @property
    def sd(self):
        mean = self.mean
        return self._integral(lambda p: (self.quantile(p) - mean) ** 2, 0, 1) ** 0.5

    @property
    def iqm(self):
        return 2 * self._integral(self.quantile, 0.25, 0.75)

    def _integral(self, function, low, high):
        middle = sorted({low, *_COLLAPSE_SHARES, 0.5, 0.99, high})
        cuts = [cut for cut in middle if low <= cut <= high]
        return sum(
            integrate.quad(function, *ends, limit=400, epsabs=1e-9)[0]
            for ends in itertools.pairwise(cuts)
        )


def _frozen(name, distribution, sign=1):
    def draw(generator, size):
        return sign * distribution.rvs(size=size, random_state=generator)

    return Shape(name, draw, lambda p: sign * distribution.ppf(p if sign > 0 else 1 - p))


def _mixture(name, share, low, high):
    """Normal scores of sd 1 around `low` in this share of trainings, around `high` in the rest."""

    def draw(generator, size):
        lower = generator.random(size) < share
        return generator.normal(size=size) + np.where(lower, low, high)

    def cdf(x):
        return share * stats.norm.cdf(x - low) + (1 - share) * stats.norm.cdf(x - high)

    def quantile(p):
        return optimize.brentq(lambda x: cdf(x) - p, low - 40, high + 40)

    return Shape(name, draw, quantile)


def _rounded(name, steps):
    """Normal scores whose sd is this many steps of the grid that they are rounded to."""

    def draw(generator, size):
        return np.round(_OFF_THE_STEP + steps * generator.normal(size=size))

    return Shape(name, draw, lambda p: np.round(_OFF_THE_STEP + steps * stats.norm.ppf(p)))


_LOGNORMAL = stats.lognorm(_LOG_SD)
NORMAL = _frozen("normal", stats.norm())
LEFT = _frozen("left-skewed", _LOGNORMAL, -1)
SHAPES = (
    NORMAL,
    LEFT,
    _frozen("right-skewed", _LOGNORMAL),
    _mixture("two-mode", 0.5, -_HALF_DISTANCE, _HALF_DISTANCE),
)
COLLAPSES = tuple(
    _mixture(f"collapse in {share:.0%}", share, -_COLLAPSE_DEPTH, 0.0) for share in _COLLAPSE_SHARES
)
OTHERS = (
    _frozen("lognormal σ = 0.25, mirrored", stats.lognorm(0.25), -1),
    # Skewness 2 / sqrt(shape) = 1.75, as the lognormal's.
    _frozen("gamma of skewness 1.75, mirrored", stats.gamma((2 / 1.75) ** 2), -1),
    _frozen("exponential, mirrored", stats.expon(), -1),
    _frozen("beta(20, 0.7)", stats.beta(20, 0.7)),
    _frozen("Student t, 5 degrees", stats.t(5)),
    _frozen("Student t, 3 degrees", stats.t(3)),
    _frozen("uniform", stats.uniform()),
    _mixture("two-mode, 25 % low", 0.25, -_HALF_DISTANCE, _HALF_DISTANCE),
    _mixture("two-mode, 20 % low", 0.2, -_HALF_DISTANCE, _HALF_DISTANCE),
    _rounded("rounded to 1/360, sd 1/360", 1.0),
)
