"""Loss and score of a model on the held-out part."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import nn

from stablecheck.candidate.prepared import Prepared
from stablecheck.candidate.samples import Samples
from stablecheck.candidate.tasks.base import Part


@dataclass
class Evaluation:
    """One pass over the held-out part.

    Args:
        prepared: The candidate.
        model: In evaluation mode.
        samples: The held-out part, on the model's device.
    """

    prepared: Prepared
    model: nn.Module
    samples: Samples
    _losses: list[tuple[float, float]] = field(default_factory=list)

    def parts(self) -> Iterator[Part]:
        """Part after part, each evaluated when it is asked for."""
        prepared = self.prepared
        rows = torch.split(torch.arange(len(self.samples)), _rows_at_once(prepared))
        for inputs, targets in self.samples.batches(rows):
            with prepared.arithmetic(self.samples.device):
                outputs, loss = prepared.objective.evaluate(self.model, inputs, targets)
            judged = prepared.objective.judged(targets)
            weight = prepared.task.weight(judged)
            if weight:  # a mean over nothing is no number
                self._losses.append((weight, float(loss)))
                yield Part(inputs, judged, outputs, float(loss), weight)

    @property
    def loss(self) -> float:
        """Mean loss over the parts that were evaluated."""
        total = sum(weight for weight, _ in self._losses)
        return sum(weight * loss for weight, loss in self._losses) / total if total else math.nan


def evaluate(prepared: Prepared, model: nn.Module, samples: Samples) -> tuple[float, float]:
    """Score and mean loss in evaluation mode; the model's mode is given back."""
    evaluation = Evaluation(prepared, model, samples)
    with _evaluating(model):
        parts = evaluation.parts()
        score = prepared.score(model, parts)
        _exhaust(parts)  # a score may not look at all of them
    return score, evaluation.loss


def heldout_loss(prepared: Prepared, model: nn.Module, samples: Samples) -> float:
    """Mean loss in evaluation mode; the model's mode is given back."""
    evaluation = Evaluation(prepared, model, samples)
    with _evaluating(model):
        _exhaust(evaluation.parts())
    return evaluation.loss


def _exhaust(parts: Iterator[Part]) -> None:
    for _ in parts:
        pass


def _rows_at_once(prepared: Prepared) -> int:
    return prepared.task.rows_at_once or prepared.batch_size


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(was_training)
