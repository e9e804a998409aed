"""Candidate and incumbent, pair by pair: data and caption."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from stablecheck.report.cleaning import clean
from stablecheck.report.figures.pairs import Pairs, draw
from stablecheck.report.numbers import plain
from stablecheck.report.view.compared import (
    Compared,
    check_on,
    compared,
    differences_text,
    reference_of,
)
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import FigureView, probes_of_kind
from stablecheck.report.view.values import bounds_or_none, level, of_summary
from stablecheck.report.wording import sentence
from stablecheck.result import ProbeResult

_KEY = "figures.incumbent"
_SUMMARIES = ("difference", "median_difference")


def pairs_figures(context: Context) -> Iterator[FigureView]:
    """A figure for each probe that trains the incumbent and has a pair with both scores."""
    for probe_id, probe in probes_of_kind(context, "incumbent"):
        one = _pairs_of(probe, context)
        if one is not None and one.gains:
            yield _figure(probe_id, probe, one, context)


def _pairs_of(probe: ProbeResult, context: Context) -> Compared | None:
    reference = reference_of(probe)
    incumbent = next((arm for arm in probe.arms if not arm.reference), None)
    if reference is None or incumbent is None:
        return None
    return compared(reference, incumbent, context)


def _figure(probe_id: str, probe: ProbeResult, one: Compared, context: Context) -> FigureView:
    phrases, name = context.phrases, f"pairs-{probe_id}"
    score, numbers = context.wording.score, _difference(one, context)
    alt = phrases.text(f"{_KEY}.alt", score=score, n=len(one.pairs), numbers=numbers)
    caption = _caption(probe_id, probe, one, context)
    data = pairs(probe_id, one, context)
    title = phrases.text(f"{_KEY}.title")
    return FigureView(name, title, draw(data, name, alt), caption)


def pairs(probe: str, one: Compared, context: Context) -> Pairs:
    """What the figure shows of a candidate and its incumbent."""
    phrases, score = context.phrases, context.wording.score
    lost = _lost(one, context)
    return Pairs(
        scores=tuple((other, own) for own, other in one.pairs),
        gains=one.gains,
        interval=_interval(probe, one, context),
        limit=_limit(probe, context),
        missing=phrases.text(f"{_KEY}.missing", counts=lost) if lost else "",
        words={
            "incumbent": phrases.text(f"{_KEY}.incumbent"),
            "candidate": phrases.text(f"{_KEY}.candidate"),
            "x": phrases.text(f"{_KEY}.x", score=score),
            "y": phrases.text(f"{_KEY}.y", score=sentence(score)),
        },
    )


def _interval(
    probe: str, one: Compared, context: Context
) -> tuple[float, float | None, float | None, str] | None:
    """The statistic that a check asks for, with its bounds; the mean where none does."""
    confidence = level(context.run.checklist.decision.confidence)
    words = {"confidence": confidence, "statistic": context.phrases.text(f"{_KEY}.mean")}
    if _asked(probe, context) == "median_difference":
        summaries = context.result.probes[probe].summaries
        median = summaries.get(f"{probe}.median_difference")
        if median is not None and median.estimate is not None:
            words["statistic"] = context.phrases.text(f"{_KEY}.median")
            text = context.phrases.text(f"{_KEY}.interval", **words)
            return median.estimate, median.low, median.high, text
    found = one.difference
    if found.mean is None:
        return None
    return found.mean, found.low, found.high, context.phrases.text(f"{_KEY}.interval", **words)


def _asked(probe: str, context: Context) -> str | None:
    """The first of the summaries in units of the score that a check rests on."""
    asked = (name for name in _SUMMARIES if check_on(probe, name, context) is not None)
    return next(asked, None)


def _limit(probe: str, context: Context) -> tuple[float, str] | None:
    """The gain that a check asks for, which a margin makes a negative one."""
    asked = _asked(probe, context)
    check = check_on(probe, asked, context) if asked is not None else None
    if check is None or check.operator not in (">", ">="):
        return None
    limit = f"{context.phrases.text(f'signs.{check.operator}')} {plain(check.threshold)}"
    return check.threshold, context.phrases.text(f"{_KEY}.limit", limit=limit)


def _lost(one: Compared, context: Context) -> str:
    return context.not_ok(trial.status for trial in one.trials)


def _caption(probe_id: str, probe: ProbeResult, one: Compared, context: Context) -> str:
    phrases, gains = context.phrases, one.gains
    said = [
        phrases.text(
            f"{_KEY}.caption",
            probe=clean(probe_id),
            n=len(gains),
            better=sum(gain > 0 for gain in gains),
            worse=sum(gain < 0 for gain in gains),
            equal=sum(gain == 0 for gain in gains),
        ),
        _difference(one, context),
    ]
    probability = probe.summaries.get(f"{probe_id}.probability_of_improvement")
    if probability is not None:
        text = of_summary(probability)
        said.append(phrases.text(f"{_KEY}.caption_probability", probability=text))
    if lost := _lost(one, context):
        said.append(phrases.text(f"{_KEY}.caption_missing", counts=lost))
    return phrases.sentences(said)


def _difference(one: Compared, context: Context) -> str:
    found = one.difference
    mean, low, high, median = differences_text(
        found.mean, found.low, found.high, statistics.median(one.gains)
    )
    interval = bounds_or_none(low, high, context.phrases)
    return context.phrases.text(
        f"{_KEY}.caption_difference", mean=mean, interval=interval, median=median
    )
