"""Past runs as a list shows them, and as a program reads them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from stablecheck.checklist.schema import SEVERITIES
from stablecheck.comparison.scores import own_scores
from stablecheck.exports.naming import checklist_name, moment, verdict_word
from stablecheck.history import LeftOut, PastRun, UnfinishedRun
from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.numbers import bounds, decimals_for, number, seconds
from stablecheck.result import Result

_NAME = 60
_WHY = {
    "not_a_run": "not a run",
    "torn": "torn result.json",
    "unreadable": "cannot be read",
}


@dataclass(frozen=True)
class ListedRun:
    """One run of the list.

    Args:
        moment: When it finished or began, in UTC.
        verdict: Mark and word.
        checklist: Name and version.
        name: What `stablecheck compare` finds it by.
        figures: Checks that pass, score, trainings, time.
    """

    moment: str
    verdict: str
    checklist: str
    name: str
    figures: str


@dataclass(frozen=True)
class ScoreFigures:
    """Scores of the candidate as it stands; they describe the trainings and are no bounds.

    Args:
        n: Trainings with a score.
        missing: Trainings without one.
    """

    mean: float
    lowest: float
    highest: float
    n: int
    missing: int


def listed(run: PastRun | UnfinishedRun, name: str) -> ListedRun:
    """One run in words."""
    checklist = checklist_name(run.name, run.version)
    if isinstance(run, PastRun):
        result = run.result
        word = verdict_word(result.verdict.decision)
        figures = " · ".join(_figures(result))
        return ListedRun(moment(result.run.finished), word, checklist, clean(name), figures)
    return ListedRun(moment(run.started), "… unfinished", checklist, clean(name), _so_far(run))


def why_left_out(entry: LeftOut) -> str:
    """A folder that is no run of this version's, with the reason."""
    why = _WHY.get(entry.code) or f"schema {clamp(clean(entry.schema), 30)}"
    return f"{clamp(clean(entry.folder.name), _NAME)} ({why})"


def as_document(runs: Sequence[PastRun | UnfinishedRun], left_out: Sequence[LeftOut]) -> str:
    """All of it as JSON."""
    document = {
        "runs": [_decided(run) if isinstance(run, PastRun) else _unfinished(run) for run in runs],
        "left_out": [
            {"folder": str(entry.folder), "reason": entry.code, "schema": entry.schema or None}
            for entry in left_out
        ],
    }
    return json.dumps(document, indent=2, allow_nan=False)


def score_figures(result: Result) -> ScoreFigures | None:
    """What the candidate's trainings scored; None where none has a score."""
    scores = own_scores(result)
    known = [score for score in scores.values() if score is not None]
    if not known:
        return None
    mean = sum(known) / len(known)
    return ScoreFigures(mean, min(known), max(known), len(known), len(scores) - len(known))


def _figures(result: Result) -> Iterator[str]:
    for severity, (passed, total) in _checks(result).items():
        if severity != "minor":
            yield f"{severity}s {passed}/{total}"
    yield _score(score_figures(result))
    trained, planned = len(result.trials), result.run.planned_trials
    yield _trainings(trained, planned if trained < planned else None)
    yield seconds(result.run.seconds)


def _checks(result: Result) -> dict[str, tuple[int, int]]:
    """Checks that pass and all of them, by severity."""
    total = Counter(check.severity for check in result.checks)
    passed = Counter(check.severity for check in result.checks if check.outcome == "pass")
    return {one: (passed[one], total[one]) for one in SEVERITIES if total[one]}


def _score(figures: ScoreFigures | None) -> str:
    if figures is None:
        return "no score"
    shown = (figures.mean, figures.lowest, figures.highest)
    decimals = decimals_for(shown)
    mean, lowest, highest = (number(value, decimals) for value in shown)
    return f"score {mean} ({bounds(lowest, highest)})" if figures.n > 1 else f"score {mean}"


def _trainings(count: int, planned: int | None) -> str:
    if planned is not None:
        return f"{number(count, 0)} of {number(planned, 0)} trainings"
    return "1 training" if count == 1 else f"{number(count, 0)} trainings"


def _so_far(run: UnfinishedRun) -> str:
    return f"{_trainings(run.trainings, run.planned)} so far"


def _decided(run: PastRun) -> dict[str, Any]:
    result, figures = run.result, score_figures(run.result)
    return {
        "folder": str(run.folder),
        "finished": result.run.finished,
        "checklist": {"name": run.name, "version": run.version},
        "decision": result.verdict.decision,
        "complete": result.run.complete,
        "checks": {
            severity: {"passed": passed, "total": total}
            for severity, (passed, total) in _checks(result).items()
        },
        "score": asdict(figures) if figures else None,
        "trainings": len(result.trials),
        "planned_trainings": result.run.planned_trials,
        "seconds": result.run.seconds,
        "trial_seconds": result.run.trial_seconds,
    }


def _unfinished(run: UnfinishedRun) -> dict[str, Any]:
    return {
        "folder": str(run.folder),
        "started": run.started or None,
        "checklist": {"name": run.name, "version": run.version},
        "decision": None,
        "complete": False,
        "trainings": run.trainings,
        "planned_trainings": run.planned,
    }
