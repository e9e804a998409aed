"""The numbers of a check as text."""

from __future__ import annotations

from dataclasses import dataclass

from stablecheck.changes import CheckState
from stablecheck.report.numbers import NBSP, NONE, bounds, decimals_for, number, percent, plain
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
    """Formatted so that no rounding carries a number across the limit."""
    shown = (check.estimate, check.low, check.high)
    limit = plain(check.threshold)
    # At least the limit's own decimals: a share of 1.0 against 0.8 must not read as "> 1".
    decimals = max(decimals_for(shown, check.threshold), len(limit.partition(".")[2]))
    estimate, low, high = (_text(value, decimals, check.threshold) for value in shown)
    return Values(estimate, low, high, limit)


def of_summary(summary: SummaryResult) -> str:
    """A probe's summary with its bounds."""
    return with_bounds(summary.estimate, summary.low, summary.high)


def with_bounds(value: float | None, lower: float | None, upper: float | None) -> str:
    """``0.95 (0.90–1.00)``, a dash without a value."""
    shown = (value, lower, upper)
    decimals = decimals_for(shown)
    estimate, low, high = (None if one is None else number(one, decimals) for one in shown)
    values = Values(estimate, low, high, "")
    return f"{estimate or NONE} ({values.interval})" if values.interval else estimate or NONE


def with_unit(text: str, unit: str, phrases: Phrases) -> str:
    """The number with its unit, where it has one that a reader needs."""
    word = phrases.named("units", unit)
    if word == "×":
        sign, space, digits = text.rpartition(NBSP)
        return f"{sign}{space}×{digits}"
    return phrases.text("notation.unit", number=text, unit=word) if word else text


def bounds_or_none(low: str | None, high: str | None, phrases: Phrases) -> str:
    """Both bounds, or in words that there are none."""
    return bounds(low, high) or phrases.text("checks_table.unbounded")


def level(confidence: float) -> str:
    """A level of confidence in percent."""
    return percent(round(confidence, 4))


def _text(value: float | None, decimals: int, limit: float) -> str | None:
    if value is None:
        return None
    text = number(value, decimals)
    shown = round(value, decimals)
    if (shown < limit, shown > limit) == (value < limit, value > limit):
        return text
    return f"{'<' if value < limit else '>'}{NBSP}{text}"
