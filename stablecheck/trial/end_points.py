"""End points that other trials take as the control's reference point."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from stablecheck.writing import writable

Vector = NDArray[np.float32]
POLL_SECONDS = 0.05


class EndPointStore(Protocol):
    """Where trials leave their end points for each other."""

    def keep(self, trial: str, parameters: Vector | None) -> None:
        """Keep the end point of a trial, shape ``[D]``; None where it has none."""

    def find(self, trial: str) -> Vector | None:
        """The end point of a trial, or None where it has none (it diverged or failed)."""


@dataclass(frozen=True)
class EndPoints:
    """A folder with one ``.npy`` file per kept end point, each written atomically.

    Args:
        folder: Where the files are.
        awaited: Trials that another process is training now: what they leave is waited for.
        patience: Seconds to wait at most.
    """

    folder: Path
    awaited: frozenset[str] = field(default=frozenset())
    patience: float = 0.0

    def keep(self, trial: str, parameters: Vector | None) -> None:
        """Keep the end point of a trial, or that it has none.

        Raises:
            OutputFolderError: The folder cannot be written.
        """
        unfinished = self.folder / f".{trial}.{os.getpid()}.npy"
        with writable(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            if parameters is None:
                self._without(trial).touch()
                return
            np.save(unfinished, parameters, allow_pickle=False)
            unfinished.replace(self._file(trial))

    def forget(self, trial: str) -> None:
        """Know nothing of a trial that is begun again."""
        with writable(self.folder):
            self._without(trial).unlink(missing_ok=True)

    def find(self, trial: str) -> Vector | None:
        """The end point of a trial, or None where it has none."""
        if trial in self.awaited:
            self._wait(trial)
        if not self._file(trial).is_file():
            return None
        found: Vector = np.load(self._file(trial), allow_pickle=False)
        return found

    def _wait(self, trial: str) -> None:
        until = time.monotonic() + self.patience
        while not (self._file(trial).exists() or self._without(trial).exists()):
            if time.monotonic() > until:
                return
            time.sleep(POLL_SECONDS)

    def _file(self, trial: str) -> Path:
        return self.folder / f"{trial}.npy"

    def _without(self, trial: str) -> Path:
        return self.folder / f"{trial}.none"
