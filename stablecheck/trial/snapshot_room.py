"""Where the vectors of snapshots are kept: in memory, or on disk where that is too small."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections import deque
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

from stablecheck.trial.snapshot_limits import SnapshotLimits
from stablecheck.writing import writable

_FLOAT = 4
_BLOCK = 2**24


class Room:
    """Room for some vectors of one length; all in memory, or all in a mapped file.

    The file has no name, so that nothing is left of it once nobody uses the vectors any more,
    however the process ends. Its space is taken at once: a disk that is too small is noticed at the
    first vector.

    Args:
        count: Vectors at most.
        limits: What they may take.
    """

    def __init__(self, count: int, limits: SnapshotLimits) -> None:
        self._count = count
        self._limits = limits
        self._free: deque[Tensor] | None = None

    def keep(self, vector: Tensor) -> Tensor:
        """A vector of shape ``[D]``, float32, that nobody else changes: itself, or what is on disk.

        Raises:
            OutputFolderError: The disk has no room for so many.
        """
        size = len(vector)
        if self._count * size * _FLOAT <= self._limits.memory:
            return vector
        if self._free is None:
            self._free = deque(_on_disk(self._count, size, self._limits.folder).unbind())
        row = self._free.popleft()
        row.copy_(vector)
        return row

    def give_back(self, kept: Tensor) -> None:
        """Make room: a vector that was kept here, and that nobody uses any more."""
        if self._free is not None:
            self._free.append(kept)


def _on_disk(count: int, size: int, folder: Path | None) -> Tensor:
    """Zeros of shape ``[count, size]`` in a file without a name."""
    length = count * size * _FLOAT
    place = folder or Path(tempfile.gettempdir())
    with writable(place), tempfile.TemporaryFile(dir=place) as file:
        _allocate(file, length)
        mapped = mmap.mmap(file.fileno(), length)
    return torch.frombuffer(mapped, dtype=torch.float32).view(count, size)


def _allocate(file: BinaryIO, length: int) -> None:
    """Take the space now: writing to a mapped file on a full disk would end the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, length)
        return
    block = bytes(_BLOCK)
    for first in range(0, length, _BLOCK):
        file.write(block[: length - first])
    file.flush()
