"""What a candidate is trained and scored on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from stablecheck.candidate.randomness import seeded
from stablecheck.candidate.samples import Samples


@dataclass(frozen=True)
class Dataset:
    """The two parts of a candidate's data, on the CPU.

    Args:
        train: Inputs are float32, or int64 where the data brought integers (tokens); targets are
            what the task makes of them.
        heldout: As ``train``.
        classes: Names of the classes in the order of their indices; None where there are none.
        target_mean: What a regression target was centred by before training; shape ``[k]`` where
            there are several.
        target_std: What it was divided by, likewise.
        inputs: Names of the inputs, where they have any.
    """

    train: Samples
    heldout: Samples
    classes: tuple[str, ...] | None = None
    target_mean: float | NDArray[np.float64] = 0.0
    target_std: float | NDArray[np.float64] = 1.0
    inputs: tuple[str, ...] = ()

    @property
    def known_targets(self) -> tuple[Tensor, ...]:
        """The targets of each part, where they are in memory."""
        each = (self.train.targets, self.heldout.targets)
        return tuple(targets for targets in each if targets is not None)

    @cached_property
    def sha256(self) -> str:
        """Digest of both parts, with shapes, types, classes and the units of the targets.

        Of random augmentation it is that of one draw.
        """
        digest = hashlib.sha256()
        digest.update(repr(self.classes).encode())
        for unit in (self.target_mean, self.target_std):
            digest.update(np.asarray(unit, dtype=np.float64).tobytes())
        with seeded(0):
            self.train.add_to(digest)
            self.heldout.add_to(digest)
        return digest.hexdigest()
