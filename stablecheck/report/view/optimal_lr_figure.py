"""The locally optimal learning rate against the schedule: data and caption."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stablecheck.geometry.summary import before_tail
from stablecheck.recipe import OWN
from stablecheck.report.cleaning import clean
from stablecheck.report.figures.lines import Line
from stablecheck.report.figures.optimal_lr import LearningRates, draw
from stablecheck.report.numbers import percent, plain
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import FigureView, retrainings
from stablecheck.report.view.medians import median_text, percent_text
from stablecheck.report.view.path_marks import (
    alike,
    grid_of,
    name_of,
    own_marks,
    share_done,
    sources,
    whole_part,
)
from stablecheck.report.view.values import level
from stablecheck.report.wording import sentence
from stablecheck.trial.record import PathRecord

Source = Literal["train", "heldout", "full"]
_KEY = "figures.optimal_lr"
_WORDS = ("title", "x", "y", "used", "zone", "tail", "wrong")


def optimal_lr_figure(context: Context) -> FigureView | None:
    """The figure of the retrainings, or None where none that finished has a measured path."""
    found = retrainings(context)
    paths = alike(found[1]) if found else ()
    if found is None or not paths:
        return None
    phrases, data = context.phrases, learning_rates(paths, context)
    shares = context.phrases.sentences(_shares(paths, context))
    alt = phrases.text(f"{_KEY}.alt", n=len(paths), shares=shares)
    said = (
        _drawn(found[0], paths, context),
        phrases.text(f"{_KEY}.caption_meaning"),
        shares,
        _bounds(len(paths), context),
        phrases.text(f"{_KEY}.{_turns(paths, data)}"),
        _steps(context),
        phrases.text(f"{_KEY}.caption_geometry"),
    )
    heading = phrases.text(f"{_KEY}.heading")
    return FigureView(
        "optimal-lr", heading, draw(data, "optimal-lr", alt), context.phrases.sentences(said)
    )


def learning_rates(paths: Sequence[PathRecord], context: Context) -> LearningRates:
    """What the figure shows of paths with the same snapshots."""
    known = sources(paths)
    marks = [mark for source in known for mark in own_marks(paths, "optimal_lr", source, context)]
    if "train" not in known:  # the whole part stands for it
        marks += whole_part(paths, "optimal_lr", context)
    rates = zip(*(path.lr for path in paths), strict=True)
    return LearningRates(
        tail=100 * (1 - context.run.checklist.measure.exclude_tail),
        optimal=tuple(marks),
        used=tuple(zip(share_done(paths[0]), map(statistics.median, rates), strict=True)),
        wrong=_wrong_lines(paths, context),
        words={name: context.phrases.text(f"{_KEY}.{name}") for name in _WORDS},
    )


def _wrong_lines(paths: Sequence[PathRecord], context: Context) -> tuple[Line, ...]:
    """Percent of wrong turns at each snapshot; no line where there is no wrong turn at all."""
    lines = []
    for source in sources(paths):
        grids = [grid_of(s, "optimal_lr") for path in paths if (s := getattr(path, source))]
        shares = tuple(_percent_below_zero(row) for row in np.concatenate(grids, axis=1))
        lines.append(Line(source, name_of(source, context), share_done(paths[0]), shares))
    return tuple(lines) if any(value > 0 for line in lines for value in line.middle) else ()


def _turns(paths: Sequence[PathRecord], data: LearningRates) -> str:
    """What is said of wrong turns; those of the whole training part have no line to be read off."""
    if data.wrong:
        return "caption_wrong"
    whole = (grid_of(path.full, "optimal_lr") for path in paths if path.full is not None)
    return "caption_wrong_points" if any((grid < 0).any() for grid in whole) else "caption_no_wrong"


def _percent_below_zero(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return 100 * float(np.mean(known < 0)) if known.size else float("nan")


def shares_of(path: PathRecord, source: Source, exclude_tail: float) -> tuple[float, float] | None:
    """How many of a path's measurements have η < 2η*, and how many η* < 0, the tail left out."""
    series = getattr(path, source)
    if series is None:
        return None
    own = path.full if source == "full" and path.full is not None else path
    step, lr = np.array(own.step)[:, None], np.array(own.lr)[:, None]
    kept = before_tail(step, path.total_steps, exclude_tail)
    optimal = grid_of(series, "optimal_lr")[kept]
    known = ~np.isnan(optimal)
    if not known.any():
        return None
    shorter = lr[kept] < 2 * optimal
    return float(np.mean(shorter[known])), float(np.mean(optimal[known] < 0))


def _shares(paths: Sequence[PathRecord], context: Context) -> Iterator[str]:
    """How much of the path the schedule stays below 2η* on each source, a sentence each."""
    tail = context.run.checklist.measure.exclude_tail
    for source in sources(paths) or ("full",):
        found = [own for path in paths if (own := shares_of(path, source, tail)) is not None]
        if not found:
            continue
        below, wrong = ([100 * share for share in side] for side in zip(*found, strict=True))
        yield context.phrases.text(
            f"{_KEY}.{'caption_share_wrong' if any(wrong) else 'caption_share'}",
            source=sentence(name_of(source, context)),
            share=median_text(below, context, percent_text),
            wrong=median_text(wrong, context, percent_text),
        )


def _bounds(n: int, context: Context) -> str:
    confidence = level(context.run.checklist.decision.confidence)
    return context.phrases.count(f"{_KEY}.caption_bounds", n, confidence=confidence)


def _drawn(probe: str, paths: Sequence[PathRecord], context: Context) -> str:
    series = paths[0].train or paths[0].heldout
    values = {"n": len(paths), "probe": clean(probe)}
    tail = percent(context.run.checklist.measure.exclude_tail)
    if series is None:
        return context.phrases.text(f"{_KEY}.caption_whole", tail=tail, **values)
    batches = context.phrases.count("mini_batches", len(series.rsi[0]))
    return context.phrases.text(f"{_KEY}.caption", batches=batches, tail=tail, **values)


def _steps(context: Context) -> str:
    """What the zone says of the steps that this recipe's optimiser takes."""
    optimizer = context.run.checklist.candidate.optimizer
    if optimizer is None or optimizer.name == OWN:
        return context.phrases.text(f"{_KEY}.caption_own")
    if optimizer.name != "sgd":
        return context.phrases.text(f"{_KEY}.caption_adaptive")
    if optimizer.momentum:
        return context.phrases.text(f"{_KEY}.caption_momentum", momentum=plain(optimizer.momentum))
    return context.phrases.text(f"{_KEY}.caption_plain")
