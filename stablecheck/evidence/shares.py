"""How large a share of future trials is, from how many of n had it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from stablecheck.evidence.estimate import Estimate
from stablecheck.evidence.sample import Array


def share(successes: int, n: int, confidence: float) -> Estimate:
    """Share with its exact one-sided binomial bounds.

    All of n proves a share of ``(1 − confidence)^(1/n)``: 14 of 14 prove 0.80 at 95 %.

    Raises:
        ValueError: unless 0 ≤ successes ≤ n and n ≥ 1.

    Source: Clopper and Pearson 1934, Biometrika 26(4).
    """
    if not 0 <= successes <= n or n < 1:
        raise ValueError(f"{successes} of {n} is no share; expected 0 <= successes <= n, n >= 1")
    low = float(lower_bounds(successes, n, confidence))
    high = float(upper_bounds(successes, n, confidence))
    return Estimate(successes / n, low, high, confidence, n, "clopper-pearson")


def lower_bounds(successes: ArrayLike, n: ArrayLike, confidence: float) -> Array:
    """Clopper–Pearson lower bounds, element by element."""
    some, all_ = np.broadcast_arrays(np.asarray(successes, float), np.asarray(n, float))
    bounds = special.betaincinv(np.maximum(some, 1), all_ - some + 1, 1 - confidence)
    return np.where(some == 0, 0.0, bounds)


def upper_bounds(successes: ArrayLike, n: ArrayLike, confidence: float) -> Array:
    """Clopper–Pearson upper bounds, element by element."""
    some, all_ = np.broadcast_arrays(np.asarray(successes, float), np.asarray(n, float))
    return 1.0 - lower_bounds(all_ - some, all_, confidence)
