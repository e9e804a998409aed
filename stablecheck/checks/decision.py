"""When an interval meets a requirement, when it misses it, and when it leaves the matter open."""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Mapping
from typing import Literal

from stablecheck.checklist.requirement import Operator
from stablecheck.evidence.estimate import Estimate, Side

Decided = Literal["pass", "fail", "inconclusive"]

HOLDS: Mapping[Operator, Callable[[float, float], bool]] = {
    "<": python.lt,
    "<=": python.le,
    ">": python.gt,
    ">=": python.ge,
    "==": python.eq,
    "!=": python.ne,
}


def side(operator: Operator) -> Side | None:
    """The bound that has to clear the threshold; None for equalities, which have no worst value."""
    if operator in ("==", "!="):
        return None
    return "lower" if operator in (">", ">=") else "upper"


def outcome(estimate: Estimate, operator: Operator, threshold: float) -> Decided:
    """Pass where the whole interval meets the requirement, fail where none of it does.

    Equality passes only on a number without an interval; it fails where the interval leaves the
    threshold out. Inequality is its opposite.
    """
    if operator == "==":
        return _equal(estimate, threshold)
    if operator == "!=":
        opposite: dict[Decided, Decided] = {"pass": "fail", "fail": "pass"}
        return opposite.get(_equal(estimate, threshold), "inconclusive")
    worst, best = (
        (estimate.low, estimate.high)
        if side(operator) == "lower"
        else (estimate.high, estimate.low)
    )
    holds = HOLDS[operator]
    if holds(worst, threshold):
        return "pass"
    return "inconclusive" if holds(best, threshold) else "fail"


def level(operator: Operator, confidence: float) -> float:
    """Level of each bound: an equality can be missed on either side, so the sides share α."""
    return confidence if side(operator) else 1 - (1 - confidence) / 2


def _equal(estimate: Estimate, threshold: float) -> Decided:
    if estimate.method == "exact" and estimate.value == threshold:
        return "pass"
    return "inconclusive" if estimate.low <= threshold <= estimate.high else "fail"
