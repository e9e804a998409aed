"""The recorder of a path, for any training loop in PyTorch."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn
from torch.optim import Optimizer

from stablecheck.errors import RecorderError
from stablecheck.recorder import remarks
from stablecheck.recorder.checked_loss import Loss
from stablecheck.recorder.control import asked_for, given
from stablecheck.recorder.loader import Loader
from stablecheck.recorder.measuring import Order, measure
from stablecheck.recorder.observer import Observer
from stablecheck.recorder.options import positive, share
from stablecheck.recorder.recorded import recorded_by
from stablecheck.recorder.reporting import diverged_record, facts_of, leave, sound_record
from stablecheck.recorder.request import DEFAULT, requested
from stablecheck.recorder.spacing import Doubling, Even, Spacing
from stablecheck.recorder.trained_parameters import trained_parameters
from stablecheck.recorder.unwrapping import plain_model, plain_optimizer
from stablecheck.trial.path import Measured
from stablecheck.trial.protocol import RecordFacts, TrialRecord
from stablecheck.trial.snapshot_limits import DEFAULT as LIMITS
from stablecheck.trial.snapshot_limits import SnapshotLimits
from stablecheck.trial.snapshots import flat
from stablecheck.trial.views import OtherEndPoint


class PathRecorder:
    """Keeps snapshots of a training as its optimiser steps, and measures the path at the end.

    The path's coordinates are the parameters that require a gradient and that the optimiser holds.
    A snapshot is taken when ``optimizer.step`` begins: the weights before the update, the buffers
    as the forward pass left them, the first group's learning rate. A step that a ``GradScaler``
    skips is none. Nothing of the training changes, to the last bit.

    In a process that a run has started as a candidate's command, what is not given is as the run
    asks; elsewhere the defaults are those of a trial.

    >>> model = nn.Linear(2, 1)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> loader = [(torch.eye(2), torch.ones(2, 1))]
    >>> def loss(model, batch):
    ...     return nn.functional.mse_loss(model(batch[0]), batch[1])
    >>> recorder = PathRecorder(model, optimizer)
    >>> for batch in loader * 3:
    ...     optimizer.zero_grad()
    ...     loss(model, batch).backward()
    ...     optimizer.step()
    >>> found = recorder.measure(loss, train=loader)
    >>> found.record.step, found.measures["path.positive_share"]
    ((0, 1, 2), 1.0)
    >>> recorder.report(score=0.93).steps
    3

    Args:
        model: The model that is trained; compiled and DistributedDataParallel ones are unwrapped.
        optimizer: What trains it.
        snapshots: Snapshots at most, 40 by default. They are evenly spread over a training of
            any length: when all are taken, every second one is dropped.
        total_steps: Steps of the training, where that is known: then the snapshots are at the very
            steps at which a trial has them.
        snapshot_memory: Bytes that they may take on the model's device; beyond that they go to
            files that vanish with the process.
        folder: Where those files are; None for the system's temporary folder.

    Raises:
        RecorderError: Model and optimiser do not belong together, no path can be made of the
            parameters, or the optimiser has a recorder.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: Optimizer,
        *,
        snapshots: int | None = None,
        total_steps: int | None = None,
        snapshot_memory: int = LIMITS.memory,
        folder: Path | None = None,
    ) -> None:
        self._request = requested()
        self._asked = DEFAULT if self._request is None else self._request.measuring
        self._total_steps = total_steps
        self._observer = Observer(
            plain_model(model),
            plain_optimizer(optimizer),
            _spacing(self._asked.snapshots if snapshots is None else snapshots, total_steps),
            SnapshotLimits(snapshot_memory, folder),
        )
        self._observer.attach()
        self._found: Measured | None = None
        self._measuring_seconds = 0.0
        self._facts = RecordFacts()

    @property
    def steps(self) -> int:
        """Steps that the optimiser has finished."""
        return self._observer.steps

    @property
    def diverged(self) -> bool:
        """Whether the trained weights are no longer finite: there is no path to measure then."""
        return not bool(torch.isfinite(self._weights()).all())

    def detach(self) -> None:
        """Watch no further steps; what was kept can still be measured."""
        self._observer.detach()

    def measure(
        self,
        loss: Loss,
        train: Iterable[Any] | None = None,
        heldout: Iterable[Any] | None = None,
        *,
        batches: int | None = None,
        exclude_tail: float | None = None,
        other_end_point: ArrayLike | None = None,
        seed: int | None = None,
    ) -> Measured:
        """Measure the path that the training has taken; it may go on afterwards.

        Gradients are taken on a copy of the model, in the modes of the training's first step. Each
        snapshot has fresh batches, in the loader's own order; at its end the loader begins anew.

        Args:
            loss: ``loss(model, batch)``, the mean loss that was minimised, a scalar. It gets the
                copy, and the batch on the model's device.
            train: Training batches: any iterable that can be gone through again.
            heldout: Held-out batches, the same.
            batches: Batches for each snapshot, 8 by default.
            exclude_tail: Share of the steps, at the end, that the numbers leave out, 0.05 by
                default.
            other_end_point: Where the same training with another seed ended, shape ``[D]``: the
                control's reference point.
            seed: Of the random numbers that loaders and forward passes draw, 0 by default.

        Raises:
            RecorderError: There is no path, or loss or loaders are not what they have to be.
        """
        started = time.perf_counter()
        if self._request is not None and self.steps and self.diverged:
            self.report(diverged=True)  # known even where the error below ends the script
        recorded, asked = recorded_by(self._observer), self._asked
        loaders = _loaders(train=train, heldout=heldout)
        other = self._other(other_end_point, recorded.end_point)
        order = Order(
            loss=loss,
            loaders={name: one for name, one in loaders.items() if name in asked.sources},
            batches=positive("batches", asked.batches if batches is None else batches),
            exclude_tail=share(
                "exclude_tail", asked.exclude_tail if exclude_tail is None else exclude_tail
            ),
            other=other,
            seed=self._seed if seed is None else seed,
        )
        notes = list(remarks.of_training(recorded, self._total_steps))
        if self._request is not None:
            notes += remarks.of_sources(asked.sources, loaders)
            notes += remarks.of_control(self._request, other)
        found = measure(recorded, order)
        self._found = replace(found, notes=(*found.notes, *notes))
        self._facts = facts_of(loaders)
        self._measuring_seconds += time.perf_counter() - started
        return self._found

    def report(
        self,
        score: float | None = None,
        loss: float | None = None,
        diverged: bool = False,
        *,
        to: Path | str | None = None,
    ) -> TrialRecord:
        """Report what the training came to, to the run that has started this process.

        Outside of a run nothing is written but what is asked for. Of several processes of a
        distributed training only the first writes.

        Args:
            score: Score on the held-out part; None where it has none.
            loss: Loss on the held-out part, if it is known.
            diverged: The training failed, and has neither path nor end point; weights that are
                not finite say so themselves.
            to: A file that is to hold the record, too.

        Raises:
            RecorderError: It cannot be written.
        """
        weights = self._weights()
        known = (score, loss, self.steps, len(weights))
        if diverged or self.diverged:
            record = diverged_record(*known, self._facts)
        else:
            record = sound_record(*known, self._found, self._facts)
        record = record.model_copy(update={"measuring_seconds": self._measuring_seconds})
        leave(record, weights, self._request, to)
        return record

    def _weights(self) -> Tensor:
        """The trained parameters as they are, shape ``[D]``."""
        observer = self._observer
        return flat(trained_parameters(observer.model, observer.optimizer).values())

    def _other(self, end_point: ArrayLike | None, own: Tensor) -> OtherEndPoint | None:
        if end_point is not None:
            return given(end_point, own)
        return None if self._request is None else asked_for(self._request, own)

    @property
    def _seed(self) -> int:
        return 0 if self._request is None else self._request.seed


def _spacing(snapshots: int, total_steps: int | None) -> Spacing:
    most = positive("snapshots", snapshots)
    if total_steps is None:
        return Doubling(most)
    return Even(positive("total_steps", total_steps), most)


def _loaders(**given: Iterable[Any] | None) -> dict[str, Loader]:
    loaders = {name: Loader(one, name) for name, one in given.items() if one is not None}
    if not loaders:
        raise RecorderError(
            "there is nothing to measure on; expected a loader of batches as train, heldout or both"
        )
    return loaders
