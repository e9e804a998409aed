"""How far the tangent kernel moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import Measure

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def ntk_drift(first: Array, last: Array) -> float:
    """1 − ⟨K_0, K_T⟩ / (‖K_0‖ ‖K_T‖) in the Frobenius product.

    0: the kernel only changed its scale, as for a linear model or an infinitely wide network.

    >>> import numpy as np
    >>> ntk_drift(np.eye(4), 5 * np.eye(4))
    0.0
    >>> round(ntk_drift(np.eye(2), np.ones((2, 2))), 4)
    0.2929

    Args:
        first: K_0, shape ``[m, m]``.
        last: K_T, same shape.

    Returns:
        NaN where a kernel is zero or not finite.

    Source: Fort et al. 2020, arXiv 2010.15110, section 3 (kernel distance).
    """
    import numpy as np  # here, because naming a measure must not load NumPy

    norms = np.linalg.norm(first) * np.linalg.norm(last)
    if not 0 < norms < np.inf:  # nor NaN, which max() below would take for no drift
        return float("nan")
    # Two kernels are positive semi-definite, so that only rounding could make this negative.
    return max(0.0, float(1 - (first * last).sum() / norms))


NTK_DRIFT = Measure(
    name="ntk.drift",
    unit="cosine distance",
    definition="How far the empirical tangent kernel turned between the initial and the trained "
    "weights, over the outputs of at most 64 training rows; 0: the features did not change.",
    formula="1 − ⟨K_0, K_T⟩ / (‖K_0‖ ‖K_T‖)",
    source="Fort et al. 2020, arXiv 2010.15110",
    companion="ntk",
)
