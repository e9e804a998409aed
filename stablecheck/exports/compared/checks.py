"""What became of the checks, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stablecheck.changes import CheckChange, CheckState
from stablecheck.codes import Outcome
from stablecheck.exports.compared.lines import ARROW, Line
from stablecheck.exports.naming import OUTCOME_MARKS, english
from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.numbers import plain
from stablecheck.report.view.values import level, of_state

_WOULD: Mapping[Outcome, str] = {
    "pass": "would pass",
    "fail": "would fail",
    "inconclusive": "would be undecided",
}


def weight(change: CheckChange) -> int:
    """What is worse first, then what is better, then what is new or gone, then the rest."""
    order = {"worse": 0, "better": 1, None: 2, "same": 3}
    return order[change.direction]


def check_line(change: CheckChange) -> Line:
    """One check, with remarks on what its numbers and its edited limit show."""
    was, is_now = change.before, change.after
    mark = "".join(OUTCOME_MARKS[state.outcome] if state else " " for state in (was, is_now))
    state = is_now or was
    return Line(
        label=f"{clean(change.id)} ({state.severity})" if state else clean(change.id),
        before=of_state(was, english()) if was else "",
        after=of_state(is_now, english()) if is_now else "",
        mark=mark if mark[0] != mark[1] else f" {mark[1]}",
        remarks=tuple(_remarks(change)),
    )


def _remarks(change: CheckChange) -> Iterator[str]:
    was, is_now = change.before, change.after
    if was is None:
        assert is_now is not None  # a change has at least one side
        yield f"new: {clamp(clean(is_now.require), 120)}"
        return
    if is_now is None:
        yield f"no longer checked: {clamp(clean(was.require), 120)}"
        if change.by_old_check is not None:
            yield f"it {_WOULD[change.by_old_check]} now"
        return
    if was.severity != is_now.severity:
        yield f"severity {was.severity} {ARROW} {is_now.severity}"
    if change.movement == "other_quantity":
        old, new = (clamp(clean(state.require), 120) for state in (was, is_now))
        yield f"asks for something else: {old} {ARROW} {new}"
    elif _limit(was) != _limit(is_now):
        yield f"limit {_limit(was)} {ARROW} {_limit(is_now)}"
    if change.by_old_check is not None:
        yield f"by the old requirement it {_WOULD[change.by_old_check]}"
    if was.confidence != is_now.confidence:
        levels = (level(state.confidence) for state in (was, is_now))
        yield f"bounds at {f' {ARROW} '.join(levels)}"
    if change.movement == "apart":
        yield "the intervals lie apart: the numbers themselves very likely changed"
    if change.movement == "overlap" and change.direction != "same":
        yield "the intervals overlap: no change of the numbers themselves is shown"
    if change.movement == "equal" and change.direction != "same":
        yield "the value is the same"


def _limit(state: CheckState) -> str:
    return f"{english().text(f'signs.{state.operator}')} {plain(state.threshold)}"
