"""Alignment in units of what pure noise would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecheck.geometry.alignment import alignment
from stablecheck.geometry.base import MeasuredPath, PathMeasure

if TYPE_CHECKING:
    from stablecheck.geometry.base import Array


def null_alignment(step: Array, total_steps: int) -> Array:
    """γ_null(t) = 1/√(T − t): alignment of a path of orthogonal equal steps, which is pure noise.

    With unit steps u_t, ``w_t − w_T = −Σ_{s≥t} u_s``, so the step's own gradient −u_t has cosine
    ``1/√(T − t)`` with it.

    >>> import numpy as np
    >>> null_alignment(np.array([0.0, 75.0]), 100)
    array([0.1, 0.2])
    """
    return (total_steps - step) ** -0.5


def alignment_vs_null(path: MeasuredPath) -> Array:
    """γ / γ_null, shape ``(snapshot, batch)``; 1 is what pure noise gives."""
    return alignment(path.products) / null_alignment(path.step, path.total_steps)


ALIGNMENT_VS_NULL = PathMeasure(
    name="alignment_vs_null",
    unit="ratio",
    definition="Alignment over that of a path of orthogonal equal steps with its own gradients: "
    "pure noise at a constant learning rate. On fresh batches noise gives less.",
    formula="γ · √(T − t)",
    source="orthogonal-step null; derivation in geometry/alignment_vs_null.py",
    values=alignment_vs_null,
    end_point="own",
)
