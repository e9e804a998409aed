"""Snapshots of one training: what the weights were, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from stablecheck.geometry.update_alignment import UPDATE_ALIGNMENT
from stablecheck.plan import Measuring
from stablecheck.trial.snapshot_limits import SnapshotLimits
from stablecheck.trial.snapshot_room import Room


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
    return flat(p for p in model.parameters() if p.requires_grad)


def flat(parameters: Iterable[Tensor]) -> Tensor:
    """Parameters as one new vector, shape ``[D]``, float32."""
    return torch.cat([p.detach().reshape(-1).float() for p in parameters])


@dataclass(frozen=True)
class Snapshot:
    """One instant of a training, before the step's update.

    Args:
        step: Updates done so far.
        lr: Learning rate of the update that follows.
        kept: Trainable parameters, shape ``[D]``, wherever there was room for them.
        buffers: Buffers such as running statistics, by name.
        device: Where the training is.
        kept_update: What the step then added to them, shape ``[D]``; None where not kept.
    """

    step: int
    lr: float
    kept: Tensor
    buffers: dict[str, Tensor]
    device: torch.device
    kept_update: Tensor | None = None

    @property
    def parameters(self) -> Tensor:
        """Trainable parameters on the device, shape ``[D]``."""
        return self.kept.to(self.device)

    def at_hand(self) -> Snapshot:
        """The same with its parameters in the device's own memory, wherever they are kept."""
        return replace(self, kept=self.kept.to(self.device, copy=True))

    @property
    def update(self) -> Tensor | None:
        """What the step then added to them, shape ``[D]``; None where not kept."""
        return None if self.kept_update is None else self.kept_update.to(self.device)


@dataclass
class Recorder:
    """Takes a snapshot at each of the given steps; reads the model and changes nothing.

    Args:
        room: Where they are kept.
        steps: Steps before which the weights are kept.
        update_steps: Those of them whose update is kept too, which doubles their memory.
        taken: The snapshots so far.
    """

    room: Room
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
        kept = self.room.keep(parameters)
        self.taken.append(Snapshot(step, lr, kept, buffers, parameters.device))

    def take_update(self, after: Tensor) -> None:
        """Keep what the step added, from the parameters after it, shape ``[D]``."""
        before = self.taken[-1]
        kept = self.room.keep(after - before.parameters)
        self.taken[-1] = replace(before, kept_update=kept)


def make_recorder(measuring: Measuring, total_steps: int, limits: SnapshotLimits) -> Recorder:
    """The recorder of what is to be measured along a training of ``total_steps``."""
    steps = frozenset(snapshot_steps(total_steps, measuring.snapshots))
    asked = UPDATE_ALIGNMENT.companion in measuring.companions
    update_steps = steps if asked else frozenset()
    return Recorder(Room(len(steps) + len(update_steps), limits), steps, update_steps)
