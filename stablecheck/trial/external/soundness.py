"""Whether a path that a command recorded is one: lengths, order, and what has to hold in it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

from stablecheck.trial.record import Grid, PathRecord, Series

_SERIES = ("train", "heldout", "cross_seed", "weight_decay")
_GRIDS = ("rsi", "eb", "alignment", "loss")


def faults(path: PathRecord) -> Iterator[str]:
    """What contradicts itself in a path, each as the end of a sentence."""
    yield from _steps("path.step", path.step, path.total_steps)
    for name in ("lr", "distance", "cross_seed_distance", "update_alignment"):
        yield from _one_each(f"path.{name}", getattr(path, name), len(path.step))
    if None in (*path.lr, *path.distance):
        yield "path.lr and path.distance must be numbers"
    for name in _SERIES:
        yield from _series(f"path.{name}", getattr(path, name), len(path.step))
    if (path.cross_seed is None) != (path.cross_seed_distance is None):
        yield "path.cross_seed and path.cross_seed_distance belong together"
    if path.full is not None:
        yield from _steps("path.full.step", path.full.step, path.total_steps)
        for name in ("lr", "distance"):
            yield from _one_each(f"path.full.{name}", getattr(path.full, name), len(path.full.step))
        yield from _series("path.full", path.full, len(path.full.step))
    if path.interpolation is not None:
        known = len(path.interpolation.alpha)
        yield from _one_each("path.interpolation.loss", path.interpolation.loss, known)
        yield from _finite("path.interpolation.alpha", path.interpolation.alpha)


def _steps(name: str, steps: Sequence[int], total: int) -> Iterator[str]:
    rising = all(one < other for one, other in itertools.pairwise(steps))
    if not steps or not rising or steps[0] < 0 or steps[-1] > total:
        yield f"{name} must rise, up to path.total_steps at most"
    elif name == "path.step" and steps[0] != 0:
        yield f"{name} must begin with 0"


def _one_each(name: str, values: Sequence[float | None] | None, count: int) -> Iterator[str]:
    if values is not None and len(values) != count:
        yield f"{name} has {len(values)} values for {count} snapshots"
    yield from _finite(name, values or ())


def _finite(name: str, values: Sequence[float | None]) -> Iterator[str]:
    if any(value is not None and not math.isfinite(value) for value in values):
        yield f"{name} holds a number that is not finite"


def _series(name: str, series: Series | None, snapshots: int) -> Iterator[str]:
    if series is None:
        return
    grids: list[Grid] = [getattr(series, grid) for grid in _GRIDS]
    widths = {len(row) for grid in grids for row in grid}
    if {len(grid) for grid in grids} != {snapshots} or len(widths) != 1 or 0 in widths:
        yield f"{name} must have {', '.join(_GRIDS)} of one shape, {snapshots} snapshots × batches"
    elif not all(map(_holds, *(sum(grid, ()) for grid in grids[:3]))):
        yield f"{name} breaks RSI = alignment × EB"


def _holds(rsi: float | None, eb: float | None, alignment: float | None) -> bool:
    if rsi is None or eb is None or alignment is None:
        return True
    product = math.isclose(rsi, alignment * eb, rel_tol=1e-3, abs_tol=1e-9)
    return product and eb >= 0 and abs(alignment) <= 1 + 1e-5
