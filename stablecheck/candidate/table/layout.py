"""What the columns of a table's inputs hold, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """The input columns: numbers first, then ordinal ones, then categories.

    Args:
        numeric: Names of the columns of numbers.
        ordinal: Levels by column; a level's code is its place in them.
        categorical: The same of columns whose levels have no order.
    """

    numeric: tuple[str, ...]
    ordinal: Mapping[str, tuple[str, ...]]
    categorical: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """Every column, in order."""
        return (*self.numeric, *self.ordinal, *self.categorical)
