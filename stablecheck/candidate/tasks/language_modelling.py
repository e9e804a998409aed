"""The next token at every place of a text."""

from __future__ import annotations

import math
from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

from torch import Tensor

from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.raw import RawData
from stablecheck.candidate.tasks.base import Loss, Part, Targets, Task, raw_outputs
from stablecheck.candidate.tasks.indices import IGNORED, check_range, counted, indices
from stablecheck.errors import CandidateError


def token_accuracy(_model: Any, parts: Iterable[Part]) -> float:
    """Share of tokens that are predicted right."""
    right = all_ = 0
    for part in parts:
        counts = part.targets != IGNORED
        right += int(((raw_outputs(part).argmax(-1) == part.targets) & counts).sum())
        all_ += int(counts.sum())
    return right / all_ if all_ else math.nan


def neg_perplexity(_model: Any, parts: Iterable[Part]) -> float:
    """Minus exp of the mean loss a token."""
    losses = [(part.weight * part.loss, part.weight) for part in parts]
    total = sum(weight for _, weight in losses)
    return -math.exp(sum(loss for loss, _ in losses) / total) if total else math.nan


class LanguageModelling(Task):
    """Targets are token indices, shape ``[n, T]``; outputs logits, shape ``[n, T, V]``."""

    name = "language_modelling"
    rows_at_once = None
    scores = MappingProxyType({"token_accuracy": token_accuracy, "neg_perplexity": neg_perplexity})

    def targets(self, raw: RawData) -> Targets:
        heldout = None if raw.y_heldout is None else indices(raw.y_heldout, raw, "token")
        return Targets(indices(raw.y, raw, "token"), heldout)

    def check_outputs(self, outputs: Tensor, targets: Tensor, dataset: Dataset, loss: str) -> None:
        if outputs.ndim != targets.ndim + 1 or outputs.shape[:-1] != targets.shape:
            raise CandidateError(
                ("candidate", "model"),
                f"the model returned shape {tuple(outputs.shape)}; expected "
                f"({', '.join(map(str, targets.shape))}, vocabulary), logits for every token",
            )
        check_range(targets, dataset, outputs.shape[-1])

    def loss(self, name: str, function: Loss) -> Loss:
        return lambda outputs, targets: function(outputs.flatten(0, -2), targets.flatten())

    def weight(self, targets: Tensor) -> float:
        return counted(targets)
