"""Numbers along an axis: few, round, told apart from one another, and alike in their decimals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, Formatter, FuncFormatter, MaxNLocator, NullLocator

from stablecheck.report.numbers import MINUS, Write, number

_STEPS = [1, 2, 2.5, 5, 10]
_MOST_DECIMALS = 12
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def round_numbers(axis: Axis, most: int, write: Write = number) -> None:
    """At most so many intervals between round numbers."""
    axis.set_major_locator(MaxNLocator(most, steps=_STEPS))
    axis.set_major_formatter(_Alike(write))


def powers(axis: Axis, low: float, high: float, most: int) -> None:
    """Round numbers on a logarithmic axis from ``low`` to ``high``, both above zero."""
    axis.set_major_locator(FixedLocator(round_between(low, high, most)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: power(value)))


def round_between(low: float, high: float, most: int) -> list[float]:
    """Powers of ten in a range, with 2 and 5 times them where there is room for those.

    >>> round_between(0.03, 3.0, 6), round_between(1e-7, 10.0, 4)
    ([0.05, 0.1, 0.2, 0.5, 1.0, 2.0], [1e-07, 0.0001, 0.1])
    """
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found: list[float] = []
    for digits in ((1, 2, 5), (1, 3), (1,)):
        found = [float(f"{digit}e{decade}") for decade in decades for digit in digits]
        found = [value for value in found if low <= value <= high]
        if len(found) <= most:
            return found
    return found[:: -(-len(found) // most)]


def power(value: float) -> str:
    """A number of one or a few digits, as a power of ten where zeros would have to be counted.

    >>> power(0.05), power(200.0), power(2e-07)
    ('0.05', '200', '2·10⁻⁷')
    """
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        return number(value, max(-math.floor(math.log10(abs(value) or 1.0)), 0))
    digits, exponent = f"{abs(value):.0e}".split("e")
    ten = f"10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
    return (MINUS if value < 0 else "") + (ten if digits == "1" else f"{digits}·{ten}")


def decimals_of(ticks: Sequence[float]) -> int:
    """The fewest decimals that tell evenly spaced ticks apart without rounding them.

    >>> decimals_of([0.0, 0.0025, 0.005]), decimals_of([-20.0, 0.0])
    (4, 0)
    """
    step = float(np.min(np.diff(ticks))) if len(ticks) > 1 else 0.0
    if step <= 0:
        return 0
    for decimals in range(_MOST_DECIMALS):
        if abs(step - round(step, decimals)) < 1e-6 * step:
            return decimals
    return _MOST_DECIMALS


class _Alike(Formatter):
    """Ticks with the same decimals, as few as tell them apart.

    Args:
        write: A value with that many decimals.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._decimals = 0
        self._step = 0.0

    def set_locs(self, locs: Sequence[float]) -> None:
        """Choose the decimals; Matplotlib calls it with all ticks before it asks for one."""
        self._step = float(np.min(np.diff(locs))) if len(locs) > 1 else 0.0
        self._decimals = decimals_of(locs)

    def __call__(self, value: float, pos: int | None = None) -> str:
        """The tick at ``value``."""
        near_zero = abs(value) < 1e-6 * self._step
        return self._write(0.0, 0) if near_zero else self._write(value, self._decimals)
