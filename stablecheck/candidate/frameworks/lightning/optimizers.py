"""What ``configure_optimizers`` returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau

from stablecheck.candidate.importing import explained
from stablecheck.candidate.own_optimizer import check_optimizer
from stablecheck.errors import CandidateError

_FIELD = ("candidate", "optimizer", "name")
_SOURCE = "configure_optimizers"


@dataclass(frozen=True)
class Scheduled:
    """A scheduler, and when it is called.

    Args:
        scheduler: Of PyTorch's kind, or one that ``lr_scheduler_step`` knows.
        interval: ``step`` or ``epoch``.
        frequency: After every so many of them.
    """

    scheduler: Any
    interval: str = "epoch"
    frequency: int = 1


def configured(module: Any) -> tuple[torch.optim.Optimizer, tuple[Scheduled, ...]]:
    """The one optimiser of a LightningModule, and its schedulers.

    Raises:
        CandidateError: It has several, or a scheduler that waits for a metric.
    """
    with explained(_FIELD, f"calling {_SOURCE}"):
        returned = module.configure_optimizers()
    optimizers, schedulers = _parts(returned)
    if len(optimizers) != 1:
        raise CandidateError(
            _FIELD,
            f"{_SOURCE} returned {len(optimizers)} optimisers; expected one, with a group for each "
            "set of settings",
        )
    check_optimizer(optimizers[0], module, _SOURCE)
    return optimizers[0], tuple(_scheduled(one) for one in schedulers)


def _parts(returned: Any) -> tuple[Sequence[Any], Sequence[Any]]:
    """Optimisers and schedulers, in any form that Lightning takes."""
    if isinstance(returned, dict):
        return _of_dict(returned)
    if not isinstance(returned, list | tuple):
        return [returned], []
    if len(returned) == 2 and isinstance(returned[0], list):
        optimizers, schedulers = returned
        return optimizers, schedulers if isinstance(schedulers, list) else [schedulers]
    if len(returned) == 1 and isinstance(returned[0], dict):
        return _of_dict(returned[0])
    return returned, []


def _of_dict(returned: dict[str, Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    scheduler = returned.get("lr_scheduler")
    return [returned.get("optimizer")], [] if scheduler is None else [scheduler]


def _scheduled(one: Any) -> Scheduled:
    settings = one if isinstance(one, dict) else {"scheduler": one}
    scheduler = settings.get("scheduler")
    if isinstance(scheduler, ReduceLROnPlateau) or settings.get("reduce_on_plateau"):
        raise CandidateError(
            _FIELD,
            f"{_SOURCE} returned {type(scheduler).__name__}, which waits for a validation metric, "
            "and trials are not validated on the way; use a scheduler of the step",
        )
    interval, frequency = settings.get("interval", "epoch"), settings.get("frequency", 1)
    if not hasattr(scheduler, "step") or interval not in ("step", "epoch"):
        raise CandidateError(
            _FIELD,
            f"{_SOURCE} returned the scheduler {type(scheduler).__name__} with interval "
            f"{interval!r}; expected one of torch.optim.lr_scheduler, with step or epoch",
        )
    return Scheduled(scheduler, interval, frequency)
