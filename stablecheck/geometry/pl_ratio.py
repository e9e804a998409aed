"""Polyak–Łojasiewicz ratio: the gradient against the loss still to be won."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import MeasuredPath, PathMeasure

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def pl_ratio(gg: Array, loss_gap: Array) -> Array:
    """‖G‖² / (2 (f − f*)); NaN where the loss at the end point is not below f.

    On the quadratic ½ a w² around w* = 0 it is the curvature a:

    >>> import numpy as np
    >>> a, w = 3.0, np.array([[2.0]])
    >>> pl_ratio((a * w) ** 2, a * w * w / 2)
    array([[3.]])

    Args:
        gg: ‖G‖², shape ``(snapshot, batch)``.
        loss_gap: f − f*, both losses on the batch of the gradient, same shape.

    Source: Karimi et al. 2016, arXiv 1608.04636, section 2.
    """
    import numpy as np  # here, because naming a measure must not load NumPy

    won = loss_gap > 0
    return np.where(won, gg / (2 * np.where(won, loss_gap, 1.0)), np.nan)


def _along(path: MeasuredPath) -> Array:
    if path.loss_gap is None:
        raise ValueError("the PL ratio needs the loss at the end point on every batch")
    return pl_ratio(path.products.gg, path.loss_gap)


PL_RATIO = PathMeasure(
    name="pl_ratio",
    unit="loss per squared parameter distance",
    definition="How large the gradient is for the loss still to be won, f* being the end point's "
    "loss on the same batch; undefined where that is no lower.",
    formula="‖G‖² / (2 (f − f*))",
    source="Karimi et al. 2016, arXiv 1608.04636",
    values=_along,
    end_point="own",
    companion="loss_gap",
)
