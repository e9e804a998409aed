"""What data must satisfy before anything trains on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stablecheck.candidate.raw import RawData
from stablecheck.errors import CandidateError

Targets = tuple[NDArray[Any], NDArray[Any] | None, tuple[str, ...] | None]


def check_inputs(raw: RawData) -> None:
    """Refuse inputs that are empty, not as many as the targets, not finite or not numbers."""
    for part, x, y in (
        ("training", raw.x, raw.y),
        ("validation", raw.x_heldout, raw.y_heldout),
    ):
        if x is None or y is None:
            continue
        if x.ndim == 0 or y.ndim == 0 or len(x) == 0:
            raise CandidateError(
                raw.field, f"the {part} part is empty; it needs rows to learn from"
            )
        if len(x) != len(y):
            raise CandidateError(
                raw.field,
                f"X and y of the {part} part differ in length, {len(x)} and {len(y)}; "
                "one target per row",
            )
        if not (np.issubdtype(x.dtype, np.number) or x.dtype == bool):
            raise CandidateError(raw.field, f"X holds {x.dtype}, expected numbers; encode it first")
        _check_finite(x, raw)


def _check_finite(x: NDArray[Any], raw: RawData) -> None:
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
        f"X holds missing or infinite values: {int(bad.sum())}, the first in {where} (counted from "
        "0); fill or drop them",
    )


def check_targets(raw: RawData, task: str) -> Targets:
    """Targets ready to train on: class indices and their names, or finite numbers.

    Raises:
        CandidateError: One class only, a class the training part lacks, or targets not numbers.
    """
    if task == "classification":
        return _class_indices(raw)
    return (
        _numbers(raw.y, raw),
        None if raw.y_heldout is None else _numbers(raw.y_heldout, raw),
        None,
    )


def _class_indices(raw: RawData) -> Targets:
    if raw.y.ndim != 1:
        raise CandidateError(
            raw.field,
            f"y has shape {raw.y.shape}; expected one class per row; for one-hot targets pass "
            "y.argmax(axis=1)",
        )
    if np.issubdtype(raw.y.dtype, np.floating) and not np.isfinite(raw.y).all():
        raise CandidateError(raw.field, "y holds missing values; drop those rows")
    classes, indices = np.unique(raw.y, return_inverse=True)
    if len(classes) < 2:
        raise CandidateError(
            raw.field,
            f"y holds one class only, {classes[0]!s}; classification needs at least two classes",
        )
    if len(classes) > max(20, len(raw.y) // 2):
        raise CandidateError(
            ("candidate", "task"),
            f"y holds {len(classes)} distinct values in {len(raw.y)} rows; that looks like "
            "regression; set task: regression, or check the target",
        )
    names = tuple(str(name) for name in classes)
    if raw.y_heldout is None:
        return indices.astype(np.int64), None, names
    unknown = np.setdiff1d(raw.y_heldout, classes)
    if len(unknown):
        raise CandidateError(
            raw.field,
            f"the validation part holds class {unknown[0]!s}, which the training part lacks",
        )
    return indices.astype(np.int64), np.searchsorted(classes, raw.y_heldout).astype(np.int64), names


def _numbers(y: NDArray[Any], raw: RawData) -> NDArray[Any]:
    if not (np.issubdtype(y.dtype, np.number) or y.dtype == bool):
        raise CandidateError(
            ("candidate", "task"),
            f"y holds {y.dtype}, but regression predicts numbers; set task: classification, "
            "or check the target",
        )
    values = np.asarray(y, dtype=np.float64)
    if not np.isfinite(values).all():
        bad = int((~np.isfinite(values)).sum())
        raise CandidateError(
            raw.field, f"y holds {bad} missing or infinite values; drop those rows"
        )
    return values
