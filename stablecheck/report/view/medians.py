"""A median over trainings with its bounds, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from stablecheck.evidence.interval import interval
from stablecheck.report.numbers import NBSP, Write, decimals_for, number, plain
from stablecheck.report.view.context import Context
from stablecheck.report.view.values import bounds_or_none


def median_text(values: Sequence[float], context: Context, write: Write = number) -> str:
    """``0.487 (0.485–0.489)``, at the checklist's confidence; needs at least one finite value."""
    # Bounds of a median are order statistics and take nothing from the generator.
    found = interval(
        values, "median", context.run.checklist.decision.confidence, np.random.default_rng(0)
    )
    decimals = decimals_for((found.value, found.low, found.high))
    median = write(found.value, decimals)
    low, high = (write(v, decimals) if math.isfinite(v) else None for v in (found.low, found.high))
    if low == high == median:
        return median
    return f"{median} ({bounds_or_none(low, high, context.phrases)})"


def percent_text(value: float, decimals: int) -> str:
    """A percentage, with one decimal at most."""
    return f"{number(value, min(decimals, 1))}{NBSP}%"


def rough_text(value: float, _: int) -> str:
    """Three digits, for what is known to no more and may be of any size."""
    return plain(float(f"{value:.3g}"))
