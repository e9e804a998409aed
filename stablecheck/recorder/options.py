"""Numbers that a caller chooses, each within its range."""

from __future__ import annotations

from stablecheck.errors import RecorderError


def positive(name: str, value: int) -> int:
    """A count of something.

    Raises:
        RecorderError: It is below 1.
    """
    if value < 1:
        raise RecorderError(f"{name} is {value}; expected 1 at least")
    return value


def share(name: str, value: float) -> float:
    """A part of a whole that leaves some of it.

    Raises:
        RecorderError: It is below 0, or 1 and more.
    """
    if not 0 <= value < 1:
        raise RecorderError(f"{name} is {value}; expected a share, 0 or more, below 1")
    return value
