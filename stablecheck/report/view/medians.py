"""A median over trainings with its bounds, in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from stablecheck.evidence.interval import interval
from stablecheck.report.numbers import (
    NBSP,
    above,
    below,
    decimals_for,
    decimals_of_three_digits,
    nearest,
    number,
    plain,
)
from stablecheck.report.view.context import Context
from stablecheck.report.view.values import bounds_or_none

_Rounding = Callable[[float, int], float]
_Write = Callable[[float, int, _Rounding], str]


def median_text(values: Sequence[float], context: Context, write: _Write) -> str:
    """``0.487 (0.485–0.489)``, bounds outwards; needs at least one finite value.

    Args:
        values: One of each training.
        context: Of the run, whose checklist says at what confidence.
        write: How a value is written with so many decimals, rounded so.
    """
    # Bounds of a median are order statistics and take nothing from the generator.
    found = interval(
        values, "median", context.run.checklist.decision.confidence, np.random.default_rng(0)
    )
    decimals = decimals_for((found.value, found.low, found.high))
    down, up = (nearest, nearest) if found.low == found.high else (below, above)
    median = write(found.value, decimals, nearest)
    low, high = (
        write(bound, decimals, rounding) if math.isfinite(bound) else None
        for bound, rounding in ((found.low, down), (found.high, up))
    )
    if low == high == median:
        return median
    return f"{median} ({bounds_or_none(low, high, context.phrases)})"


def percent_text(value: float, decimals: int, rounding: _Rounding) -> str:
    """A percentage, with one decimal at most."""
    decimals = min(decimals, 1)
    return f"{number(rounding(value, decimals), decimals)}{NBSP}%"


def rough_text(value: float, _: int, rounding: _Rounding) -> str:
    """Three digits, for what is known to no more and may be of any size."""
    return plain(float(f"{rounding(value, decimals_of_three_digits(value)):.3g}"))
