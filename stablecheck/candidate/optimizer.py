"""The optimiser and the learning-rate schedule of a recipe."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from stablecheck.candidate.importing import import_callable
from stablecheck.candidate.samples import Batch
from stablecheck.errors import CandidateError
from stablecheck.recipe import OWN, Optimizer, Schedule

_FUSED = ("cpu", "cuda")
"""Devices on which PyTorch updates a parameter in one pass."""

Multiplier = Callable[[int], float]
"""Step to the factor on the peak learning rate."""


@dataclass(frozen=True)
class Budget:
    """How long a training is.

    Args:
        steps: Gradient steps.
        steps_per_epoch: Those of one pass over all training rows, by which epochs are counted.
    """

    steps: int
    steps_per_epoch: int

    @property
    def epochs(self) -> int:
        """Passes that are begun."""
        return math.ceil(self.steps / self.steps_per_epoch)


class Optimization:
    """An optimiser, its learning rates, and what is done around its steps.

    A step is ``set_rate``, ``begin``, the batch's loss, ``backward`` and ``step``, in this order.

    Args:
        optimizer: Its groups hold the peak rates.
    """

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self.optimizer = optimizer
        self._peaks = [float(group["lr"]) for group in optimizer.param_groups]

    def set_rate(self, factor: float) -> float:
        """Set the rates of the next step; returns the first group's.

        Args:
            factor: The schedule's, on the peak rates.
        """
        for group, peak in zip(self.optimizer.param_groups, self._peaks, strict=True):
            group["lr"] = peak * factor
        return self._peaks[0] * factor

    def begin(self, batch: Batch) -> None:
        """Get ready for the loss of a batch."""
        self.optimizer.zero_grad()

    def backward(self, loss: Tensor) -> None:
        """Compute the gradients of that loss."""
        loss.backward()  # type: ignore[no-untyped-call]

    def step(self) -> None:
        """Take one step."""
        self.optimizer.step()

    def end(self) -> None:
        """Do what follows the last step of a training."""


def declared(settings: Optimizer, model: nn.Module) -> Optimization:
    """The optimiser that the checklist declares, on all that the model trains.

    Raises:
        CandidateError: The checklist leaves it to the candidate, which brings none.
    """
    if settings.name == OWN:
        raise CandidateError(
            ("candidate", "optimizer", "name"),
            f"{OWN} leaves the optimiser to the model, but {type(model).__name__} brings none; "
            "expected sgd, adam or adamw",
        )
    return Optimization(
        make_optimizer(settings, [p for p in model.parameters() if p.requires_grad])
    )


def make_optimizer(
    settings: Optimizer, parameters: Iterable[nn.Parameter]
) -> torch.optim.Optimizer:
    """PyTorch's own optimiser with the recipe's settings, all its arithmetic in one pass."""
    parameters = list(parameters)
    fused = all(p.device.type in _FUSED and p.is_floating_point() for p in parameters)
    if settings.name == "sgd":
        return torch.optim.SGD(
            parameters,
            lr=settings.lr,
            momentum=settings.momentum,
            nesterov=settings.nesterov,
            weight_decay=settings.weight_decay,
            fused=fused,
        )
    kind = torch.optim.Adam if settings.name == "adam" else torch.optim.AdamW
    return kind(
        parameters,
        lr=settings.lr,
        betas=settings.betas,
        weight_decay=settings.weight_decay,
        fused=fused,
    )


def make_multiplier(settings: Schedule, steps: int, folders: Sequence[Path]) -> Multiplier:
    """The schedule over a budget of ``steps``: a linear warm-up, then the named shape.

    The shape is a function of progress, which runs from 0 at the end of the warm-up towards 1 at
    step ``steps``.
    """
    shape = _shape(settings, folders)
    warmup = round(settings.warmup * steps)

    def multiplier(step: int) -> float:
        if step < warmup:
            return (step + 1) / warmup
        return float(shape((step - warmup) / max(1, steps - warmup)))

    return multiplier


def _shape(settings: Schedule, folders: Sequence[Path]) -> Callable[[float], float]:
    if ":" in settings.name:
        return import_callable(settings.name, folders, ("candidate", "schedule", "name"))
    if settings.name == "cosine":
        return lambda progress: 0.5 * (1 + math.cos(math.pi * progress))
    if settings.name == "linear":
        return lambda progress: 1 - progress
    if settings.name == "step":
        return lambda progress: (
            settings.gamma ** sum(progress >= milestone for milestone in settings.milestones)
        )
    return lambda _progress: 1.0
