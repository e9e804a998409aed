"""Data on disk: tables with named columns, and the arrays of an npz."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from stablecheck.candidate.importing import explained
from stablecheck.candidate.raw import RawData
from stablecheck.candidate.table import values
from stablecheck.candidate.table.declaration import Declaration
from stablecheck.candidate.table.gaps import refuse_gaps
from stablecheck.candidate.table.layout import Layout
from stablecheck.candidate.table.reading import DATA, read_table
from stablecheck.candidate.table.roles import Roles, check_targets_known, roles_of
from stablecheck.errors import CandidateError
from stablecheck.recipe import LevelConstant, Validation, level_text

_COLUMNS = ("candidate", "columns")
_TARGET = ("candidate", "target")


def load_table(name: str, declared: Declaration, folders: Sequence[Path]) -> RawData:
    """Read a table; every column that is neither target nor left out is an input.

    An ``.npz`` file holds arrays ``X`` and ``y``, and optionally ``X_val`` and ``y_val``.

    Raises:
        CandidateError: The file is missing or unreadable, or a column is not what was declared.
    """
    path = find_file(name, folders)
    return _load_npz(path) if path.suffix == ".npz" else _load_columns(path, declared)


def find_file(name: str, folders: Sequence[Path]) -> Path:
    """The file of that name in the first folder that has it.

    Raises:
        CandidateError: None has.
    """
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise CandidateError(DATA, f"no file {name}; give a path relative to the checklist")


def _load_npz(path: Path) -> RawData:
    with explained(DATA, f"reading {path.name}"), np.load(path, allow_pickle=False) as arrays:
        found = {key: arrays[key] for key in arrays.files}
    missing = {"X", "y"} - set(found)
    if missing:
        raise CandidateError(
            DATA,
            f"{path.name} has no array {' and no array '.join(sorted(missing))}; it holds "
            f"{', '.join(sorted(found)) or 'nothing'}; save it with numpy.savez(FILE, X=…, y=…)",
        )
    scalable = np.issubdtype(found["X"].dtype, np.floating)
    return RawData(
        found["X"], found["y"], found.get("X_val"), found.get("y_val"), scalable=scalable
    )


def _load_columns(path: Path, declared: Declaration) -> RawData:
    columns = declared.columns
    table = read_table(path, (*columns.categorical, *columns.ordinal))
    check_targets_known(table, declared, path.name)
    roles = roles_of(table, declared, path.name)
    layout = _layout(table, roles, declared)
    x = _inputs(table, layout)
    refuse_gaps(x, layout, declared.missing, path.name)
    return RawData(
        x,
        _targets(table, declared, path.name),
        columns=layout.names,
        scalable=True,
        layout=layout,
        keys=_keys(table, declared.validation),
    )


def _layout(table: pa.Table, roles: Roles, declared: Declaration) -> Layout:
    ordinal, field = declared.columns.ordinal, (*_COLUMNS, "categorical")
    fill = declared.missing.categorical
    # The level that fills gaps has the same code in every column, whether or not it has it yet.
    filling = (level_text(fill.constant),) if isinstance(fill, LevelConstant) else ()
    return Layout(
        numeric=roles.numeric,
        ordinal={name: tuple(map(level_text, levels)) for name, levels in ordinal.items()},
        categorical={
            name: tuple(dict.fromkeys((*filling, *values.levels_of(table[name], name, field))))
            for name in roles.categorical
        },
    )


def _inputs(table: pa.Table, layout: Layout) -> NDArray[np.float64]:
    """Numbers and codes of levels, shape ``[n, columns]``; NaN where one is missing."""
    numeric = (*_COLUMNS, "numeric")
    columns = [values.numbers(table[name], name, numeric) for name in layout.numeric]
    for role, coded in (("ordinal", layout.ordinal), ("categorical", layout.categorical)):
        for name, levels in coded.items():
            field = (*_COLUMNS, role, name)
            texts = values.level_texts(table[name], name, field)
            columns.append(values.codes(texts, levels, name, field))
    return np.column_stack(columns)


def _targets(table: pa.Table, declared: Declaration, file: str) -> NDArray[Any]:
    for name in declared.targets:
        gaps = table[name].null_count
        if gaps:
            raise CandidateError(
                _TARGET, f"column {name!r} of {file} has {gaps} missing values; drop those rows"
            )
    if isinstance(declared.target, str):
        return np.asarray(table[declared.target].to_numpy())
    columns = [values.numbers(table[name], name, _TARGET) for name in declared.targets]
    return np.column_stack(columns)


def _keys(table: pa.Table, validation: Validation) -> NDArray[Any] | None:
    """What the split goes by, for each row."""
    if validation.column is None:
        return None
    read = values.times if validation.by == "time" else values.groups
    return read(table[validation.column], validation.column, ("candidate", "validation", "column"))
