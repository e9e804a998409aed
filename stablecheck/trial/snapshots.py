"""Snapshots of one training: what the weights were, and when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from stablecheck.geometry.update_alignment import UPDATE_ALIGNMENT
from stablecheck.plan import Measuring


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
        update: What the step then added to the parameters, shape ``[D]``; None where not kept.
    """

    step: int
    lr: float
    parameters: Tensor
    buffers: dict[str, Tensor]
    update: Tensor | None = None


@dataclass
class Recorder:
    """Takes a snapshot at each of the given steps; reads the model and changes nothing.

    Args:
        steps: Steps before which the weights are kept.
        update_steps: Those of them whose update is kept too, which doubles their memory.
        taken: The snapshots so far.
    """

    steps: frozenset[int]
    update_steps: frozenset[int] = frozenset()
    taken: list[Snapshot] = field(default_factory=list)

    def observe(self, step: int, lr: float, model: nn.Module) -> None:
        """Keep this instant if it is one of the asked steps; call before the update."""
        if step in self.steps:
            buffers = {name: b.detach().clone() for name, b in model.named_buffers()}
            self.take(step, lr, flat_parameters(model), buffers)

    def observe_update(self, step: int, model: nn.Module) -> None:
        """Keep what the step added if that is asked for; call after the update."""
        if step in self.update_steps:
            self.take_update(flat_parameters(model))

    def take(self, step: int, lr: float, parameters: Tensor, buffers: dict[str, Tensor]) -> None:
        """Keep an instant: parameters of shape ``[D]`` and buffers that nobody else changes."""
        self.taken.append(Snapshot(step, lr, parameters, buffers))

    def take_update(self, after: Tensor) -> None:
        """Keep what the step added, from the parameters after it, shape ``[D]``."""
        before = self.taken[-1]
        self.taken[-1] = replace(before, update=after - before.parameters)


def make_recorder(measuring: Measuring, total_steps: int) -> Recorder:
    """The recorder of what is to be measured along a training of ``total_steps``."""
    steps = frozenset(snapshot_steps(total_steps, measuring.snapshots))
    asked = UPDATE_ALIGNMENT.companion in measuring.companions
    return Recorder(steps, steps if asked else frozenset())
