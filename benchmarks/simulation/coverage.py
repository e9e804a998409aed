"""How often each one-sided bound lies on its side of the true value."""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stablecheck.evidence.interval import interval
from stablecheck.evidence.learning_curve import gain_from_doubling
from stablecheck.evidence.learning_rate import headroom, sensitivity
from stablecheck.evidence.paired import difference
from stablecheck.evidence.quantiles import quantile
from stablecheck.evidence.shares import share
from stablecheck.evidence.tolerance import tolerance

CONFIDENCE = 0.95
# The mean lies this many standard deviations above 0: a score of 0.9 that varies by 0.09.
_MEAN_IN_SD = 10.0
_GRID = (0.5, 0.7, 1.0, 1.4, 2.0)
_ROWS = (180.0, 360.0, 720.0, 1440.0)


@dataclass(frozen=True)
class Quantity:
    """A quantity with an interval.

    `estimate(scores, shape)` gives its bounds from standardised scores, mean 0 and sd 1;
    `truth(shape)` what they should enclose; one in `cost` replications is run.
    """

    name: str
    estimate: Callable
    truth: Callable
    sides: tuple = ("low", "high")
    cost: int = 1


@functools.cache
def standard(shape):
    """Mean and sd, by quadrature once."""
    return shape.mean, shape.sd


def scores(shape, generator, size):
    mean, sd = standard(shape)
    return (shape.draw(generator, size) - mean) / sd


@functools.cache
def true_quantile(shape, order):
    mean, sd = standard(shape)
    return (shape.quantile(order) - mean) / sd


@functools.cache
def true_iqm(shape):
    mean, sd = standard(shape)
    return (shape.iqm - mean) / sd


def _fresh():
    return np.random.default_rng(7)


def _statistic(name, truth, shift=0.0):
    return Quantity(
        name,
        lambda values, _: interval(values + shift, name, CONFIDENCE, _fresh()),
        truth,
        cost=1,
    )


def _share(values, shape):
    cut = true_quantile(shape, 0.2)
    return share(int((values >= cut).sum()), values.size, CONFIDENCE)


def _paired(values, _):
    """What the seeds share cancels; of the other arm, noise of half the size is left."""
    arm, other = values.reshape(2, -1)
    seeds = range(arm.size)
    pairs = dict(zip(seeds, arm, strict=True)), dict(zip(seeds, other / 2, strict=True))
    return difference(*pairs, "mean", CONFIDENCE, higher_is_better=True)


def _equal_arms(values, _):
    """Two arms of one recipe that share nothing: whatever differs between them is chance."""
    pairs = (dict(enumerate(arm)) for arm in values.reshape(2, -1))
    return difference(*pairs, "mean", CONFIDENCE, higher_is_better=True)


def _gain(values, _):
    """Four arms of the curve 0.99 − n^(−1/2), noise of sd 0.005 around it."""
    arms = values.reshape(len(_ROWS), -1)
    table = {
        rows: dict(enumerate(0.99 - rows**-0.5 + 0.005 * arm))
        for rows, arm in zip(_ROWS, arms, strict=True)
    }
    return gain_from_doubling(table, CONFIDENCE, higher_is_better=True)


def _arms(values):
    """Arms of a grid whose mean score falls by 0.01 at factor 2 and nowhere else."""
    return {
        factor: dict(enumerate(0.95 - 0.01 * (factor == 2.0) + 0.003 * arm))
        for factor, arm in zip(_GRID, values.reshape(len(_GRID), -1), strict=True)
    }


def _headroom_low(values, _):
    """The loss at ×2 is just above δ, so the headroom is just below 2."""
    return headroom(_arms(values), 0.01 - 1e-9, CONFIDENCE, higher_is_better=True)


def _headroom_high(values, _):
    return headroom(_arms(values), 0.01 + 1e-9, CONFIDENCE, higher_is_better=True)


def _sensitivity(values, _):
    """Losses 0.3, 0.25, 0.2, 0.25, 0.3: 0.06 above the best on average."""
    arms = values.reshape(len(_GRID), -1)
    means = (0.3, 0.25, 0.2, 0.25, 0.3)
    losses = {
        factor: dict(enumerate(mean + 0.01 * arm))
        for factor, mean, arm in zip(_GRID, means, arms, strict=True)
    }
    before = {1.0: dict.fromkeys(range(arms.shape[1]), 2.3)}
    return sensitivity(losses, before, CONFIDENCE)


QUANTITIES = (
    _statistic("mean", lambda _: 0.0),
    _statistic("median", lambda shape: true_quantile(shape, 0.5)),
    _statistic("iqm", true_iqm),
    _statistic("std", lambda _: 1.0),
    _statistic("cv", lambda _: 1 / _MEAN_IN_SD, shift=_MEAN_IN_SD),
    Quantity(
        "p(10)",
        lambda values, _: quantile(values, 0.1, CONFIDENCE),
        lambda shape: true_quantile(shape, 0.1),
    ),
    Quantity("share of 0.8", _share, lambda _: 0.8),
    Quantity(
        "tolerance 0.9, at least",
        lambda values, _: tolerance(values, 0.9, CONFIDENCE, side="lower"),
        lambda shape: true_quantile(shape, 0.1),
    ),
    Quantity(
        "tolerance 0.9, at most",
        lambda values, _: tolerance(values, 0.9, CONFIDENCE, side="upper"),
        lambda shape: true_quantile(shape, 0.9),
    ),
    Quantity("paired mean difference", _paired, lambda _: 0.0),
    Quantity("difference of equal arms", _equal_arms, lambda _: 0.0),
    Quantity("gain from doubling", _gain, lambda _: 1440**-0.5 - 2880**-0.5, cost=8),
    Quantity("headroom", _headroom_low, lambda _: 2.0 - 1e-6, sides=("low",), cost=4),
    Quantity("headroom", _headroom_high, lambda _: 2.0, sides=("high",), cost=4),
    Quantity("sensitivity", _sensitivity, lambda _: 0.06, sides=("high",)),
)
_ARMS = {
    "paired mean difference": 2,
    "difference of equal arms": 2,
    "gain from doubling": len(_ROWS),
    "headroom": len(_GRID),
    "sensitivity": len(_GRID),
}


@dataclass(frozen=True)
class Coverage:
    """Share of replications in which a bound held, and in which it was finite."""

    held: float
    finite: float
    replications: int

    @property
    def error(self):
        return math.sqrt(max(self.held * (1 - self.held), 0.01) / self.replications)


def coverage(quantity, shape, n, replications, seed):
    """Coverage of each side of `quantity` at n trials (seeds, for a probe's summary)."""
    count = max(200, replications // quantity.cost)
    generator = np.random.default_rng([seed, n])
    rows = scores(shape, generator, (count, n * _ARMS.get(quantity.name, 1)))
    truth = quantity.truth(shape)
    found = [quantity.estimate(row, shape) for row in rows]
    held = {
        "low": [one.low <= truth for one in found],
        "high": [one.high >= truth for one in found],
    }
    return {
        side: Coverage(
            float(np.mean(held[side])),
            float(np.mean([math.isfinite(getattr(one, side)) for one in found])),
            count,
        )
        for side in quantity.sides
    }
