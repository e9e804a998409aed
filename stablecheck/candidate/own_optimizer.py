"""An optimiser that the model brings itself."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from stablecheck.candidate.names import some
from stablecheck.candidate.optimizer import Optimization
from stablecheck.errors import CandidateError

_FIELD = ("candidate", "optimizer", "name")


class OwnOptimization(Optimization):
    """The model's own optimiser, its rates multiplied by the checklist's.

    They are multiplied for the length of a step alone. So whatever schedules them finds the rates
    that it set, and every one of them is multiplied, however they are scheduled.

    Args:
        optimizer: As the model made it.
        factor: On its rates.
    """

    def __init__(self, optimizer: torch.optim.Optimizer, factor: float) -> None:
        self.optimizer = optimizer
        self._peak = self._factor = factor

    def set_rate(self, factor: float) -> float:
        self._factor = self._peak * factor
        return float(self.optimizer.param_groups[0]["lr"]) * self._factor

    def step(self) -> None:
        groups = self.optimizer.param_groups
        rates = [group["lr"] for group in groups]
        for group in groups:
            group["lr"] = group["lr"] * self._factor
        self.optimizer.step()
        for group, rate in zip(groups, rates, strict=True):
            group["lr"] = rate


def check_optimizer(optimizer: Any, model: nn.Module, source: str) -> None:
    """Refuse what cannot train all that the model is to train.

    Args:
        optimizer: What the model brings.
        model: The model.
        source: Where it comes from, for the error.

    Raises:
        CandidateError: It is no optimiser, has no learning rates, or leaves parameters out.
    """
    if not isinstance(optimizer, torch.optim.Optimizer):
        kind = type(optimizer).__name__
        raise CandidateError(_FIELD, f"{source} gave a {kind}; expected a torch.optim.Optimizer")
    if any("lr" not in group for group in optimizer.param_groups):
        raise CandidateError(
            _FIELD,
            f"{source} gave {type(optimizer).__name__}, whose groups have no lr; expected a rate "
            "in each, which the checklist's lr can multiply",
        )
    held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    missing = [n for n, p in model.named_parameters() if p.requires_grad and id(p) not in held]
    if missing:
        raise CandidateError(
            _FIELD,
            f"{source} leaves out {some(missing)}, which are to be trained; add them to a group, "
            "or freeze them with requires_grad_(False)",
        )
