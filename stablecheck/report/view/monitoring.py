"""What to watch in service: what the checklist says, and what the run suggests."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from stablecheck.checklist.requirement import ProbeSummary, Share, Tolerance
from stablecheck.checks.decision import side
from stablecheck.report.cleaning import clean
from stablecheck.report.numbers import above, percent, plain
from stablecheck.report.view.context import Context
from stablecheck.report.view.spoken import way_tried
from stablecheck.report.view.values import level, values_of
from stablecheck.report.wording import sentence
from stablecheck.result import CheckResult


@dataclass(frozen=True)
class WatchRow:
    """One thing to watch; ``owner`` is empty where nobody is named."""

    watch: str
    alarm: str
    action: str
    owner: str


def declared_watches(context: Context) -> tuple[WatchRow, ...]:
    """What the checklist declares."""
    return tuple(
        WatchRow(clean(one.watch), clean(one.alarm), clean(one.action), clean(one.owner or ""))
        for one in context.run.checklist.monitoring
    )


def suggested_watches(context: Context) -> tuple[WatchRow, ...]:
    """Alarms that a run of the recipe as it passed here would rarely give."""
    passed = [check for check in context.result.checks if check.outcome == "pass"]
    return tuple(row for check in passed for row in _suggested(check, context))


def _suggested(check: CheckResult, context: Context) -> Iterator[WatchRow]:
    requirement = context.requirements[check.id]
    left, bound = requirement.left, side(requirement.operator)
    if isinstance(left, ProbeSummary):
        if left.name == "headroom" and bound == "lower":
            yield _learning_rate(left, check, context)
    elif context.wording.kinds.get(left.quantity.probe) != "init_seeds":
        return  # trainings that are varied on purpose say nothing of those in service
    elif isinstance(left, Tolerance) and bound == "lower":
        yield _score(left, check, context)
    elif isinstance(left, Share) and bound == "upper" and _is_divergence(left) and check.high:
        yield from _divergence(check.high, check, context)


def _is_divergence(left: Share) -> bool:
    return left.quantity.measure == "diverged" and left.operator is None


def _score(left: Tolerance, check: CheckResult, context: Context) -> WatchRow:
    values = values_of(check)
    alarm = context.phrases.text("monitoring.future.alarm", bound=values.low)
    return _row(
        "future",
        alarm,
        context,
        measure=context.wording.measure(left.quantity),
        rest=percent(1 - left.share),
        limit=values.limit,
        confidence=level(check.confidence),
    )


def _divergence(share: float, check: CheckResult, context: Context) -> Iterator[WatchRow]:
    """As many in a row as chance gives rarely, were the share as high as was not ruled out."""
    if share == 1:
        return  # any number in a row is what it would give
    n = max(1, math.ceil(math.log(1 - check.confidence) / math.log(share) - 1e-9))
    yield _row(
        "diverged",
        context.phrases.count("monitoring.diverged.alarm", n),
        context,
        bound=percent(above(share, 3)),
        chance=percent(above(share**n, 3)),
        confidence=level(check.confidence),
    )


def _learning_rate(left: ProbeSummary, check: CheckResult, context: Context) -> WatchRow:
    rate, factor = context.run.checklist.candidate.learning_rate, check.low or check.threshold
    assert rate is not None  # a probe of it declares it
    way = way_tried(left.probe, context)
    least = rate if way == "up" else rate / factor
    most = rate if way == "down" else rate * factor
    alarm = context.phrases.text(
        "monitoring.headroom.alarm", least=_rough(least), most=_rough(most)
    )
    delta, score = plain(left.arguments[0]), context.wording.score
    return _row("headroom", alarm, context, delta=delta, score=score)


def _rough(value: float) -> str:
    return plain(float(f"{value:.3g}"))


def _row(key: str, alarm: str, context: Context, **given: str) -> WatchRow:
    watch, action = (
        context.phrases.text(f"monitoring.{key}.{part}", **given) for part in ("watch", "action")
    )
    return WatchRow(sentence(watch), alarm, action, clean(context.result.checklist.owner or ""))
