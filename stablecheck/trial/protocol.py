"""What the runner and a command of a candidate's own say to each other. Imports no torch.

The runner writes a request and names its file in the environment; the command, or the recorder in
it, writes a record at the place that the request names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from stablecheck.section import Number, Section
from stablecheck.trial.record import PathRecord

VARIABLE = "STABLECHECK_TRIAL"
"""Variable of the environment that names the request's file."""

RequestSchema = Literal["stablecheck-trial/1"]
REQUEST_SCHEMA: RequestSchema = "stablecheck-trial/1"
RecordSchema = Literal["stablecheck-record/1"]
RECORD_SCHEMA: RecordSchema = "stablecheck-record/1"
RecordStatus = Literal["ok", "diverged"]


class MeasuringRequest(Section):
    """What is to be measured along the path."""

    snapshots: int = Field(ge=1, description="Snapshots at most.")
    batches: int = Field(ge=1, description="Batches for each of them.")
    sources: tuple[str, ...] = Field(description="Of train and heldout.")
    exclude_tail: float = Field(
        ge=0, lt=1, description="Share of the steps, at the end, that the numbers leave out."
    )


class TrialRequest(Section):
    """One trial, as the runner asks a command for it."""

    schema_: RequestSchema = Field(alias="schema")
    seed: int
    record: Path = Field(description="Where the record is to be written.")
    end_point: Path | None = Field(
        description="Where the trained weights are to be written, float32 of shape [D], .npy."
    )
    cross_seed_end_point: Path | None = Field(
        description="Trained weights of another seed, the control's reference point."
    )
    cross_seed_trial: str | None = Field(description="The trial that they are of.")
    measuring: MeasuringRequest


class RecordFacts(Section):
    """What the command knows of its data; None where it does not."""

    n_train: int | None = None
    n_heldout: int | None = None
    batch_size: int | None = None


class TrialRecord(Section):
    """What a command leaves of a trial; numbers that do not exist are None."""

    schema_: RecordSchema = Field(RECORD_SCHEMA, alias="schema")
    status: RecordStatus
    score: Number
    loss: Number
    steps: int = Field(ge=0, description="Gradient steps taken; 0 where nobody counted them.")
    parameters: int = Field(ge=0, description="Trained numbers, D; 0 where nobody counted them.")
    measuring_seconds: float = Field(0.0, ge=0, description="Wall time that measuring took.")
    measures: dict[str, Number] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()
    path: PathRecord | None = None
    facts: RecordFacts = RecordFacts()
