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
        path: The path with its tail already left out. A gradient that is not finite makes every
            median undefined; a zero gradient, which has no direction, is left out of them.
        own_end_point: False for a control path towards another trial's end point, where measures
            that only speak of the own end point are left out.
    """
    finite = bool(np.isfinite(path.products.gg).all() and np.isfinite(path.products.gd).all())
    return {
        measure.name: _reduce(measure, measure.values(path))
        if finite or measure.reduction != "median"
        else float("nan")
        for measure in MEASURES
        if own_end_point or measure.end_point == "any"
    }


def _reduce(measure: PathMeasure, values: Array) -> float:
    if measure.reduction == "share of positive values":
        return float(np.mean(values > 0))  # what is not a number is not positive
    defined = values[~np.isnan(values)]
    return float(np.median(defined)) if defined.size else float("nan")
