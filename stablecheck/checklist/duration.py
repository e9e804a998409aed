"""Durations as people write them: ``90s``, ``30min``, ``2h``, ``48h``, ``7d``."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(?P<number>\d{1,9}(\.\d{1,9})?)\s*(?P<unit>s|min|h|d)")


def seconds(duration: str) -> float:
    """The length of a duration in seconds.

    >>> seconds("30min")
    1800.0
    """
    number, unit = number_and_unit(duration)
    return float(number) * _UNITS[unit]


def number_and_unit(duration: str) -> tuple[str, str]:
    """The parts of a duration as they were written.

    >>> number_and_unit("48h")
    ('48', 'h')
    """
    match = _DURATION.fullmatch(duration.strip())
    if match is None or float(match["number"]) == 0:
        raise ValueError(f"{duration!r} is not a duration; expected e.g. 90s, 30min, 2h or 7d")
    return match["number"], match["unit"]


def _checked(duration: str) -> str:
    seconds(duration)
    return duration


Duration = Annotated[str, AfterValidator(_checked)]
