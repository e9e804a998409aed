"""Values and expectations in plain words, for messages."""

from __future__ import annotations

from collections.abc import Mapping

from stablecheck.checklist.yaml.node import Node

_MEANT = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def describe(value: object) -> str:
    """A value in plain words.

    >>> describe("0.05"), describe(1.2), describe(None)
    ("text '0.05'", 'the number 1.2', 'nothing')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"text {shorten(value)!r}" if value else "empty text"
    return "a mapping" if isinstance(value, Mapping) else "a list"


def shorten(text: str) -> str:
    """A text for a message: one line, at most 60 characters."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"


def phrase(description: str) -> str:
    """A field's description, its first sentence, to stand after ``expected``.

    >>> phrase("Peak learning rate. Mind the warm-up.")
    'peak learning rate'
    """
    text = description.partition(". ")[0].rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def remedy(expected: str, node: Node) -> str:
    """What to write instead, where a value is probably right but of the wrong type."""
    value = node.content
    if expected == "text" and isinstance(value, bool | int | float):
        return f"; write it in quotes: {shorten(node.written)!r}"
    if expected == "true or false" and isinstance(value, str) and value.lower() in _MEANT:
        return f"; write {_MEANT[value.lower()]}"
    if expected in ("a number", "a whole number") and isinstance(value, str) and _is_number(value):
        return "; remove the quotes"
    if expected == "a list" and isinstance(value, str | int | float):
        return f"; write [{shorten(node.written)}]"
    return ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
