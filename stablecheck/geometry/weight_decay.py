"""Inner products of the gradient that holds the weight decay's own pull."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import InnerProducts

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def decayed(
    products: InnerProducts, gw: Array, wd: Array, ww: Array, weight_decay: float
) -> InnerProducts:
    """Inner products of G + λw, the gradient of f + ½ λ ‖w‖².

    SGD and Adam step along it; AdamW takes λw beside its step, so that there it is only the
    gradient of the loss so regularised.

    >>> import numpy as np
    >>> one = np.ones((1, 1))
    >>> plain = InnerProducts(gd=one, gg=one, dd=one)  # G = d = w = 1
    >>> decayed(plain, gw=one, wd=one, ww=one, weight_decay=0.5).gg
    array([[2.25]])

    Args:
        products: Inner products of G.
        gw: ⟨G, w⟩, shape ``(snapshot, batch)``.
        wd: ⟨w, d⟩, shape ``(snapshot, 1)``.
        ww: ‖w‖², shape ``(snapshot, 1)``.
        weight_decay: λ.
    """
    import numpy as np  # here, because naming a measure must not load NumPy

    gd = products.gd + weight_decay * wd
    gg = products.gg + 2 * weight_decay * gw + weight_decay**2 * ww
    # Where G and λw all but cancel, rounding must not break the Cauchy–Schwarz inequality.
    return InnerProducts(gd=gd, gg=np.maximum(gg, gd**2 / products.dd), dd=products.dd)
