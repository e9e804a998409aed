"""Alignment of the steps that were taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.alignment import alignment
from stablecheck.geometry.base import MeasuredPath, PathMeasure

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def update_alignment(path: MeasuredPath) -> Array:
    """−⟨u, d⟩ / (‖u‖ ‖d‖) of the update u = w_{t+1} − w_t, shape ``(snapshot, 1)``.

    −u takes the place of the gradient: for plain gradient descent, u = −ηG, it is γ itself on the
    batch of that step. NaN where the weights did not move.

    >>> import numpy as np
    >>> from stablecheck.geometry.base import InnerProducts
    >>> one = np.ones((1, 1))
    >>> opposite = InnerProducts(gd=2 * one, gg=4 * one, dd=one)  # u = −2 d
    >>> update_alignment(MeasuredPath(opposite, one, 10, one, updates=opposite))
    array([[1.]])

    Raises:
        ValueError: where the updates were not kept.
    """
    if path.updates is None:
        raise ValueError("the alignment of the updates needs the updates themselves")
    return alignment(path.updates)


UPDATE_ALIGNMENT = PathMeasure(
    name="update_alignment",
    unit="cosine",
    definition="Cosine between the step that was taken and the way still to go; with momentum or "
    "Adam this, not the gradient's, says where the training went.",
    formula="−⟨u, d⟩ / (‖u‖ ‖d‖)  with u = w_{t+1} − w_t",
    source="Guille-Escuret et al. 2023, arXiv 2306.11922, with the update for the gradient",
    values=update_alignment,
    end_point="own",
    companion="updates",
    vectors="updates",
)
