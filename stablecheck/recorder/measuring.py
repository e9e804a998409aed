"""Measure a recorded training by the runner's own code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from stablecheck.candidate.importing import describe
from stablecheck.candidate.randomness import seeded
from stablecheck.errors import RecorderError
from stablecheck.recorder.checked_loss import CheckedLoss, Loss
from stablecheck.recorder.heldout_loss import losses
from stablecheck.recorder.loader import InTurn, Loader
from stablecheck.recorder.recorded import Recorded
from stablecheck.trial.course import Course, Drawing
from stablecheck.trial.measuring import Gradients, SourceProducts, measure_source
from stablecheck.trial.path import Measured
from stablecheck.trial.replica import Replica
from stablecheck.trial.views import OtherEndPoint, Sources, numbers, path_record, views
from stablecheck.trial.waypoints import Waypoints, waypoints_to


@dataclass(frozen=True)
class Order:
    """What is to be measured of a recorded training.

    Args:
        loss: What the training minimised.
        loaders: Batches by their source: train, heldout.
        batches: Batches for each snapshot.
        exclude_tail: Share of the steps, at the end, that the numbers leave out.
        other: Another seed's end point, if there is one.
        seed: Of the random numbers that loaders and forward passes draw.
    """

    loss: Loss
    loaders: Mapping[str, Loader]
    batches: int
    exclude_tail: float
    other: OtherEndPoint | None
    seed: int


def measure(recorded: Recorded, order: Order) -> Measured:
    """The path's record and its numbers; model and random states stay as they are.

    Raises:
        RecorderError: The weights never moved, or loss or loader are not what they have to be.
    """
    with torch.inference_mode(False):
        return _measured(recorded, order)


def _measured(recorded: Recorded, order: Order) -> Measured:
    points = _waypoints(recorded)
    drawn = {
        source: InTurn(loader, order.batches, recorded.end_point.device)
        for source, loader in order.loaders.items()
    }
    replica = recorded.replica()
    sources = _sources(replica, points, order, drawn)
    course = Course(
        points=points,
        start=recorded.snapshots[0].parameters,
        exclude_tail=order.exclude_tail,
        weight_decay=recorded.weight_decay,
        drawing=_drawing(order, drawn),
    )
    seen = views(course, sources, order.other)
    losses, notes = _heldout_losses(recorded, replica, order)
    return Measured(
        record=path_record(course, seen, order.other, {}),
        measures=numbers(course, seen, sources.train) | losses,
        notes=notes,
    )


def _waypoints(recorded: Recorded) -> Waypoints:
    try:
        return waypoints_to(recorded.end_point, recorded.snapshots, recorded.steps)
    except ValueError as error:
        raise RecorderError(
            f"{error}; expected steps that change the trained parameters; look at the learning "
            "rate, and measure before other weights are loaded"
        ) from error


def _heldout_losses(
    recorded: Recorded, replica: Replica, order: Order
) -> tuple[dict[str, float], tuple[str, ...]]:
    """The losses, or why there are none: the path that is measured already must not be lost."""
    loader = order.loaders.get("heldout")
    if loader is None or not loader.ends:
        return {}, ()
    try:
        with loader.undisturbed(), seeded(order.seed):
            return losses(recorded, replica, order.loss, loader), ()
    except Exception as error:  # the loss and the model are anybody's
        return {}, (f"the held-out loss was not measured: {describe(error)}",)


def _sources(
    replica: Replica, points: Waypoints, order: Order, drawn: Mapping[str, InTurn]
) -> Sources:
    found: dict[str, SourceProducts] = {}
    against = {"train": None if order.other is None else order.other.parameters}
    with torch.enable_grad():
        gradients: Gradients[Any] = Gradients(CheckedLoss(order.loss), replica)
        for source, batches in drawn.items():
            other = against.get(source)
            with order.loaders[source].undisturbed():
                found[source] = measure_source(gradients, points, other, batches, order.seed)
            _check_finite(source, found[source], points)
    return Sources(found.get("train"), found.get("heldout"), None, points)


def _check_finite(source: str, products: SourceProducts, points: Waypoints) -> None:
    for place, batch in np.argwhere(~np.isfinite(products.loss)):
        raise RecorderError(
            f"the loss of {source} batch {batch} is {products.loss[place, batch]} at the snapshot "
            f"of step {points.snapshots[place].step}; expected a finite one; report a training "
            "that has diverged with report(diverged=True)"
        )


def _drawing(order: Order, drawn: Mapping[str, InTurn]) -> Drawing | None:
    if "train" not in drawn:
        return None
    return order.loaders["train"].drawing(drawn["train"].in_one_pass)
