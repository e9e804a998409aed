"""Learning rate against the largest that still comes nearer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import InnerProducts, PathMeasure

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def lr_margin(products: InnerProducts, lr: Array) -> Array:
    """η / (2 η*): below 1 a plain gradient step shortens the distance to the reference point.

    From ``‖d − ηG‖² = ‖d‖² − 2η⟨G, d⟩ + η²‖G‖²``. Infinite where ⟨G, d⟩ ≤ 0: there no step does.

    >>> import numpy as np
    >>> one = np.ones((1, 1))
    >>> lr_margin(InnerProducts(gd=one, gg=one, dd=one), lr=0.5 * one)
    array([[0.25]])

    Source: Guille-Escuret et al. 2023, arXiv 2306.11922, section 3.
    """
    import numpy as np  # here, because naming a measure must not load NumPy

    wrong_way = products.gd <= 0
    towards = np.where(wrong_way, 1.0, products.gd)
    return np.where(wrong_way, np.inf, lr * products.gg / (2 * towards))


LR_MARGIN = PathMeasure(
    name="lr_margin",
    unit="ratio",
    definition="Learning rate over twice the locally optimal one; below 1 a plain SGD step comes "
    "nearer. With momentum or Adam the steps taken are others.",
    formula="η / (2 η*)",
    source="Guille-Escuret et al. 2023, arXiv 2306.11922",
    values=lambda path: lr_margin(path.products, path.lr),
    end_point="own",
)
