"""Class indices at every place of a row: tokens of a text, pixels of an image."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.raw import RawData
from stablecheck.errors import CandidateError

IGNORED = -100
"""The index of a place that counts for nothing, as PyTorch's losses have it."""


def indices(y: NDArray[Any], raw: RawData, what: str) -> NDArray[np.int64]:
    """Targets as class indices.

    Args:
        y: Shape ``[n, ...]``.
        raw: The data they belong to, for the error.
        what: One place, as the error calls it.

    Raises:
        CandidateError: They are not whole numbers, or there is one for each row alone.
    """
    if y.ndim < 2 or not np.issubdtype(y.dtype, np.integer):
        raise CandidateError(
            raw.field,
            f"y has shape {y.shape} and type {y.dtype}; expected a whole number for every {what} "
            "of every row",
        )
    wrong = y[(y < 0) & (y != IGNORED)]
    if wrong.size:
        raise CandidateError(
            raw.field, f"y holds {wrong[0]}; expected class indices from 0, or {IGNORED} for a "
            f"{what} that does not count",
        )  # fmt: skip
    return y.astype(np.int64)


def check_range(targets: Tensor, dataset: Dataset, classes: int) -> None:
    """Refuse an index that the model has no output for.

    Args:
        targets: Those of a batch.
        dataset: Its targets are looked at too, where they are in memory.
        classes: Outputs of the model, at every place.

    Raises:
        CandidateError: There is one.
    """
    for some in (targets, *dataset.known_targets):
        wrong = some[(some != IGNORED) & ((some < 0) | (some >= classes))]
        if wrong.numel():
            raise CandidateError(
                ("candidate", "model"),
                f"y holds class {wrong[0].item():g}, but the model returned {classes} classes, 0 "
                f"to {classes - 1}; change its last layer or the targets",
            )


def counted(targets: Tensor) -> int:
    """Number of places that count."""
    return int((targets != IGNORED).sum())
