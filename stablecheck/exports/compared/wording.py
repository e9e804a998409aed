"""What changed between two runs, in words and in reading order."""

from __future__ import annotations

from collections.abc import Mapping

from stablecheck.changes import Changes, Direction, VerdictChange
from stablecheck.exports.compared.checks import check_line, weight
from stablecheck.exports.compared.facts import facts
from stablecheck.exports.compared.inputs import went_in
from stablecheck.exports.compared.lines import ARROW, Compared, Side
from stablecheck.exports.naming import checklist_name, decision_word, moment, verdict_word
from stablecheck.report.cleaning import clamp, clean
from stablecheck.result import Result
from stablecheck.store import DecidedRun

_DIRECTIONS: Mapping[Direction, str] = {"better": "better", "same": "unchanged", "worse": "worse"}


def compared(before: DecidedRun, after: DecidedRun, changes: Changes) -> Compared:
    """The changes in words."""
    telling = [change for change in changes.checks if change.tells]
    within = [change for change in changes.checks if not change.tells]
    return Compared(
        subject=_subject(before.result, after.result),
        before=_side(before.result),
        after=_side(after.result),
        verdict=_verdict(changes.verdict),
        went_in=tuple(went_in(changes)),
        came_out=tuple(check_line(change) for change in sorted(telling, key=weight)),
        within=tuple(clean(change.id) for change in within),
        facts=tuple(facts(changes)),
    )


def _subject(before: Result, after: Result) -> str:
    was, is_now = before.checklist, after.checklist
    if was.name != is_now.name:
        return (
            f"{checklist_name(was.name, was.version)} {ARROW} "
            f"{checklist_name(is_now.name, is_now.version)}"
        )
    if was.version != is_now.version:
        return f"{checklist_name(was.name, was.version)} {ARROW} {clamp(clean(is_now.version), 20)}"
    return checklist_name(was.name, was.version)


def _verdict(change: VerdictChange) -> str:
    said = _DIRECTIONS[change.direction]
    if change.by_old_checks is None:
        return said
    return f"{said}; by the old checks the later run would be {decision_word(change.by_old_checks)}"


def _side(result: Result) -> Side:
    return Side(
        id=clean(result.run.id),
        finished=moment(result.run.finished),
        verdict=verdict_word(result.verdict.decision),
    )
