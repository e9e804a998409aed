"""The checks, as rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

from stablecheck.checklist.schema import SEVERITIES
from stablecheck.report.cleaning import clean
from stablecheck.report.numbers import NBSP, number
from stablecheck.report.view.context import Context
from stablecheck.report.view.strip import Strip, strip_of
from stablecheck.report.view.values import level, values_of, with_unit
from stablecheck.result import CheckResult, Outcome

_SEVERITIES = (*SEVERITIES, "off")
_UNSETTLED: tuple[Outcome, ...] = ("fail", "error", "inconclusive", "waived", "pass")


@dataclass(frozen=True)
class CheckRow:
    """One check.

    Args:
        outcome: Code of the outcome; chooses mark and colour.
        word, severity: Outcome and severity in words.
        requirement: In plain words; ``require`` is what the checklist says.
        value, interval, n: Numbers as text; interval is empty for a counted number.
        remarks: Notes on how it was decided, as sentences.
    """

    id: str
    outcome: Outcome
    word: str
    severity: str
    requirement: str
    require: str
    because: str
    value: str
    interval: str
    n: str
    method: str
    remarks: tuple[str, ...]
    place: str
    strip: Strip

    @property
    def found(self) -> str:
        """The value, with its interval where it has one."""
        return f"{self.value} ({self.interval})" if self.interval else self.value


@dataclass(frozen=True)
class CheckGroup:
    """The checks of one severity."""

    severity: str
    heading: str
    rows: tuple[CheckRow, ...]


def groups(context: Context) -> tuple[CheckGroup, ...]:
    """All checks by severity, each group in the checklist's order."""
    found = []
    for severity in _SEVERITIES:
        own = [check for check in context.result.checks if check.severity == severity]
        heading = context.phrases.text(f"checks_table.groups.{severity}")
        rows = tuple(row_of(check, context) for check in own)
        found.append(CheckGroup(severity, heading, rows))
    return tuple(group for group in found if group.rows)


def weightiest(context: Context) -> tuple[CheckRow, ...]:
    """The checks in the order of page 1, as rows."""
    return tuple(row_of(check, context) for check in in_page_order(context))


def in_page_order(context: Context) -> list[CheckResult]:
    """The checks as page 1 shows them: what does not pass first, then by severity."""
    active = [check for check in context.result.checks if check.severity != "off"]
    return sorted(active, key=_weight)


def row_of(check: CheckResult, context: Context) -> CheckRow:
    """One check as a row."""
    phrases, values = context.phrases, values_of(check)
    missing = phrases.text("checks_table.no_value")
    sign = phrases.text(f"signs.{check.operator}")
    return CheckRow(
        id=clean(check.id),
        outcome=check.outcome,
        word=phrases.text(f"outcomes.{check.outcome}"),
        severity=phrases.text(f"severities.{check.severity}"),
        requirement=context.requirement(check),
        require=clean(check.require),
        because=clean(check.because or ""),
        value=missing
        if values.estimate is None
        else with_unit(values.estimate, check.unit, phrases),
        interval=values.interval,
        n=f"n{NBSP}={NBSP}{number(check.n, 0)}",
        method=phrases.text(f"methods.{check.method}") if check.method else "",
        remarks=_remarks(check, context),
        place=clean(check.place or ""),
        strip=strip_of(check, f"{sign}{NBSP}{values.limit}"),
    )


def _remarks(check: CheckResult, context: Context) -> tuple[str, ...]:
    phrases = context.phrases
    remarks = []
    if check.error:
        remarks.append(phrases.text(f"errors.{check.error}"))
    if check.note:
        remarks.append(phrases.text(f"notes.{check.note}"))
    if check.outcome == "inconclusive" and check.needs:
        remarks.append(phrases.count("reasons.CHECK_INCONCLUSIVE.needs", check.needs))
    if check.waived_from:
        before = phrases.text(f"outcomes.{check.waived_from}")
        remarks.append(phrases.text("checks_table.waived_from", outcome=before))
    own_level = check.confidence != context.run.checklist.decision.confidence
    if own_level and values_of(check).interval:
        remarks.append(phrases.text("checks_table.at_level", level=level(check.confidence)))
    return tuple(remarks)


def _weight(check: CheckResult) -> tuple[bool, int, int]:
    passes = check.outcome == "pass"
    return (passes, _SEVERITIES.index(check.severity), _UNSETTLED.index(check.outcome))
