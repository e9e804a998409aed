"""Which of two outcomes or decisions is the better one."""

from __future__ import annotations

from collections.abc import Mapping

from stablecheck.changes import Changes, CheckChange, Direction
from stablecheck.codes import Outcome, VerdictWord

_VERDICTS: Mapping[VerdictWord, int] = {
    "NO_GO": 0,
    "INCONCLUSIVE": 1,
    "CONDITIONAL_GO": 2,
    "GO": 3,
}
_OUTCOMES: Mapping[Outcome, int] = {
    "fail": 0,
    "error": 1,
    "inconclusive": 1,
    "waived": 2,
    "pass": 3,
}


def verdict_direction(before: VerdictWord, after: VerdictWord) -> Direction:
    """Whether the later decision is nearer to a GO."""
    return _direction(_VERDICTS[before], _VERDICTS[after])


def outcome_direction(before: Outcome, after: Outcome) -> Direction:
    """Whether the later outcome is nearer to a pass; not knowing is better than failing."""
    return _direction(_OUTCOMES[before], _OUTCOMES[after])


def is_worse(changes: Changes) -> bool:
    """Whether the verdict, a blocker or a major check is worse, by the later checks or the earlier.

    Looking at both keeps a loosened or dropped check from hiding that something got worse.
    """
    verdict = changes.verdict
    by_old = verdict.by_old_checks or verdict.before
    return (
        verdict.direction == "worse"
        or verdict_direction(verdict.before, by_old) == "worse"
        or any(_weighs(change) and _is_worse(change) for change in changes.checks)
    )


def _weighs(change: CheckChange) -> bool:
    """Whether either run took it for more than information."""
    sides = (change.before, change.after)
    return any(side is not None and side.severity in ("blocker", "major") for side in sides)


def _is_worse(change: CheckChange) -> bool:
    by_old = change.by_old_check
    if change.before is None or by_old is None:
        return change.direction == "worse"
    # Waivers are left aside in what the earlier requirement says, so a waived failure is one.
    before = "fail" if change.before.outcome == "waived" else change.before.outcome
    return "worse" in (change.direction, outcome_direction(before, by_old))


def _direction(before: int, after: int) -> Direction:
    if before == after:
        return "same"
    return "better" if after > before else "worse"
