"""A first look at a table's columns, before anything is declared of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stablecheck.candidate.seen import ColumnKind, ColumnSeen, TableSeen
from stablecheck.candidate.table.declaration import Declaration
from stablecheck.candidate.table.reading import is_date, is_number, is_text, read_table
from stablecheck.candidate.table.roles import check_targets_known


def look_at_table(path: Path, target: str | None) -> TableSeen:
    """Every column but the target, as the file has it.

    Raises:
        CandidateError: The file cannot be read, or has no such target.
    """
    table = read_table(path)
    check_targets_known(table, Declaration(target=target), path.name)
    names = [name for name in table.column_names if name != target]
    return TableSeen(rows=table.num_rows, columns=tuple(_seen(table[name], name) for name in names))


def _seen(column: pa.ChunkedArray, name: str) -> ColumnSeen:
    gaps = int(pc.sum(pc.is_null(column, nan_is_null=True)).as_py())
    kind = "nothing" if gaps == len(column) else _kind(column.type)
    return ColumnSeen(
        name=name,
        kind=kind,
        gaps=gaps,
        levels=pc.count_distinct(column).as_py() if kind == "texts" else None,
        counts_rows=kind == "numbers" and not gaps and _counts(column),
    )


def _kind(kind: pa.DataType) -> ColumnKind:
    if is_number(kind):
        return "numbers"
    if is_text(kind):
        return "texts"
    return "dates" if is_date(kind) else "others"


def _counts(column: pa.ChunkedArray) -> bool:
    values = np.asarray(column.cast(pa.float64(), safe=False).to_numpy())
    return len(values) >= 3 and bool(np.all(np.diff(values) == 1))
