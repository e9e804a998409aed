"""The content of ``result.json``: everything the report says, as numbers and codes."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from stablecheck.changes import Previous
from stablecheck.checklist.schema import Severity
from stablecheck.codes import Outcome as Outcome
from stablecheck.codes import VerdictWord as VerdictWord
from stablecheck.recipe import CandidateFacts
from stablecheck.section import Number, Section
from stablecheck.trial.record import Status

ResultSchema = Literal["stablecheck-result/1"]
SCHEMA: ResultSchema = "stablecheck-result/1"
"""The version of this format."""

FlawCode = Literal["not_a_run", "torn", "other_schema"]
ReasonCode = Literal[
    "CHECK_FAILS", "CHECK_INCONCLUSIVE", "CHECK_ERROR", "CHECK_WAIVED", "CHECK_PASSES",
    "NO_TRIAL_SUCCEEDED", "RUN_INCOMPLETE", "RUN_ABORTED",
    "NO_OUTCOME_BLOCKER",
]  # fmt: skip
REASONS: Mapping[Outcome, ReasonCode] = {
    "fail": "CHECK_FAILS",
    "inconclusive": "CHECK_INCONCLUSIVE",
    "error": "CHECK_ERROR",
    "waived": "CHECK_WAIVED",
    "pass": "CHECK_PASSES",
}
"""What a check with that outcome is to the verdict."""
NextStepCode = Literal[
    "LOWER_LEARNING_RATE", "MORE_TRIALS", "MEND_FAILED_TRIALS", "RAISE_TIMEOUT", "RESUME_RUN",
    "INVESTIGATE_CHECK", "NARROW_CHECK", "STOP_DIVERGENCE", "REVIEW_WAIVER", "ROLL_OUT", "DEPLOY",
    "ADD_BLOCKER", "TRY_ARM",
]  # fmt: skip
ErrorCode = Literal["NO_TRIALS", "NO_VALUES", "TRIALS_MISSING", "UNDEFINED"]


class CheckResult(Section):
    """The outcome of one check. Bounds are one-sided, each at ``confidence``; None is unbounded."""

    id: str
    require: str
    severity: Severity
    because: str | None
    outcome: Outcome
    estimate: Number
    low: Number
    high: Number
    confidence: float
    n: int
    needs: int | None = Field(description="Further trials that would probably settle it.")
    operator: str
    threshold: float
    unit: str
    method: str | None
    note: str | None = Field(None, description="Code: why the usual method was set aside.")
    error: ErrorCode | None = None
    waived_from: Outcome | None = Field(None, description="The outcome before a waiver.")
    place: str | None = Field(None, description="FILE:LINE of the requirement.")
    column: int | None = Field(None, description="Column of the requirement in that line, from 1.")


class Reason(Section):
    """One reason of the verdict, by code; numbers are looked up in the check it names."""

    code: ReasonCode
    check: str | None = None
    values: dict[str, Any] = Field(default_factory=dict)


class NextStep(Section):
    """One thing to do next, by code."""

    code: NextStepCode
    check: str | None = None
    values: dict[str, Any] = Field(default_factory=dict)


class Verdict(Section):
    """The decision, its reasons with the weightiest first, and what to do next."""

    decision: VerdictWord
    reasons: tuple[Reason, ...]
    next_steps: tuple[NextStep, ...]


class ArmResult(Section):
    """One arm and the ids of its trials; a trial may serve several arms."""

    name: str
    value: Number
    reference: bool
    trials: tuple[str, ...]


class SummaryResult(Section):
    """A probe's summary with its interval."""

    estimate: Number
    low: Number
    high: Number
    confidence: float
    n: int
    unit: str
    method: str


class ProbeResult(Section):
    """One probe: its arms and the summaries that could be computed, by their text."""

    kind: str
    question: str
    arms: tuple[ArmResult, ...]
    summaries: dict[str, SummaryResult]


class TrialLine(Section):
    """A trial as ``result.json`` lists it; ``sha256`` is the digest of ``trials/ID.json``."""

    id: str
    probe: str
    arm: str
    seed: int
    status: Status
    score: Number
    loss: Number
    steps: int
    seconds: float
    measures: dict[str, Number]
    message: str | None
    sha256: str


class RunFacts(Section):
    """When, how long and after which run: all that differs between equal runs but trial seconds."""

    id: str
    started: str
    finished: str
    seconds: float = Field(description="Wall time of the run.")
    trial_seconds: float = Field(0.0, description="Time of all trials together.")
    measuring_seconds: float = Field(description="The measuring's share of the trials' time.")
    planned_trials: int
    complete: bool
    aborted_by: str | None = Field(
        None, description="The check with abort_on_fail that ended the run before its last trial."
    )
    previous: Previous | None = Field(
        None, description="The last finished run of this checklist, and what changed since then."
    )

    @field_validator("started", "finished")
    @classmethod
    def _stamp(cls, text: str) -> str:
        try:
            datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            raise ValueError(f"{text!r} is no time stamp; expected ISO 8601") from None
        return text


class ChecklistFacts(Section):
    """Which checklist was run."""

    name: str
    version: str
    sha256: str
    file: str
    owner: str | None
    intended_use: str | None


class LookFacts(Section):
    """One look at a run whose seeds are added until it is decided."""

    seeds: dict[str, int] = Field(description="Trials per arm of each probe that grows.")
    confidence: float | None = Field(description="Level of a bound at this look, on what grows.")
    decision: VerdictWord


class Result(Section):
    """The whole result of a run."""

    schema_: ResultSchema = Field(alias="schema")
    tool: dict[str, str]
    run: RunFacts
    checklist: ChecklistFacts
    environment: dict[str, Any] = Field(description="Versions, device, digests, determinism.")
    candidate: CandidateFacts
    verdict: Verdict
    checks: tuple[CheckResult, ...]
    probes: dict[str, ProbeResult]
    trials: tuple[TrialLine, ...]
    looks: tuple[LookFacts, ...] = Field((), description="Looks at a run that grew; none else.")


def flaw_of(content: bytes) -> tuple[FlawCode, str]:
    """Why the content of a ``result.json`` is none of this version's, and what schema it names."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return "torn", ""
    schema = document.get("schema") if isinstance(document, dict) else None
    if not isinstance(schema, str) or not schema.startswith("stablecheck-result/"):
        return "not_a_run", ""
    return ("torn" if schema == SCHEMA else "other_schema"), schema
