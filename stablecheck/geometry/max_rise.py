"""Monotone linear interpolation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import Measure

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def max_rise(losses: Array) -> float:
    """Largest L(α₂) − L(α₁) over α₁ < α₂; 0 where the loss never rises.

    >>> import numpy as np
    >>> max_rise(np.array([3.0, 1.0, 2.5, 0.5, 1.0]))
    1.5

    Args:
        losses: L at rising α, shape ``[points]``. NaN among them makes the rise NaN.

    Source: Goodfellow et al. 2014, arXiv 1412.6544; Lucas et al. 2021, arXiv 2104.11044.
    """
    import numpy as np  # here, because naming a measure must not load NumPy

    return float((losses - np.minimum.accumulate(losses)).max())


MAX_RISE = Measure(
    name="interpolation.max_rise",
    unit="loss",
    definition="Largest rise of the loss on the straight line from the initial to the trained "
    "weights, on at most 4096 training rows, statistics of batch normalisation taken anew at each "
    "of 50 points; 0: it falls all the way.",
    formula="max over α₁ < α₂ of L(α₂) − L(α₁),  L at (1 − α) w_0 + α w_T",
    source="Goodfellow et al. 2014, arXiv 1412.6544; Lucas et al. 2021, arXiv 2104.11044",
    companion="interpolation",
)
