"""Division that is undefined, not infinite, where the denominator is zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def ratio(numerator: Array, denominator: Array) -> Array:
    """``numerator / denominator``, NaN where the denominator is zero; shapes broadcast."""
    import numpy as np  # here, because naming a measure must not load NumPy

    zero = denominator == 0
    return np.where(zero, np.nan, numerator / np.where(zero, 1.0, denominator))
