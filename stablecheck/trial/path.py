"""From a trained path to its record and its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stablecheck.candidate.prepared import Prepared
from stablecheck.geometry.laziness import LAZINESS, laziness
from stablecheck.geometry.noise_scale import NOISE_SCALE, noise_scale
from stablecheck.geometry.summary import before_tail
from stablecheck.plan import TrialSpec
from stablecheck.trial.companions.context import Context
from stablecheck.trial.companions.run import run_companions
from stablecheck.trial.loop import Trained
from stablecheck.trial.measuring import SourceProducts
from stablecheck.trial.record import PathRecord
from stablecheck.trial.series import View
from stablecheck.trial.sources import OtherEndPoint, Sources, measure_sources, views
from stablecheck.trial.subject import Subject, make_subject
from stablecheck.trial.waypoints import laziness_terms


@dataclass(frozen=True)
class Measured:
    """What was measured of a training.

    Args:
        record: The path's series.
        measures: One number per measure, with its source in the name; NaN where undefined.
        notes: What could not be measured and why, a line each.
    """

    record: PathRecord
    measures: dict[str, float]
    notes: tuple[str, ...]


def measure_path(
    prepared: Prepared, spec: TrialSpec, trained: Trained, other: OtherEndPoint | None
) -> Measured:
    """Measure a finished training; model and random state stay as they are.

    Snapshots that coincide with the end point are left out: there everything is undefined. A
    group of companions that fails costs its own measures, not the others.

    Raises:
        ValueError: The weights never moved.
    """
    subject = make_subject(prepared, spec, trained)
    return measured(subject, measure_sources(subject, other), other)


def measured(subject: Subject, sources: Sources, other: OtherEndPoint | None) -> Measured:
    """What follows from the inner products of a training, its companions included."""
    seen = views(subject, sources, other)
    companions = run_companions(Context(subject, sources.train))
    tail = subject.spec.measuring.exclude_tail
    measures = {name: value for view in seen.values() for name, value in view.numbers(tail).items()}
    return Measured(
        record=_record(subject, seen, other, companions.record),
        measures=measures | _always(subject, sources.train) | companions.measures,
        notes=companions.notes,
    )


def _always(subject: Subject, train: SourceProducts | None) -> dict[str, float]:
    """The companions that cost next to nothing."""
    found = {LAZINESS.name: laziness(*laziness_terms(subject.trained))}
    points, training = subject.points, subject.trained.training
    tail = subject.spec.measuring.exclude_tail
    kept = before_tail(points.step, points.total_steps, tail)
    if train is not None and kept.any():
        found[NOISE_SCALE.name] = noise_scale(
            train.gg[kept], train.mean_gg[kept], training.batch_size, len(training.data)
        )
    return found


def _record(
    subject: Subject,
    seen: Mapping[str, View],
    other: OtherEndPoint | None,
    companions: Mapping[str, Any],
) -> PathRecord:
    points = subject.points
    left_out = {"full"}  # has snapshots of its own
    if not subject.prepared.candidate.optimizer.weight_decay:
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
