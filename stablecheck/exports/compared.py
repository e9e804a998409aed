"""What changed between two runs, in words and in reading order, for terminals and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stablecheck.changes import (
    Changes,
    CheckChange,
    CheckState,
    Direction,
    InputChange,
    InputKind,
    KeyChange,
    KeyKind,
    ScoreChange,
    TrainingsChange,
    VerdictChange,
)
from stablecheck.codes import Outcome
from stablecheck.exports.naming import (
    checklist_name,
    decision_word,
    english,
    moment,
    verdict_word,
)
from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.numbers import bounds, decimals_for, number, percent, plain, seconds
from stablecheck.report.spelling import digest, spelt
from stablecheck.report.view.values import values_of, with_unit
from stablecheck.result import Result
from stablecheck.store import DecidedRun

ARROW = "\N{RIGHTWARDS ARROW}"
MARKS: Mapping[Outcome, str] = {
    "pass": "✓",
    "fail": "✗",
    "inconclusive": "?",
    "error": "!",
    "waived": "~",
}
_SIGNS: Mapping[KeyKind, str] = {"added": "+", "removed": "\N{MINUS SIGN}", "changed": " "}
_HEADINGS: Mapping[InputKind, str] = {
    "code": "code",
    "data": "data",
    "candidate": "candidate",
    "package": "packages",
    "device": "device",
    "computing": "computing",
    "platform": "machine",
}
_LABELS: Mapping[str, str] = {
    "code_sha256": "SHA-256",
    "data_sha256": "SHA-256",
    "n_train": "training rows",
    "n_heldout": "held-out rows",
    "steps": "gradient steps",
}

_WOULD: Mapping[Outcome, str] = {
    "pass": "would pass",
    "fail": "would fail",
    "inconclusive": "would be undecided",
}
_DIRECTIONS: Mapping[Direction, str] = {"better": "better", "same": "unchanged", "worse": "worse"}


@dataclass(frozen=True)
class Side:
    """One of the two runs.

    Args:
        id: Its folder's name.
        finished: Date and time in UTC.
        verdict: Mark and word.
    """

    id: str
    finished: str
    verdict: str


@dataclass(frozen=True)
class Line:
    """One change: a label, what it was and what it is, and remarks on it.

    Args:
        mark: ``+``, ``−`` or a space for an input; the outcomes' marks for a check.
        before, after: Empty where there is no such side.
    """

    label: str
    before: str = ""
    after: str = ""
    mark: str = " "
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Changes of one kind."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Compared:
    """A comparison in words: what went in, then what came out.

    Args:
        subject: The checklist, or both where they differ.
        verdict: What became of the verdict.
        went_in: Groups of inputs that differ; empty where none does.
        came_out: Checks whose outcome or limit differs, or whose numbers provably do.
        within: Names of the other checks whose numbers moved.
        facts: Score, trainings and time.
    """

    subject: str
    before: Side
    after: Side
    verdict: str
    went_in: tuple[Group, ...]
    came_out: tuple[Line, ...]
    within: tuple[str, ...]
    facts: tuple[Line, ...] = field(default=())


def compared(before: DecidedRun, after: DecidedRun, changes: Changes) -> Compared:
    """The changes in words."""
    telling = [change for change in changes.checks if _tells(change)]
    within = [change for change in changes.checks if not _tells(change)]
    return Compared(
        subject=_subject(before.result, after.result),
        before=_side(before.result),
        after=_side(after.result),
        verdict=_verdict(changes.verdict),
        went_in=tuple(_went_in(changes)),
        came_out=tuple(_check(change) for change in sorted(telling, key=_weight)),
        within=tuple(clean(change.id) for change in within),
        facts=tuple(_facts(changes)),
    )


def _subject(before: Result, after: Result) -> str:
    was, is_now = before.checklist, after.checklist
    if was.name != is_now.name:
        return (
            f"{checklist_name(was.name, was.version)} {ARROW} "
            f"{checklist_name(is_now.name, is_now.version)}"
        )
    if was.version != is_now.version:
        return f"{checklist_name(was.name, was.version)} {ARROW} {clamp(clean(is_now.version), 20)}"
    return checklist_name(was.name, was.version)


def _verdict(change: VerdictChange) -> str:
    said = _DIRECTIONS[change.direction]
    if change.by_old_checks is None:
        return said
    return f"{said}; by the old checks the later run would be {decision_word(change.by_old_checks)}"


def _side(result: Result) -> Side:
    return Side(
        id=clean(result.run.id),
        finished=moment(result.run.finished),
        verdict=verdict_word(result.verdict.decision),
    )


def _went_in(changes: Changes) -> Iterator[Group]:
    if changes.checklist:
        yield Group("checklist", tuple(_key(change) for change in changes.checklist))
    for kind, heading in _HEADINGS.items():
        own = tuple(_input(change) for change in changes.inputs if change.kind == kind)
        if own:
            yield Group(heading, own)


def _key(change: KeyChange) -> Line:
    return Line(
        label=clamp(clean(change.path), 80),
        before="" if change.kind == "added" else spelt(_essence(change.before)),
        after="" if change.kind == "removed" else spelt(_essence(change.after)),
        mark=_SIGNS[change.kind],
    )


def _essence(value: Any) -> Any:
    """A whole check that is new or gone without its reasons, which are long."""
    if isinstance(value, Mapping):
        return {key: item for key, item in value.items() if key != "because"}
    return value


def _input(change: InputChange) -> Line:
    told = digest if change.name.endswith("_sha256") else spelt
    label = _LABELS.get(change.name, clean(change.name).replace("_", " "))
    return Line(label, told(change.before), told(change.after))


def _tells(change: CheckChange) -> bool:
    """Whether there is more to say of a check than that its numbers moved within their bounds."""
    was, is_now = change.before, change.after
    if was is None or is_now is None or change.movement in ("apart", "other_quantity"):
        return True
    told = ("outcome", "require", "severity")
    return any(getattr(was, name) != getattr(is_now, name) for name in told)


def _weight(change: CheckChange) -> int:
    """What is worse first, then what is better, then what is new or gone, then the rest."""
    order = {"worse": 0, "better": 1, None: 2, "same": 3}
    return order[change.direction]


def _check(change: CheckChange) -> Line:
    was, is_now = change.before, change.after
    mark = "".join(MARKS[state.outcome] if state else " " for state in (was, is_now))
    state = is_now or was
    return Line(
        label=f"{clean(change.id)} ({state.severity})" if state else clean(change.id),
        before=_found(was) if was else "",
        after=_found(is_now) if is_now else "",
        mark=mark if mark[0] != mark[1] else f" {mark[1]}",
        remarks=tuple(_remarks(change)),
    )


def _found(state: CheckState) -> str:
    """Outcome, value and interval of one side of a check."""
    word, values = english().text(f"outcomes.{state.outcome}"), values_of(state)
    if values.estimate is None:
        return word
    value = with_unit(values.estimate, state.unit, english())
    return f"{word} {value} ({values.interval})" if values.interval else f"{word} {value}"


def _remarks(change: CheckChange) -> Iterator[str]:
    was, is_now = change.before, change.after
    if was is None:
        assert is_now is not None  # a change has at least one side
        yield f"new: {clamp(clean(is_now.require), 120)}"
        return
    if is_now is None:
        yield f"no longer checked: {clamp(clean(was.require), 120)}"
        if change.by_old_check is not None:
            yield f"it {_WOULD[change.by_old_check]} now"
        return
    if was.severity != is_now.severity:
        yield f"severity {was.severity} {ARROW} {is_now.severity}"
    if change.movement == "other_quantity":
        old, new = (clamp(clean(state.require), 120) for state in (was, is_now))
        yield f"asks for something else: {old} {ARROW} {new}"
    elif _limit(was) != _limit(is_now):
        yield f"limit {_limit(was)} {ARROW} {_limit(is_now)}"
    if change.by_old_check is not None:
        yield f"by the old requirement it {_WOULD[change.by_old_check]}"
    if was.confidence != is_now.confidence:
        levels = (percent(round(state.confidence, 4)) for state in (was, is_now))
        yield f"bounds at {f' {ARROW} '.join(levels)}"
    if change.movement == "apart":
        yield "the intervals lie apart: the numbers themselves changed"
    if change.movement == "overlap" and change.direction != "same":
        yield "the intervals overlap: the numbers themselves show no change"
    if change.movement == "equal" and change.direction != "same":
        yield "the value is the same"


def _limit(state: CheckState) -> str:
    return f"{english().text(f'signs.{state.operator}')} {plain(state.threshold)}"


def _facts(changes: Changes) -> Iterator[Line]:
    if changes.score is not None:
        yield _score(changes.score)
    yield _trainings(changes.trainings)
    was, is_now = (seconds(cost.seconds) for cost in (changes.cost.before, changes.cost.after))
    yield _moved("time", was, is_now)


def _moved(label: str, was: str, is_now: str, *remarks: str) -> Line:
    return Line(label, "" if was == is_now else was, is_now, remarks=remarks)


def _score(change: ScoreChange) -> Line:
    shown = (change.difference, change.low, change.high)
    decimals = decimals_for(shown)
    gain, low, high = (None if value is None else _signed(value, decimals) for value in shown)
    before, after = (
        "none" if value is None else number(value, decimals)
        for value in (change.before, change.after)
    )
    interval = bounds(low, high)
    found = f"{gain or 'not bounded'}{f' ({interval})' if interval else ''}"
    meaning = {"better": "better", "worse": "worse", None: "no change shown", "same": "equal"}
    level = percent(round(change.confidence, 4))
    remarks = [
        f"gain {found}, {meaning[change.direction]}: mean of {_pairs(change.n)} of one seed, "
        f"one-sided {level} bounds"
    ]
    if change.missing_before or change.missing_after:
        remarks.append(
            f"without a score, which counts as the worst: {change.missing_before} before, "
            f"{change.missing_after} after"
        )
    if not change.same_data:
        remarks.append("the data differ, which is an uncertainty that the bounds do not show")
    return Line("score", before, after, remarks=tuple(remarks))


def _signed(value: float, decimals: int) -> str:
    return f"{'+' if value > 0 else ''}{number(value, decimals)}"


def _pairs(n: int) -> str:
    return "1 pair" if n == 1 else f"{n} pairs"


def _trainings(change: TrainingsChange) -> Line:
    differing = change.shared - change.equal
    said = {
        "repeated": f"{change.shared} of them are the same trainings again, equal to the last "
        "digit: no new evidence",
        "not_repeated": f"nothing they rest on changed, and yet {differing} of {change.shared} "
        "with the same seed differ: they do not repeat exactly there",
        "changed": f"{change.shared} are paired by probe, arm and seed, and {differing} of these "
        "differ",
        "none": "the runs share no probe and arm, so none are paired",
    }
    was, is_now = number(change.before, 0), number(change.after, 0)
    return _moved("trainings", was, is_now, said[change.relation])
