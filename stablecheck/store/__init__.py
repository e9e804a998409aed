"""The run folder: written atomically, resumable, locked; and read back.

Nothing here decides anything: it keeps what the other stages made, and gives it back as it was.
"""

from __future__ import annotations

from stablecheck.store.folder import RunFolder, create, slug, unfinished, utc_now
from stablecheck.store.reading import (
    DecidedRun,
    FinishedRun,
    parse_checklist,
    parse_result,
    read,
    read_decided,
)

__all__ = [
    "DecidedRun",
    "FinishedRun",
    "RunFolder",
    "create",
    "parse_checklist",
    "parse_result",
    "read",
    "read_decided",
    "slug",
    "unfinished",
    "utc_now",
]
