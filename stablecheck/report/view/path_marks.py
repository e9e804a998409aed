"""From measured paths to the lines and points of their figure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, cast

import numpy as np

from stablecheck.checklist.requirement import CONTROLS
from stablecheck.report.figures.lines import Line, Mark, Points, Role
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import trials_of
from stablecheck.trial.record import Grid, PathRecord, Series, Trial

Batches = Literal["train", "heldout"]
Quantity = Literal["rsi", "eb", "alignment", "optimal_lr"]
_BAND = (10, 50, 90)


def alike(trials: Sequence[Trial]) -> tuple[PathRecord, ...]:
    """The measured paths with the commonest snapshots, so that they can be averaged."""
    paths = [trial.path for trial in trials if trial.status == "ok" and trial.path]
    paths = [path for path in paths if path.train or path.heldout or path.full]
    if not paths:
        return ()
    steps = Counter(path.step for path in paths).most_common(1)[0][0]
    return tuple(path for path in paths if path.step == steps)


def sources(paths: Sequence[PathRecord]) -> tuple[Batches, ...]:
    """The sources of mini-batches that were measured."""
    return tuple(
        source for source in ("train", "heldout") if any(getattr(path, source) for path in paths)
    )


def own_marks(
    paths: Sequence[PathRecord], quantity: Quantity, batches: Batches, context: Context
) -> Iterator[Mark]:
    """The candidate's own line on one source; with train, what belongs to the training part."""
    yield from _band(paths, quantity, batches, context)
    if batches == "train":
        yield from whole_part(paths, quantity, context)


def grid_of(series: Series, quantity: Quantity) -> Grid:
    """The quantity at each snapshot and batch; η* = RSI / EB², which no record keeps."""
    if quantity != "optimal_lr":
        grid: Grid = getattr(series, quantity)
        return grid
    rows = zip(series.rsi, series.eb, strict=True)
    return tuple(tuple(map(_optimal_lr, *row)) for row in rows)


def _optimal_lr(rsi: float | None, eb: float | None) -> float | None:
    square = eb * eb if eb is not None else 0.0
    return rsi / square if rsi is not None and square > 0 else None


def cross_seed(paths: Sequence[PathRecord], context: Context) -> Iterator[Mark]:
    """γ towards another seed's end point."""
    yield from _band(paths, "alignment", "cross_seed", context)


def whole_part(paths: Sequence[PathRecord], quantity: Quantity, context: Context) -> Iterator[Mark]:
    """A point for each gradient of the whole training part."""
    yield from _points(paths, quantity, "full", context)


def _points(
    paths: Sequence[PathRecord], quantity: Quantity, role: Role, context: Context
) -> Iterator[Mark]:
    at = tuple(
        (100 * step / path.total_steps, value)
        for path in paths
        if path.full is not None
        for step, (value,) in zip(path.full.step, grid_of(path.full, quantity), strict=True)
        if value is not None
    )
    if at:
        yield Points(role, name_of(role, context), at)


def steps_taken(paths: Sequence[PathRecord], context: Context) -> Iterator[Mark]:
    """γ of the steps themselves, where they were kept."""
    rows = [path.update_alignment for path in paths if path.update_alignment is not None]
    if rows:
        grids = [tuple((value,) for value in row) for row in rows]
        _, middle, _ = _quantiles(grids)
        yield Line("updates", name_of("updates", context), share_done(paths[0]), middle)


def control_marks(batches: Batches, context: Context) -> Iterator[Mark]:
    """γ of the trainings that learn nothing that lasts, on one source."""
    for role, paths in _controls(context):
        series = _series(paths, batches)
        if series:
            _, middle, _ = _quantiles([one.alignment for one in series])
            yield Line(role, name_of(role, context), share_done(paths[0]), middle)


def control_points(context: Context) -> Iterator[Mark]:
    """The same on the whole training part."""
    for role, paths in _controls(context):
        yield from _points(paths, "alignment", role, context)


def _controls(context: Context) -> Iterator[tuple[Role, tuple[PathRecord, ...]]]:
    probe = context.result.probes.get(CONTROLS)
    for arm in probe.arms if probe else ():
        yield cast(Role, arm.name), alike(trials_of(arm, context))


def _band(
    paths: Sequence[PathRecord],
    quantity: Quantity,
    source: Literal["train", "heldout", "cross_seed"],
    context: Context,
) -> Iterator[Mark]:
    series = _series(paths, source)
    if series:
        low, middle, high = _quantiles([grid_of(one, quantity) for one in series])
        yield Line(source, name_of(source, context), share_done(paths[0]), middle, low, high)


def _series(paths: Sequence[PathRecord], source: str) -> list[Series]:
    return [one for path in paths if (one := getattr(path, source)) is not None]


def share_done(path: PathRecord) -> tuple[float, ...]:
    """Percent of the training done at each snapshot."""
    return tuple(100 * step / path.total_steps for step in path.step)


def name_of(role: str, context: Context) -> str:
    """What a line or point is, in words."""
    return context.phrases.text(f"figures.path.{role}")


def _quantiles(grids: Sequence[Grid]) -> tuple[tuple[float, ...], ...]:
    """The 10, 50 and 90 % quantiles at each snapshot, over trials and batches."""
    rows = zip(*grids, strict=True)
    known = [[value for row in snapshot for value in row if value is not None] for snapshot in rows]
    found = [np.percentile(values, _BAND) if values else [math.nan] * 3 for values in known]
    return tuple(tuple(float(three[place]) for three in found) for place in range(3))
