"""Page 1: everything a decision needs, in bounds that always fit."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from stablecheck.checklist.requirement import CONTROLS
from stablecheck.checklist.schema import Severity
from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.numbers import NBSP, NONE, number, plain, seconds
from stablecheck.report.view.checks import CheckRow, weightiest
from stablecheck.report.view.context import Context
from stablecheck.report.view.reasons import ReasonLine, line_of, rests_on
from stablecheck.report.view.steps import Step, conditions, step_of
from stablecheck.report.view.values import level
from stablecheck.result import VerdictWord

MOST_CHECKS = 6
MOST_REASONS = 3
MOST_CONDITIONS = 3
MOST_STEPS = 3
MOST_REVIEWERS = 4
MOST_STAGES = 8
_SEVERITIES: tuple[Severity, ...] = ("blocker", "major", "minor")


@dataclass(frozen=True)
class Fact:
    """One figure of the run line, with a note below it."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Rollout:
    """The declared stages."""

    heading: str
    stages: tuple[str, ...]
    hold: str
    guard: str


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
    reasons: tuple[ReasonLine, ...]
    conditions_heading: str
    conditions: tuple[str, ...]
    more_conditions: str
    steps: tuple[Step, ...]
    more_steps: str
    rollout: Rollout | None
    reviewers: tuple[str, ...]
    more_reviewers: str
    validity: str


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
        reasons=tuple(line_of(reason, context) for reason in verdict.reasons[:MOST_REASONS]),
        conditions_heading=phrases.text(f"page.{heading}"),
        conditions=terms[:MOST_CONDITIONS],
        more_conditions=_more("conditions.more", more_terms, context),
        steps=tuple(step_of(step, context) for step in verdict.next_steps[:MOST_STEPS]),
        more_steps=_more("page.more_steps", len(verdict.next_steps) - MOST_STEPS, context),
        rollout=_rollout(context),
        reviewers=_reviewers(context),
        more_reviewers=_more("page.more_reviewers", len(reviewers) - MOST_REVIEWERS, context),
        validity=_validity(context),
    )


def _more(key: str, n: int, context: Context) -> str:
    return context.phrases.count(key, n) if n > 0 else ""


def _tally(context: Context) -> str:
    phrases = context.phrases
    totals = Counter(check.severity for check in context.result.checks)
    passed = Counter(c.severity for c in context.result.checks if c.outcome == "pass")
    counts = [
        phrases.count(f"tally.{severity}", totals[severity], passed=passed[severity])
        for severity in _SEVERITIES
        if totals[severity]
    ]
    if not counts:
        return phrases.text("tally.none")
    return phrases.text("tally.passing", counts=" · ".join(counts))


def _facts(context: Context) -> tuple[Fact, ...]:
    run, facts, phrases = context.result.run, context.result.candidate, context.phrases
    rows, parameters = number(facts.n_train, 0), number(facts.parameters, 0)
    computing = seconds(run.trial_seconds)
    values = {
        "trainings": (number(len(context.result.trials), 0), _ended(context)),
        "time": (seconds(run.seconds), phrases.text("facts.time_note", computing=computing)),
        "device": (device_of(context), _workers(context)),
        "confidence": (
            level(context.run.checklist.decision.confidence),
            phrases.text("facts.confidence_note"),
        ),
        "recipe": (
            phrases.text("facts.recipe_value", rows=rows),
            phrases.text("facts.recipe_note", parameters=parameters),
        ),
    }
    return tuple(
        Fact(phrases.text(f"facts.{name}"), clamp(value, 60), note)
        for name, (value, note) in values.items()
    )


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


def _workers(context: Context) -> str:
    workers = context.result.environment.get("workers")
    return context.phrases.count("facts.workers", workers) if isinstance(workers, int) else ""


def _rollout(context: Context) -> Rollout | None:
    declared = context.run.checklist.rollout
    if declared is None:
        return None
    go = context.result.verdict.decision in ("GO", "CONDITIONAL_GO")
    stages = tuple(f"{plain(stage)}{NBSP}%" for stage in declared.stages)
    if len(stages) > MOST_STAGES:
        stages = (*stages[: MOST_STAGES - 2], "…", stages[-1])
    hold = context.phrases.text("page.rollout_hold", hold=declared.hold)
    heading = context.phrases.text("page.rollout" if go else "page.rollout_after")
    return Rollout(heading, stages, hold, clamp(clean(declared.guard), 120))


def _reviewers(context: Context) -> tuple[str, ...]:
    named = tuple(clean(name) for name in context.run.checklist.report.reviewers)
    return named[:MOST_REVIEWERS] or (context.phrases.text("page.default_reviewer"),)


def _validity(context: Context) -> str:
    ends = _first_expiry(context)
    validity = context.phrases.text("page.validity")
    if ends is None:
        return validity
    return f"{validity} {context.phrases.text('page.expires', expires=context.date(ends))}"


def _first_expiry(context: Context) -> datetime.date | None:
    waived = [check for check in context.result.checks if check.outcome == "waived"]
    ends = [waiver.expires for check in waived if (waiver := context.waiver(check))]
    return min(ends, default=None)
