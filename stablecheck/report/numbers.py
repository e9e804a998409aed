"""Numbers as a reader wants them: no false precision, and never rounded across a limit.

They are written as the language does that :func:`written_in` sets, English otherwise; axes ask for
the labels of their ticks from deep inside Matplotlib, where no argument reaches.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from stablecheck.report.notation import MINUS as MINUS
from stablecheck.report.notation import Notation, is_written_short
from stablecheck.report.phrases import Phrases, load

NBSP = "\N{NO-BREAK SPACE}"
NONE = "\N{EN DASH}"
MOST_DECIMALS = 6
Write = Callable[[float, int], str]
"""How a value is written with that many decimals."""
_NOTATION: ContextVar[Notation] = ContextVar("notation")


@contextmanager
def written_in(phrases: Phrases) -> Iterator[None]:
    """Write numbers as the language of these phrases does."""
    before = _NOTATION.set(phrases.notation)
    try:
        yield
    finally:
        _NOTATION.reset(before)


def number(value: float, decimals: int) -> str:
    """The value with that many decimals, thousands set apart and a true minus sign."""
    return _notation().number(value, decimals)


def signed(value: float, decimals: int) -> str:
    """A difference with its sign, zero without one.

    >>> signed(0.5, 1), signed(0.0, 0)
    ('+0.5', '0')
    """
    text = number(value, decimals)
    return f"+{text}" if round(value, decimals) > 0 else text


def plain(value: float) -> str:
    """The value with as few digits as it was written with, for limits and settings."""
    return _notation().plain(value)


def percent(share: float) -> str:
    """A share in percent."""
    return _notation().percent(share)


def seconds(value: float) -> str:
    """A span of time in the two units that matter."""
    return _notation().seconds(value)


def duration(text: str) -> str:
    """A duration as a checklist has it, such as ``48h``."""
    return _notation().duration(text)


def bounds(low: str | None, high: str | None) -> str:
    """``0.90–1.00``, ``≥ 0.90`` or ``≤ 1.00``; empty where neither side is bounded."""
    return _notation().bounds(low, high)


def date(day: datetime.date) -> str:
    """A date in words."""
    return _notation().date(day)


def decimals_for(values: Iterable[float | None], limit: float | None = None) -> int:
    """Decimals that show the spread of the values and keep each value on its side of the limit."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return 2
    least = _digits(known)
    return next((d for d in range(least, MOST_DECIMALS + 1) if _kept(known, limit, d)), least)


def nearest(value: float, decimals: int) -> float:
    """The value rounded as a number that claims nothing may be."""
    return value if is_written_short(value) else round(value, decimals)


def below(value: float, decimals: int) -> float:
    """The value rounded down, as a lower bound has to be: 0.807 proves 0.80 and not 0.81."""
    return _rounded(value, decimals, ROUND_FLOOR)


def above(value: float, decimals: int) -> float:
    """The value rounded up, as an upper bound has to be."""
    return _rounded(value, decimals, ROUND_CEILING)


def _rounded(value: float, decimals: int, rounding: str) -> float:
    if not math.isfinite(value):
        return value
    if is_written_short(value):
        decimals = decimals_of_three_digits(value)
    # Twelve digits, so that the noise of floating point does not count as a digit more.
    exact = Decimal(f"{value:.12g}")
    return float(exact.quantize(Decimal(1).scaleb(-decimals), rounding))


def decimals_of_three_digits(value: float) -> int:
    """Decimals that leave a number three digits; negative where the last stands before the point.

    >>> decimals_of_three_digits(0.01234), decimals_of_three_digits(12_345)
    (4, -2)
    """
    return 2 - Decimal(f"{value:.12g}").adjusted()


def _digits(known: list[float]) -> int:
    if all(value == int(value) for value in known):
        return 0
    spread = max(known) - min(known)
    scale = spread if spread > 0 else max(abs(value) for value in known) / 10
    if scale < 1e-300:  # below what a logarithm can take
        return 2
    # A leading 1 is too coarse by itself, so it gets a second digit.
    digits = -math.floor(math.log10(scale)) + (f"{scale:e}"[0] == "1")
    return min(max(digits, 2), 4) if scale < 10 else 1


def _kept(known: list[float], limit: float | None, decimals: int) -> bool:
    if limit is None:
        return True
    return all(
        _side(round(value, decimals), limit) == _side(value, limit)
        for value in known
        if not math.isclose(value, limit, rel_tol=1e-9)
    )


def _side(value: float, limit: float) -> int:
    return (value > limit) - (value < limit)


def _notation() -> Notation:
    found = _NOTATION.get(None)
    return load("en").notation if found is None else found
