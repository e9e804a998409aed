"""One check as a sentence that a manager can say, true of its numbers."""

from __future__ import annotations

from collections.abc import Callable

from stablecheck.checklist.requirement import (
    ALL,
    CONTROLS,
    ProbeSummary,
    Requirement,
    Share,
    Tolerance,
)
from stablecheck.checks.decision import HOLDS
from stablecheck.checks.outcomes import value_of
from stablecheck.report.numbers import percent, plain
from stablecheck.report.view.context import Context
from stablecheck.report.view.values import level, values_of
from stablecheck.result import CheckResult, Outcome, TrialLine


def spoken(check: CheckResult, context: Context) -> str:
    """What was found on a check, counted in trainings where it counts trainings."""
    left = context.requirements[check.id].left
    if check.error or check.estimate is None:
        return _plainly(check, context)
    if isinstance(left, Tolerance):
        return _of_future(left, check, context)
    if isinstance(left, Share) and check.operator in ("<", "<=", ">", ">="):
        return _of_share(left, check, context)
    if isinstance(left, ProbeSummary) and left.name in _SUMMARIES:
        return _SUMMARIES[left.name](left, check, context)
    return _plainly(check, context)


def _found(check: CheckResult) -> Outcome:
    """What was found; a waiver accepts it and does not change it."""
    return check.waived_from or check.outcome


def _plainly(check: CheckResult, context: Context) -> str:
    measured = "measured" if check.estimate is not None and not check.error else "unmeasured"
    return context.phrases.text(
        f"meeting.plainly.{measured}.{_found(check)}",
        requirement=context.requirement(check),
        value=values_of(check).estimate,
    )


def _of_future(left: Tolerance, check: CheckResult, context: Context) -> str:
    lines = _trials_of(left.quantity.probe, context)
    requirement = context.requirements[check.id]
    hits = sum(_meets(value_of(line, left.quantity.measure), requirement) for line in lines)
    reached = left.quantity.measure == "score" and check.operator == ">="
    form = "reaches" if reached else "has"
    return context.phrases.text(
        f"meeting.future.{form}.{_found(check)}",
        hits=hits,
        n=len(lines),
        measure=context.wording.measure(left.quantity),
        limit=plain(check.threshold),
        comparison=context.wording.comparison(requirement),
        share=percent(left.share),
        confidence=level(check.confidence),
    )


def _of_share(left: Share, check: CheckResult, context: Context) -> str:
    lines, phrases = _trials_of(left.quantity.probe, context), context.phrases
    hits = sum(_happened(left, value_of(line, left.quantity.measure)) for line in lines)
    side = "most" if check.operator in ("<", "<=") else "least"
    found, values = _found(check), values_of(check)
    bound = values.high if (side == "most") == (found == "pass") else values.low
    key = f"meeting.share.{side}.{found if bound else 'inconclusive'}"
    return phrases.text(
        key,
        event=_event(left, context),
        hits=hits,
        n=len(lines),
        bound=bound,
        limit=values.limit,
        confidence=level(check.confidence),
    )


def _event(left: Share, context: Context) -> str:
    phrases, quantity = context.phrases, left.quantity
    if left.operator is not None and left.threshold is not None:
        return phrases.text(
            "meeting.events.inner",
            measure=context.wording.measure(quantity),
            sign=phrases.text(f"signs.{left.operator}"),
            inner=plain(left.threshold),
        )
    if quantity.measure == "diverged":
        return phrases.text("meeting.events.diverged")
    return phrases.text("meeting.events.nonzero", measure=context.wording.measure(quantity))


def _happened(left: Share, value: float | None) -> bool:
    if value is None:
        return False
    if left.operator is None or left.threshold is None:
        return value != 0
    return HOLDS[left.operator](value, left.threshold)


def _meets(value: float | None, requirement: Requirement) -> bool:
    return value is not None and HOLDS[requirement.operator](value, requirement.threshold)


def _headroom(left: ProbeSummary, check: CheckResult, context: Context) -> str:
    return context.phrases.text(
        f"meeting.headroom.{_found(check)}",
        limit=plain(check.threshold),
        delta=plain(left.arguments[0]),
        score=context.wording.score,
        confidence=level(check.confidence),
    )


def _gain(left: ProbeSummary, check: CheckResult, context: Context) -> str:
    values, found = values_of(check), _found(check)
    bound = values.high if found == "fail" else values.low
    key = f"meeting.{left.name}.{found if bound else 'inconclusive'}"
    return context.phrases.text(
        key,
        score=context.wording.score,
        value=values.estimate,
        bound=bound,
        limit=values.limit,
        confidence=level(check.confidence),
    )


_SUMMARIES: dict[str, Callable[[ProbeSummary, CheckResult, Context], str]] = {
    "headroom": _headroom,
    "difference": _gain,
    "probability_of_improvement": _gain,
}


def _trials_of(probe: str, context: Context) -> list[TrialLine]:
    """The probe's trainings that ran, each once; those of every probe but the controls for all."""
    probes = context.result.probes
    chosen = (
        [one for id_, one in probes.items() if id_ != CONTROLS] if probe == ALL else [probes[probe]]
    )
    ids = {trial for one in chosen for arm in one.arms for trial in arm.trials}
    return [line for line in context.result.trials if line.id in ids]
