"""Which checks differ, and whether their intervals show that the numbers do."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from stablecheck.changes import CheckChange, CheckState, Movement
from stablecheck.checklist.requirement.parser import parse_requirement
from stablecheck.codes import Outcome
from stablecheck.comparison.order import outcome_direction
from stablecheck.result import Result


def check_changes(
    before: Result, after: Result, by_old_checks: Mapping[str, Outcome]
) -> Iterator[CheckChange]:
    """Every check that differs, in the later run's order; those that vanished come last.

    Args:
        before: What the earlier run decided.
        after: What the later one did.
        by_old_checks: What the earlier run's checks say of the later run's trainings, by their id.
    """
    earlier, later = _states(before), _states(after)
    for id_ in (*later, *(id_ for id_ in earlier if id_ not in later)):
        was, is_now = earlier.get(id_), later.get(id_)
        if was != is_now:
            yield _change(id_, was, is_now, by_old_checks.get(id_))


def _states(result: Result) -> dict[str, CheckState]:
    kept = set(CheckState.model_fields)
    return {check.id: CheckState(**check.model_dump(include=kept)) for check in result.checks}


def _change(
    id_: str, was: CheckState | None, is_now: CheckState | None, by_old: Outcome | None
) -> CheckChange:
    if was is None or is_now is None:
        return CheckChange(
            id=id_, before=was, after=is_now, direction=None, movement=None, by_old_check=by_old
        )
    return CheckChange(
        id=id_,
        before=was,
        after=is_now,
        direction=outcome_direction(was.outcome, is_now.outcome),
        movement=_movement(was, is_now),
        by_old_check=by_old if _edited(was, is_now) else None,
    )


def _movement(was: CheckState, is_now: CheckState) -> Movement:
    if not _same_quantity(was, is_now):
        return "other_quantity"
    if was.estimate is None or is_now.estimate is None:
        return "no_value"
    if was.estimate == is_now.estimate:
        return "equal"
    if was.method == "exact" and is_now.method == "exact":
        return "counted"
    (low, high), (other_low, other_high) = _bounds(was), _bounds(is_now)
    return "apart" if high < other_low or other_high < low else "overlap"


def _same_quantity(was: CheckState, is_now: CheckState) -> bool:
    return parse_requirement(was.require).left == parse_requirement(is_now.require).left


def _edited(was: CheckState, is_now: CheckState) -> bool:
    return (was.require, was.severity) != (is_now.require, is_now.severity)


def _bounds(state: CheckState) -> tuple[float, float]:
    """Both bounds; what is not bounded reaches to infinity."""
    low = -math.inf if state.low is None else state.low
    high = math.inf if state.high is None else state.high
    return low, high
