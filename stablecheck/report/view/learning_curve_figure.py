"""Score against the amount of data: data and caption."""

from __future__ import annotations

import statistics
from collections.abc import Mapping

import numpy as np

from stablecheck.evidence.learning_curve import Curve, fit
from stablecheck.probes.data_ratio import DataRatio
from stablecheck.report.cleaning import clean
from stablecheck.report.figures.learning_curve import LearningCurve, draw
from stablecheck.report.numbers import decimals_for, number
from stablecheck.report.view.compared import differences_text
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import (
    FigureView,
    probes_of_kind,
    scores_of,
    trials_of,
)  # fmt: skip
from stablecheck.report.view.values import bounds_or_none, level
from stablecheck.report.wording import sentence
from stablecheck.result import ProbeResult, SummaryResult
from stablecheck.trial.record import Trial

_FEWEST_SIZES = 3
_POINTS = 80
Trials = Mapping[float, tuple[Trial, ...]]


def learning_curve_figure(context: Context) -> FigureView | None:
    """The figure of the first such probe; None where fewer than two known sizes have scores."""
    for probe_id, probe in probes_of_kind(context, "data_ratio"):
        trials = _by_size(probe, context)
        if sum(bool(scores_of(own)) for own in trials.values()) >= 2:
            return _figure(probe_id, probe, trials, context)
    return None


def _by_size(probe: ProbeResult, context: Context) -> Trials:
    rows = context.result.candidate.n_train
    if rows is None:
        return {}
    known = {(arm.value or 0.0) * rows: trials_of(arm, context) for arm in probe.arms}
    return {size: trials for size, trials in sorted(known.items()) if trials}


def _figure(probe_id: str, probe: ProbeResult, trials: Trials, context: Context) -> FigureView:
    phrases, curve = context.phrases, _curve(trials, context)
    gain = probe.summaries.get(f"{probe_id}.gain_from_doubling") if curve else None
    title = phrases.text("figures.learning_curve.title")
    caption = _caption(probe_id, trials, curve, gain, context)
    data = _data(trials, curve, context)
    alt = _alt(trials, curve, context)
    return FigureView("learning-curve", title, draw(data, "learning-curve", alt), caption)


def _alt(trials: Trials, curve: Curve | None, context: Context) -> str:
    """The means at each size and what the curve predicts."""
    phrases, key = context.phrases, "figures.learning_curve"
    means = {size: statistics.fmean(own) for size, t in trials.items() if (own := scores_of(t))}
    decimals = decimals_for(means.values())
    told = [
        phrases.text(f"{key}.alt_arm", rows=number(size, 0), mean=number(mean, decimals))
        for size, mean in means.items()
    ]
    twice = 2 * max(trials)
    value = number(curve.at(twice), decimals) if curve else ""
    fitted = phrases.text(f"{key}.alt_fitted", value=value, rows=number(twice, 0)) if curve else ""
    score = context.wording.score
    return phrases.text(
        f"{key}.alt", score=score, arms=phrases.clauses(told), fitted=fitted
    ).rstrip()


def _curve(trials: Trials, context: Context) -> Curve | None:
    """The law fitted to the means; None where a training has no score or sizes are too few."""
    complete = all(len(scores_of(own)) == len(own) for own in trials.values())
    if not complete or len(trials) < _FEWEST_SIZES:
        return None
    means = [statistics.fmean(scores_of(own)) for own in trials.values()]
    return fit(
        list(trials), means, higher_is_better=context.run.checklist.candidate.higher_is_better
    )


def _data(trials: Trials, curve: Curve | None, context: Context) -> LearningCurve:
    phrases, largest = context.phrases, max(trials)
    key = "figures.learning_curve"
    sizes = np.geomspace(min(trials), 2 * largest, _POINTS) if curve else np.empty(0)
    # The end of the data is a point of its own, so that the dashes begin right there.
    points = sorted({*sizes.tolist(), *([largest] if curve else [])})
    scores = tuple(scores_of(own) for own in trials.values())
    decimals = decimals_for(scores[-1])
    doubled = curve.at(2 * largest) if curve else None
    predicted = doubled is not None and phrases.text(
        f"{key}.predicted", value=number(doubled, decimals)
    )
    return LearningCurve(
        sizes=tuple(trials),
        scores=scores,
        dimension=context.result.candidate.dimension,
        fitted=tuple((size, curve.at(size)) for size in points) if curve else (),
        predicted=(doubled, predicted) if doubled is not None and predicted else None,
        x=phrases.text(f"{key}.x"),
        rows=phrases.text(f"{key}.rows"),
        y=phrases.text(f"{key}.y", score=sentence(context.wording.score)),
        beyond=phrases.text(f"{key}.beyond"),
    )


def _caption(
    probe: str, trials: Trials, curve: Curve | None, gain: SummaryResult | None, context: Context
) -> str:
    phrases, facts = context.phrases, context.result.candidate
    everything = [trial for own in trials.values() for trial in own]
    said = [
        phrases.text(
            f"figures.learning_curve.{'caption' if facts.dimension else 'caption_rows'}",
            probe=clean(probe),
            n=len(everything),
            rows=number(facts.n_train or 0, 0),
            dimension=number(facts.dimension or 0, 0),
        )
    ]
    if lost := context.not_ok(trial.status for trial in everything):
        said.append(phrases.text("figures.learning_curve.caption_missing", counts=lost))
    if facts.batch_size is not None and round(min(trials)) < facts.batch_size:
        said.append(phrases.text("figures.learning_curve.caption_batch", batch=facts.batch_size))
    if curve:
        said.append(phrases.text("figures.learning_curve.caption_fit"))
    if gain and gain.estimate is not None:
        said.append(_gain(gain, probe, context))
    return phrases.sentences(said)


def _gain(gain: SummaryResult, probe: str, context: Context) -> str:
    """The predicted gain as a change of the score, where lower is better a negative one."""
    better = 1.0 if context.run.checklist.candidate.higher_is_better else -1.0
    ends = (gain.low, gain.high) if better > 0 else (gain.high, gain.low)
    estimate, least, most = (None if v is None else better * v for v in (gain.estimate, *ends))
    change, low, high = differences_text(estimate, least, most)
    declared = context.run.checklist.probes[probe]
    held = declared.hold if isinstance(declared, DataRatio) else "steps"
    return context.phrases.text(
        "figures.learning_curve.caption_gain",
        held=context.phrases.text(f"figures.learning_curve.held.{held}"),
        score=context.wording.score,
        gain=change,
        interval=bounds_or_none(low, high, context.phrases),
        confidence=level(gain.confidence),
    )
