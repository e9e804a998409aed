"""Which checks differ, and whether their intervals show that the numbers do."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import cast

from stablecheck.changes import CheckChange, CheckState, Movement
from stablecheck.checklist.requirement import Operator
from stablecheck.checklist.requirement.parser import parse_requirement
from stablecheck.checks.decision import outcome, side
from stablecheck.codes import Outcome
from stablecheck.comparison.order import outcome_direction
from stablecheck.evidence.estimate import Estimate, Method
from stablecheck.result import Result


def check_changes(before: Result, after: Result) -> Iterator[CheckChange]:
    """Every check that differs, in the later run's order; those that vanished come last."""
    earlier, later = _states(before), _states(after)
    for id_ in (*later, *(id_ for id_ in earlier if id_ not in later)):
        was, is_now = earlier.get(id_), later.get(id_)
        if was != is_now:
            yield _change(id_, was, is_now)


def _states(result: Result) -> dict[str, CheckState]:
    kept = set(CheckState.model_fields)
    return {check.id: CheckState(**check.model_dump(include=kept)) for check in result.checks}


def _change(id_: str, was: CheckState | None, is_now: CheckState | None) -> CheckChange:
    if was is None or is_now is None:
        return CheckChange(id=id_, before=was, after=is_now, direction=None, movement=None)
    return CheckChange(
        id=id_,
        before=was,
        after=is_now,
        direction=outcome_direction(was.outcome, is_now.outcome),
        movement=_movement(was, is_now),
        by_old_limit=_by_old_limit(was, is_now),
    )


def _movement(was: CheckState, is_now: CheckState) -> Movement:
    if not _same_quantity(was, is_now):
        return "other_quantity"
    if was.estimate is None or is_now.estimate is None:
        return "no_value"
    if _numbers(was) == _numbers(is_now):
        return "equal"
    if was.method == "exact" and is_now.method == "exact":
        return "counted"
    (low, high), (other_low, other_high) = _bounds(was), _bounds(is_now)
    return "apart" if high < other_low or other_high < low else "overlap"


def _same_quantity(was: CheckState, is_now: CheckState) -> bool:
    return parse_requirement(was.require).left == parse_requirement(is_now.require).left


def _numbers(state: CheckState) -> tuple[float | None, ...]:
    return state.estimate, state.low, state.high


def _bounds(state: CheckState) -> tuple[float, float]:
    """Both bounds; what is not bounded reaches to infinity."""
    low = -math.inf if state.low is None else state.low
    high = math.inf if state.high is None else state.high
    return low, high


def _by_old_limit(was: CheckState, is_now: CheckState) -> Outcome | None:
    """What the later interval says of the earlier limit, where only the limit was edited."""
    same_limit = (was.operator, was.threshold) == (is_now.operator, is_now.threshold)
    if same_limit or not _same_quantity(was, is_now) or is_now.estimate is None:
        return None
    operator = cast("Operator", was.operator)
    if side(operator) is None:
        return None
    low, high = _bounds(is_now)
    method = cast("Method", is_now.method)
    seen = Estimate(is_now.estimate, low, high, is_now.confidence, is_now.n, method)
    return outcome(seen, operator, was.threshold)
