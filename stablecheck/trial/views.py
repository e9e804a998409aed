"""From inner products to the views of a path, its numbers and its record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from stablecheck.geometry import ALWAYS, ANY_END_POINT
from stablecheck.geometry.laziness import LAZINESS, laziness
from stablecheck.geometry.noise_scale import NOISE_SCALE, noise_scale
from stablecheck.geometry.summary import before_tail
from stablecheck.geometry.weight_decay import decayed
from stablecheck.trial.course import Course
from stablecheck.trial.measuring import FullProducts, SourceProducts
from stablecheck.trial.record import PathRecord
from stablecheck.trial.series import View
from stablecheck.trial.waypoints import Waypoints, laziness_terms


@dataclass(frozen=True)
class OtherEndPoint:
    """Where another seed's training ended: the control's reference point, shape ``[D]``.

    Args:
        trial: That training's name; None where it has none.
        parameters: The point.
    """

    trial: str | None
    parameters: Tensor


@dataclass(frozen=True)
class Sources:
    """Inner products on each source that was asked for; ``full`` at waypoints of its own."""

    train: SourceProducts | None
    heldout: SourceProducts | None
    full: FullProducts | None
    full_points: Waypoints


def views(course: Course, sources: Sources, other: OtherEndPoint | None) -> dict[str, View]:
    """Each way to look at the path, by the record's field that keeps it."""
    return dict(_views(course, sources, other))


def _views(
    course: Course, sources: Sources, other: OtherEndPoint | None
) -> Iterator[tuple[str, View]]:
    points, train, heldout, full = course.points, sources.train, sources.heldout, sources.full
    if train is not None:
        path = points.path(train.gd, train.gg, points.distance)
        yield "train", View("path.", path, train.loss, ALWAYS)
    if train is not None and course.weight_decay is not None:
        yield "weight_decay", _decayed(points, train, course.weight_decay)
    if heldout is not None:
        path = points.path(heldout.gd, heldout.gg, points.distance)
        yield "heldout", View("path.heldout.", path, heldout.loss, ALWAYS)
    if full is not None:
        path = sources.full_points.path(full.gd, full.gg, sources.full_points.distance)
        yield "full", View("path.full.", path, full.loss, ALWAYS)
    if train is not None and train.gd_cross is not None and other is not None:
        path = points.path(train.gd_cross, train.gg, points.distance_to(other.parameters))
        yield "cross_seed", View("path.cross_seed.", path, train.loss, ANY_END_POINT)


def _decayed(points: Waypoints, train: SourceProducts, weight_decay: float) -> View:
    plain = points.path(train.gd, train.gg, points.distance)
    if not weight_decay:  # the same as without
        return View("path.weight_decay.", plain, train.loss, ANY_END_POINT)
    wd, ww = points.weight_products()
    products = decayed(plain.products, train.gw, wd, ww, weight_decay)
    path = points.path(products.gd, products.gg, points.distance)
    loss = train.loss + weight_decay / 2 * ww
    return View("path.weight_decay.", path, loss, ANY_END_POINT)


def numbers(
    course: Course, seen: Mapping[str, View], train: SourceProducts | None
) -> dict[str, float]:
    """One number a measure, the companions that cost next to nothing included."""
    tail, points = course.exclude_tail, course.points
    found = {name: value for view in seen.values() for name, value in view.numbers(tail).items()}
    found[LAZINESS.name] = laziness(*laziness_terms(course.start, points.end_point))
    kept = before_tail(points.step, points.total_steps, tail)
    drawing = course.drawing
    if train is not None and drawing is not None and kept.any():
        found[NOISE_SCALE.name] = noise_scale(
            train.gg[kept],
            train.mean_gg[kept],
            drawing.batch_size,
            drawing.rows,
            drawing.in_one_pass,
        )
    return found


def path_record(
    course: Course,
    seen: Mapping[str, View],
    other: OtherEndPoint | None,
    companions: Mapping[str, Any],
) -> PathRecord:
    """The path's series, with the fields that companions fill."""
    points = course.points
    left_out = {"full"}  # has snapshots of its own
    if not course.weight_decay:
        left_out.add("weight_decay")  # the same as the training batches'
    series: dict[str, Any] = {n: view.series() for n, view in seen.items() if n not in left_out}
    cross = _control(seen["cross_seed"], other) if "cross_seed" in seen and other else {}
    return PathRecord(
        step=tuple(s.step for s in points.snapshots),
        total_steps=points.total_steps,
        lr=tuple(s.lr for s in points.snapshots),
        distance=tuple(points.distance[:, 0].tolist()),
        full=seen["full"].full_series() if "full" in seen else None,
        **series,
        **cross,
        **companions,
    )


def _control(view: View, other: OtherEndPoint) -> dict[str, Any]:
    distance = np.sqrt(view.path.products.dd[:, 0])
    return {"cross_seed_distance": tuple(distance.tolist()), "cross_seed_trial": other.trial}
