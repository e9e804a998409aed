"""Loss on the straight line from start to end: data and caption."""

from __future__ import annotations

import math
import statistics
import warnings
from collections import Counter
from collections.abc import Sequence

import numpy as np

from stablecheck.report.cleaning import clean
from stablecheck.report.figures.interpolation import Interpolations, draw
from stablecheck.report.numbers import NONE, decimals_for, number
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import FigureView, retrainings
from stablecheck.trial.record import Interpolation, Trial

_KEY = "figures.interpolation"
_RISE = "interpolation.max_rise"


def interpolation_figure(context: Context) -> FigureView | None:
    """The figure of the retrainings, or None where nobody asked for it."""
    found = retrainings(context)
    trials = _measured(found[1]) if found else []
    if found is None or not trials:
        return None
    title, caption = context.phrases.text(f"{_KEY}.title"), _caption(found[0], trials, context)
    data = interpolations([curve for _, curve in trials], context)
    alt = _alt(data, trials, context)
    return FigureView("interpolation", title, draw(data, "interpolation", alt), caption)


def _alt(
    data: Interpolations, measured: Sequence[tuple[Trial, Interpolation]], context: Context
) -> str:
    ends = (data.middle[0], data.middle[-1])
    decimals = decimals_for(ends)
    first, last = (number(v, decimals) if math.isfinite(v) else NONE for v in ends)
    rise = _rise(measured, context)
    return context.phrases.text(f"{_KEY}.alt", first=first, last=last, rise=rise).rstrip()


def _measured(trials: Sequence[Trial]) -> list[tuple[Trial, Interpolation]]:
    """The trainings measured at the commonest points."""
    known = [
        (trial, trial.path.interpolation)
        for trial in trials
        if trial.status == "ok" and trial.path and trial.path.interpolation
    ]
    alphas = Counter(curve.alpha for _, curve in known).most_common(1)
    return [(trial, curve) for trial, curve in known if curve.alpha == alphas[0][0]]


def interpolations(curves: Sequence[Interpolation], context: Context) -> Interpolations:
    """What the figure shows of curves at the same points."""
    losses = [[math.nan if v is None else v for v in curve.loss] for curve in curves]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a point where no loss was finite has no median
        middle = np.nanmedian(np.array(losses, dtype=float), axis=0)
    return Interpolations(
        alpha=curves[0].alpha,
        losses=tuple(map(tuple, losses)),
        middle=tuple(middle.tolist()),
        x=context.phrases.text(f"{_KEY}.x"),
        y=context.phrases.text(f"{_KEY}.y"),
        median=context.phrases.text(f"{_KEY}.median"),
    )


def _caption(probe: str, measured: Sequence[tuple[Trial, Interpolation]], context: Context) -> str:
    phrases, points = context.phrases, len(measured[0][1].alpha)
    drawn = phrases.count(f"{_KEY}.caption", len(measured), probe=clean(probe), points=points)
    said = (drawn, _rise(measured, context), phrases.text(f"{_KEY}.caption_meaning"))
    return phrases.sentences(said)


def _rise(measured: Sequence[tuple[Trial, Interpolation]], context: Context) -> str:
    """How far the loss rises on the way; nothing where that is not known."""
    phrases = context.phrases
    rises = [rise for trial, _ in measured if (rise := trial.measures.get(_RISE)) is not None]
    if not rises:
        return ""
    if not any(rises):
        return phrases.text(f"{_KEY}.caption_falls")
    decimals = decimals_for(rises)
    median, most = (number(f(rises), decimals) for f in (statistics.median, max))
    return phrases.count(f"{_KEY}.caption_rise", len(rises), median=median, most=most)
