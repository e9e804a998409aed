"""The report of a training without a path. Imports no torch."""

from __future__ import annotations

from stablecheck.recorder.leaving import leave_record
from stablecheck.recorder.request import requested
from stablecheck.trial.protocol import RECORD_SCHEMA, TrialRecord


def report_score(score: float, loss: float | None = None) -> TrialRecord:
    """Report what a training came to, to the run that has started it as a candidate's command.

    Outside of a run nothing is written.

    Args:
        score: Score on the held-out part; NaN where it has none.
        loss: Loss on the held-out part, if it is known.

    Raises:
        RecorderError: The run cannot be reported to.
    """
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
