"""What to watch in service: what the checklist says, and what the run suggests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stablecheck.checklist.requirement import ProbeSummary, Share, Tolerance
from stablecheck.report.cleaning import clean
from stablecheck.report.numbers import percent, plain
from stablecheck.report.view.context import Context
from stablecheck.report.view.values import level, values_of
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
    """Alarms that follow from what passed: a later training past one contradicts this report."""
    passed = [check for check in context.result.checks if check.outcome == "pass"]
    return tuple(row for check in passed for row in _suggested(check, context))


def _suggested(check: CheckResult, context: Context) -> Iterator[WatchRow]:
    left = context.requirements[check.id].left
    values, owner = values_of(check), clean(context.result.checklist.owner or "")
    given: dict[str, str | None] = {"confidence": level(check.confidence)}
    if isinstance(left, Tolerance) and check.operator in (">", ">="):
        key, bound = "future", values.low
        given |= {"share": percent(left.share), "measure": context.wording.measure(left.quantity)}
    elif isinstance(left, Share) and left.quantity.measure == "diverged" and left.operator is None:
        key, bound = "diverged", values.high
    elif isinstance(left, ProbeSummary) and left.name == "headroom":
        key, bound = "headroom", plain(check.threshold)
        given |= {"lr": plain(context.run.checklist.candidate.optimizer.lr)}
    else:
        return
    if bound is not None:
        watch, alarm, action = (
            context.phrases.text(f"monitoring.{key}.{part}", bound=bound, **given)
            for part in ("watch", "alarm", "action")
        )
        yield WatchRow(watch, alarm, action, owner)
