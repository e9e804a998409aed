"""RSI, EB and γ along the path: data and caption."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from stablecheck.report.cleaning import clean
from stablecheck.report.figures.path import Band, Paths, Source, draw
from stablecheck.report.numbers import number, percent
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import FigureView, retrainings
from stablecheck.trial.record import Grid, PathRecord, Trial

_SOURCES: tuple[Source, ...] = ("train", "heldout", "cross_seed")
_WORDS = ("x", "rsi", "eb", "alignment", "null", "tail", "unit")
_BAND = (10, 50, 90)


def path_figure(context: Context) -> FigureView | None:
    """The figure, or None where no training that finished has a measured path."""
    found = retrainings(context)
    paths = _alike(found[1]) if found else ()
    if found is None or not paths:
        return None
    data = _data(paths, context)
    title = context.phrases.text("figures.path.title")
    alt = context.phrases.text("figures.path.alt")
    caption = _caption(found[0], paths, data, context)
    return FigureView("path", title, draw(data, "path", alt, caption), caption)


def _alike(trials: Sequence[Trial]) -> tuple[PathRecord, ...]:
    """The measured paths with the commonest snapshots, so that they can be averaged."""
    paths = [
        t.path for t in trials if t.status == "ok" and t.path and (t.path.train or t.path.heldout)
    ]
    if not paths:
        return ()
    steps = Counter(path.step for path in paths).most_common(1)[0][0]
    return tuple(path for path in paths if path.step == steps)


def _data(paths: Sequence[PathRecord], context: Context) -> Paths:
    first, total = paths[0], max(paths[0].total_steps, 1)
    tail = context.run.checklist.measure.exclude_tail
    return Paths(
        share=tuple(100 * step / total for step in first.step),
        tail=100 * (1 - tail),
        rsi=_bands(paths, "rsi", _SOURCES[:2], context),
        eb=_bands(paths, "eb", _SOURCES[:2], context),
        alignment=_bands(paths, "alignment", _SOURCES, context),
        null=tuple(1 / math.sqrt(total - s) if s < total else math.nan for s in first.step),
        words={name: context.phrases.text(f"figures.path.{name}") for name in _WORDS},
    )


def _bands(
    paths: Sequence[PathRecord], quantity: str, sources: Sequence[Source], context: Context
) -> tuple[Band, ...]:
    bands = []
    for source in sources:
        series = [one for path in paths if (one := getattr(path, source)) is not None]
        grids: list[Grid] = [getattr(one, quantity) for one in series]
        if grids:
            low, middle, high = _quantiles(grids)
            name = context.phrases.text(f"figures.path.{source}")
            bands.append(Band(source, name, middle, low, high))
    return tuple(bands)


def _quantiles(grids: Sequence[Grid]) -> tuple[tuple[float, ...], ...]:
    """The 10, 50 and 90 % quantiles at each snapshot, over trials and batches."""
    rows = zip(*grids, strict=True)
    known = [[value for row in snapshot for value in row if value is not None] for snapshot in rows]
    found = [np.percentile(values, _BAND) if values else [math.nan] * 3 for values in known]
    return tuple(tuple(float(three[place]) for three in found) for place in range(3))


def _caption(probe: str, paths: Sequence[PathRecord], data: Paths, context: Context) -> str:
    phrases, measure = context.phrases, context.run.checklist.measure
    series = paths[0].train or paths[0].heldout
    batches = len(series.rsi[0]) if series and series.rsi else measure.batches
    said = [
        phrases.text(
            "figures.path.caption_one" if len(paths) == 1 else "figures.path.caption",
            n=len(paths),
            probe=clean(probe),
            batches=batches,
            snapshots=len(paths[0].step),
            tail=percent(measure.exclude_tail),
        ),
        *_middle(data, context),
    ]
    if any(band.source == "heldout" for band in data.alignment):
        said.append(phrases.text("figures.path.caption_heldout"))
    said.append(phrases.text("figures.path.caption_geometry"))
    return " ".join(said)


def _middle(data: Paths, context: Context) -> list[str]:
    """What γ is at the middle of the training, on each source and towards another end point."""
    phrases = context.phrases
    place = min(range(len(data.share)), key=lambda index: abs(data.share[index] - 50))
    values = {band.source: (band.name, band.median[place]) for band in data.alignment}
    other = values.pop("cross_seed", None)
    own = [
        phrases.text("figures.path.value_of", value=number(value, 2), source=name)
        for name, value in values.values()
        if math.isfinite(value)
    ]
    said = []
    if own and math.isfinite(data.null[place]):
        null = number(data.null[place], 2)
        joined = ", ".join(own)
        said.append(phrases.text("figures.path.caption_alignment", values=joined, null=null))
    if other and math.isfinite(other[1]):
        said.append(phrases.text("figures.path.caption_cross", value=number(other[1], 2)))
    return said
