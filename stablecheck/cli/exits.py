"""Exit codes. 1 and 2 stay what Python and click use, so a crash never reads as a verdict."""

from __future__ import annotations

from stablecheck.errors import InvalidChecklistError, RunInterruptedError, StablecheckError

GO = 0
NOT_VERIFIED = 1
WORSE = 96
INCONCLUSIVE = 97
STRICT_CONDITIONAL_GO = 98
NO_GO = 99
INVALID_CHECKLIST = 104
INTERRUPTED = 105

_STRICT = {
    "GO": GO,
    "CONDITIONAL_GO": STRICT_CONDITIONAL_GO,
    "INCONCLUSIVE": INCONCLUSIVE,
    "NO_GO": NO_GO,
}
_LENIENT = _STRICT | {"CONDITIONAL_GO": GO}


def of_decision(decision: str, *, strict: bool) -> int:
    """The exit code of a verdict; under ``strict`` a CONDITIONAL GO does not pass."""
    return (_STRICT if strict else _LENIENT)[decision]


def of_error(error: StablecheckError) -> int:
    """The exit code of a situation that ended the command."""
    if isinstance(error, InvalidChecklistError):
        return INVALID_CHECKLIST
    return INTERRUPTED if isinstance(error, RunInterruptedError) else 1
