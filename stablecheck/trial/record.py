"""What one trial leaves behind: the content of ``trials/ID.json``. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stablecheck.section import Number, Section

Status = Literal["ok", "diverged", "failed", "timeout"]
Grid = tuple[tuple[Number, ...], ...]
"""One number a snapshot and batch: shape (snapshot, batch)."""


class Series(Section):
    """Path geometry on one batch source with one reference point; every grid (snapshot, batch)."""

    rsi: Grid
    eb: Grid
    alignment: Grid
    loss: Grid


class FullSeries(Series):
    """Path geometry of the whole training part's gradient; grids of shape (snapshot, 1)."""

    step: tuple[int, ...] = Field(description="Its own snapshots, some of the path's.")
    lr: tuple[float, ...] = Field(description="Learning rate in force at each.")
    distance: tuple[float, ...] = Field(description="‖w_t − w_T‖ at each.")


class Interpolation(Section):
    """Training loss on the straight line from the initial to the trained weights."""

    alpha: tuple[float, ...] = Field(description="0: initial weights, 1: trained weights.")
    loss: tuple[Number, ...]


class PathRecord(Section):
    """The measured path of one trial.

    ``cross_seed`` holds the train batches' gradients against another seed's end point, the control
    for ``train``; its distances are those to that end point. ``weight_decay`` holds the train
    batches' gradients with λw added, where λ > 0, and the loss that goes with them.
    """

    step: tuple[int, ...] = Field(description="Steps at which snapshots were kept, from 0.")
    total_steps: int = Field(description="Steps of the whole training, T.")
    lr: tuple[Number, ...] = Field(description="Learning rate in force at each snapshot.")
    distance: tuple[Number, ...] = Field(description="‖w_t − w_T‖ at each snapshot.")
    train: Series | None = None
    heldout: Series | None = None
    cross_seed: Series | None = None
    cross_seed_distance: tuple[float, ...] | None = None
    cross_seed_trial: str | None = None
    weight_decay: Series | None = None
    full: FullSeries | None = None
    update_alignment: tuple[Number, ...] | None = Field(
        None, description="Cosine between the step taken and the way still to go, each snapshot."
    )
    interpolation: Interpolation | None = None

    @property
    def is_measured(self) -> bool:
        """Whether anything was measured along it."""
        return any((self.train, self.heldout, self.full))


def unmeasured(steps: int) -> PathRecord:
    """The path of a training that nobody measured: its beginning, at an unknown distance."""
    return PathRecord(step=(0,), total_steps=steps, lr=(None,), distance=(None,))


class ReportedFacts(Section):
    """What a command told of its model and data; None where it did not."""

    n_train: int | None = None
    n_heldout: int | None = None
    batch_size: int | None = None
    parameters: int | None = None


class Trial(Section):
    """One training run and what was measured of it; numbers that do not exist are None."""

    id: str
    key: str = Field(description="SHA-256 of everything that determines this trial.")
    probe: str
    arm: str
    seed: int
    status: Status
    score: Number = Field(None, description="Score on the held-out part after training.")
    loss: Number = Field(None, description="Loss on the held-out part after training.")
    steps: int = Field(0, description="Gradient steps taken.")
    seconds: float = Field(
        0.0, description="Wall time, training and measuring; an equal share of an ensemble's."
    )
    measuring_seconds: float = Field(0.0, description="The measuring's share of that time.")
    together: int = Field(
        1, ge=1, description="Trials computed as one ensemble with it, itself included."
    )
    measures: dict[str, Number] = Field(
        default_factory=dict, description="Named numbers, such as path.heldout.alignment."
    )
    message: str | None = Field(None, description="What stopped a trial that is not ok.")
    notes: tuple[str, ...] = Field(
        (), description="What could not be measured of a trial that is ok, and why; a line each."
    )
    path: PathRecord | None = None
    facts: ReportedFacts | None = Field(
        None, description="What a command told of its model and data; of a model more is known."
    )
