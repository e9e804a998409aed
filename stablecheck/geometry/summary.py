"""From a measured path to the trial's numbers, one per measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stablecheck.geometry import MEASURES
from stablecheck.geometry.base import InnerProducts, MeasuredPath, PathMeasure

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def without_tail(path: MeasuredPath, exclude_tail: float) -> MeasuredPath | None:
    """The path up to step ``(1 − exclude_tail) · T``, or None where nothing is left.

    Near the end ‖d‖ → 0 and both RSI and EB grow without bound (science: the last 5 % say nothing).
    """
    kept = path.step[:, 0] <= (1 - exclude_tail) * path.total_steps
    if not kept.any():
        return None
    products = InnerProducts(
        gd=path.products.gd[kept], gg=path.products.gg[kept], dd=path.products.dd[kept]
    )
    return MeasuredPath(products, path.step[kept], path.total_steps, path.lr[kept])


def summarize(path: MeasuredPath, *, own_end_point: bool) -> dict[str, float]:
    """Every measure of one path as one number; NaN where undefined.

    Args:
        path: The path with its tail already left out.
        own_end_point: False for a control path towards another trial's end point, where measures
            that only speak of the own end point are left out.
    """
    return {
        measure.name: _reduce(measure, measure.values(path))
        for measure in MEASURES
        if own_end_point or measure.end_point == "any"
    }


def _reduce(measure: PathMeasure, values: Array) -> float:
    defined = values[~np.isnan(values)]
    if defined.size == 0:
        return float("nan")
    if measure.reduction == "median":
        return float(np.median(defined))
    return float(np.mean(defined > 0))
