"""Time stamps as runs record them."""

from __future__ import annotations

import datetime


def instant(stamp: str) -> datetime.datetime | None:
    """The time that an ISO 8601 stamp means; None where it is none.

    >>> instant("2026-11-23T23:59:12Z").isoformat()
    '2026-11-23T23:59:12+00:00'
    """
    try:
        # Python 3.10 knows no Z.
        return datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00"))
    except ValueError:
        return None
