"""What MLflow is told of a run: parameters, metrics and tags, by name."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.stamps import instant
from stablecheck.result import CheckResult, Result
from stablecheck.store import FinishedRun

PREFIX = "stablecheck."
RESULT_TAG = f"{PREFIX}result_sha256"
_LONGEST_VALUE = 500
_LONGEST_NAME = 250
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_\-. :/]")


@dataclass(frozen=True)
class Metric:
    """One number; numbers of one name are told apart by their step."""

    name: str
    value: float
    step: int = 0


@dataclass(frozen=True)
class Record:
    """What is logged.

    Args:
        name: Name of the MLflow run, where one is made for it.
        params: The recipe, as the checklist declares it.
        metrics: Estimates and bounds of every check, and the scores of every trial.
        tags: Verdict and digests; the same on a run and on a registered model version.
        started, finished: Milliseconds since 1970, UTC; None where the run does not say.
    """

    name: str
    params: Mapping[str, str]
    metrics: tuple[Metric, ...]
    tags: Mapping[str, str]
    started: int | None
    finished: int | None


def record_of(run: FinishedRun) -> Record:
    """Everything of a run that MLflow can show, compare and search by."""
    result = run.result
    return Record(
        name=clean(result.run.id),
        params=dict(_params("candidate", run.checklist.candidate.model_dump(mode="json"))),
        metrics=(*_check_metrics(result), *_trial_metrics(result)),
        tags=_tags(run),
        started=_milliseconds(result.run.started),
        finished=_milliseconds(result.run.finished),
    )


def _params(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Leaves of the recipe by their path, as in ``candidate.optimizer.lr``."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _params(f"{name}.{key}", inner)
    elif value is not None:
        yield _name(name), clamp(clean(str(value)), _LONGEST_VALUE)


def _check_metrics(result: Result) -> Iterator[Metric]:
    for check in result.checks:
        for name, value in _numbers(check).items():
            if value is not None:
                yield Metric(_name(f"check/{check.id}/{name}"), float(value))


def _numbers(check: CheckResult) -> Mapping[str, float | None]:
    return {
        "estimate": check.estimate,
        "low": check.low,
        "high": check.high,
        "threshold": check.threshold,
        "n": check.n,
        "passes": check.outcome == "pass",
    }


def _trial_metrics(result: Result) -> Iterator[Metric]:
    """Scores and losses of each arm, one step a trial; then how the trials ended."""
    steps: Counter[tuple[str, str]] = Counter()
    for trial in result.trials:
        arm = (trial.probe, trial.arm)
        for measure, value in (("score", trial.score), ("loss", trial.loss)):
            if value is not None:
                name = f"trial/{trial.probe}/{trial.arm}/{measure}"
                yield Metric(_name(name), value, steps[arm])
        steps[arm] += 1
    yield Metric("trials/all", len(result.trials))
    for status, count in Counter(trial.status for trial in result.trials).items():
        yield Metric(f"trials/{status}", count)


def _tags(run: FinishedRun) -> dict[str, str]:
    result = run.result
    tags = {
        "verdict": result.verdict.decision,
        "run": result.run.id,
        "checklist": result.checklist.name,
        "checklist_version": result.checklist.version,
        "checklist_sha256": result.checklist.sha256,
        "version": result.tool["version"],
        "result_sha256": hashlib.sha256(run.result_bytes).hexdigest(),
    }
    return {f"{PREFIX}{name}": clamp(clean(text), _LONGEST_VALUE) for name, text in tags.items()}


def _name(text: str) -> str:
    """A name that MLflow takes.

    >>> _name("trial/lr/×1.4/score")
    'trial/lr/_1.4/score'
    """
    return _NOT_IN_NAMES.sub("_", text)[:_LONGEST_NAME]


def _milliseconds(text: str) -> int | None:
    when = instant(text)
    return round(when.timestamp() * 1000) if when else None
