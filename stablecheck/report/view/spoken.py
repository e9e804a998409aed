"""One check as a sentence that a manager can say, true of its numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from stablecheck.checklist.requirement import (
    ALL,
    CONTROLS,
    ProbeSummary,
    Quantity,
    Share,
    Tolerance,
)
from stablecheck.checks.decision import HOLDS, side
from stablecheck.checks.outcomes import value_of
from stablecheck.report.cleaning import clean
from stablecheck.report.numbers import percent, plain
from stablecheck.report.view.context import Context
from stablecheck.report.view.values import level, values_of
from stablecheck.report.wording import divergence, happened
from stablecheck.result import CheckResult, Outcome, TrialLine


def spoken(check: CheckResult, context: Context) -> str:
    """What was found on a check, counted in trainings where it counts trainings."""
    requirement = context.requirements[check.id]
    left, bound = requirement.left, side(requirement.operator)
    if check.error or bound is None:
        return _plainly(check, context)
    if isinstance(left, Tolerance):
        return _of_future(left, check, context)
    if isinstance(left, Share):
        return _of_share(left, check, context)
    # The sentences on summaries suppose a number that has to be large.
    large = bound == "lower" and check.estimate is not None
    if isinstance(left, ProbeSummary) and left.name in _SUMMARIES and large:
        return _SUMMARIES[left.name](left, check, context)
    return _plainly(check, context)


def _found(check: CheckResult) -> Outcome:
    """What was found; a waiver accepts it and does not change it."""
    return check.waived_from or check.outcome


def _plainly(check: CheckResult, context: Context) -> str:
    return context.phrases.text(
        f"meeting.plainly.{_form(check, context)}.{_found(check)}",
        requirement=context.requirement(check),
        value=values_of(check).estimate,
        confidence=level(check.confidence),
    )


def _form(check: CheckResult, context: Context) -> str:
    """What a number is: counted, estimated with bounds, or a prediction; or that there is none."""
    left = context.requirements[check.id].left
    if check.estimate is None or check.error:
        return "unmeasured"
    if isinstance(left, ProbeSummary) and left.name == "gain_from_doubling":
        return "predicted"  # its bounds do not cover whether the law goes on
    return "measured" if check.method == "exact" else "bounded"


def _of_future(left: Tolerance, check: CheckResult, context: Context) -> str:
    requirement = context.requirements[check.id]
    known, lost = _values(left.quantity, context)
    hits = sum(HOLDS[requirement.operator](value, requirement.threshold) for value in known)
    reached = left.quantity.measure == "score" and check.operator == ">="
    form = "reaches" if reached else "has"
    return context.phrases.text(
        f"meeting.future.{form}.{_found(check)}",
        hits=hits,
        n=check.n,
        who=_who(left.quantity.probe, context),
        lost=lost,
        measure=context.wording.measure(left.quantity),
        limit=plain(check.threshold),
        comparison=context.wording.comparison(requirement),
        share=percent(left.share),
        confidence=level(check.confidence),
    )


def _of_share(left: Share, check: CheckResult, context: Context) -> str:
    known, lost = _values(left.quantity, context)
    most = side(context.requirements[check.id].operator) == "upper"
    hits, event = sum(happened(left, value) for value in known), _event(left, context)
    if most and len(known) < check.n:
        # What is unknown counts against the requirement, so it belongs to what is counted.
        hits += check.n - len(known)
        event = context.phrases.text("meeting.events.or_none", event=event)
    found, values = _found(check), values_of(check)
    return context.phrases.text(
        f"meeting.share.{'most' if most else 'least'}.{found}",
        event=event,
        hits=hits,
        n=check.n,
        who=_who(left.quantity.probe, context),
        lost=lost,
        bound=values.high if most == (found == "pass") else values.low,
        limit=values.limit,
        confidence=level(check.confidence),
    )


def _who(probe: str, context: Context) -> str:
    """Whose trainings are counted: only those of the recipe as it stands are retrainings."""
    if probe == ALL:
        return context.phrases.text("meeting.who.all")
    kind = "seeds" if context.wording.kinds[probe] == "init_seeds" else "probe"
    return context.phrases.text(f"meeting.who.{kind}", probe=clean(probe))


def _event(left: Share, context: Context) -> str:
    phrases, quantity = context.phrases, left.quantity
    if (event := divergence(left)) is not None:
        return phrases.text(f"meeting.events.{event}")
    if left.operator is not None and left.threshold is not None:
        return phrases.text(
            "meeting.events.inner",
            measure=context.wording.measure(quantity),
            sign=phrases.text(f"signs.{left.operator}"),
            inner=plain(left.threshold),
        )
    return phrases.text("meeting.events.nonzero", measure=context.wording.measure(quantity))


def _headroom(left: ProbeSummary, check: CheckResult, context: Context) -> str:
    found = _found(check)
    lost = found == "fail" and check.note == "MISSING_VALUES"
    return context.phrases.text(
        f"meeting.headroom.{'fail_missing' if lost else found}",
        limit=plain(check.threshold),
        way=context.phrases.text(f"meeting.ways.{way_tried(left.probe, context)}"),
        delta=plain(left.arguments[0]),
        score=context.wording.score,
        confidence=level(check.confidence),
    )


def way_tried(probe: str, context: Context) -> Literal["either", "up", "down"]:
    """In which directions a probe moves the learning rate."""
    factors = [arm.value or 1.0 for arm in context.result.probes[probe].arms]
    if min(factors) < 1 < max(factors):
        return "either"
    return "up" if max(factors) > 1 else "down"


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


def _values(quantity: Quantity, context: Context) -> tuple[list[float], str]:
    """The values that the probe's trainings have, and how those ended that have none."""
    lines = _trials_of(quantity.probe, context)
    values = [value_of(line, quantity.measure) for line in lines]
    without = (line.status for line, value in zip(lines, values, strict=True) if value is None)
    counts = context.not_ok(without)
    lost = context.phrases.text("meeting.lost", counts=counts) if counts else ""
    return [value for value in values if value is not None], lost


def _trials_of(probe: str, context: Context) -> list[TrialLine]:
    """The probe's trainings that ran, each once; those of every probe but the controls for all."""
    probes = context.result.probes
    chosen = (
        [one for id_, one in probes.items() if id_ != CONTROLS] if probe == ALL else [probes[probe]]
    )
    ids = {trial for one in chosen for arm in one.arms for trial in arm.trials}
    return [line for line in context.result.trials if line.id in ids]
