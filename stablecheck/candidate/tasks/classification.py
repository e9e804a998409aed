"""One class a row: binary, or one of many; sequences and images too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.raw import RawData
from stablecheck.candidate.tasks.base import Loss, Score, Targets, Task, gathered
from stablecheck.candidate.tasks.fitted import Classified, of_being, scorer
from stablecheck.candidate.tasks.indices import check_range
from stablecheck.errors import CandidateError

BINARY_LOSSES = ("binary_cross_entropy_with_logits", "binary_cross_entropy")
_OF_CLASSES = ("cross_entropy", "nll_loss")
_MODEL = ("candidate", "model")


class Classification(Task):
    """Targets are class indices; outputs a logit for each class, or one for two classes."""

    name = "classification"

    def targets(self, raw: RawData) -> Targets:
        classes, indices = _classes(raw)
        names = tuple(str(name) for name in classes)
        if raw.y_heldout is None:
            return Targets(indices, None, names)
        unknown = np.setdiff1d(raw.y_heldout, classes)
        if len(unknown):
            raise CandidateError(
                raw.field,
                f"the validation part holds class {unknown[0]!s}, which the training part lacks",
            )
        heldout = np.searchsorted(classes, raw.y_heldout).astype(np.int64)
        return Targets(indices, heldout, names)

    def strata(self, targets: NDArray[Any]) -> NDArray[Any]:
        return targets

    def check_outputs(self, outputs: Tensor, targets: Tensor, dataset: Dataset, loss: str) -> None:
        if ":" in loss:  # of the team's own, which may take outputs of any shape
            return
        if dataset.classes is None:  # streamed data shows some of its classes only
            fewest = 1 if loss in _OF_CLASSES else 2
            return check_range(targets, dataset, max(fewest, _width(outputs.shape)))
        classes = len(dataset.classes)
        _check_width(outputs.shape, classes, classes if loss in _OF_CLASSES else _fewest(classes))

    def loss(self, name: str, function: Loss) -> Loss:
        return without_trailing_axis(name, function)

    def score(self, name: str, dataset: Dataset, loss: str) -> Score:
        scored = scorer(name)

        def score(_model: object, parts: Any) -> float:
            targets, outputs = gathered(parts)
            if dataset.classes is not None:
                classes = len(dataset.classes)
                _check_width(outputs.shape, classes, _fewest(classes))
            return scored(Classified(_probabilities(outputs, loss)), targets)

        return score


def _width(shape: Sequence[int]) -> int:
    return shape[1] if len(shape) > 1 else 1


def _fewest(classes: int) -> int:
    """Outputs that tell so many classes apart: one may stand for two."""
    return 1 if classes == 2 else classes


def _check_width(shape: Sequence[int], classes: int, fewest: int) -> None:
    """Refuse outputs that are neither one for each class nor the fewest that will do.

    Raises:
        CandidateError: They are not.
    """
    width = _width(shape)
    if width in (classes, fewest):
        return
    found = f"{width} outputs a row" if width > 1 else "one number a row"
    raise CandidateError(
        _MODEL,
        f"the model returned {found}, but y has {classes} classes; change its last layer",
    )


def without_trailing_axis(name: str, function: Loss) -> Loss:
    """Drops a trailing axis of length one where the targets have none.

    Binary losses get floating-point targets. So neither broadcasts silently.
    """

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        if name in BINARY_LOSSES:
            targets = targets.to(outputs.dtype)
        if outputs.ndim == targets.ndim + 1 and outputs.shape[-1] == 1:
            outputs = outputs.squeeze(-1)
        return function(outputs, targets)

    return loss


def _classes(raw: RawData) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The classes in order, and the index of each row's."""
    if raw.y.ndim != 1:
        raise CandidateError(
            raw.field,
            f"y has shape {raw.y.shape}; expected one class per row; for one-hot targets pass "
            "y.argmax(axis=1), for several labels a row set task: multi_label, for a class at "
            "every place of a row segmentation or language_modelling",
        )
    if np.issubdtype(raw.y.dtype, np.floating) and not np.isfinite(raw.y).all():
        raise CandidateError(raw.field, "y holds missing values; drop those rows")
    classes, indices = np.unique(raw.y, return_inverse=True)
    if len(classes) < 2:
        raise CandidateError(
            raw.field,
            f"y holds one class only, {classes[0]!s}; classification needs at least two classes",
        )
    if len(classes) > max(20, len(raw.y) // 2):
        raise CandidateError(
            ("candidate", "task"),
            f"y holds {len(classes)} distinct values in {len(raw.y)} rows; that looks like "
            "regression; set task: regression, or check the target",
        )
    return classes, indices.astype(np.int64)


def _probabilities(outputs: NDArray[Any], loss: str) -> NDArray[Any]:
    flat = torch.from_numpy(outputs).double().reshape(len(outputs), -1)
    if flat.shape[1] == 1:
        positive = of_being(flat, loss)
        return torch.cat([1 - positive, positive], dim=1).numpy()
    return torch.softmax(flat, dim=1).numpy()
