"""Error bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import InnerProducts, PathMeasure

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def eb(products: InnerProducts) -> Array:
    """EB = ‖G‖ / ‖d‖: how large the gradient is for the distance still to go.

    >>> import numpy as np
    >>> a, w = 3.0, np.array([[2.0]])
    >>> eb(InnerProducts(gd=a * w * w, gg=(a * w) ** 2, dd=w * w))
    array([[3.]])

    Source: Guille-Escuret et al. 2023, arXiv 2306.11922, section 3.
    """
    return (products.gg / products.dd) ** 0.5


EB = PathMeasure(
    name="eb",
    unit="loss per squared parameter distance",
    definition="How large the gradient is for the distance still to go.",
    formula="‖G‖ / ‖d‖  with d = w − w*",
    source="Guille-Escuret et al. 2023, arXiv 2306.11922",
    values=lambda path: eb(path.products),
)
