"""Score, trainings and time of two runs, in words."""

from __future__ import annotations

from collections.abc import Iterator

from stablecheck.changes import Changes, ScoreChange, TrainingsChange
from stablecheck.exports.compared.lines import Line
from stablecheck.report.numbers import bounds, decimals_for, number, seconds
from stablecheck.report.view.compared import differences_text
from stablecheck.report.view.values import level


def facts(changes: Changes) -> Iterator[Line]:
    """The score where it differs, and always the trainings and the time."""
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
    gain, low, high = differences_text(*shown)
    before, after = (
        "none" if value is None else number(value, decimals)
        for value in (change.before, change.after)
    )
    interval = bounds(low, high)
    found = f"{gain or 'not bounded'}{f' ({interval})' if interval else ''}"
    meaning = {"better": "better", "worse": "worse", None: "no change shown", "same": "equal"}
    remarks = [
        f"gain {found}, {meaning[change.direction]}: mean of {_pairs(change.n)} of one seed, "
        f"one-sided {level(change.confidence)} bounds"
    ]
    if change.missing_before or change.missing_after:
        remarks.append(
            f"without a score, which counts as the worst: {change.missing_before} before, "
            f"{change.missing_after} after"
        )
    if not change.same_data:
        remarks.append("the data differ, which is an uncertainty that the bounds do not show")
    return Line("score", before, after, remarks=tuple(remarks))


def _pairs(n: int) -> str:
    return "1 pair" if n == 1 else f"{n} pairs"


def _trainings(change: TrainingsChange) -> Line:
    differing = change.shared - change.equal
    said = {
        "repeated": f"{change.shared} of them are the same trainings again, equal to the last "
        "digit: no new evidence",
        "not_repeated": f"nothing recorded of what they rest on changed, and yet {differing} of "
        f"{change.shared} with the same seed differ: they do not repeat exactly, or something that "
        "is not recorded changed",
        "changed": f"{change.shared} are paired by probe, arm and seed, and {differing} of these "
        "differ",
        "none": "the runs share no probe and arm, so none are paired",
    }
    was, is_now = number(change.before, 0), number(change.after, 0)
    return _moved("trainings", was, is_now, said[change.relation])
