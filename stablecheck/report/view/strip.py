"""Where the marks of an interval strip stand."""

from __future__ import annotations

from dataclasses import dataclass

from stablecheck.result import CheckResult

WIDTH = 150.0
_MARGIN = 9.0


@dataclass(frozen=True)
class Strip:
    """A small drawing of estimate, bounds and limit; positions from the left, in drawing units.

    Args:
        estimate: Position of the estimate; None where it is undefined.
        low, high: Ends of the line; at the border where that side is not bounded.
        low_open, high_open: Whether the line fades out there.
        limit: Position of the limit.
        pass_from, pass_to: The side that passes; None for equalities.
        limit_text: The limit with its sign.
        limit_anchor: How that text is set beside the limit's position.
    """

    estimate: float | None
    low: float | None
    high: float | None
    low_open: bool
    high_open: bool
    limit: float
    pass_from: float | None
    pass_to: float | None
    limit_text: str
    limit_anchor: str


def strip_of(check: CheckResult, limit_text: str) -> Strip:
    """The strip of a check, scaled so that all its numbers are inside."""
    place = _Scale(check)
    limit = place(check.threshold)
    measured = any(value is not None for value in (check.estimate, check.low, check.high))
    upwards = check.operator in (">", ">=")
    one_sided = check.operator not in ("==", "!=")
    return Strip(
        estimate=None if check.estimate is None else place(check.estimate),
        low=(0.0 if check.low is None else place(check.low)) if measured else None,
        high=(WIDTH if check.high is None else place(check.high)) if measured else None,
        low_open=measured and check.low is None,
        high_open=measured and check.high is None,
        limit=limit,
        pass_from=(limit if upwards else 0.0) if one_sided else None,
        pass_to=(WIDTH if upwards else limit) if one_sided else None,
        limit_text=limit_text,
        limit_anchor=_anchor(limit),
    )


class _Scale:
    """From numbers to positions; equal numbers stand in the middle."""

    def __init__(self, check: CheckResult) -> None:
        numbers = (check.estimate, check.low, check.high, check.threshold)
        known = [value for value in numbers if value is not None]
        self._low, self._high = min(known), max(known)
        # An unbounded side leaves room for the line to fade out.
        self._left = 30.0 if check.low is None else _MARGIN
        self._right = WIDTH - (30.0 if check.high is None else _MARGIN)

    def __call__(self, value: float) -> float:
        if self._high == self._low:
            return round((self._left + self._right) / 2, 2)
        share = (value - self._low) / (self._high - self._low)
        return round(self._left + share * (self._right - self._left), 2)


def _anchor(position: float) -> str:
    if position < 24:
        return "start"
    return "end" if position > WIDTH - 24 else "middle"
