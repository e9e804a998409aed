"""From measured paths to the lines and points of their figure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from stablecheck.checklist.requirement import CONTROLS
from stablecheck.geometry.division import ratio
from stablecheck.report.figures.lines import Line, Mark, Points, Role
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import trials_of
from stablecheck.trial.record import PathRecord, Series, Trial

Array = NDArray[np.float64]
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


def grid_of(series: Series, quantity: Quantity) -> Array:
    """The quantity, shape ``(snapshot, batch)``, NaN where undefined; no record keeps η*."""
    if quantity != "optimal_lr":
        return np.array(getattr(series, quantity), dtype=float)
    return optimal_lr(np.array(series.rsi, dtype=float), np.array(series.eb, dtype=float))


def optimal_lr(rsi: Array, eb: Array) -> Array:
    """η* = RSI / EB², NaN where the gradient is zero.

    >>> optimal_lr(np.array([0.5, 0.0]), np.array([2.0, 0.0]))
    array([0.125,   nan])
    """
    return ratio(rsi, eb**2)


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
        for step, value in zip(
            path.full.step, grid_of(path.full, quantity)[:, 0].tolist(), strict=True
        )
        if not math.isnan(value)
    )
    if at:
        yield Points(role, name_of(role, context), at)


def steps_taken(paths: Sequence[PathRecord], context: Context) -> Iterator[Mark]:
    """γ of the steps themselves, where they were kept."""
    rows = [path.update_alignment for path in paths if path.update_alignment is not None]
    if rows:
        _, middle, _ = _quantiles([np.array(row, dtype=float)[:, None] for row in rows])
        yield Line("updates", name_of("updates", context), share_done(paths[0]), middle)


def control_marks(batches: Batches, context: Context) -> Iterator[Mark]:
    """γ of the trainings that learn nothing that lasts, on one source."""
    for role, paths in _controls(context):
        series = _series(paths, batches)
        if series:
            _, middle, _ = _quantiles([grid_of(one, "alignment") for one in series])
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


def _quantiles(grids: Sequence[Array]) -> tuple[tuple[float, ...], ...]:
    """The 10, 50 and 90 % quantiles at each snapshot, over trials and batches."""
    known = [row[~np.isnan(row)] for row in np.concatenate(grids, axis=1)]
    found = [np.percentile(row, _BAND) if row.size else np.full(3, math.nan) for row in known]
    low, middle, high = np.array(found).T.tolist()
    return tuple(low), tuple(middle), tuple(high)
