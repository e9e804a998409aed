"""How much memory snapshots may take, and where they go beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SnapshotLimits:
    """What the snapshots of one process may take.

    Args:
        memory: Bytes of memory, on the device that trains.
        folder: Where they are kept on disk beyond it; None for the system's temporary folder.
    """

    memory: int = 2**30
    folder: Path | None = None

    def shared_by(self, count: int) -> SnapshotLimits:
        """The share of each of so many."""
        return SnapshotLimits(self.memory // count, self.folder)


DEFAULT = SnapshotLimits()
