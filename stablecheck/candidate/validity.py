"""What data must satisfy before anything trains on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stablecheck.candidate.raw import RawData, named
from stablecheck.errors import CandidateError


def check_inputs(raw: RawData) -> None:
    """Refuse inputs that are empty, not as many as the targets, not finite or not numbers."""
    for part, x, y in (
        ("training", raw.x, raw.y),
        ("validation", raw.x_heldout, raw.y_heldout),
    ):
        if x is None or y is None:
            continue
        for name, array in named(x).items():
            _check_array(name, array, y, part, raw)


def _check_array(name: str, x: NDArray[Any], y: NDArray[Any], part: str, raw: RawData) -> None:
    if x.ndim == 0 or y.ndim == 0 or len(x) == 0:
        raise CandidateError(raw.field, f"the {part} part is empty; it needs rows to learn from")
    if len(x) != len(y):
        raise CandidateError(
            raw.field,
            f"{name} and y of the {part} part differ in length, {len(x)} and {len(y)}; "
            "one target per row",
        )
    if not (np.issubdtype(x.dtype, np.number) or x.dtype == bool):
        raise CandidateError(
            raw.field, f"{name} holds {x.dtype}, expected numbers; encode it first"
        )
    _check_finite(name, x, raw)


def _check_finite(name: str, x: NDArray[Any], raw: RawData) -> None:
    if not np.issubdtype(x.dtype, np.floating):
        return
    # Gaps of a table are filled, or were refused when it was read.
    bad = ~np.isfinite(x) if raw.layout is None else np.isinf(x)
    if not bad.any():
        return
    first = tuple(int(i) for i in np.argwhere(bad)[0])
    where = f"row {first[0]}"
    if len(first) == 2:
        column = raw.columns[first[1]] if raw.columns else str(first[1])
        where += f", column {column!r}"
    raise CandidateError(
        raw.field,
        f"{name} holds missing or infinite values: {int(bad.sum())}, the first in {where} "
        "(counted from 0); fill or drop them",
    )
