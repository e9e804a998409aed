"""Difference of each arm to the candidate: data and caption."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from stablecheck.report.cleaning import clean
from stablecheck.report.figures.comparison import Comparison, Row, draw
from stablecheck.report.numbers import bounds, decimals_for, number
from stablecheck.report.view.compared import (
    Compared,
    check_on,
    compared,
    differences_text,
    reference_of,
)
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import FigureView, scores_of, trials_of
from stablecheck.report.view.values import level
from stablecheck.result import ArmResult, ProbeResult

_KINDS = ("batch_size", "architecture", "optimizer", "schedule", "precision", "label_noise")
_KEY = "figures.comparison"
Arms = Sequence[tuple[ArmResult, Compared]]


def comparison_figures(context: Context) -> Iterator[FigureView]:
    """A figure for each probe that compares arms with the candidate and has a pair to compare."""
    for probe_id, probe in context.result.probes.items():
        reference = reference_of(probe)
        if probe.kind not in _KINDS or reference is None:
            continue
        others = [arm for arm in probe.arms if not arm.reference]
        found = [(arm, compared(arm, reference, context)) for arm in others]
        arms = [(arm, one) for arm, one in found if one is not None]
        if any(one.gains for _, one in arms):
            yield _figure(probe_id, probe, reference, arms, context)


def _figure(
    probe_id: str, probe: ProbeResult, reference: ArmResult, arms: Arms, context: Context
) -> FigureView:
    phrases, name = context.phrases, f"comparison-{probe_id}"
    title = phrases.text(f"{_KEY}.title", kind=phrases.named("kinds", probe.kind))
    caption = _caption(probe_id, reference, arms, context)
    data = comparison(probe_id, arms, context)
    told = context.phrases.clauses(_told(row, context) for row in data.rows)
    alt = phrases.text(f"{_KEY}.alt", score=context.wording.score, n=len(arms), arms=told)
    return FigureView(name, title, draw(data, name, alt), caption)


def comparison(probe: str, arms: Arms, context: Context) -> Comparison:
    """What the figure shows of a probe's arms."""
    higher = context.run.checklist.candidate.higher_is_better
    axis = context.phrases.text(
        f"{_KEY}.{'better' if higher else 'turned'}", score=context.wording.score
    )
    rows = tuple(_row(arm, one, context) for arm, one in arms)
    return Comparison(rows, _limit(probe, context), axis)


def _told(row: Row, context: Context) -> str:
    """A row in words."""
    form = "alt_arm_lost" if row.lost else "alt_arm"
    values = {"name": row.name, "numbers": row.numbers, "lost": row.lost}
    return context.phrases.text(f"{_KEY}.{form}", **values)


def _row(arm: ArmResult, one: Compared, context: Context) -> Row:
    found = one.difference
    return Row(
        name=clean(arm.name),
        differences=one.gains,
        mean=found.mean,
        low=found.low,
        high=found.high,
        numbers=_numbers(one, context),
        lost=_lost(arm, context),
    )


def _numbers(one: Compared, context: Context) -> str:
    found, phrases = one.difference, context.phrases
    mean, low, high = differences_text(found.mean, found.low, found.high)
    interval = bounds(low, high)
    form = "row_nothing" if mean is None else "row" if interval else "row_unbounded"
    return phrases.text(f"{_KEY}.{form}", mean=mean, interval=interval, n=found.n)


def _lost(arm: ArmResult, context: Context) -> str:
    trials = trials_of(arm, context)
    counts = context.not_ok(trial.status for trial in trials)
    if not counts:
        return ""
    return context.phrases.text(f"{_KEY}.lost", counts=counts, total=len(trials))


def _limit(probe: str, context: Context) -> tuple[float, str] | None:
    check = check_on(probe, "worst_drop", context)
    if check is None:
        return None
    comparison = context.wording.comparison(context.requirements[check.id])
    return -check.threshold, context.phrases.text(f"{_KEY}.limit", comparison=comparison)


def _caption(probe: str, reference: ArmResult, arms: Arms, context: Context) -> str:
    phrases = context.phrases
    own = scores_of(trials_of(reference, context))
    said = [
        phrases.text(
            f"{_KEY}.caption",
            probe=clean(probe),
            reference=clean(reference.name),
            score=context.wording.score,
            confidence=level(context.run.checklist.decision.confidence),
            mean=number(statistics.fmean(own), decimals_for(own)),
            n=len(own),
        )
    ]
    trials = {trial.id: trial for _, one in arms for trial in one.trials}
    if lost := context.not_ok(trial.status for trial in trials.values()):
        said.append(phrases.text(f"{_KEY}.caption_missing", counts=lost))
    else:
        said.append(phrases.text(f"{_KEY}.caption_complete"))
    return phrases.sentences(said)
