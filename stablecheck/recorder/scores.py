"""The report of a training without a path. Imports no torch."""

from __future__ import annotations

import math

from stablecheck.errors import RecorderError
from stablecheck.recorder.leaving import leave_record
from stablecheck.recorder.request import requested
from stablecheck.trial.protocol import RECORD_SCHEMA, TrialRecord


def report_score(score: float, loss: float | None = None) -> TrialRecord:
    """Report what a training came to, to the run that has started it as a candidate's command.

    Outside of a run nothing is written.

    Args:
        score: Score on the held-out part.
        loss: Loss on the held-out part, if it is known.

    Raises:
        RecorderError: The score is no finite number, or the run cannot be reported to.
    """
    if not math.isfinite(score):
        raise RecorderError(
            f"the score is {score}; expected a finite number; let a training without one end with "
            "an exit code other than 0"
        )
    record = TrialRecord(
        schema=RECORD_SCHEMA,
        status="ok",
        score=float(score),
        loss=None if loss is None else float(loss),
        steps=0,
        parameters=0,
    )
    request = requested()
    if request is not None:
        leave_record(record, request.record)
    return record
