"""Tables on disk: CSV, Parquet and npz."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from stablecheck.candidate.importing import explained
from stablecheck.candidate.raw import RawData
from stablecheck.checklist.problems.suggestion import did_you_mean
from stablecheck.errors import CandidateError

_DATA = ("candidate", "data")


def load_table(name: str, target: str | None, folders: Sequence[Path]) -> RawData:
    """Read a table; every column but ``target`` is an input and must be a number.

    An ``.npz`` file holds arrays ``X`` and ``y``, and optionally ``X_val`` and ``y_val``.

    Raises:
        CandidateError: The file is missing or unreadable, the target column is missing, or an
            input column holds text.
    """
    path = _find(name, folders)
    if path.suffix == ".npz":
        return _load_npz(path)
    with explained(_DATA, f"reading {path.name}"):
        table = _read(path)
    return _from_columns(table, target, path.name)


def _find(name: str, folders: Sequence[Path]) -> Path:
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise CandidateError(_DATA, f"no file {name}; give a path relative to the checklist")


def _load_npz(path: Path) -> RawData:
    with explained(_DATA, f"reading {path.name}"), np.load(path, allow_pickle=False) as arrays:
        found = {key: arrays[key] for key in arrays.files}
    missing = {"X", "y"} - set(found)
    if missing:
        raise CandidateError(
            _DATA,
            f"{path.name} has no array {' and no array '.join(sorted(missing))}; it holds "
            f"{', '.join(sorted(found)) or 'nothing'}; save it with numpy.savez(FILE, X=…, y=…)",
        )
    scalable = np.issubdtype(found["X"].dtype, np.floating)
    return RawData(
        found["X"], found["y"], found.get("X_val"), found.get("y_val"), scalable=scalable
    )


def _read(path: Path) -> pa.Table:
    if path.suffix == ".parquet":
        return pyarrow.parquet.read_table(path)
    return pyarrow.csv.read_csv(path)


def _from_columns(table: pa.Table, target: str | None, name: str) -> RawData:
    if target is None or target not in table.column_names:
        shown = ", ".join(table.column_names[:12])
        raise CandidateError(
            ("candidate", "target"),
            f"{name} has no column {target!r}; it has {shown}"
            f"{did_you_mean(target or '', table.column_names)}",
        )
    if table.num_rows == 0:
        raise CandidateError(_DATA, f"{name} has no rows")
    columns = [column for column in table.column_names if column != target]
    if not columns:
        raise CandidateError(_DATA, f"{name} has no column beside the target {target!r}")
    _check_numbers(table, columns, name)
    inputs = np.column_stack([_numbers(table[column]) for column in columns])
    targets = table[target]
    if targets.null_count:
        raise CandidateError(
            ("candidate", "target"),
            f"column {target!r} of {name} has {targets.null_count} missing values; drop those rows",
        )
    return RawData(inputs, targets.to_numpy(), columns=columns, scalable=True)


def _check_numbers(table: pa.Table, columns: Sequence[str], file: str) -> None:
    """Refuse inputs that are no numbers, all at once."""
    wrong = [
        f"{column!r} ({table[column].type})" for column in columns if not _is_number(table[column])
    ]
    if wrong:
        shown = ", ".join(wrong[:8]) + (f" and {len(wrong) - 8} more" if len(wrong) > 8 else "")
        what = "column holds" if len(wrong) == 1 else "columns hold"
        raise CandidateError(
            _DATA,
            f"{len(wrong)} {what} no numbers in {file}: {shown}; encode what is needed as numbers, "
            "drop the rest, or use a data callable",
        )


def _is_number(column: pa.ChunkedArray) -> bool:
    kind = column.type
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    )


def _numbers(column: pa.ChunkedArray) -> NDArray[Any]:
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
