"""Linear rate bound of the whole path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import InnerProducts, PathMeasure
from stablecheck.geometry.eb import eb
from stablecheck.geometry.rsi import rsi

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def linear_rate(products: InnerProducts) -> Array:
    """1 − (μ/L)², μ = min RSI and L = max EB over the path, shape ``(1, 1)``; NaN unless μ > 0.

    >>> import numpy as np
    >>> a = np.array([[1.0], [2.0]])
    >>> linear_rate(InnerProducts(gd=a, gg=a**2, dd=np.ones((2, 1))))
    array([[0.75]])

    Source: Guille-Escuret et al. 2022, arXiv 2203.00342.
    """
    import numpy as np  # here, because naming a measure must not load NumPy

    slowest, steepest = rsi(products).min(), eb(products).max()
    bound = 1 - (slowest / steepest) ** 2 if slowest > 0 else np.nan
    return np.array([[bound]])


LINEAR_RATE = PathMeasure(
    name="linear_rate",
    unit="factor per step",
    definition="Bound on the shrinking of the squared distance per step; only where RSI > 0 "
    "throughout.",
    formula="1 − (μ/L)²  with μ = min RSI, L = max EB",
    source="Guille-Escuret et al. 2022, arXiv 2203.00342",
    values=lambda path: linear_rate(path.products),
    end_point="own",
)
