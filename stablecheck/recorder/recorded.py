"""What a recorded training left behind, and the copy of its model that is measured."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from stablecheck.errors import RecorderError
from stablecheck.recorder.observer import Observer
from stablecheck.trial.replica import Replica
from stablecheck.trial.snapshots import Snapshot, flat


@dataclass(frozen=True)
class Recorded:
    """A training that has been watched.

    Args:
        model: The trained model.
        trained: Names of its trained parameters.
        modes: Which of its modules were in training mode at the first step, by name.
        snapshots: Instants along the way, the first at step 0.
        end_point: w_T, shape ``[D]``.
        steps: T.
        weight_decay: λ; None where not all trained parameters have the same.
    """

    model: nn.Module
    trained: Collection[str]
    modes: Mapping[str, bool]
    snapshots: tuple[Snapshot, ...]
    end_point: Tensor
    steps: int
    weight_decay: float | None

    def replica(self) -> Replica:
        """A copy of the model in the modes of the training, that trains what was trained.

        Raises:
            RecorderError: It cannot be copied.
        """
        try:
            copied = copy.deepcopy(self.model)
        except Exception as error:  # its parts are anybody's
            raise RecorderError(
                f"the model cannot be copied to be measured ({error}); expected that "
                "copy.deepcopy(model) works; keep no results of a forward pass in the model"
            ) from error
        for name, parameter in copied.named_parameters():
            parameter.requires_grad_(name in self.trained)
            parameter.grad = None
        for name, module in copied.named_modules():
            module.training = self.modes.get(name, True)
        return Replica(copied)


def recorded_by(observer: Observer) -> Recorded:
    """What an observer has seen so far.

    Raises:
        RecorderError: It is no path, or one that has run away.
    """
    if observer.problem is not None:
        raise observer.problem
    if not observer.steps:
        raise RecorderError(
            "the optimizer has taken no step since the recorder was made; expected a training in "
            "between; give the recorder the optimizer whose step() the loop calls"
        )
    parameters = observer.parameters()
    end_point = flat(parameters.values())
    if not torch.isfinite(end_point).all():
        raise RecorderError(
            "the trained weights are not finite, so that there is no path to measure; expected a "
            "training that has not diverged; look at recorder.diverged first, and report() anyway"
        )
    return Recorded(
        model=observer.model,
        trained=frozenset(parameters),
        modes=observer.modes,
        snapshots=tuple(observer.taken),
        end_point=end_point,
        steps=observer.steps,
        weight_decay=_weight_decay(observer.optimizer),
    )


def _weight_decay(optimizer: Optimizer) -> float | None:
    trained = (g for g in optimizer.param_groups if any(p.requires_grad for p in g["params"]))
    found = {float(group.get("weight_decay", 0.0)) for group in trained}
    return found.pop() if len(found) == 1 else None
