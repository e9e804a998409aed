"""Which column of a table is what: declared, or told by its type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from stablecheck.candidate.table.declaration import Declaration
from stablecheck.candidate.table.reading import DATA, is_number
from stablecheck.checklist.problems.suggestion import did_you_mean
from stablecheck.errors import CandidateError

_SHOWN = 8


@dataclass(frozen=True)
class Roles:
    """Names of the input columns, by what they hold."""

    numeric: tuple[str, ...]
    ordinal: tuple[str, ...]
    categorical: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every input column."""
        return (*self.numeric, *self.ordinal, *self.categorical)


def roles_of(table: pa.Table, declared: Declaration, file: str) -> Roles:
    """The role of every input column.

    Raises:
        CandidateError: A declared column is not there, one that nobody declared holds no numbers,
            one has no value at all, or there is no input.
    """
    for name, field in _declared(declared):
        _check_known(name, field, table, file)
    columns = declared.columns
    undeclared = _undeclared(table, declared)
    _check_numbers(table, undeclared, file)
    roles = Roles(
        numeric=undeclared if columns.numeric is None else columns.numeric,
        ordinal=tuple(columns.ordinal),
        categorical=columns.categorical,
    )
    if not roles.names:
        targets = ", ".join(map(repr, declared.targets))
        raise CandidateError(
            DATA, f"{file} has no column beside the target {targets} to learn from"
        )
    _check_values(table, roles.names, file)
    return roles


def check_targets_known(table: pa.Table, declared: Declaration, file: str) -> None:
    """Refuse a target that is no column.

    Raises:
        CandidateError: It is not there, or none is named.
    """
    for name in declared.targets or (None,):
        _check_known(name, ("target",), table, file)


def _listed(names: Sequence[str]) -> str:
    """Some names in a message."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _declared(declared: Declaration) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """Every column that is named, with the field that names it."""
    columns = declared.columns
    for role in ("numeric", "categorical", "ordinal", "drop"):
        for name in getattr(columns, role) or ():
            yield name, ("columns", role)
    if declared.validation.column is not None:
        yield declared.validation.column, ("validation", "column")


def _check_known(name: str | None, field: tuple[str, ...], table: pa.Table, file: str) -> None:
    if name is None or name not in table.column_names:
        shown = ", ".join(table.column_names[:12])
        raise CandidateError(
            ("candidate", *field),
            f"{file} has no column {name!r}; it has {shown}"
            f"{did_you_mean(name or '', table.column_names)}",
        )


def _undeclared(table: pa.Table, declared: Declaration) -> tuple[str, ...]:
    """Columns that nobody named, in the table's order."""
    named = {name for name, _ in _declared(declared)} | set(declared.targets)
    return tuple(name for name in table.column_names if name not in named)


def _check_numbers(table: pa.Table, names: Sequence[str], file: str) -> None:
    """Refuse undeclared columns that are no numbers, all at once."""
    wrong = [f"{name!r} ({table[name].type})" for name in names if not is_number(table[name].type)]
    if wrong:
        what = "column holds" if len(wrong) == 1 else "columns hold"
        raise CandidateError(
            DATA,
            f"{len(wrong)} {what} no numbers in {file}: {_listed(wrong)}; declare each under "
            "candidate.columns, as categorical or ordinal if it is an input, under drop if not",
        )


def _check_values(table: pa.Table, names: Sequence[str], file: str) -> None:
    gaps = {name: pc.is_null(table[name], nan_is_null=True) for name in names}
    empty = [repr(name) for name, missing in gaps.items() if pc.all(missing).as_py()]
    if empty:
        what = "column holds" if len(empty) == 1 else "columns hold"
        raise CandidateError(
            DATA,
            f"{len(empty)} {what} no value at all in {file}: {_listed(empty)}; list what is empty "
            "under candidate.columns: drop",
        )
