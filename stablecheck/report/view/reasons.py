"""The reasons of the verdict, in words."""

from __future__ import annotations

from dataclasses import dataclass

from stablecheck.report.cleaning import clean
from stablecheck.report.numbers import date
from stablecheck.report.view.checks import in_page_order
from stablecheck.report.view.context import Context
from stablecheck.report.view.values import Values, values_of
from stablecheck.report.wording import inside
from stablecheck.result import REASONS, CheckResult, Outcome, Reason, ReasonCode

_OUTCOMES = {code: outcome for outcome, code in REASONS.items()}


@dataclass(frozen=True)
class ReasonLine:
    """One reason: a mark, what it is about, and what was found."""

    mark: Outcome
    lead: str
    detail: str


def line_of(reason: Reason, context: Context) -> ReasonLine:
    """One reason in words that are true of the numbers of the check it names."""
    if reason.check is None:
        return _about_the_run(reason, context)
    check = context.check(reason.check)
    lead = context.phrases.text("stop", words=context.requirement(check))
    return ReasonLine(_OUTCOMES[reason.code], lead, _detail(reason.code, check, context))


def _about_the_run(reason: Reason, context: Context) -> ReasonLine:
    result, phrases = context.result, context.phrases
    key = f"reasons.{reason.code}.why"
    if reason.code == "NO_TRIAL_SUCCEEDED" and not result.trials:
        key = f"reasons.{reason.code}.nothing"
    detail = phrases.text(
        key,
        total=len(result.trials),
        counts=context.not_ok(trial.status for trial in result.trials),
        missing=result.run.planned_trials - len(result.trials),
        planned=result.run.planned_trials,
        check=clean(result.run.aborted_by or ""),
    )
    return ReasonLine("error", phrases.text(f"reasons.{reason.code}.lead"), detail)


def _detail(code: ReasonCode, check: CheckResult, context: Context) -> str:
    phrases, values = context.phrases, values_of(check)
    if code == "CHECK_ERROR":
        error = phrases.text(f"errors.{check.error}") if check.error else ""
        return phrases.text("reasons.CHECK_ERROR.why", error=error).strip()
    if code == "CHECK_WAIVED":
        return _waived(check, context)
    if code == "CHECK_INCONCLUSIVE":
        return _inconclusive(check, values, context)
    form, bound = _decided(code, check, values)
    return phrases.text(
        f"reasons.{code}.{form}", value=values.estimate, bound=bound, limit=values.limit
    )


def _decided(code: ReasonCode, check: CheckResult, values: Values) -> tuple[str, str | None]:
    """The sentence that fits the numbers, and the bound that decided."""
    upwards = check.operator in (">", ">=")
    passes = code == "CHECK_PASSES"
    # A pass rests on the bound towards the limit, a failure on the opposite one.
    bound = values.low if upwards == passes else values.high
    if values.estimate is None:
        return "novalue", None
    if values.is_point or bound is None or check.operator in ("==", "!="):
        return "point", None
    return ("lower" if upwards else "upper"), bound


def _inconclusive(check: CheckResult, values: Values, context: Context) -> str:
    phrases = context.phrases
    form = "bounds" if values.interval else "unbounded"
    detail = phrases.text(
        f"reasons.CHECK_INCONCLUSIVE.{'novalue' if values.estimate is None else form}",
        value=values.estimate,
        interval=values.interval,
        limit=values.limit,
    )
    if not check.needs:
        return detail
    needs = phrases.count("reasons.CHECK_INCONCLUSIVE.needs", check.needs)
    return phrases.sentences((detail, needs))


def _waived(check: CheckResult, context: Context) -> str:
    waiver = context.waiver(check)
    if waiver is None:
        return context.phrases.text("reasons.CHECK_WAIVED.anonymous")
    return context.phrases.text(
        "reasons.CHECK_WAIVED.why",
        owner=clean(waiver.owner),
        expires=date(waiver.expires),
    )


def rests_on(context: Context) -> str:
    """What the verdict rests on in a sentence or two, from the outcomes of the checks."""
    decision = context.result.verdict.decision
    if lacking := gap(context):
        return lacking
    if decision not in ("GO", "CONDITIONAL_GO"):
        return _blockers(context)
    sentences = [_blockers(context), _majors(context), _minors(context)]
    if _all_pass(context, "blocker") and _all_pass(context, "major"):
        sentences[:2] = [context.phrases.text("rests_on.all_hold")]
    return context.phrases.sentences(sentences)


def gap(context: Context) -> str:
    """What keeps the run as a whole from a decision; empty where nothing does."""
    result, phrases = context.result, context.phrases
    if result.verdict.decision != "INCONCLUSIVE":
        return ""
    codes = {reason.code for reason in result.verdict.reasons}
    if "NO_TRIAL_SUCCEEDED" in codes:
        return phrases.text("rests_on.no_trial")
    if codes & {"RUN_INCOMPLETE", "RUN_ABORTED"}:
        planned = result.run.planned_trials
        missing = planned - len(result.trials)
        return phrases.text("rests_on.incomplete", missing=missing, planned=planned)
    return phrases.text("rests_on.no_blocker") if "NO_OUTCOME_BLOCKER" in codes else ""


def _blockers(context: Context) -> str:
    if failing := _checks(context, "blocker", "fail"):
        return _some("blocker", "fail", failing, context)
    if undecided := _checks(context, "blocker", "inconclusive", "error"):
        return _some("blocker", "open", undecided, context)
    if waived := _checks(context, "blocker", "waived"):
        return _some("blocker", "waived", waived, context)
    return context.phrases.count("rests_on.blockers_hold", len(_checks(context, "blocker")))


def _majors(context: Context) -> str:
    if missed := _checks(context, "major", "fail", "inconclusive", "error"):
        return _some("major", _missed(missed), missed, context)
    if waived := _checks(context, "major", "waived"):
        return _some("major", "waived", waived, context)
    total = len(_checks(context, "major"))
    return context.phrases.count("rests_on.majors_hold", total) if total else ""


def _minors(context: Context) -> str:
    missed = _checks(context, "minor", "fail", "inconclusive", "error", "waived")
    return _some("minor", _missed(missed), missed, context) if missed else ""


def _missed(found: list[CheckResult]) -> str:
    """Whether anything is known to fail, or all is merely not known yet."""
    return "undecided" if all(check.outcome == "inconclusive" for check in found) else "open"


def _all_pass(context: Context, severity: str) -> bool:
    """Whether there are several checks of that severity, all of which pass."""
    own = _checks(context, severity)
    return len(own) > 1 and len(_checks(context, severity, "pass")) == len(own)


def _checks(context: Context, severity: str, *outcomes: Outcome) -> list[CheckResult]:
    """The checks of a severity with one of the outcomes; all of them where none is named."""
    own = [check for check in in_page_order(context) if check.severity == severity]
    return [check for check in own if check.outcome in outcomes] if outcomes else own


def _some(severity: str, what: str, found: list[CheckResult], context: Context) -> str:
    """How many of a severity, and which one first; singular where it is the only check there is."""
    first = inside(context.requirement(found[0]))
    total = len(_checks(context, severity))
    if total == 1:
        only = "fails" if what == "fail" else what
        return context.phrases.text(f"rests_on.{severity}_{only}", first=first)
    key = f"rests_on.{severity}s_{what}"
    return context.phrases.count(key, len(found), total=total, first=first)
