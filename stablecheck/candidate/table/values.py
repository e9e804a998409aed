"""Columns of Arrow as numbers: values, codes of levels, and what a split goes by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from stablecheck.candidate.table.reading import is_date, is_number, is_text
from stablecheck.checklist.problems.suggestion import did_you_mean
from stablecheck.errors import CandidateError

MOST_LEVELS = 1000
"""Levels of a column of categories; one with more is hardly one."""

_NO_VALUE = pyarrow.csv.ConvertOptions().null_values
Field = tuple[str, ...]


def numbers(column: pa.ChunkedArray, name: str, field: Field) -> NDArray[np.float64]:
    """A column of numbers, or of texts that all read as numbers; NaN where one is missing.

    Raises:
        CandidateError: A value is no number; says in which row.
    """
    if is_text(column.type):
        column = _parsed(column, name, field)
    if not is_number(column.type):
        raise CandidateError(
            field,
            f"column {name!r} holds {column.type}, not numbers; drop it, or derive some first",
        )
    if not pa.types.is_floating(column.type):
        column = column.cast(pa.float64(), safe=False)
    return np.asarray(column.to_numpy(), dtype=np.float64)


def levels_of(column: pa.ChunkedArray, name: str, field: Field) -> tuple[str, ...]:
    """The distinct levels of a column of categories, as texts in their order.

    Raises:
        CandidateError: There are too many, or the column holds something else.
    """
    texts = level_texts(column, name, field)
    count = pc.count_distinct(texts).as_py()
    if count > MOST_LEVELS:
        raise CandidateError(
            field,
            f"column {name!r} has {count:,} levels, of which {MOST_LEVELS:,} are the most for "
            "categories; drop it, or group its levels first",
        )
    return tuple(sorted(level for level in pc.unique(texts).to_pylist() if level is not None))


def level_texts(column: pa.ChunkedArray, name: str, field: Field) -> pa.ChunkedArray:
    """The levels of a column as texts, null where one is missing.

    Raises:
        CandidateError: It holds neither texts, nor whole numbers, nor true and false.
    """
    if pa.types.is_floating(column.type):
        column = _whole(column, name, field)
    if not (is_text(column.type) or is_number(column.type)):
        raise CandidateError(
            field,
            f"column {name!r} holds {column.type}, which is no category; expected texts, whole "
            "numbers, or true and false",
        )
    return column.cast(pa.string())


def codes(
    texts: pa.ChunkedArray, levels: Sequence[str], name: str, field: Field
) -> NDArray[np.float64]:
    """The place of every text among the levels; NaN where it is missing.

    Raises:
        CandidateError: A text is none of the levels; says which and in which row.
    """
    found = pc.index_in(texts, value_set=pa.array(levels, pa.string()))
    unknown = pc.and_(pc.is_null(found), pc.is_valid(texts)).to_numpy()
    if unknown.any():
        row = first(unknown)
        level = texts[row].as_py()
        raise CandidateError(
            field,
            f"column {name!r} holds {level!r} in row {row} (counted from 0); expected one of "
            f"{', '.join(levels)}{did_you_mean(level, levels)}",
        )
    return np.asarray(found.cast(pa.float64()).to_numpy(), dtype=np.float64)


def groups(column: pa.ChunkedArray, name: str, field: Field) -> NDArray[np.int64]:
    """A number for every row, the same for rows of one value.

    Raises:
        CandidateError: Values are missing.
    """
    _check_complete(column, name, field)
    found = column.combine_chunks().dictionary_encode().indices
    return np.asarray(found.to_numpy(), dtype=np.int64)


def times(column: pa.ChunkedArray, name: str, field: Field) -> NDArray[Any]:
    """Numbers that rise with time.

    Raises:
        CandidateError: Values are missing, or are no points in time.
    """
    kind = column.type
    if not (is_date(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        raise CandidateError(
            field,
            f"column {name!r} holds {kind}, which has no order in time; expected dates such as "
            "2026-03-31, times such as 2026-03-31T23:59:00, or numbers that rise with time",
        )
    _check_complete(column, name, field)
    if is_date(kind):
        column = column.cast(pa.int32() if pa.types.is_date32(kind) else pa.int64())
    return np.asarray(column.to_numpy())


def first(found: NDArray[np.bool_]) -> int:
    """The first row where something holds, counted from 0."""
    return int(np.argmax(found))


def _parsed(column: pa.ChunkedArray, name: str, field: Field) -> pa.ChunkedArray:
    column = column.cast(pa.string())
    gaps = pc.is_in(column, value_set=pa.array(_NO_VALUE, pa.string()))
    column = pc.if_else(gaps, pa.scalar(None, pa.string()), column)
    try:
        return column.cast(pa.float64())
    except pa.ArrowInvalid as error:
        row = next(row for row, text in enumerate(column) if not _is_numeral(text))
        raise CandidateError(
            field,
            f"column {name!r} holds {column[row].as_py()!r} in row {row} (counted from 0), which "
            "is no number; correct it, or declare the column as categorical",
        ) from error


def _is_numeral(text: pa.Scalar) -> bool:
    try:
        text.cast(pa.float64())
    except pa.ArrowInvalid:
        return False
    return True


def _whole(column: pa.ChunkedArray, name: str, field: Field) -> pa.ChunkedArray:
    """Whole numbers that are kept as floats, as columns with gaps often are."""
    values = np.asarray(column.to_numpy(), dtype=np.float64)
    broken = ~np.isnan(values) & (~np.isfinite(values) | (values % 1 != 0))
    if broken.any():
        row = first(broken)
        raise CandidateError(
            field,
            f"column {name!r} holds {values[row]:g} in row {row} (counted from 0), and real "
            "numbers are no categories; declare it as numeric",
        )
    return pa.chunked_array([pa.array(values, from_pandas=True).cast(pa.int64())])


def _check_complete(column: pa.ChunkedArray, name: str, field: Field) -> None:
    gaps = pc.is_null(column, nan_is_null=True).to_numpy()
    if gaps.any():
        raise CandidateError(
            field,
            f"column {name!r} has {int(gaps.sum())} missing values, the first in row {first(gaps)} "
            "(counted from 0); fill them or drop those rows",
        )
