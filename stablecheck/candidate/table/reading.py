"""A file with named columns, as Arrow reads it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from stablecheck.candidate.importing import explained
from stablecheck.errors import CandidateError

DATA = ("candidate", "data")


def read_table(path: Path, categories: Iterable[str] = ()) -> pa.Table:
    """Read a CSV or Parquet file; dictionary columns come as what they stand for.

    Args:
        path: The file.
        categories: Columns of a CSV that are text, whatever they look like, so that the level
            ``01`` stays what it is.

    Raises:
        CandidateError: It cannot be read, has no rows, or two columns of one name.
    """
    with explained(DATA, f"reading {path.name}"):
        table = _csv(path, categories) if path.suffix == ".csv" else _parquet(path)
    if table.num_rows == 0:
        raise CandidateError(DATA, f"{path.name} has no rows")
    names = table.column_names
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise CandidateError(DATA, f"{path.name} has two columns {twice!r}; rename one of them")
    return table


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds text."""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def is_number(kind: pa.DataType) -> bool:
    """Whether a column holds numbers, true and false among them."""
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
    )


def is_date(kind: pa.DataType) -> bool:
    """Whether a column holds days or points in time."""
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _csv(path: Path, categories: Iterable[str]) -> pa.Table:
    """In a column of text an empty field is missing, and nothing else is: ``NA`` may be a level."""
    options = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(categories, pa.string()))
    table = pyarrow.csv.read_csv(path, convert_options=options)
    for index, field in enumerate(table.schema):
        if is_text(field.type):
            column = table.column(index)
            gaps = pc.equal(column, "")
            filled = pc.if_else(gaps, pa.scalar(None, field.type), column)
            table = table.set_column(index, field, filled)
    return table


def _parquet(path: Path) -> pa.Table:
    table = pyarrow.parquet.read_table(path)
    for index, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            plain = table.column(index).cast(field.type.value_type)
            table = table.set_column(index, field.name, plain)
    return table
