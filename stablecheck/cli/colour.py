"""Which colours to print, and whether: https://no-color.org and https://force-color.org."""

from __future__ import annotations

import os

_OF_MARKS = {"✓": "green", "✗": "red"}


def wanted() -> bool | None:
    """What the environment asks for; None leaves it to whether a terminal reads along."""
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def of_mark(mark: str) -> str:
    """The colour of a verdict, an outcome or a finding by its mark; yellow is between the two."""
    return _OF_MARKS.get(mark, "yellow")
