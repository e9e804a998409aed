"""How many independent coordinates would average out as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import Measure
from stablecheck.geometry.division import ratio

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def effective_dimension(dimension: Array, effect: Array) -> Array:
    """D_eff = D / design effect; NaN where the design effect is zero.

    >>> import numpy as np
    >>> effective_dimension(np.array(600.0), np.array(3.0))
    array(200.)
    """
    return ratio(dimension, effect)


EFFECTIVE_DIMENSION = Measure(
    name="averaging.effective_dimension",
    unit="coordinates",
    definition="Number of independent weights that would average out as well as these do: all "
    "weights over the design effect of neurons and channels.",
    formula="D_eff = D / design effect",
    source="effective sample size: Kish 1965, Survey Sampling",
    companion="averaging",
)
