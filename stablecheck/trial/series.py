"""One way to look at a measured path, as numbers and as the record keeps it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stablecheck.geometry.alignment import alignment
from stablecheck.geometry.base import MeasuredPath, PathMeasure
from stablecheck.geometry.eb import eb
from stablecheck.geometry.rsi import rsi
from stablecheck.geometry.summary import before_tail, summarize
from stablecheck.trial.record import FullSeries, Grid, Series

Array = NDArray[np.float64]


@dataclass(frozen=True)
class View:
    """A measured path under the name of its batches and of its reference point.

    Args:
        prefix: What its measures' names begin with: ``path.heldout.``.
        path: Inner products towards the reference point.
        loss: Loss of each batch, shape ``(snapshot, batch)``.
        measures: Those that make sense on it.
    """

    prefix: str
    path: MeasuredPath
    loss: Array
    measures: tuple[PathMeasure, ...]

    def numbers(self, exclude_tail: float) -> dict[str, float]:
        """One number a measure, the path's tail left out; none where nothing else is left."""
        kept = before_tail(self.path.step, self.path.total_steps, exclude_tail)
        if not kept.any():
            return {}
        values = summarize(self.path.at(kept), self.measures)
        return {self.prefix + name: value for name, value in values.items()}

    def series(self) -> Series:
        """All of it, as the record keeps it."""
        products = self.path.products
        return Series(
            rsi=_grid(rsi(products)),
            eb=_grid(eb(products)),
            alignment=_grid(alignment(products)),
            loss=_grid(self.loss),
        )

    def full_series(self) -> FullSeries:
        """The same with the snapshots it has for itself."""
        path = self.path
        return FullSeries(
            **self.series().model_dump(),
            step=tuple(int(step) for step in path.step[:, 0]),
            lr=tuple(path.lr[:, 0].tolist()),
            distance=tuple(np.sqrt(path.products.dd[:, 0]).tolist()),
        )


def _grid(values: Array) -> Grid:
    return tuple(tuple(row) for row in values.tolist())
