"""What does not pass, with its evidence, its owner and its date."""

from __future__ import annotations

from dataclasses import dataclass

from stablecheck.report.cleaning import clean
from stablecheck.report.view.checks import row_of
from stablecheck.report.view.context import Context
from stablecheck.report.view.reasons import ReasonLine, line_of
from stablecheck.report.view.settling import due_of, owner_of
from stablecheck.result import Reason


@dataclass(frozen=True)
class Finding:
    """One finding.

    Args:
        number: Its place, from 1.
        line: What was found, with a mark.
        severity: Of the check it is about; empty where it is about the run.
        check: Id of the check; empty where it is about the run.
        evidence: Numbers and where they come from.
        owner, due: Who settles it and until when; empty where the checklist names none.
    """

    number: int
    line: ReasonLine
    severity: str
    check: str
    evidence: str
    owner: str
    due: str


def findings(context: Context) -> tuple[Finding, ...]:
    """Every reason that speaks against a GO, the weightiest first."""
    open_ = [reason for reason in context.result.verdict.reasons if _is_open(reason, context)]
    return tuple(_finding(n, reason, context) for n, reason in enumerate(open_, start=1))


def _is_open(reason: Reason, context: Context) -> bool:
    if reason.check is None:
        return True
    check = context.check(reason.check)
    return check.outcome != "pass" and check.severity != "off"


def _finding(number: int, reason: Reason, context: Context) -> Finding:
    line = line_of(reason, context)
    if reason.check is None:
        owner = clean(context.result.checklist.owner or "")
        return Finding(number, line, "", "", context.phrases.text("findings.run"), owner, "")
    check = context.check(reason.check)
    row = row_of(check, context)
    return Finding(
        number=number,
        line=line,
        severity=row.severity,
        check=row.id,
        evidence=context.phrases.listed((row.found, row.n)),
        owner=owner_of(check, context),
        due=due_of(check, context),
    )
