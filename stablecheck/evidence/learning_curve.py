"""What more data would bring: the power law score(n) = a − b·n^(−c)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from stablecheck.errors import UndefinedEstimateError
from stablecheck.evidence.estimate import Estimate
from stablecheck.evidence.interval import interval
from stablecheck.evidence.sample import Array, as_sample, levelled

_EXPONENTS = np.geomspace(0.01, 10.0, 121)
_FEWEST_SIZES = 3
# What the search for the exponent leaves open, relative to the scores.
_SEARCH_ERROR = 1e-8
# Never drawn from: pseudo-values are finite.
_SEED = 1958
BySeed = Mapping[int, float | None]


@dataclass(frozen=True)
class Curve:
    """The fitted law; ``b`` is negative where lower scores are better."""

    a: float
    b: float
    c: float

    def at(self, rows: float) -> float:
        """Predicted score with this many training rows."""
        return self.a - self.b * math.pow(rows, -self.c)


def fit(sizes: Sequence[float], means: Sequence[float], *, higher_is_better: bool = True) -> Curve:
    """Least-squares power law that never gets worse with more rows.

    Variable projection: for each exponent c in [0.01, 10] the best (a, b) is linear least squares
    with b ≥ 0; c is found on a grid and refined.

    Args:
        sizes: Training rows of each arm, distinct, at least three.
        means: Mean score of each arm.
        higher_is_better: Whether larger scores are better; the law is mirrored otherwise.

    Raises:
        UndefinedEstimateError: for fewer than three sizes.

    Source: Hestness et al. 2017, arXiv 1712.00409; Golub and Pereyra 1973, SINUM 10(2).
    """
    sign = 1.0 if higher_is_better else -1.0
    a, b, c = _fit(as_sample(sizes), sign * as_sample(means), lowest_b=0.0)
    largest = max(sizes)
    return Curve(sign * a, sign * b * math.pow(largest, c), c)


def gain_from_doubling(
    scores: Mapping[float, BySeed], confidence: float, *, higher_is_better: bool
) -> Estimate:
    """Gain in score that the law predicts from twice the largest number of rows.

    The bounds are those of a mean of the jackknife's pseudo-values, which leave one seed out of
    every arm, with b free to be negative: held at b ≥ 0, a flat or noisy curve would pretend to
    certainty. A positive gain is an improvement, whichever way the score points.

    Args:
        scores: Scores by number of training rows and seed.
        confidence: Level of each bound.
        higher_is_better: Whether larger scores are better.

    Raises:
        UndefinedEstimateError: for fewer than three sizes, or where a trial has no score.

    Source: Tukey 1958, Ann. Math. Stat. 29(2) for pseudo-values.
    """
    sizes, table = _table(scores, 1.0 if higher_is_better else -1.0)
    value = _gain(sizes, table.mean(axis=1), lowest_b=0.0)
    n = table.shape[1]
    if n < 2:
        return Estimate(value, -math.inf, math.inf, confidence, n, "jackknife", "TOO_FEW")
    pseudo = levelled(_pseudo_values(sizes, table), n * _SEARCH_ERROR * float(np.abs(table).max()))
    of_mean = interval(pseudo, "mean", confidence, np.random.default_rng(_SEED))
    low, high = (value + bound - of_mean.value for bound in (of_mean.low, of_mean.high))
    return Estimate(value, low, high, confidence, n, "jackknife", of_mean.note)


def _pseudo_values(sizes: Array, table: Array) -> Array:
    """For each seed, n times the gain of all seeds less n − 1 times that of all the others."""
    n = table.shape[1]
    left_out = (table.sum(axis=1, keepdims=True) - table) / (n - 1)
    gains = [_gain(sizes, means, lowest_b=-math.inf) for means in left_out.T]
    whole = _gain(sizes, table.mean(axis=1), lowest_b=-math.inf)
    return as_sample(n * whole - (n - 1) * as_sample(gains))


def _table(scores: Mapping[float, BySeed], sign: float) -> tuple[Array, Array]:
    sizes = sorted(scores)
    seeds = sorted(set().union(*scores.values()))
    table = [[_known(scores[size].get(seed), size, seed) for seed in seeds] for size in sizes]
    if not seeds:
        raise UndefinedEstimateError("the learning curve has no trials")
    return as_sample(sizes), sign * as_sample(table)


def _known(score: float | None, size: float, seed: int) -> float:
    if score is None:
        raise UndefinedEstimateError(
            f"the trial with {size:g} rows and seed {seed} has no score, so the learning curve is "
            "undefined"
        )
    return score


def _gain(sizes: Array, means: Array, *, lowest_b: float) -> float:
    _, b, c = _fit(sizes, means, lowest_b=lowest_b)
    return b * (1.0 - math.pow(2.0, -c))


def _fit(sizes: Array, means: Array, *, lowest_b: float) -> tuple[float, float, float]:
    """(a, b, c) of a − b·(n / n_max)^(−c); the scaling keeps the least squares well conditioned."""
    if len(set(sizes.tolist())) < _FEWEST_SIZES:
        raise UndefinedEstimateError(
            f"a learning curve needs {_FEWEST_SIZES} sizes, found {len(set(sizes.tolist()))}"
        )
    logs = np.log(sizes / sizes.max())
    grid = _lines(logs, means, _EXPONENTS, lowest_b)[2]
    best = int(np.argmin(grid))
    c = _refined(logs, means, best, lowest_b)
    if _line(logs, means, c, lowest_b)[2] > grid[best]:
        c = float(_EXPONENTS[best])
    a, b, _ = _line(logs, means, c, lowest_b)
    return a, b, c


def _refined(logs: Array, means: Array, best: int, lowest_b: float) -> float:
    around = np.log(_EXPONENTS[[max(best - 1, 0), min(best + 1, _EXPONENTS.size - 1)]])
    found = optimize.minimize_scalar(
        lambda log_c: _line(logs, means, math.exp(log_c), lowest_b)[2],
        bounds=(float(around[0]), float(around[1])),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return math.exp(float(found.x))


def _line(logs: Array, means: Array, c: float, lowest_b: float) -> tuple[float, float, float]:
    a, b, error = _lines(logs, means, as_sample([c]), lowest_b)
    return float(a[0]), float(b[0]), float(error[0])


def _lines(
    logs: Array, means: Array, exponents: Array, lowest_b: float
) -> tuple[Array, Array, Array]:
    """Best a and b ≥ lowest_b for each exponent, and the squared error they leave."""
    regressors = np.exp(-np.outer(exponents, logs))
    centred = regressors - regressors.mean(axis=1, keepdims=True)
    b = np.maximum(-(centred @ means) / np.sum(centred**2, axis=1), lowest_b)
    a = means.mean() + b * regressors.mean(axis=1)
    return a, b, np.sum((means - a[:, None] + b[:, None] * regressors) ** 2, axis=1)
