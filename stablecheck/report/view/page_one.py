"""Page 1: everything a decision needs, in bounds that always fit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from stablecheck.checklist.requirement import CONTROLS
from stablecheck.checklist.schema import SEVERITIES
from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.numbers import NONE, date, number, seconds
from stablecheck.report.view.checks import CheckRow, weightiest
from stablecheck.report.view.context import Context
from stablecheck.report.view.environment import what_is_trained
from stablecheck.report.view.meeting import meeting
from stablecheck.report.view.reasons import rests_on
from stablecheck.report.view.rollout import RolloutLine, rollout_line
from stablecheck.report.view.steps import Step, conditions, step_of
from stablecheck.report.view.validity import holds_until, triggers
from stablecheck.report.view.values import level
from stablecheck.result import VerdictWord

MOST_CHECKS = 6
MOST_CONDITIONS = 3
MOST_STEPS = 3
MOST_REVIEWERS = 4


@dataclass(frozen=True)
class Fact:
    """One figure of the run line, with a note below it."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class PageOne:
    """Page 1, in reading order; the ``more_…`` lines say what is left for section 2."""

    decision: VerdictWord
    word: str
    rests_on: str
    tally: str
    facts: tuple[Fact, ...]
    checks: tuple[CheckRow, ...]
    more_checks: str
    meeting: tuple[str, ...]
    conditions_heading: str
    conditions: tuple[str, ...]
    more_conditions: str
    steps: tuple[Step, ...]
    more_steps: str
    rollout: RolloutLine | None
    reviewers: tuple[str, ...]
    more_reviewers: str
    retest: str


def page_one(context: Context) -> PageOne:
    """Page 1 of the run's report."""
    verdict, phrases = context.result.verdict, context.phrases
    reviewers = context.run.checklist.report.reviewers
    rows, terms = weightiest(context), conditions(context)
    more_terms = len(terms) - MOST_CONDITIONS
    heading = "conditions" if verdict.decision == "CONDITIONAL_GO" else "waivers"
    return PageOne(
        decision=verdict.decision,
        word=phrases.text(f"verdicts.{verdict.decision}"),
        rests_on=rests_on(context),
        tally=_tally(context),
        facts=_facts(context),
        checks=rows[:MOST_CHECKS],
        more_checks=_more("page.more_checks", len(rows) - MOST_CHECKS, context),
        meeting=meeting(context),
        conditions_heading=phrases.text(f"page.{heading}"),
        conditions=terms[:MOST_CONDITIONS],
        more_conditions=_more("conditions.more", more_terms, context),
        steps=tuple(step_of(step, context) for step in verdict.next_steps[:MOST_STEPS]),
        more_steps=_more("page.more_steps", len(verdict.next_steps) - MOST_STEPS, context),
        rollout=rollout_line(context),
        reviewers=_reviewers(context),
        more_reviewers=_more("page.more_reviewers", len(reviewers) - MOST_REVIEWERS, context),
        retest=_retest(context),
    )


def _more(key: str, n: int, context: Context) -> str:
    return context.phrases.count(key, n) if n > 0 else ""


def _tally(context: Context) -> str:
    phrases = context.phrases
    totals = Counter(check.severity for check in context.result.checks)
    passed = Counter(c.severity for c in context.result.checks if c.outcome == "pass")
    counts = [
        phrases.count(f"tally.{severity}", totals[severity], passed=passed[severity])
        for severity in SEVERITIES
        if totals[severity]
    ]
    if not counts:
        return phrases.text("tally.none")
    return phrases.text("tally.passing", counts=" · ".join(counts))


def _facts(context: Context) -> tuple[Fact, ...]:
    run, phrases = context.result.run, context.phrases
    time_note = phrases.text(
        "facts.time_note", computing=seconds(run.trial_seconds), device=device_of(context)
    )
    values: dict[str, tuple[str, str]] = {
        "candidate": (clean(what_is_trained(context.run.checklist.candidate)), _versions(context)),
        "trainings": (number(len(context.result.trials), 0), _ended(context)),
        "time": (seconds(run.seconds), time_note),
        "confidence": (
            level(context.run.checklist.decision.confidence),
            phrases.text("facts.confidence_note"),
        ),
        **_holds(context),
    }
    return tuple(
        Fact(phrases.text(f"facts.{name}"), clamp(value, 60), note)
        for name, (value, note) in values.items()
    )


def _versions(context: Context) -> str:
    """The candidate's code and data by the first digits of their digests."""
    known = context.result.environment
    code, data = (str(known.get(name) or NONE)[:7] for name in ("code_sha256", "data_sha256"))
    return context.phrases.text("facts.candidate_note", code=clean(code), data=clean(data))


def _holds(context: Context) -> dict[str, tuple[str, str]]:
    day, phrases = holds_until(context), context.phrases
    if day is None:
        return {"cleared": (phrases.text("facts.cleared_not"), phrases.text("facts.cleared_note"))}
    return {"holds": (date(day), phrases.text("facts.holds_note"))}


def _ended(context: Context) -> str:
    """How the trainings ended, or how many were planned where some did not run."""
    trials, planned = context.result.trials, context.result.run.planned_trials
    if len(trials) < planned or not trials:
        return context.phrases.text("facts.trainings_note", planned=planned)
    # How a control ended says nothing of the candidate.
    lost = context.not_ok(trial.status for trial in trials if trial.probe != CONTROLS)
    return lost or context.phrases.text("facts.all_finished")


def device_of(context: Context) -> str:
    """The device's name, as the run recorded it."""
    environment = context.result.environment
    return clean(str(environment.get("device_name") or environment.get("device") or NONE))


def _reviewers(context: Context) -> tuple[str, ...]:
    named = tuple(clean(name) for name in context.run.checklist.report.reviewers)
    return named[:MOST_REVIEWERS] or (context.phrases.text("page.default_reviewer"),)


def _retest(context: Context) -> str:
    """What ends the verdict early, in a sentence that page 1 has room for."""
    events = context.phrases.clauses(triggers(context))
    return context.phrases.text("page.retest", events=clamp(events, 260))
