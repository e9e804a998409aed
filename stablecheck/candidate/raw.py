"""Data as it was read, before anything is checked or changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stablecheck.candidate.table.layout import Layout

Arrays: TypeAlias = "NDArray[Any] | Mapping[str, NDArray[Any]]"
"""One array, or several by name; rows along the first axis of each."""


def joined(parts: Sequence[Arrays]) -> Arrays:
    """The rows of several parts, one after the other."""
    first = parts[0]
    if isinstance(first, Mapping):
        return {name: np.concatenate([part[name] for part in parts]) for name in first}
    return np.concatenate(list(parts))


def named(arrays: Arrays) -> Mapping[str, NDArray[Any]]:
    """The arrays with what a message calls them."""
    if isinstance(arrays, Mapping):
        return {f"input {name!r}": array for name, array in arrays.items()}
    return {"X": arrays}


@dataclass(frozen=True)
class Unread:
    """Map-style data sets whose items nobody has read yet.

    Args:
        train: Gives an item for each index below its length.
        heldout: The same; None where the recipe's split makes it.
    """

    train: Any
    heldout: Any | None


@dataclass(frozen=True)
class RawData:
    """Inputs and targets, with a held-out part where the data brought its own.

    Args:
        x: Inputs, shape ``[n, ...]`` each; those of a layout are numbers and codes of levels, NaN
            where a value is missing.
        y: Targets, shape ``[n]`` or ``[n, k]``.
        x_heldout: Held-out inputs, or None where the recipe's split makes them.
        y_heldout: Held-out targets.
        columns: Names of the inputs' columns, for messages.
        scalable: Whether the inputs may be standardised (bundled sets and tables).
        layout: What the columns of a table hold, where they are yet to be encoded.
        keys: The group or time of each row, shape ``[n]``, where the split goes by one.
        field: The checklist field that named the data.
    """

    x: Arrays
    y: NDArray[Any]
    x_heldout: Arrays | None = None
    y_heldout: NDArray[Any] | None = None
    columns: Sequence[str] = ()
    scalable: bool = False
    layout: Layout | None = None
    keys: NDArray[Any] | None = None
    field: tuple[str, ...] = ("candidate", "data")

    def rows(self, places: NDArray[Any]) -> Arrays:
        """Inputs of some rows."""
        if isinstance(self.x, Mapping):
            return {name: array[places] for name, array in self.x.items()}
        rows: NDArray[Any] = self.x[places]
        return rows
