"""What is measured: one finished training."""

from __future__ import annotations

from dataclasses import dataclass

from stablecheck.candidate.prepared import Prepared
from stablecheck.plan import TrialSpec
from stablecheck.trial.course import Course, Drawing
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

    @property
    def course(self) -> Course:
        """What its path's numbers rest on."""
        training = self.trained.training
        return Course(
            points=self.points,
            start=self.trained.snapshots[0].parameters,
            exclude_tail=self.spec.measuring.exclude_tail,
            weight_decay=self.prepared.candidate.optimizer.weight_decay,
            drawing=Drawing(training.batch_size, len(training.data)),
        )


def make_subject(prepared: Prepared, spec: TrialSpec, trained: Trained) -> Subject:
    """A training as the subject of measurements.

    Raises:
        ValueError: The weights never moved.
    """
    return Subject(prepared, spec, trained, waypoints(trained))
