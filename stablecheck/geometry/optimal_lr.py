"""Locally optimal learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import InnerProducts, PathMeasure
from stablecheck.geometry.division import ratio

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def optimal_lr(products: InnerProducts) -> Array:
    """η* = ⟨G, d⟩ / ‖G‖² = RSI / EB²: the step length that brings ‖d − ηG‖ to its minimum.

    On the quadratic ½ a w² it is 1/a:

    >>> import numpy as np
    >>> a, w = 4.0, np.array([[2.0]])
    >>> optimal_lr(InnerProducts(gd=a * w * w, gg=(a * w) ** 2, dd=w * w))
    array([[0.25]])

    NaN where the gradient is zero. Source: Guille-Escuret et al. 2023, arXiv 2306.11922, section 3.
    """
    return ratio(products.gd, products.gg)


OPTIMAL_LR = PathMeasure(
    name="optimal_lr",
    unit="learning rate",
    definition="Step length of plain gradient descent that comes closest to the end point.",
    formula="η* = RSI / EB² = ⟨G, d⟩ / ‖G‖²",
    source="Guille-Escuret et al. 2023, arXiv 2306.11922",
    values=lambda path: optimal_lr(path.products),
    end_point="own",
)
