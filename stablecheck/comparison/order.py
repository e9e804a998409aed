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
    """Whether the verdict is worse, or the outcome of a blocker or a major check is."""
    return changes.verdict.direction == "worse" or any(map(_weighs, changes.checks))


def _weighs(change: CheckChange) -> bool:
    now = change.after
    return change.direction == "worse" and now is not None and now.severity in ("blocker", "major")


def _direction(before: int, after: int) -> Direction:
    if before == after:
        return "same"
    return "better" if after > before else "worse"
