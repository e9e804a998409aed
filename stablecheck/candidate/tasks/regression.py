"""Numbers for each row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.raw import RawData
from stablecheck.candidate.tasks.base import Loss, OwnScore, Score, Targets, Task, gathered
from stablecheck.candidate.tasks.classification import without_trailing_axis
from stablecheck.candidate.tasks.fitted import Regressed, scorer
from stablecheck.errors import CandidateError


class Regression(Task):
    """Targets are finite numbers; scores are in the units of the data."""

    name = "regression"
    standardized = True

    def targets(self, raw: RawData) -> Targets:
        heldout = None if raw.y_heldout is None else finite_numbers(raw.y_heldout, raw)
        return Targets(finite_numbers(raw.y, raw), heldout)

    def check_outputs(self, outputs: Tensor, targets: Tensor, dataset: Dataset, loss: str) -> None:
        expected = targets.shape[1:].numel()
        if outputs.shape[1:].numel() != expected:
            raise CandidateError(
                ("candidate", "model"),
                f"the model returned shape {tuple(outputs.shape)}, but there "
                f"{'is' if expected == 1 else 'are'} {expected} target{'s'[: expected != 1]} a row"
                "; change its last layer",
            )

    def loss(self, name: str, function: Loss) -> Loss:
        return without_trailing_axis(name, function)

    def score(self, name: str, dataset: Dataset, loss: str) -> Score:
        scored = scorer(name)

        def score(_model: object, parts: Any) -> float:
            targets, predicted = _in_units(*gathered(parts), dataset)
            return scored(Regressed(predicted), targets)

        return score

    def own_score(self, function: OwnScore, dataset: Dataset) -> Score:
        return lambda _model, parts: float(function(*_in_units(*gathered(parts), dataset)))


def finite_numbers(y: NDArray[Any], raw: RawData) -> NDArray[np.float64]:
    """Targets as numbers.

    Raises:
        CandidateError: Some are none.
    """
    if not (np.issubdtype(y.dtype, np.number) or y.dtype == bool):
        raise CandidateError(
            ("candidate", "task"),
            f"y holds {y.dtype}, but regression predicts numbers; set task: classification, "
            "or check the target",
        )
    values = np.asarray(y, dtype=np.float64)
    if not np.isfinite(values).all():
        bad = int((~np.isfinite(values)).sum())
        raise CandidateError(
            raw.field, f"y holds {bad} missing or infinite values; drop those rows"
        )
    return values


def _in_units(
    targets: NDArray[Any], outputs: NDArray[Any], dataset: Dataset
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Targets and outputs in the units of the data, alike in shape."""
    width, centre = dataset.target_std, dataset.target_mean
    predicted = outputs.astype(np.float64) * width + centre
    return targets * width + centre, predicted.reshape(targets.shape)
