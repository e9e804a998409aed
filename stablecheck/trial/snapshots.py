"""Snapshots of one training: what the weights were, and when."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn


def snapshot_steps(total: int, count: int) -> tuple[int, ...]:
    """``count`` steps evenly spaced over ``[0, total)``, the first included; fewer if ``total`` is.

    >>> snapshot_steps(100, 4)
    (0, 25, 50, 75)
    >>> snapshot_steps(3, 40)
    (0, 1, 2)
    """
    count = min(count, total)
    return tuple(index * total // count for index in range(count))


def flat_parameters(model: nn.Module) -> Tensor:
    """The trainable parameters as one new vector, shape ``[D]``, float32."""
    parts = [p.detach().reshape(-1).float() for p in model.parameters() if p.requires_grad]
    return torch.cat(parts)


@dataclass(frozen=True)
class Snapshot:
    """One instant of a training, before the step's update.

    Args:
        step: Updates done so far.
        lr: Learning rate of the update that follows.
        parameters: Trainable parameters, shape ``[D]``.
        buffers: Buffers such as running statistics, by name.
    """

    step: int
    lr: float
    parameters: Tensor
    buffers: dict[str, Tensor]


@dataclass
class Recorder:
    """Takes a snapshot at each of the given steps; reads the model and changes nothing."""

    steps: frozenset[int]
    taken: list[Snapshot] = field(default_factory=list)

    def observe(self, step: int, lr: float, model: nn.Module) -> None:
        """Keep this instant if it is one of the asked steps."""
        if step in self.steps:
            buffers = {name: b.detach().clone() for name, b in model.named_buffers()}
            self.taken.append(Snapshot(step, lr, flat_parameters(model), buffers))
