"""Data as it was read, before anything is checked or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True)
class RawData:
    """Inputs and targets, with a held-out part where the data brought its own.

    Args:
        x: Inputs, shape ``[n, ...]``.
        y: Targets, shape ``[n]`` or ``[n, k]``.
        x_heldout: Held-out inputs, or None where the recipe's split makes them.
        y_heldout: Held-out targets.
        columns: Names of the inputs' columns, for messages.
        scalable: Whether the inputs may be standardised (bundled sets and tables).
        field: The checklist field that named the data.
    """

    x: NDArray[Any]
    y: NDArray[Any]
    x_heldout: NDArray[Any] | None = None
    y_heldout: NDArray[Any] | None = None
    columns: Sequence[str] = ()
    scalable: bool = False
    field: tuple[str, ...] = ("candidate", "data")
