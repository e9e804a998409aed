"""End points that later trials take as the control's reference point."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from stablecheck.writing import writable


@dataclass(frozen=True)
class EndPoints:
    """A folder with one ``.npy`` file per kept end point, each written atomically."""

    folder: Path

    def keep(self, trial: str, parameters: Tensor) -> None:
        """Keep the end point of a trial, shape ``[D]``.

        Raises:
            OutputFolderError: The folder cannot be written.
        """
        unfinished = self.folder / f".{trial}.{os.getpid()}.npy"
        with writable(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            np.save(unfinished, parameters.cpu().numpy(), allow_pickle=False)
            unfinished.replace(self.folder / f"{trial}.npy")

    def find(self, trial: str, device: torch.device) -> Tensor | None:
        """The end point of a trial, or None where it has none (it diverged or failed)."""
        path = self.folder / f"{trial}.npy"
        if not path.is_file():
            return None
        return torch.from_numpy(np.load(path, allow_pickle=False)).to(device)
