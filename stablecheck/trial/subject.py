"""What is measured: one finished training."""

from __future__ import annotations

from dataclasses import dataclass

from stablecheck.candidate.prepared import Prepared
from stablecheck.plan import TrialSpec
from stablecheck.trial.loop import Trained
from stablecheck.trial.waypoints import Waypoints, waypoints


@dataclass(frozen=True)
class Subject:
    """A finished training, and the instants of it at which it is measured.

    Args:
        prepared: The candidate.
        spec: What was asked for.
        trained: What the training left.
        points: The snapshots to measure at.
    """

    prepared: Prepared
    spec: TrialSpec
    trained: Trained
    points: Waypoints


def make_subject(prepared: Prepared, spec: TrialSpec, trained: Trained) -> Subject:
    """A training as the subject of measurements.

    Raises:
        ValueError: The weights never moved.
    """
    return Subject(prepared, spec, trained, waypoints(trained))
