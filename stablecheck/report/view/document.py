"""The whole report as one view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stablecheck.report.cleaning import clean
from stablecheck.report.view.checks import CheckGroup, groups
from stablecheck.report.view.context import Context, context_of
from stablecheck.report.view.data_facts import DataFacts, data_facts
from stablecheck.report.view.environment import Environment, environment_of, moment
from stablecheck.report.view.figures import FigureView, figures
from stablecheck.report.view.limits import limits
from stablecheck.report.view.looks import LookRow, look_rows
from stablecheck.report.view.measures_table import MeasureTable, measure_tables
from stablecheck.report.view.method import method
from stablecheck.report.view.page_one import (
    MOST_CONDITIONS,
    MOST_REASONS,
    MOST_STEPS,
    PageOne,
    page_one,
)  # fmt: skip
from stablecheck.report.view.probes import ProbeTable, probe_tables
from stablecheck.report.view.reasons import ReasonLine, line_of
from stablecheck.report.view.steps import Step, conditions, step_of
from stablecheck.report.view.values import level
from stablecheck.store import FinishedRun

Entries = tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Leftovers:
    """What page 1 had no room for."""

    reasons: tuple[ReasonLine, ...]
    conditions: tuple[str, ...]
    steps: tuple[Step, ...]

    def __bool__(self) -> bool:
        return bool(self.reasons or self.conditions or self.steps)


@dataclass(frozen=True)
class Tables:
    """The numbers behind the figures."""

    probes: tuple[ProbeTable, ...]
    data: DataFacts
    measures: tuple[MeasureTable, ...]
    looks: tuple[LookRow, ...]


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
    intended_use: str
    owner: str
    owner_name: str
    leftovers: Leftovers
    check_groups: tuple[CheckGroup, ...]
    figures: tuple[FigureView, ...]
    tables: Tables
    explanations: Explanations
    environment: Environment


def build_view(run: FinishedRun) -> ReportView:
    """The view of a finished run, in the language its checklist asks for."""
    context = context_of(run)
    checklist, phrases = run.result.checklist, context.phrases
    owner = clean(checklist.owner or "")
    return ReportView(
        language=phrases.language,
        title=context.title,
        name=clean(checklist.name),
        version=clean(checklist.version),
        run_id=clean(run.result.run.id),
        date=moment(run.result.run.finished, context).partition(",")[0],
        score=context.wording.score,
        confidence=level(run.checklist.decision.confidence),
        page_one=page_one(context),
        intended_use=clean(checklist.intended_use or ""),
        owner=phrases.text("sections.owner", owner=owner) if owner else "",
        owner_name=owner,
        leftovers=_leftovers(context),
        check_groups=groups(context),
        figures=figures(context),
        tables=_tables(context),
        explanations=_explanations(context),
        environment=environment_of(context),
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
    open_ = [r for r in verdict.reasons[MOST_REASONS:] if r.code != "CHECK_PASSES"]
    return Leftovers(
        tuple(line_of(reason, context) for reason in open_),
        conditions(context)[MOST_CONDITIONS:],
        tuple(step_of(step, context) for step in verdict.next_steps[MOST_STEPS:]),
    )
