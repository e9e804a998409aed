"""What changed since the last run of this checklist: what went in, and what came out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stablecheck.changes import Changes, CheckChange, CheckState, InputChange, KeyChange
from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.numbers import NONE, decimals_for, number
from stablecheck.report.spelling import digest, spelt
from stablecheck.report.view.compared import differences_text
from stablecheck.report.view.context import Context
from stablecheck.report.view.environment import day
from stablecheck.report.view.values import level, of_state
from stablecheck.report.wording import sentence

MOST_INPUTS = 12
MOST_CHECKS = 8
_LONGEST = 110


@dataclass(frozen=True)
class Moved:
    """One thing that differs, as it was and as it is."""

    what: str
    before: str
    after: str
    remark: str


@dataclass(frozen=True)
class SinceLast:
    """The changes since the last run; ``said`` comes first, the rows are what it rests on."""

    said: tuple[str, ...]
    went_in: tuple[Moved, ...]
    more_in: str
    came_out: tuple[Moved, ...]
    more_out: str


def since_last(context: Context) -> SinceLast | None:
    """The changes; None where no earlier run of this checklist lay beside this one."""
    previous = context.result.run.previous
    if previous is None:
        return None
    changes, phrases = previous.changes, context.phrases
    inputs = [_key(change) for change in changes.checklist]
    inputs += [_input(change, context) for change in changes.inputs]
    telling = [change for change in changes.checks if change.tells]
    more_in, more_out = len(inputs) - MOST_INPUTS, len(telling) - MOST_CHECKS
    return SinceLast(
        said=tuple(_said(changes, context)),
        went_in=tuple(inputs[:MOST_INPUTS]),
        more_in=phrases.count("since_last.more", more_in) if more_in > 0 else "",
        came_out=tuple(_check(change, context) for change in telling[:MOST_CHECKS]),
        more_out=phrases.count("since_last.more", more_out) if more_out > 0 else "",
    )


def _said(changes: Changes, context: Context) -> Iterator[str]:
    phrases, previous = context.phrases, context.result.run.previous
    assert previous is not None
    yield phrases.text(
        f"since_last.verdict.{changes.verdict.direction}",
        version=clean(previous.version),
        date=day(previous.finished),
        before=phrases.text(f"verdicts.{changes.verdict.before}"),
        after=phrases.text(f"verdicts.{changes.verdict.after}"),
    )
    by_old = changes.verdict.by_old_checks
    if by_old is not None and by_old != changes.verdict.after:
        yield phrases.text("since_last.by_old_checks", verdict=phrases.text(f"verdicts.{by_old}"))
    if not changes.checklist and not changes.inputs:
        yield phrases.text("since_last.nothing_went_in")
    yield from _score(changes, context)
    trainings = changes.trainings
    yield phrases.text(
        f"since_last.trainings.{trainings.relation}",
        shared=trainings.shared,
        differing=trainings.shared - trainings.equal,
    )


def _score(changes: Changes, context: Context) -> Iterator[str]:
    score = changes.score
    if score is None or score.before is None or score.after is None or score.difference is None:
        return
    decimals = decimals_for((score.before, score.after))
    gain, low, high = differences_text(score.difference, score.low, score.high)
    yield context.phrases.text(
        f"since_last.score.{score.direction or 'open'}",
        score=sentence(context.wording.score),
        before=number(score.before, decimals),
        after=number(score.after, decimals),
        gain=gain,
        low=low or NONE,
        high=high or NONE,
        n=score.n,
        confidence=level(score.confidence),
    )
    if score.missing_before or score.missing_after:
        yield context.phrases.text(
            "since_last.without_score", before=score.missing_before, after=score.missing_after
        )
    if not score.same_data:
        yield context.phrases.text("since_last.other_data")


def _key(change: KeyChange) -> Moved:
    before = NONE if change.kind == "added" else spelt(change.before, _LONGEST)
    after = NONE if change.kind == "removed" else spelt(change.after, _LONGEST)
    return Moved(clamp(clean(change.path), 60), before, after, "")


def _input(change: InputChange, context: Context) -> Moved:
    label = context.phrases.named("environment_labels", change.name).replace("_", " ")
    told = digest if change.name.endswith("_sha256") else spelt
    return Moved(clean(label), told(change.before), told(change.after), "")


def _check(change: CheckChange, context: Context) -> Moved:
    return Moved(
        what=clean(change.id),
        before=_found(change.before, context),
        after=_found(change.after, context),
        remark=_remark(change, context),
    )


def _found(state: CheckState | None, context: Context) -> str:
    if state is None:
        return context.phrases.text("since_last.not_there")
    return of_state(state, context.phrases)


def _remark(change: CheckChange, context: Context) -> str:
    was, is_now = change.before, change.after
    remarks = []
    if was is not None and is_now is not None and was.require != is_now.require:
        remarks.append(context.phrases.text("since_last.remarks.asks_otherwise"))
        if change.by_old_check is not None:
            word = context.phrases.text(f"outcomes.{change.by_old_check}")
            remarks.append(context.phrases.text("since_last.remarks.by_old", outcome=word))
    if change.movement in ("apart", "overlap"):
        remarks.append(context.phrases.text(f"since_last.remarks.{change.movement}"))
    return context.phrases.sentences(remarks)
