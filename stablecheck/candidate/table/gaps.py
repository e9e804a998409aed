"""Missing values that the recipe does not fill."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stablecheck.candidate.table.layout import Layout
from stablecheck.candidate.table.reading import DATA
from stablecheck.candidate.table.values import first
from stablecheck.errors import CandidateError
from stablecheck.recipe import Missing

_USUAL = {"numeric": "median", "ordinal": "most_frequent", "categorical": "most_frequent"}


def refuse_gaps(x: NDArray[Any], layout: Layout, missing: Missing, file: str) -> None:
    """Refuse gaps in columns of a kind whose gaps nothing fills.

    Args:
        x: Inputs, shape ``[n, columns]``, in the order of the layout.
        layout: What they hold.
        missing: What becomes of gaps.
        file: The table, for the message.

    Raises:
        CandidateError: Says how many there are, and where the first is.
    """
    for kind, usual in _USUAL.items():
        names = tuple(getattr(layout, kind))
        if names and getattr(missing, kind) == "refuse":
            start = layout.names.index(names[0])
            _refuse(x[:, start : start + len(names)], names, f"{{{kind}: {usual}}}", file)


def _refuse(x: NDArray[Any], names: tuple[str, ...], advice: str, file: str) -> None:
    gaps = np.isnan(x)
    if gaps.any():
        row = first(gaps.any(axis=1))
        column = names[first(gaps[row])]
        count, columns = int(gaps.sum()), int(gaps.any(axis=0).sum())
        raise CandidateError(
            DATA,
            f"{file} has {count:,} missing value{'s' * (count != 1)} in {columns} "
            f"column{'s' * (columns != 1)}, the first in row {row}, column {column!r} (counted "
            f"from 0); say how they are filled, e.g. missing: {advice}, or drop those rows",
        )
