"""Restricted secant inequality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import InnerProducts, PathMeasure

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def rsi(products: InnerProducts) -> Array:
    """RSI = ⟨G, d⟩ / ‖d‖²: how strongly the gradient pulls towards the end point.

    On the quadratic ½ a w² around w* = 0 it is the curvature a:

    >>> import numpy as np
    >>> a, w = 3.0, np.array([[2.0]])
    >>> rsi(InnerProducts(gd=a * w * w, gg=(a * w) ** 2, dd=w * w))
    array([[3.]])

    Source: Guille-Escuret et al. 2023, arXiv 2306.11922, section 3.
    """
    return products.gd / products.dd


RSI = PathMeasure(
    name="rsi",
    unit="loss per squared parameter distance",
    definition="How strongly the gradient pulls towards the end point; positive: no wrong turn.",
    formula="⟨G, d⟩ / ‖d‖²  with d = w − w*",
    source="Guille-Escuret et al. 2023, arXiv 2306.11922",
    values=lambda path: rsi(path.products),
)
