"""The one type that every statistic returns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from stablecheck.errors import UndefinedEstimateError

Method = Literal[
    "exact", "clopper-pearson", "shape-family", "shape-tolerance", "order-statistics",
    "percentile-bootstrap", "equal-values", "fixed-sequence", "jackknife",
]  # fmt: skip
Note = Literal["MISSING_VALUES", "NO_VARIATION", "TOO_FEW", "NOT_NORMAL", "OUTLIER", "WILKS"]
Side = Literal["lower", "upper"]
"""Which bound a requirement rests on: ``lower`` for "at least", ``upper`` for "at most"."""


@dataclass(frozen=True)
class Estimate:
    """A value with its two one-sided bounds.

    ``low`` is a lower confidence bound at level ``confidence`` and ``high`` an upper one at the
    same level; either may be infinite where the data cannot bound that side.

    Args:
        value: The point estimate; infinite where trials without a value decide it.
        low: One-sided lower bound, ``low <= value``.
        high: One-sided upper bound, ``value <= high``.
        confidence: Level of each bound, in (0, 1).
        n: Number of trials (or pairs) it rests on.
        method: How the bounds were made.
        note: Why that method was taken, where the usual one was set aside.

    Raises:
        UndefinedEstimateError: where value or a bound is NaN, which every comparison would take
            for a miss.
    """

    value: float
    low: float
    high: float
    confidence: float
    n: int
    method: Method
    note: Note | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number."""
        if any(math.isnan(number) for number in (self.value, self.low, self.high)):
            raise UndefinedEstimateError(f"the {self.method} estimate of {self.n} trials is NaN")
