"""How far the weights moved, for their size."""

from __future__ import annotations

from stablecheck.geometry.base import Measure


def laziness(distance: float, initial_norm: float) -> float:
    """‖w_T − w_0‖ / ‖w_0‖; NaN where all initial weights are zero.

    >>> laziness(distance=3.0, initial_norm=12.0)
    0.25
    """
    return distance / initial_norm if initial_norm else float("nan")


LAZINESS = Measure(
    name="laziness",
    unit="ratio",
    definition="Way from the initial to the trained weights over the norm of the initial ones; "
    "near 0 the training stayed where the model is all but linear in its weights.",
    formula="‖w_T − w_0‖ / ‖w_0‖",
    source="Chizat et al. 2019, arXiv 1812.07956",
)
