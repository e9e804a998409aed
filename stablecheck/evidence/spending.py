"""When to look at the evidence while seeds are added, and what each look may cost."""

from __future__ import annotations

import math
from dataclasses import dataclass

MOST_LOOKS = 5
GROWTH = 1.5
"""Factor by which the number of trials grows from look to look, where that takes few enough."""


@dataclass(frozen=True)
class Look:
    """One look at the evidence.

    Args:
        n: Trials per arm at this look.
        confidence: Level of every bound that decides at this look.
        spent: Share of error that this look and all before it have used up.
    """

    n: int
    confidence: float
    spent: float


def looks(first: int, most: int, confidence: float) -> tuple[Look, ...]:
    """The looks from ``first`` trials to ``most``, which together err no more often than one.

    With n of ``most`` trials, α·n/most of the error α = 1 − ``confidence`` has been spent, and each
    look decides at 1 minus what it adds to that. As the looks' errors sum to α at most, whatever
    the bounds are and however they hang together (union bound), it is enough that each bound holds
    its level at a fixed n.

    Args:
        first: Trials at the first look, at least 1.
        most: Trials at the last, at least ``first``.
        confidence: Level that the looks hold together.

    Source: Lan and DeMets 1983, Biometrika 70(3); Kim and DeMets 1987, Biometrika 74(1), ρ = 1.
    """
    found: list[Look] = []
    for n in _sizes(first, most):
        spent = (1 - confidence) * n / most
        before = found[-1].spent if found else 0.0
        found.append(Look(n, 1 - (spent - before), spent))
    return tuple(found)


def _sizes(first: int, most: int) -> tuple[int, ...]:
    """Rising geometrically, both ends included."""
    growth = math.log(most / first)
    steps = min(MOST_LOOKS - 1, max(1, round(growth / math.log(GROWTH))))
    sizes = (round(first * math.exp(growth * step / steps)) for step in range(steps))
    return tuple(dict.fromkeys((*sizes, most)))
