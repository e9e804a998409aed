"""The decision and its reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from stablecheck.checklist.requirement import ALL
from stablecheck.checklist.schema import SEVERITIES, Waiver
from stablecheck.result import REASONS, CheckResult, Outcome, Reason, Verdict, VerdictWord
from stablecheck.verdict.circumstances import Circumstances
from stablecheck.verdict.next_steps import next_steps
from stablecheck.verdict.outcome_blockers import rests_on_outcome
from stablecheck.verdict.waivers import apply_waivers

_UNKNOWN: tuple[Outcome, ...] = ("inconclusive", "error")


def decide(
    checks: Sequence[CheckResult], waivers: Sequence[Waiver], circumstances: Circumstances
) -> tuple[tuple[CheckResult, ...], Verdict]:
    """The checks with the waivers that are valid applied, and the verdict on them.

    NO_GO: a blocker fails. INCONCLUSIVE: none fails, but one is inconclusive or could not be
    evaluated, planned trials did not run, no trial succeeded, or no blocker rests on an outcome:
    neither a checklist that demands nothing nor path geometry alone earns a GO. CONDITIONAL_GO: a
    major check does not pass, or a waiver was applied, to whatever check. GO: the rest.
    """
    final = apply_waivers(checks, waivers, circumstances.today)
    gaps = _gaps(final, circumstances)
    decision = _word(final, gaps)
    return final, Verdict(
        decision=decision,
        reasons=_reasons(final, gaps),
        next_steps=next_steps(final, decision, waivers, circumstances),
    )


def _word(checks: Sequence[CheckResult], gaps: Sequence[Reason]) -> VerdictWord:
    blockers = {check.outcome for check in checks if check.severity == "blocker"}
    majors = {check.outcome for check in checks if check.severity == "major"}
    if "fail" in blockers:
        return "NO_GO"
    if gaps or blockers & set(_UNKNOWN):
        return "INCONCLUSIVE"
    if majors - {"pass"} or any(check.outcome == "waived" for check in checks):
        return "CONDITIONAL_GO"
    return "GO"


def _gaps(checks: Sequence[CheckResult], circumstances: Circumstances) -> tuple[Reason, ...]:
    """What keeps a run as a whole from a GO, whatever its checks say."""
    outcomes = circumstances.outcomes
    planned, missing = outcomes.planned(ALL), outcomes.missing(ALL)
    statuses = Counter(trial.status for trial in outcomes.finished(ALL))
    gaps = []
    nothing_began = missing and not statuses
    if not statuses["ok"] and not nothing_began:
        gaps.append(Reason(code="NO_TRIAL_SUCCEEDED", values=dict(sorted(statuses.items()))))
    if missing:
        values = {"missing": len(missing), "planned": len(planned)}
        ended = circumstances.aborted_by is not None
        gaps.append(Reason(code="RUN_ABORTED" if ended else "RUN_INCOMPLETE", values=values))
    if not any(rests_on_outcome(check, circumstances) for check in checks):
        gaps.append(Reason(code="NO_OUTCOME_BLOCKER"))
    return tuple(gaps)


def _reasons(checks: Sequence[CheckResult], gaps: Sequence[Reason]) -> tuple[Reason, ...]:
    """Every check and gap, the weightiest first; the checklist's order among equals."""
    ordered = sorted(checks, key=_weight)
    fatal = sum(_weight(check) == (0, 0) for check in ordered)
    named = [Reason(code=REASONS[check.outcome], check=check.id) for check in ordered]
    return (*named[:fatal], *gaps, *named[fatal:])


def _weight(check: CheckResult) -> tuple[int, int]:
    severity = SEVERITIES.index(check.severity)
    if check.outcome == "pass":
        return (4, severity)
    if check.outcome == "waived":
        return (2, severity)
    unknown = int(check.outcome in _UNKNOWN)
    return (3, unknown) if check.severity == "minor" else (severity, unknown)
