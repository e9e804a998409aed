"""Largest eigenvalue of a symmetric operator that is only known by its products with vectors."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Operator = Callable[[Tensor], Tensor]

MOST_PRODUCTS = 100
_CHANGE = 1e-3
_RESIDUAL = 0.1


@dataclass(frozen=True)
class _Dominant:
    """Where a power iteration ended: Rayleigh quotient, ‖Av‖, and whether it had settled."""

    quotient: float
    size: float
    settled: bool


def largest_eigenvalue(operator: Operator, start: Tensor) -> float:
    """Largest eigenvalue, counted with its sign, of a symmetric A given as ``v ↦ A v``.

    Power iteration finds the eigenvalue of largest size. Where that is negative, or does not
    settle because another of about its size has the other sign, the iteration is repeated on
    ``A + ‖Av‖ I``, whose dominant eigenvalue is the one looked for. Settled means: the Rayleigh
    quotient changed by at most 0.1 %, and ``‖Av − λv‖ ≤ 0.1 |λ|``; each iteration takes at most
    100 products. A Rayleigh quotient never exceeds the largest eigenvalue, so what is left of the
    error makes the result too small: at worst, from a start that all but misses the eigenvector,
    it is the next eigenvalue.

    Args:
        operator: The products, shape ``[D]`` to ``[D]``.
        start: A random vector, shape ``[D]``.

    Returns:
        NaN as soon as a product is not finite.
    """
    found = _dominant(operator, start)
    if math.isnan(found.size) or (found.settled and found.quotient >= 0):
        return found.quotient
    shift = found.size
    return _dominant(lambda vector: operator(vector) + shift * vector, start).quotient - shift


def _dominant(operator: Operator, start: Tensor) -> _Dominant:
    vector = start / torch.linalg.vector_norm(start)
    before = math.nan
    quotient = size = 0.0
    for _ in range(MOST_PRODUCTS):
        product = operator(vector)
        numbers = torch.stack([vector @ product, torch.linalg.vector_norm(product)])
        quotient, size = numbers.tolist()
        if not math.isfinite(size):
            return _Dominant(math.nan, math.nan, settled=False)
        if size == 0:
            return _Dominant(0.0, 0.0, settled=True)
        # ‖Av − λv‖² = ‖Av‖² − λ² for a unit vector v and its Rayleigh quotient λ.
        residual = max(0.0, size**2 - quotient**2) ** 0.5
        if abs(quotient - before) <= _CHANGE * size and residual <= _RESIDUAL * abs(quotient):
            return _Dominant(quotient, size, settled=True)
        before = quotient
        vector = product / numbers[1]
    return _Dominant(quotient, size, settled=False)
