"""Share of the coordinates that pull away from the end point."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from stablecheck.geometry.base import Measure

if TYPE_CHECKING:
    from torch import Tensor

    from stablecheck.geometry.base import Array

Vectors = TypeVar("Vectors", "Array", "Tensor")


def wrong_way_share(products: Vectors) -> Vectors:
    """Share of the coordinates with ``p_i = G_i d_i < 0``, where the vectors are.

    >>> import numpy as np
    >>> float(wrong_way_share(np.array([2.0, -1.0, 0.0, 3.0])))
    0.25

    Args:
        products: p, shape ``[..., D]``.

    Returns:
        Shape ``[...]``.
    """
    share: Vectors = (products < 0).sum(-1) / products.shape[-1]
    return share


WRONG_WAY_SHARE = Measure(
    name="averaging.wrong_way_share",
    unit="share",
    definition="Share of the weights whose gradient points away from their end value: near one "
    "half, the sum can still point home. Median over snapshots and training batches, the path's "
    "tail left out.",
    formula="#{i: G_i d_i < 0} / D",
    source="stablecheck: averaging over many coordinates",
    companion="averaging",
)
