"""Numbers that describe the trials that ran and claim nothing about others: no interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np

from stablecheck.evidence.estimate import Estimate
from stablecheck.evidence.sample import Array, as_sample, is_constant

ExactName = Literal["min", "max", "spread", "count"]


def describe(values: Sequence[float] | Array, name: ExactName, confidence: float) -> Estimate:
    """Smallest or largest value, their difference, or the number of values, as they are.

    A value of −∞ is not counted, one of +∞ is: each counts against its requirement.
    """
    sample = as_sample(values)
    value = _EXACT[name](sample)
    return Estimate(value, value, value, confidence, sample.size, "exact")


def _spread(sample: Array) -> float:
    if not np.isfinite(sample).all():
        return np.inf
    return 0.0 if is_constant(sample) else float(sample.max() - sample.min())


_EXACT: Mapping[ExactName, Callable[[Array], float]] = {
    "min": lambda sample: float(sample.min()),
    "max": lambda sample: float(sample.max()),
    "spread": _spread,
    "count": lambda sample: float(np.count_nonzero(sample > -np.inf)),
}
