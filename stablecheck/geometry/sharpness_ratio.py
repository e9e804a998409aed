"""Sharpness against what the learning rate bears."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import Measure

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def momentum_bound(momentum: float) -> float:
    """Largest λ_max · η at which full-batch descent with momentum β is stable, ``2 (1 + β)``.

    >>> momentum_bound(0.0), momentum_bound(0.5)
    (2.0, 3.0)

    Source: Cohen et al. 2021, arXiv 2103.00065, appendix on the stability of momentum.
    """
    return 2 * (1 + momentum)


def nesterov_bound(momentum: float) -> float:
    """The same for Nesterov momentum, ``2 (1 + β) / (1 + 2β)``.

    >>> nesterov_bound(0.5)
    1.5

    Source: Cohen et al. 2021, arXiv 2103.00065, appendix on the stability of momentum.
    """
    return 2 * (1 + momentum) / (1 + 2 * momentum)


def sharpness_ratio(sharpness: Array, lr: Array, bound: float) -> Array:
    """λ_max · η over its bound; above 1 full-batch descent is unstable there.

    >>> import numpy as np
    >>> sharpness_ratio(np.array([38.0]), np.array([0.05]), bound=2.0)
    array([0.95])
    """
    return sharpness * lr / bound


SHARPNESS_RATIO = Measure(
    name="sharpness.ratio",
    unit="ratio",
    definition="Largest eigenvalue of the training loss's Hessian over what the learning rate "
    "bears full batch, the highest of 5 snapshots, on at most 2048 rows; near 1 is the edge of "
    "stability. Only for SGD: Adam's bound is on the preconditioned Hessian.",
    formula="max over t of λ_max(H_t) η_t / (2 (1 + β)); with Nesterov momentum times 1 + 2β",
    source="Cohen et al. 2021, arXiv 2103.00065",
    companion="sharpness",
)
