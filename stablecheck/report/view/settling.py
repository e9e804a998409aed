"""Who settles a check that does not pass, and until when."""

from __future__ import annotations

import datetime

from stablecheck.checklist.duration import seconds
from stablecheck.checklist.schema import Check
from stablecheck.report.cleaning import clean
from stablecheck.report.numbers import date
from stablecheck.report.view.context import Context
from stablecheck.report.view.validity import finished_on
from stablecheck.result import CheckResult


def owner_of(check: CheckResult, context: Context) -> str:
    """Who accepted it, who owns the check, or who owns the checklist; empty where none is named."""
    waiver = context.waiver(check) if check.outcome == "waived" else None
    if waiver is not None:
        return clean(waiver.owner)
    return clean(_declared(check, context).owner or context.result.checklist.owner or "")


def due_of(check: CheckResult, context: Context) -> str:
    """The day by which it is settled, or on which its waiver ends; empty where none is set."""
    waiver = context.waiver(check) if check.outcome == "waived" else None
    day = waiver.expires if waiver is not None else _settled_by(_declared(check, context), context)
    return date(day) if day else ""


def who_and_when(check: CheckResult, context: Context) -> str:
    """Owner and day, or that they are still to be found, and why a waiver accepts nothing yet."""
    owner, due = owner_of(check, context), due_of(check, context)
    known = [name for name, value in (("owner", owner), ("due", due)) if value]
    said = context.phrases.text(f"settling.{'_'.join(known) or 'nobody'}", owner=owner, due=due)
    return context.phrases.clauses(filter(None, (said, _without_effect(check, context))))


def _without_effect(check: CheckResult, context: Context) -> str:
    """That the check's waiver does not cover what was found; empty where no waiver is valid."""
    waiver = context.waiver(check)
    if waiver is None or check.outcome == "fail" or waiver.expires < finished_on(context):
        return ""
    return context.phrases.text("settling.waiver", owner=clean(waiver.owner))


def _settled_by(check: Check, context: Context) -> datetime.date | None:
    if check.settle_within is None:
        return None
    return finished_on(context) + datetime.timedelta(seconds=seconds(check.settle_within))


def _declared(check: CheckResult, context: Context) -> Check:
    return next(one for one in context.run.checklist.checks if one.id == check.id)
