"""The whole report as one view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stablecheck.report.cleaning import clean
from stablecheck.report.numbers import written_in
from stablecheck.report.view.checks import CheckGroup, groups
from stablecheck.report.view.context import Context, context_of
from stablecheck.report.view.data_facts import DataFacts, data_facts
from stablecheck.report.view.environment import Environment, day, environment_of
from stablecheck.report.view.figures import FigureView, figures
from stablecheck.report.view.findings import Finding, findings
from stablecheck.report.view.incumbent import AgainstIncumbent, against_incumbent
from stablecheck.report.view.limits import limits
from stablecheck.report.view.looks import LookRow, look_rows
from stablecheck.report.view.measures_table import MeasureTable, measure_tables
from stablecheck.report.view.method import method
from stablecheck.report.view.monitoring import WatchRow, declared_watches, suggested_watches
from stablecheck.report.view.page_one import (
    MOST_CONDITIONS,
    MOST_STEPS,
    PageOne,
    page_one,
)  # fmt: skip
from stablecheck.report.view.probes import ProbeTable, probe_tables
from stablecheck.report.view.rollout import RolloutPlan, rollout_plan
from stablecheck.report.view.since_last import SinceLast, since_last
from stablecheck.report.view.steps import Step, conditions, step_of
from stablecheck.report.view.validity import triggers
from stablecheck.report.view.values import level
from stablecheck.store import FinishedRun

Entries = tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Leftovers:
    """What page 1 had no room for."""

    conditions: tuple[str, ...]
    steps: tuple[Step, ...]

    def __bool__(self) -> bool:
        return bool(self.conditions or self.steps)


@dataclass(frozen=True)
class Tables:
    """The numbers behind the figures."""

    probes: tuple[ProbeTable, ...]
    data: DataFacts
    measures: tuple[MeasureTable, ...]
    looks: tuple[LookRow, ...]


@dataclass(frozen=True)
class Use:
    """What the model is for, what it would replace, and how it goes into service."""

    intended: str
    out_of_scope: str
    owner: str
    since_last: SinceLast | None
    incumbent: AgainstIncumbent | None
    rollout: RolloutPlan | None
    declared_watches: tuple[WatchRow, ...]
    suggested_watches: tuple[WatchRow, ...]
    triggers: tuple[str, ...]


@dataclass(frozen=True)
class Explanations:
    """How to read all of it, and how far it reaches."""

    method: Entries
    formulas: Entries
    limits: Entries
    glossary: Entries


@dataclass(frozen=True)
class ReportView:
    """Everything the templates print, in reading order."""

    language: str
    title: str
    name: str
    version: str
    run_id: str
    date: str
    score: str
    confidence: str
    page_one: PageOne
    owner_name: str
    use: Use
    leftovers: Leftovers
    findings: tuple[Finding, ...]
    check_groups: tuple[CheckGroup, ...]
    figures: tuple[FigureView, ...]
    tables: Tables
    explanations: Explanations
    environment: Environment


def build_view(run: FinishedRun, language: str | None = None) -> ReportView:
    """The view of a finished run, in that language or the one that its checklist asks for."""
    context = context_of(run, language)
    with written_in(context.phrases):
        return _view(context)


def _view(context: Context) -> ReportView:
    run, phrases = context.run, context.phrases
    checklist = run.result.checklist
    owner = clean(checklist.owner or "")
    return ReportView(
        language=phrases.language,
        title=context.title,
        name=clean(checklist.name),
        version=clean(checklist.version),
        run_id=clean(run.result.run.id),
        date=day(run.result.run.finished),
        score=context.wording.score,
        confidence=level(run.checklist.decision.confidence),
        page_one=page_one(context),
        owner_name=owner,
        use=_use(context),
        leftovers=_leftovers(context),
        findings=findings(context),
        check_groups=groups(context),
        figures=figures(context),
        tables=_tables(context),
        explanations=_explanations(context),
        environment=environment_of(context),
    )


def _use(context: Context) -> Use:
    checklist, owner = context.run.checklist, clean(context.result.checklist.owner or "")
    return Use(
        intended=clean(checklist.intended_use or ""),
        out_of_scope=clean(checklist.out_of_scope or ""),
        owner=context.phrases.text("sections.owner", owner=owner) if owner else "",
        since_last=since_last(context),
        incumbent=against_incumbent(context),
        rollout=rollout_plan(context),
        declared_watches=declared_watches(context),
        suggested_watches=suggested_watches(context),
        triggers=triggers(context),
    )


def _tables(context: Context) -> Tables:
    return Tables(
        probes=probe_tables(context),
        data=data_facts(context),
        measures=measure_tables(context),
        looks=look_rows(context),
    )


def _explanations(context: Context) -> Explanations:
    return Explanations(
        method=method(context),
        formulas=context.phrases.entries("formulas"),
        limits=limits(context),
        glossary=context.phrases.entries("glossary"),
    )


def _leftovers(context: Context) -> Leftovers:
    verdict = context.result.verdict
    return Leftovers(
        conditions(context)[MOST_CONDITIONS:],
        tuple(step_of(step, context) for step in verdict.next_steps[MOST_STEPS:]),
    )
