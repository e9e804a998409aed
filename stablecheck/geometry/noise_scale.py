"""Gradient noise scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import Measure

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def noise_scale(
    gg: Array, mean_gg: Array, batch_size: float, rows: float, in_one_pass: float = 1.0
) -> float:
    """B_simple = tr Σ / ‖G‖² in training rows, from two batch sizes.

    Small batches are the B batches of b rows; the large one is all of them together, whose
    gradient Ḡ is their mean. Drawn without replacement from n rows,
    ``E‖G_b‖² = ‖G‖² + φ tr Σ / b`` with ``φ = 1 − b/n``. For Ḡ it is ``‖G‖² + φ' tr Σ / (B b)``
    with ``φ' = 1 − q b/n``: batches of one pass share no row, and are the more alike to the whole.
    Both unknowns are averaged over the snapshots before the division, because a mean of ratios is
    biased.

    >>> import numpy as np
    >>> noise_scale(np.array([[1.0, 5.0]]), np.array([[2.0]]), batch_size=10, rows=20)
    40.0

    Args:
        gg: ‖G_b‖² of each batch, shape ``(snapshot, batch)``.
        mean_gg: ‖Ḡ‖² of the batches' mean gradient, shape ``(snapshot, 1)``.
        batch_size: b.
        rows: n; infinite where nobody knows how many there are.
        in_one_pass: q, with how many of the B batches a batch shares no row, itself included, on
            average: 1 where each is drawn by itself, B where all are of one pass.

    Returns:
        NaN with fewer than two batches, where a batch holds all rows, and where the noise leaves
        no gradient to be seen, the estimate of ‖G‖² being no larger than 0.

    Source: McCandlish et al. 2018, arXiv 1812.06162, appendix A.1; φ, φ': sampling without
    replacement.
    """
    batches = gg.shape[1]
    if batches < 2 or batch_size >= rows:
        return float("nan")
    small, large = float(gg.mean()), float(mean_gg.mean())
    phi = 1 - batch_size / rows
    shrinkage = max(0.0, 1 - in_one_pass * batch_size / rows) / (phi * batches)
    squared = (large - shrinkage * small) / (1 - shrinkage)
    trace = (small - large) * batch_size / (phi * (1 - shrinkage))
    return trace / squared if squared > 0 else float("nan")


NOISE_SCALE = Measure(
    name="noise_scale",
    unit="training rows",
    definition="Batch size at which the gradient's noise is as large as the gradient itself, over "
    "the snapshots with the path's tail left out. Rows count as independent, which batch "
    "normalisation and dropout make an approximation.",
    formula="B_simple = tr Σ / ‖G‖²",
    source="McCandlish et al. 2018, arXiv 1812.06162",
    batches="train",
)
