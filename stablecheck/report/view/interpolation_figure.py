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
from stablecheck.report.numbers import decimals_for, number
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
    title, alt = (context.phrases.text(f"{_KEY}.{name}") for name in ("title", "alt"))
    caption = _caption(found[0], trials, context)
    data = interpolations([curve for _, curve in trials], context)
    return FigureView("interpolation", title, draw(data, "interpolation", alt, caption), caption)


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
    )


def _caption(probe: str, measured: Sequence[tuple[Trial, Interpolation]], context: Context) -> str:
    phrases, points = context.phrases, len(measured[0][1].alpha)
    said = [phrases.count(f"{_KEY}.caption", len(measured), probe=clean(probe), points=points)]
    rises = [rise for trial, _ in measured if (rise := trial.measures.get(_RISE)) is not None]
    if rises and not any(rises):
        said.append(phrases.text(f"{_KEY}.caption_falls"))
    elif rises:
        decimals = decimals_for(rises)
        median, most = (number(f(rises), decimals) for f in (statistics.median, max))
        said.append(phrases.count(f"{_KEY}.caption_rise", len(rises), median=median, most=most))
    said.append(phrases.text(f"{_KEY}.caption_meaning"))
    return phrases.sentences(said)
