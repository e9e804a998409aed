"""Values of a checklist in plain words, for messages."""

from __future__ import annotations


def describe(value: object) -> str:
    """A value in plain words, for messages."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"text {shorten(value)!r}" if value else "empty text"
    return "a mapping" if isinstance(value, dict) else "a list"


def shorten(text: str) -> str:
    """A text for a message: one line, at most 60 characters."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
