"""Dots that would stand on one another, stacked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def stacked(values: Sequence[float], width: float) -> list[tuple[float, int]]:
    """Where each dot stands, in columns of that width, and how many are below it.

    >>> stacked([0.1, 1.2, 0.9], 1.0)
    [(0.0, 0), (1.0, 0), (1.0, 1)]
    """
    counts: Counter[int] = Counter()
    dots = []
    for value in sorted(values):
        column = round(value / width)
        dots.append((column * width, counts[column]))
        counts[column] += 1
    return dots
