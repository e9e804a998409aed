"""Do the coordinates average out as independent ones would?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.base import Measure
from stablecheck.geometry.division import ratio

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def design_effect(block_sums: Array, block_sizes: Array, square_sum: Array) -> Array:
    """Variance of the sums of p_i = G_i d_i over structured blocks ÷ that over random ones.

    Random blocks are a random partition of the D coordinates into blocks of the same sizes m_b.
    Their expected variance needs no draws: a sum of m_b of D numbers with mean p̄ and population
    variance σ², drawn without replacement, has variance ``m_b σ² (D − m_b) / (D − 1)``. So

        Σ_b (S_b − m_b p̄)² / Σ_b m_b σ² (D − m_b) / (D − 1)

    is 1 for coordinates without structure, above 1 where the coordinates of a block pull the same
    way, and NaN where all are equal or one block holds them all.

    >>> import numpy as np
    >>> p = np.array([1.0, 1.0, -1.0, -1.0])  # two blocks of two equal coordinates
    >>> round(float(design_effect(p.reshape(2, 2).sum(1), np.array([2.0, 2.0]), (p**2).sum())), 6)
    3.0

    Args:
        block_sums: S, shape ``[..., blocks]``.
        block_sizes: m, shape ``[blocks]``.
        square_sum: Σ_i p_i², shape ``[...]``.

    Returns:
        Shape ``[...]``.

    Source: design effect of cluster sampling, Kish 1965, Survey Sampling.
    """
    total = block_sizes.sum()
    mean = block_sums.sum(axis=-1) / total
    variance = square_sum / total - mean**2
    observed = ((block_sums - block_sizes * mean[..., None]) ** 2).sum(axis=-1)
    random_blocks = (block_sizes * (total - block_sizes)).sum() / max(total - 1, 1)
    return ratio(observed, variance * random_blocks)


_DEFINITION = (
    "How much more the products of gradient and way still to go vary between {blocks} than "
    "between random blocks of the same sizes; 1: they average out like independent ones. Median "
    "over snapshots and training batches, the path's tail left out."
)
_FORMULA = "Σ_b (S_b − m_b p̄)² / Σ_b m_b σ² (D − m_b)/(D − 1),  S_b = Σ_{i in b} G_i d_i"
_SOURCE = "Kish 1965, Survey Sampling: design effect of clusters"

DESIGN_EFFECT = Measure(
    name="averaging.design_effect",
    unit="ratio",
    definition=_DEFINITION.format(blocks="neurons and channels (the weights of one output unit)"),
    formula=_FORMULA,
    source=_SOURCE,
    companion="averaging",
)
LAYER_DESIGN_EFFECT = Measure(
    name="averaging.layer_design_effect",
    unit="ratio",
    definition=_DEFINITION.format(blocks="parameter tensors (weights or biases of one layer)"),
    formula=_FORMULA,
    source=_SOURCE,
    companion="averaging",
)
