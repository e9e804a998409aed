"""Several labels a row, each there or not."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.raw import RawData
from stablecheck.candidate.tasks.base import Loss, Score, Targets, Task, gathered
from stablecheck.candidate.tasks.classification import without_trailing_axis
from stablecheck.candidate.tasks.fitted import Labelled, of_being, scorer
from stablecheck.errors import CandidateError


class MultiLabel(Task):
    """Targets are zeros and ones, shape ``[n, labels]``; outputs a logit for each."""

    name = "multi_label"

    def targets(self, raw: RawData) -> Targets:
        heldout = None if raw.y_heldout is None else _zeros_and_ones(raw.y_heldout, raw)
        return Targets(_zeros_and_ones(raw.y, raw), heldout)

    def check_outputs(self, outputs: Tensor, targets: Tensor, dataset: Dataset, loss: str) -> None:
        if outputs.shape != targets.shape:
            raise CandidateError(
                ("candidate", "model"),
                f"the model returned shape {tuple(outputs.shape)}, but there are "
                f"{targets.shape[1]} labels a row; change its last layer",
            )

    def loss(self, name: str, function: Loss) -> Loss:
        return without_trailing_axis(name, function)

    def score(self, name: str, dataset: Dataset, loss: str) -> Score:
        scored = scorer(name)

        def score(_model: object, parts: Any) -> float:
            targets, outputs = gathered(parts)
            probabilities = of_being(torch.from_numpy(outputs).double(), loss)
            return scored(Labelled(probabilities.numpy()), targets.astype(np.int64))

        return score


def _zeros_and_ones(y: NDArray[Any], raw: RawData) -> NDArray[np.float64]:
    if y.ndim != 2:
        raise CandidateError(
            raw.field,
            f"y has shape {y.shape}; expected a column for each label; for one class a row set "
            "task: classification",
        )
    if not np.isin(y, (0, 1)).all():
        other = y[~np.isin(y, (0, 1))][0]
        raise CandidateError(
            raw.field, f"y holds {other!s}; expected 0 or 1 for each label, e.g. from "
            "sklearn.preprocessing.MultiLabelBinarizer",
        )  # fmt: skip
    return y.astype(np.float64)
