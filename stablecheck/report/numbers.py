"""Numbers as a reader wants them: no false precision, and never rounded across a limit."""

from __future__ import annotations

import math
from collections.abc import Iterable

MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"
NONE = "\N{EN DASH}"
MOST_DECIMALS = 6


def number(value: float, decimals: int) -> str:
    """The value with that many decimals, thousands set apart and a true minus sign."""
    if abs(value) >= 1e7 or 0 < abs(value) < 1e-6:
        return _signed(f"{value:.3g}")
    text = f"{value:,.{decimals}f}".replace(",", THIN)
    return _signed(
        "0" + text[2:] if float(f"{value:.{decimals}f}") == 0 and text[0] == "-" else text
    )


def plain(value: float) -> str:
    """The value with as few digits as it was written with, for limits and settings."""
    if not math.isfinite(value):
        return "\N{INFINITY}" if value > 0 else f"{MINUS}\N{INFINITY}"
    if value == int(value) and abs(value) < 1e7:
        return number(value, 0)
    return _signed(f"{value:.6g}")


def percent(share: float) -> str:
    """A share in percent."""
    return f"{plain(round(share * 100, 4))}{NBSP}%"


def decimals_for(values: Iterable[float | None], limit: float | None = None) -> int:
    """Decimals that show the spread of the values and keep each value on its side of the limit."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return 2
    least = _digits(known)
    return next((d for d in range(least, MOST_DECIMALS + 1) if _kept(known, limit, d)), least)


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


def seconds(value: float) -> str:
    """A span of time in the two units that matter."""
    if value < 10:
        return f"{value:.1f}{NBSP}s"
    if value < 90:
        return f"{value:.0f}{NBSP}s"
    minutes = round(value / 60)
    if minutes < 90:
        return f"{minutes}{NBSP}min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours}{NBSP}h" + (f" {rest}{NBSP}min" if rest and hours < 10 else "")
    return f"{round(hours / 24)}{NBSP}d"


def _signed(text: str) -> str:
    return text.replace("-", MINUS)
