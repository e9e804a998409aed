"""Values of a checklist or an environment on one short line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.numbers import NONE, plain

_LONGEST = 160
_DIGEST = 12


def spelt(value: Any, longest: int = _LONGEST) -> str:
    """The value as a person would write it, cleaned and cut to a length.

    >>> spelt({"require": "min(seeds.score) >= 0.8", "severity": "blocker", "because": ""})
    'require min(seeds.score) >= 0.8, severity blocker'
    >>> spelt([0.5, 1, 2]), spelt(False), spelt(None)
    ('[0.5, 1, 2]', 'false', '–')
    """
    return clamp(_spelt(value), longest)


def digest(value: Any) -> str:
    """The beginning of a digest, as many digits as tell two apart.

    >>> digest("41b7a6c2d9e80f13524687a9bcde0f12")
    '41b7a6c2d9e8'
    """
    return spelt(value)[:_DIGEST]


def _spelt(value: Any) -> str:
    if value is None or value == "":
        return NONE
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return plain(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{clean(str(key))} {_spelt(item)}" for key, item in _told(value)) or NONE
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_spelt(item) for item in value)}]"
    return clean(str(value)) or NONE


def _told(record: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What a record says: not what it leaves empty or switched off."""
    return [
        (key, item)
        for key, item in record.items()
        if item is not None and item is not False and item not in ("", {}, [])
    ]
