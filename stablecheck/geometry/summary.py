"""From a measured path to the trial's numbers, one per measure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from stablecheck.geometry.base import MeasuredPath, PathMeasure

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array, Rows


def before_tail(step: Array, total_steps: int, exclude_tail: float) -> Rows:
    """Which snapshots lie at or before step ``(1 − exclude_tail) · T``, shape ``[snapshot]``.

    Near the end ‖d‖ → 0 and both RSI and EB grow without bound (science: the last 5 % say nothing).

    Args:
        step: Shape ``(snapshot, 1)``.
        total_steps: T.
        exclude_tail: Share of the steps that is left out.
    """
    return np.asarray(step[:, 0] <= (1 - exclude_tail) * total_steps)


def summarize(path: MeasuredPath, measures: Iterable[PathMeasure]) -> dict[str, float]:
    """Each measure of one path as one number; NaN where undefined.

    Args:
        path: The path with its tail already left out. A gradient that is not finite makes every
            median undefined; a zero gradient, which has no direction, is left out of them.
        measures: Those to take, e.g. ``ANY_END_POINT`` for a control path.
    """
    finite = bool(np.isfinite(path.products.gg).all() and np.isfinite(path.products.gd).all())
    return {
        measure.name: _reduce(measure, measure.values(path))
        if finite or measure.reduction != "median"
        else float("nan")
        for measure in measures
    }


def defined_median(values: Array) -> float:
    """Median of what is not NaN; NaN where nothing is left."""
    defined = values[~np.isnan(values)]
    return float(np.median(defined)) if defined.size else float("nan")


def _reduce(measure: PathMeasure, values: Array) -> float:
    if measure.reduction == "share of positive values":
        return float(np.mean(values > 0))  # what is not a number is not positive
    return defined_median(values)
