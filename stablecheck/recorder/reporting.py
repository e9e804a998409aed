"""From what is known of a training to its record, at the places where it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from stablecheck.recorder.leaving import leave_end_point, leave_record
from stablecheck.recorder.loader import Loader
from stablecheck.trial.path import Measured
from stablecheck.trial.protocol import RECORD_SCHEMA, RecordFacts, TrialRecord, TrialRequest


def facts_of(loaders: Mapping[str, Loader]) -> RecordFacts:
    """What the loaders of train and heldout tell of the data."""
    train, heldout = loaders.get("train"), loaders.get("heldout")
    return RecordFacts(
        n_train=None if train is None else train.rows,
        n_heldout=None if heldout is None else heldout.rows,
        batch_size=None if train is None else train.batch_size,
    )


def sound_record(
    score: float | None,
    loss: float | None,
    steps: int,
    parameters: int,
    found: Measured | None,
    facts: RecordFacts,
) -> TrialRecord:
    """The record of a training that came to an end, with its path where that was measured."""
    return TrialRecord(
        schema=RECORD_SCHEMA,
        status="ok",
        score=_number(score),
        loss=_number(loss),
        steps=steps,
        parameters=parameters,
        measures={} if found is None else dict(found.measures),
        notes=() if found is None else found.notes,
        path=None if found is None else found.record,
        facts=facts,
    )


def diverged_record(
    score: float | None, loss: float | None, steps: int, parameters: int, facts: RecordFacts
) -> TrialRecord:
    """The record of a training that diverged: whatever was measured of it is no path."""
    whole = sound_record(score, loss, steps, parameters, None, facts)
    return whole.model_copy(update={"status": "diverged"})


def leave(
    record: TrialRecord, weights: Tensor, request: TrialRequest | None, to: Path | str | None
) -> None:
    """Leave a record, and the end point, shape ``[D]``, where they are asked for.

    Of several processes of a distributed training only the first does.

    Raises:
        RecorderError: They cannot be written.
    """
    if not _is_first_process():
        return
    if request is not None:
        if request.end_point is not None and record.status == "ok":
            leave_end_point(weights.cpu().numpy(), request.end_point)
        leave_record(record, request.record)  # last: it says that all is there
    if to is not None:
        leave_record(record, Path(to))


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _is_first_process() -> bool:
    distributed = torch.distributed
    running = distributed.is_available() and distributed.is_initialized()
    return not running or distributed.get_rank() == 0
