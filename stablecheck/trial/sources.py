"""What is measured on each batch source, and the views of the path that come of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor, nn

from stablecheck.candidate.samples import Batch
from stablecheck.geometry import ALWAYS, ANY_END_POINT
from stablecheck.geometry.weight_decay import decayed
from stablecheck.plan import FULL_SNAPSHOTS
from stablecheck.recipe import OWN
from stablecheck.trial.batches import Drawn, Rows, all_of, draw
from stablecheck.trial.loop import batch_loss
from stablecheck.trial.measuring import (
    FullProducts,
    Gradients,
    SourceProducts,
    measure_full,
    measure_source,
)
from stablecheck.trial.series import View
from stablecheck.trial.subject import Subject
from stablecheck.trial.waypoints import Waypoints


@dataclass(frozen=True)
class OtherEndPoint:
    """Where another seed's training ended: the control's reference point, shape ``[D]``."""

    trial: str
    parameters: Tensor


@dataclass(frozen=True)
class Sources:
    """Inner products on each source that was asked for."""

    train: SourceProducts | None
    heldout: SourceProducts | None
    full: FullProducts | None
    full_points: Waypoints


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


def gradients_of(subject: Subject) -> Gradients:
    """Takes gradients of the candidate's loss, in the recipe's precision."""

    def loss(model: nn.Module, batch: Batch) -> Tensor:
        return batch_loss(subject.prepared, model, *batch)

    return Gradients(loss, subject.trained.model)


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


def views(subject: Subject, sources: Sources, other: OtherEndPoint | None) -> dict[str, View]:
    """Each way to look at the path, by the record's field that keeps it."""
    return dict(_views(subject, sources, other))


def _views(
    subject: Subject, sources: Sources, other: OtherEndPoint | None
) -> Iterator[tuple[str, View]]:
    points, train, heldout, full = subject.points, sources.train, sources.heldout, sources.full
    distance = points.distance
    if train is not None:
        yield "train", View("path.", points.path(train.gd, train.gg, distance), train.loss, ALWAYS)
        if subject.prepared.candidate.optimizer.name != OWN:  # whose decay nobody knows
            yield "weight_decay", _decayed(subject, train)
    if heldout is not None:
        path = points.path(heldout.gd, heldout.gg, distance)
        yield "heldout", View("path.heldout.", path, heldout.loss, ALWAYS)
    if full is not None:
        path = sources.full_points.path(full.gd, full.gg, sources.full_points.distance)
        yield "full", View("path.full.", path, full.loss, ALWAYS)
    if train is not None and train.gd_cross is not None and other is not None:
        path = points.path(train.gd_cross, train.gg, points.distance_to(other.parameters))
        yield "cross_seed", View("path.cross_seed.", path, train.loss, ANY_END_POINT)


def _decayed(subject: Subject, train: SourceProducts) -> View:
    points, weight_decay = subject.points, subject.prepared.candidate.optimizer.weight_decay
    if not weight_decay:  # the same as without
        path = points.path(train.gd, train.gg, points.distance)
        return View("path.weight_decay.", path, train.loss, ANY_END_POINT)
    wd, ww = points.weight_products()
    plain = points.path(train.gd, train.gg, points.distance).products
    products = decayed(plain, train.gw, wd, ww, weight_decay)
    path = points.path(products.gd, products.gg, points.distance)
    loss = train.loss + weight_decay / 2 * ww
    return View("path.weight_decay.", path, loss, ANY_END_POINT)
