"""Alignment between gradient and the way still to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import InnerProducts, PathMeasure
from stablecheck.geometry.division import ratio

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def alignment(products: InnerProducts) -> Array:
    """γ = ⟨G, d⟩ / (‖G‖ ‖d‖) = RSI / EB, in [−1, 1]; NaN where the gradient is zero.

    Positive: a small enough step towards −G shortens the distance to the reference point.

    >>> import numpy as np
    >>> one = np.ones((1, 1))
    >>> alignment(InnerProducts(gd=one, gg=4 * one, dd=one))
    array([[0.5]])

    Source: Guille-Escuret et al. 2023, arXiv 2306.11922, section 3.
    """
    return ratio(products.gd, (products.gg * products.dd) ** 0.5)


ALIGNMENT = PathMeasure(
    name="alignment",
    unit="cosine",
    definition="Cosine between the gradient and the way still to go; comparable across models.",
    formula="γ = RSI / EB = ⟨G, d⟩ / (‖G‖ ‖d‖)",
    source="Guille-Escuret et al. 2023, arXiv 2306.11922",
    values=lambda path: alignment(path.products),
)
