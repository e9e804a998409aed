"""Double precision wherever the tensors are."""

from __future__ import annotations

from torch import Tensor


def in_double(vector: Tensor) -> Tensor:
    """The vector in float64, on its own device; on the CPU where that knows no float64 (MPS)."""
    return (vector.cpu() if vector.device.type == "mps" else vector).double()
