"""Entries of dictionaries in a PDF, which may be missing or stand elsewhere in the file."""

from __future__ import annotations

from typing import Any


def dictionary(owner: Any, key: str) -> Any:
    """The dictionary or stream under a key; an empty one where there is none."""
    return owner[key].get_object() if key in owner else {}


def items(owner: Any, key: str) -> list[Any]:
    """The items of the array under a key; none where there is no array."""
    return [item.get_object() for item in owner[key].get_object()] if key in owner else []


def raw(string: Any) -> bytes:
    """The bytes of a string."""
    return string if isinstance(string, bytes) else bytes(string.original_bytes)
