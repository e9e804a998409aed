"""Data as it was read, before anything is checked or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from stablecheck.candidate.table.layout import Layout


@dataclass(frozen=True)
class RawData:
    """Inputs and targets, with a held-out part where the data brought its own.

    Args:
        x: Inputs, shape ``[n, ...]``; those of a layout are numbers and codes of levels, NaN where
            a value is missing.
        y: Targets, shape ``[n]`` or ``[n, k]``.
        x_heldout: Held-out inputs, or None where the recipe's split makes them.
        y_heldout: Held-out targets.
        columns: Names of the inputs' columns, for messages.
        scalable: Whether the inputs may be standardised (bundled sets and tables).
        layout: What the columns of a table hold, where they are yet to be encoded.
        keys: The group or time of each row, shape ``[n]``, where the split goes by one.
        field: The checklist field that named the data.
    """

    x: NDArray[Any]
    y: NDArray[Any]
    x_heldout: NDArray[Any] | None = None
    y_heldout: NDArray[Any] | None = None
    columns: Sequence[str] = ()
    scalable: bool = False
    layout: Layout | None = None
    keys: NDArray[Any] | None = None
    field: tuple[str, ...] = ("candidate", "data")
