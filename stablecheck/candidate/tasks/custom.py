"""Anything that has a loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.raw import RawData
from stablecheck.candidate.samples import Batch
from stablecheck.candidate.tasks.base import OwnScore, Part, Score, Targets, Task
from stablecheck.errors import CandidateError


class Custom(Task):
    """The loss gets ``(model, batch)``, and a score of the team's own ``(model, batches)``.

    A batch is ``(inputs, targets)``, as the data has them.
    """

    name = "custom"
    rows_at_once = None
    score_arguments = "(model, batches)"

    def targets(self, raw: RawData) -> Targets:
        heldout = None if raw.y_heldout is None else _numbers(raw.y_heldout, raw)
        return Targets(_numbers(raw.y, raw), heldout)

    def check_outputs(self, outputs: Tensor, targets: Tensor, dataset: Dataset, loss: str) -> None:
        """Whatever the loss takes."""

    def own_score(self, function: OwnScore, dataset: Dataset) -> Score:
        return lambda model, parts: float(function(model, _batches(parts)))  # type: ignore[arg-type]


def _batches(parts: Iterable[Part]) -> Iterator[Batch]:
    return ((part.inputs, part.targets) for part in parts)


def _numbers(y: NDArray[Any], raw: RawData) -> NDArray[Any]:
    if not (np.issubdtype(y.dtype, np.number) or y.dtype == bool):
        raise CandidateError(raw.field, f"y holds {y.dtype}, expected numbers; encode it first")
    return y
