"""From a trained path to its record and its numbers."""

from __future__ import annotations

from dataclasses import dataclass

from stablecheck.candidate.prepared import Prepared
from stablecheck.plan import TrialSpec
from stablecheck.trial.companions.context import Context
from stablecheck.trial.companions.run import run_companions
from stablecheck.trial.loop import Trained
from stablecheck.trial.record import PathRecord
from stablecheck.trial.sources import measure_sources
from stablecheck.trial.subject import Subject, make_subject
from stablecheck.trial.views import OtherEndPoint, Sources, numbers, path_record, views


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
    course = subject.course
    seen = views(course, sources, other)
    companions = run_companions(Context(subject, sources.train))
    return Measured(
        record=path_record(course, seen, other, companions.record),
        measures=numbers(course, seen, sources.train) | companions.measures,
        notes=companions.notes,
    )
