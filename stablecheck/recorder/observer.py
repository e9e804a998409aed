"""Watches a training from its optimiser, and keeps instants of it."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from weakref import WeakSet

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.hooks import RemovableHandle

from stablecheck.errors import OutputFolderError, RecorderError
from stablecheck.recorder.layout import Layout, check_same, layout_of
from stablecheck.recorder.spacing import Spacing
from stablecheck.recorder.trained_parameters import trained_parameters
from stablecheck.trial.snapshot_limits import SnapshotLimits
from stablecheck.trial.snapshot_room import Room
from stablecheck.trial.snapshots import Snapshot, flat

_watched: WeakSet[Optimizer] = WeakSet()


class Observer:
    """Keeps the weights before some of an optimiser's steps; reads the model and changes nothing.

    A step that cannot be observed ends the training only if it is the first: later the problem is
    kept for whoever measures, because a long training is worth more than its path.

    Args:
        model: The plain model.
        optimizer: The plain optimiser.
        spacing: Which steps have a snapshot.
        limits: What the snapshots may take.

    Attributes:
        model: The model.
        optimizer: The optimiser.
        steps: Steps that the optimiser has finished.
        taken: The snapshots so far, the first of step 0.
        modes: Which modules were in training mode at the first step, by name.
        problem: Why the path cannot be measured, if it cannot.
    """

    def __init__(
        self, model: nn.Module, optimizer: Optimizer, spacing: Spacing, limits: SnapshotLimits
    ) -> None:
        trained_parameters(model, optimizer)  # a wrong one is refused at once
        self.model = model
        self.optimizer = optimizer
        self._spacing = spacing
        self._limits = limits
        self._room = Room(spacing.most, limits)
        self._first: Layout = {}
        self._hooks: tuple[RemovableHandle, ...] = ()
        self.steps = 0
        self.taken: list[Snapshot] = []
        self.modes: dict[str, bool] = {}
        self.problem: RecorderError | None = None

    def attach(self) -> None:
        """Watch every step from now on.

        Raises:
            RecorderError: Somebody does already.
        """
        if self.optimizer in _watched:
            raise RecorderError(
                "the optimizer has a recorder already; expected one; detach() that one first"
            )
        _watched.add(self.optimizer)
        self._hooks = (
            self.optimizer.register_step_pre_hook(self._before_step),
            self.optimizer.register_step_post_hook(self._after_step),
        )

    def detach(self) -> None:
        """Watch no further steps."""
        for hook in self._hooks:
            hook.remove()
        _watched.discard(self.optimizer)

    def parameters(self) -> dict[str, nn.Parameter]:
        """The trained parameters as they are now.

        Raises:
            RecorderError: They are not those of the first step.
        """
        parameters = trained_parameters(self.model, self.optimizer)
        now = layout_of(parameters, dict(self.model.named_buffers()))
        if not self._first:
            self._first = now
            self.modes = {name: m.training for name, m in self.model.named_modules()}
        check_same(self._first, now, self.steps)
        return parameters

    def _before_step(self, *_: object) -> None:
        if self.problem is not None or not self._spacing.due(self.steps):
            return
        try:
            self._take()
        except RecorderError as problem:
            if not self.steps:
                raise
            self.problem = problem

    def _after_step(self, *_: object) -> None:
        self.steps += 1

    @torch.no_grad()
    def _take(self) -> None:
        parameters = self.parameters()
        staying = self._spacing.staying([*self._earlier(), self.steps])
        self._keep_only(set(staying) - {self.steps})
        if self.steps in staying:
            lr = float(self.optimizer.param_groups[0]["lr"])
            buffers = {name: b.detach().clone() for name, b in self.model.named_buffers()}
            vector = flat(parameters.values())
            self.taken.append(Snapshot(self.steps, lr, self._kept(vector), buffers, vector.device))

    def _earlier(self) -> list[int]:
        """Steps with a snapshot, without the one now: it has one if it has raised before."""
        return [snapshot.step for snapshot in self.taken if snapshot.step < self.steps]

    def _keep_only(self, steps: Collection[int]) -> None:
        for snapshot in self.taken:
            if snapshot.step not in steps:
                self._room.give_back(snapshot.kept)
        self.taken = [snapshot for snapshot in self.taken if snapshot.step in steps]

    def _kept(self, vector: Tensor) -> Tensor:
        try:
            return self._room.keep(vector)
        except OutputFolderError as error:
            place = self._limits.folder or tempfile.gettempdir()
            raise RecorderError(
                f"{place}: no room for {self._spacing.most} snapshots of {4 * len(vector):,} bytes "
                f"({error.__cause__}); expected that much beyond snapshot_memory="
                f"{self._limits.memory:,}; free some space, name another folder=, or take fewer "
                "snapshots="
            ) from error
