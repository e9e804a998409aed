"""What came out of each probe, arm by arm."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from stablecheck.checklist.requirement import CONTROLS
from stablecheck.report.cleaning import clean
from stablecheck.report.numbers import NONE, decimals_for, number
from stablecheck.report.view.context import Context
from stablecheck.report.view.values import of_summary
from stablecheck.report.wording import sentence
from stablecheck.result import ArmResult, ProbeResult, TrialLine

# Sizes of the data need no training; they have a place of their own.
_KNOWN_BEFORE = "exact"


@dataclass(frozen=True)
class ArmRow:
    """One arm: how many trainings, how they ended, and the scores of those that finished."""

    name: str
    trials: str
    diverged: str
    failed: str
    mean: str
    least: str
    most: str


@dataclass(frozen=True)
class ProbeTable:
    """One probe; ``summaries`` are its own numbers with their bounds."""

    id: str
    kind: str
    question: str
    note: str
    arms: tuple[ArmRow, ...]
    summaries: tuple[tuple[str, str], ...]


def probe_tables(context: Context) -> tuple[ProbeTable, ...]:
    """A table for every probe of the run."""
    lines = {trial.id: trial for trial in context.result.trials}
    return tuple(
        _table(probe_id, probe, lines, context) for probe_id, probe in context.result.probes.items()
    )


def _table(
    probe_id: str, probe: ProbeResult, lines: dict[str, TrialLine], context: Context
) -> ProbeTable:
    arms = [(arm, [lines[id_] for id_ in arm.trials if id_ in lines]) for arm in probe.arms]
    # One arm that collapses must not take the decimals from the others.
    decimals = max((decimals_for([t.score for t in own]) for _, own in arms), default=2)
    return ProbeTable(
        id=clean(probe_id),
        kind=sentence(context.phrases.named("kinds", probe.kind)),
        question=context.phrases.of_code("questions", probe.kind, clean(probe.question)),
        note=context.phrases.text("probe_table.controls") if probe_id == CONTROLS else "",
        arms=tuple(_row(arm, trials, decimals, context) for arm, trials in arms),
        summaries=tuple(
            (_summary_name(text, context), of_summary(summary))
            for text, summary in probe.summaries.items()
            if summary.method != _KNOWN_BEFORE
        ),
    )


def _row(arm: ArmResult, trials: Sequence[TrialLine], decimals: int, context: Context) -> ArmRow:
    ended = Counter(trial.status for trial in trials)
    scores = [t.score for t in trials if t.status == "ok" and t.score is not None]
    mean, least, most = (
        number(function(scores), decimals) if scores else NONE
        for function in (statistics.fmean, min, max)
    )
    name = clean(arm.name)
    if arm.reference:
        name = context.phrases.text("probe_table.reference", arm=name)
    failed = ended["failed"] + ended["timeout"]
    return ArmRow(name, str(len(trials)), str(ended["diverged"]), str(failed), mean, least, most)


def _summary_name(text: str, context: Context) -> str:
    """``lr.headroom(0.01)`` as its name in words, with what it was asked."""
    name, _, arguments = text.partition(".")[2].partition("(")
    words = context.phrases.named("summaries", name)
    return f"{words} ({arguments}" if arguments else words
