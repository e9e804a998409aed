"""Until when the verdict holds, and what ends it earlier."""

from __future__ import annotations

import datetime

from stablecheck.checklist.duration import seconds
from stablecheck.report.cleaning import clean
from stablecheck.report.stamps import instant
from stablecheck.report.view.context import Context


def holds_until(context: Context) -> datetime.date | None:
    """The last day of a GO or a CONDITIONAL GO; None for verdicts that release nothing."""
    if context.result.verdict.decision not in ("GO", "CONDITIONAL_GO"):
        return None
    span = datetime.timedelta(seconds=seconds(context.run.checklist.report.valid_for))
    waivers = [context.waiver(check) for check in context.result.checks]
    waived = [
        waiver.expires
        for check, waiver in zip(context.result.checks, waivers, strict=True)
        if check.outcome == "waived" and waiver is not None
    ]
    return min([finished_on(context) + span, *waived])


def finished_on(context: Context) -> datetime.date:
    """The day on which the run ended."""
    when = instant(context.result.run.finished)
    assert when is not None  # a result with another stamp is refused when it is read
    return when.date()


def triggers(context: Context) -> tuple[str, ...]:
    """What calls for a new run: changes that always do, and what the checklist adds."""
    always = context.phrases.text("validity.always")
    return (always, *(clean(event) for event in context.run.checklist.report.retest_on))
