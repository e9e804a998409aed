"""The record of a trial that left none of its own."""

from __future__ import annotations

from stablecheck.plan import TrialSpec
from stablecheck.trial.record import Trial


def failed_trial(spec: TrialSpec, message: str | None = None) -> Trial:
    """A trial that failed, with what is known of it; also the outline of one that did not."""
    return Trial(
        id=spec.id,
        key=spec.key,
        probe=spec.probe,
        arm=spec.arm,
        seed=spec.seed,
        status="failed",
        message=message,
    )
