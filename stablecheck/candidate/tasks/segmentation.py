"""A class at every place of an image, a volume or a series."""

from __future__ import annotations

import math
from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.raw import RawData
from stablecheck.candidate.tasks.base import Part, Targets, Task, raw_outputs
from stablecheck.candidate.tasks.indices import IGNORED, check_range, counted, indices
from stablecheck.errors import CandidateError


def pixel_accuracy(_model: Any, parts: Iterable[Part]) -> float:
    """Share of pixels that are predicted right."""
    confusion = _confusion(parts)
    return float(confusion.trace() / confusion.sum()) if confusion.sum() else math.nan


def mean_iou(_model: Any, parts: Iterable[Part]) -> float:
    """Intersection over union, averaged over the classes that occur in targets or predictions."""
    confusion = _confusion(parts).double()
    hits = confusion.diagonal()
    union = confusion.sum(0) + confusion.sum(1) - hits
    present = union > 0
    return float((hits[present] / union[present]).mean()) if present.any() else math.nan


def _confusion(parts: Iterable[Part]) -> Tensor:
    """Pixels by true and by predicted class, shape ``[C, C]``."""
    total = torch.zeros(1, 1, dtype=torch.int64)
    for part in parts:
        outputs, counts = raw_outputs(part), part.targets != IGNORED
        classes = outputs.shape[1]
        pairs = part.targets[counts] * classes + outputs.argmax(1)[counts]
        found = torch.bincount(pairs, minlength=classes * classes).reshape(classes, classes)
        total = total + found.cpu()
    return total


class Segmentation(Task):
    """Targets are class indices, shape ``[n, *S]``; outputs logits, shape ``[n, C, *S]``."""

    name = "segmentation"
    rows_at_once = None
    scores = MappingProxyType({"pixel_accuracy": pixel_accuracy, "mean_iou": mean_iou})

    def targets(self, raw: RawData) -> Targets:
        heldout = None if raw.y_heldout is None else indices(raw.y_heldout, raw, "pixel")
        return Targets(indices(raw.y, raw, "pixel"), heldout)

    def check_outputs(self, outputs: Tensor, targets: Tensor, dataset: Dataset, loss: str) -> None:
        places = targets.shape[1:]
        if outputs.ndim != targets.ndim + 1 or outputs.shape[2:] != places:
            shape = ", ".join(map(str, places))
            raise CandidateError(
                ("candidate", "model"),
                f"the model returned shape {tuple(outputs.shape)}; expected "
                f"({len(targets)}, classes, {shape}), logits for every pixel",
            )
        check_range(targets, dataset, outputs.shape[1])

    def weight(self, targets: Tensor) -> float:
        return counted(targets)
