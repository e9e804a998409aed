"""The numbers of a check as text."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from stablecheck.changes import CheckState
from stablecheck.report.numbers import (
    MOST_DECIMALS,
    NBSP,
    NONE,
    above,
    below,
    bounds,
    decimals_for,
    nearest,
    number,
    percent,
    plain,
)
from stablecheck.report.phrases import Phrases
from stablecheck.result import CheckResult, SummaryResult


@dataclass(frozen=True)
class Values:
    """A check's numbers, formatted alike.

    Args:
        estimate, low, high: The number and its bounds; None where it is undefined or unbounded.
        limit: The threshold, as it was written.
    """

    estimate: str | None
    low: str | None
    high: str | None
    limit: str

    @property
    def is_point(self) -> bool:
        """Whether the number has no interval around it."""
        return self.estimate is not None and self.low == self.high == self.estimate

    @property
    def interval(self) -> str:
        """Both bounds, such as ``0.90–1.00``; empty for a number without an interval."""
        return "" if self.is_point else bounds(self.low, self.high)


def values_of(check: CheckResult | CheckState) -> Values:
    """Formatted so that no rounding carries a number across the limit, and bounds outwards."""
    limit = plain(check.threshold)
    shown = _shown(check.estimate, check.low, check.high)
    # At least the limit's own decimals: a share of 1.0 against 0.8 must not read as "> 1".
    least = max(
        decimals_for((check.estimate, check.low, check.high), check.threshold),
        len(limit.partition(".")[2]),
    )
    decimals = next(
        (d for d in range(least, MOST_DECIMALS + 1) if _kept(shown, d, check.threshold)), least
    )
    estimate, low, high = (
        None if one is None else _text(one, decimals, check.threshold) for one in shown
    )
    return Values(estimate, low, high, limit)


def of_summary(summary: SummaryResult) -> str:
    """A probe's summary with its bounds."""
    return with_bounds(summary.estimate, summary.low, summary.high)


def with_bounds(value: float | None, lower: float | None, upper: float | None) -> str:
    """``0.95 (0.90–1.00)``, a dash without a value."""
    decimals = decimals_for((value, lower, upper))
    estimate, low, high = (
        None if one is None else number(one.rounded(decimals), decimals)
        for one in _shown(value, lower, upper)
    )
    values = Values(estimate, low, high, "")
    return f"{estimate or NONE} ({values.interval})" if values.interval else estimate or NONE


def with_unit(text: str, unit: str, phrases: Phrases) -> str:
    """The number with its unit, where it has one that a reader needs."""
    word = phrases.named("units", unit)
    if word == "×":
        sign, space, digits = text.rpartition(NBSP)
        return f"{sign}{space}×{digits}"
    return phrases.text("notation.unit", number=text, unit=word) if word else text


def of_state(state: CheckState, phrases: Phrases) -> str:
    """Outcome, value and interval of one run's side of a check."""
    word, values = phrases.text(f"outcomes.{state.outcome}"), values_of(state)
    if values.estimate is None:
        return word
    value = with_unit(values.estimate, state.unit, phrases)
    return phrases.listed((word, f"{value} ({values.interval})" if values.interval else value))


def bounds_or_none(low: str | None, high: str | None, phrases: Phrases) -> str:
    """Both bounds, or in words that there are none."""
    return bounds(low, high) or phrases.text("checks_table.unbounded")


def level(confidence: float) -> str:
    """A level of confidence in percent, rounded down: none is as high as 100 %."""
    return percent(below(confidence, 4))


@dataclass(frozen=True)
class _Shown:
    """A number and the way it is rounded."""

    value: float
    rounding: Callable[[float, int], float]

    def rounded(self, decimals: int) -> float:
        return self.rounding(self.value, decimals)

    def keeps_its_side(self, decimals: int, limit: float) -> bool:
        return _side(self.rounded(decimals), limit) == _side(self.value, limit)


def _shown(
    estimate: float | None, low: float | None, high: float | None
) -> tuple[_Shown | None, ...]:
    """Each number with how it is rounded: bounds outwards, a number without an interval nearest."""
    down, up = (nearest, nearest) if low == high else (below, above)
    pairs = zip((estimate, low, high), (nearest, down, up), strict=True)
    return tuple(None if value is None else _Shown(value, rounding) for value, rounding in pairs)


def _kept(shown: tuple[_Shown | None, ...], decimals: int, limit: float) -> bool:
    """Whether rounding leaves every number on its side of the limit."""
    return all(
        one.keeps_its_side(decimals, limit)
        for one in shown
        if one is not None and not math.isclose(one.value, limit, rel_tol=1e-9)
    )


def _text(one: _Shown, decimals: int, limit: float) -> str:
    text = number(one.rounded(decimals), decimals)
    if one.keeps_its_side(decimals, limit):
        return text
    return f"{'<' if one.value < limit else '>'}{NBSP}{text}"


def _side(value: float, limit: float) -> int:
    return (value > limit) - (value < limit)
