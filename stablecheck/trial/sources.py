"""What is measured on each batch source."""

from __future__ import annotations

from torch import Tensor, nn

from stablecheck.candidate.samples import Batch
from stablecheck.plan import FULL_SNAPSHOTS
from stablecheck.trial.batches import Drawn, Rows, all_of, draw
from stablecheck.trial.loop import batch_loss
from stablecheck.trial.measuring import (
    FullProducts,
    Gradients,
    SourceProducts,
    measure_full,
    measure_source,
)
from stablecheck.trial.replica import replica_of
from stablecheck.trial.subject import Subject
from stablecheck.trial.views import OtherEndPoint, Sources
from stablecheck.trial.waypoints import Waypoints


def train_batches(subject: Subject) -> Drawn:
    """Fresh batches of the training rows for every waypoint; the same each time."""
    return _drawn(subject, subject.trained.data)


def heldout_batches(subject: Subject) -> Drawn:
    """Fresh batches of the held-out rows for every waypoint; the same each time."""
    return _drawn(subject, subject.trained.data.heldout)


def full_batches(subject: Subject, points: Waypoints) -> Drawn:
    """All training rows for each of these waypoints; the same each time."""
    trained, seed = subject.trained, subject.spec.seeds.measure
    return all_of(trained.data, trained.training.batch_size, len(points.snapshots), seed)


def gradients_of(subject: Subject) -> Gradients[Batch]:
    """Takes gradients of the candidate's loss, in the recipe's precision."""

    def loss(model: nn.Module, batch: Batch) -> Tensor:
        return batch_loss(subject.prepared, model, *batch)

    return Gradients(loss, replica_of(subject.trained.model))


def full_points(subject: Subject) -> Waypoints:
    """The few waypoints at which all rows are measured."""
    return subject.points.before_tail(subject.spec.measuring.exclude_tail, FULL_SNAPSHOTS)


def measure_train(subject: Subject, other: OtherEndPoint | None) -> SourceProducts:
    """Inner products on the training batches."""
    return _measured(subject, train_batches(subject), other)


def measure_sources(subject: Subject, other: OtherEndPoint | None) -> Sources:
    """Inner products on every source asked for, each as if it were the only one."""
    asked = subject.spec.measuring.sources
    points = full_points(subject)
    return Sources(
        train=measure_train(subject, other) if "train" in asked else None,
        heldout=_measured(subject, heldout_batches(subject), None) if "heldout" in asked else None,
        full=_measured_in_full(subject, points) if "full" in asked and points.snapshots else None,
        full_points=points,
    )


def _drawn(subject: Subject, source: Rows) -> Drawn:
    measuring, snapshots = subject.spec.measuring, len(subject.points.snapshots)
    size = subject.trained.training.batch_size
    return draw(source, size, measuring.batches, snapshots, subject.spec.seeds.measure)


def _measured(subject: Subject, batches: Drawn, other: OtherEndPoint | None) -> SourceProducts:
    against, seed = None if other is None else other.parameters, subject.spec.seeds.measure
    return measure_source(gradients_of(subject), subject.points, against, batches, seed)


def _measured_in_full(subject: Subject, points: Waypoints) -> FullProducts:
    parts, seed = full_batches(subject, points), subject.spec.seeds.measure
    return measure_full(gradients_of(subject), points, parts, seed)
