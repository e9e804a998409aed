"""How a language writes numbers, shares, spans of time, ranges and dates, from its locale file."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass

from stablecheck.checklist.duration import number_and_unit

MINUS = "\N{MINUS SIGN}"
_ENDLESS = "\N{INFINITY}"
_SPELT = frozenset("\N{MINUS SIGN}+<>")


@dataclass(frozen=True)
class Notation:
    """The ``notation`` of a locale file: patterns that digits are put into.

    Args:
        thousands: What sets groups of three digits apart.
        share, unit: A number with the percent sign, or with the word for its unit.
        range, range_spelt: Two bounds; spelt where a sign would run into the dash.
        at_least, at_most: One bound.
        day, months, moment: A date, the names of its months, and a date with the time of day.
        time: A span of time by unit: ``s``, ``min``, ``h``, ``d``, and ``h_min`` for the two.
        sentences, listed, clauses: What stands between sentences, items and clauses.
    """

    thousands: str
    share: str
    unit: str
    range: str
    range_spelt: str
    at_least: str
    at_most: str
    day: str
    months: tuple[str, ...]
    moment: str
    time: Mapping[str, str]
    sentences: str
    listed: str
    clauses: str

    def number(self, value: float, decimals: int) -> str:
        """The value with that many decimals, thousands set apart and a true minus sign."""
        if is_written_short(value):
            return _with_minus(f"{value:.3g}")
        text = f"{value:,.{decimals}f}".replace(",", self.thousands)
        if float(f"{value:.{decimals}f}") == 0:
            text = text.removeprefix("-")
        return _with_minus(text)

    def plain(self, value: float) -> str:
        """The value with as few digits as it was written with, for limits and settings."""
        if not math.isfinite(value):
            return _ENDLESS if value > 0 else f"{MINUS}{_ENDLESS}"
        if value == int(value) and abs(value) < 1e7:
            return self.number(value, 0)
        return _with_minus(f"{value:.6g}")

    def percent(self, share: float) -> str:
        """A share in percent."""
        return self.share.format(number=self.plain(round(share * 100, 4)))

    def seconds(self, value: float) -> str:
        """A span of time in the two units that matter."""
        if value < 90:
            return self._span(f"{value:.1f}" if value < 10 else f"{value:.0f}", "s")
        minutes = round(value / 60)
        if minutes < 90:
            return self._span(f"{minutes}", "min")
        hours, rest = divmod(minutes, 60)
        if hours >= 48:
            return self._span(f"{round(hours / 24)}", "d")
        if not rest or hours >= 10:
            return self._span(f"{hours}", "h")
        parts = {"hours": self._span(f"{hours}", "h"), "minutes": self._span(f"{rest}", "min")}
        return self.time["h_min"].format(**parts)

    def duration(self, text: str) -> str:
        """A duration as a checklist has it, such as ``48h``, in the language's own words."""
        return self._span(*number_and_unit(text))

    def bounds(self, low: str | None, high: str | None) -> str:
        """``0.90–1.00``, ``≥ 0.90`` or ``≤ 1.00``; empty where neither side is bounded."""
        if low is not None and high is not None:
            pattern = self.range_spelt if _SPELT & set(low + high) else self.range
            return pattern.format(low=low, high=high)
        if low is not None:
            return self.at_least.format(value=low)
        return self.at_most.format(value=high) if high is not None else ""

    def date(self, day: datetime.date) -> str:
        """A date in words."""
        return self.day.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def _span(self, number: str, unit: str) -> str:
        return self.time[unit].format(number=number)


def is_written_short(value: float) -> bool:
    """Whether a number is so large or small that three digits and an exponent tell more."""
    return abs(value) >= 1e7 or 0 < abs(value) < 1e-6


def _with_minus(text: str) -> str:
    return text.replace("-", MINUS)
