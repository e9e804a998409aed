"""What a table's columns are, told by what they hold, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stablecheck.candidate.seen import ColumnSeen, TableSeen
from stablecheck.recipe import Columns, Missing

MOST_LEVELS = 50
ROWS_A_LEVEL = 5
OWN_TEXTS = 0.9
"""Share of the rows with a text of their own from which a column names rows."""
_SHOWN = 6


@dataclass(frozen=True)
class ColumnGuess:
    """What is declared of a table, and why: a whole sentence for each field."""

    columns: Columns | None = None
    missing: Missing | None = None
    why: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def guess(table: TableSeen | None) -> ColumnGuess:
    """Categories where there are few levels; left out what no model learns from; gaps filled."""
    if table is None:
        return ColumnGuess()
    reasons = {one.name: _why_dropped(one, table.rows) for one in table.columns}
    dropped = {name: reason for name, reason in reasons.items() if reason}
    kept = [one for one in table.columns if one.name not in dropped]
    texts = [one for one in kept if one.kind == "texts"]
    gaps = [one for one in kept if one.gaps]
    columns = Columns(categorical=tuple(one.name for one in texts), drop=tuple(dropped))
    why = {
        "categorical": _why_categorical(texts),
        "drop": f"Guessed: {_listed([f'{name} {why}' for name, why in dropped.items()])}.",
        "missing": _why_missing(gaps),
    }
    return ColumnGuess(
        columns if texts or dropped else None,
        _filled(gaps) if gaps else None,
        why,
        tuple(_warnings(table.columns, dropped)),
    )


def _why_dropped(column: ColumnSeen, rows: int) -> str | None:
    if column.counts_rows:
        return "counts the rows"
    if column.kind == "texts" and column.levels is not None:
        return _why_no_categories(column.levels, rows - column.gaps)
    return {
        "nothing": "holds nothing",
        "dates": "holds dates, which are no numbers (validation: by: time can go by them)",
        "others": "holds neither numbers nor texts",
    }.get(column.kind)


def _why_no_categories(levels: int, values: int) -> str | None:
    if levels <= MOST_LEVELS and levels * ROWS_A_LEVEL <= values:
        return None
    if levels > OWN_TEXTS * values:
        return "names single rows"
    return f"holds {levels:,} different texts, which are many for {values:,} rows"


def _why_categorical(texts: Sequence[ColumnSeen]) -> str:
    counts = sorted({one.levels or 0 for one in texts})
    if not counts:
        return ""
    shown = f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else str(counts[0])
    return f"Guessed: {shown} different texts{' in each' * (len(texts) > 1)}."


def _why_missing(gaps: Sequence[ColumnSeen]) -> str:
    shown = _listed([f"{one.gaps:,} in {one.name}" for one in gaps])
    return f"Guessed: there are gaps, {shown}; these are the usual ways to fill them."


def _filled(gaps: Sequence[ColumnSeen]) -> Missing:
    kinds = {one.kind for one in gaps}
    return Missing(
        numeric="median" if "numbers" in kinds else "refuse",
        categorical="most_frequent" if "texts" in kinds else "refuse",
    )


def _warnings(columns: Sequence[ColumnSeen], dropped: Mapping[str, str]) -> Iterator[str]:
    counting = [one.name for one in columns if one.counts_rows]
    for name in counting:
        yield f"column {name!r} counts the rows; a model learns nothing useful from it: left out"
    others = [repr(name) for name in dropped if name not in counting]
    if others:
        yield f"left out, for the reasons that the draft gives: {_listed(others)}"


def _listed(parts: Sequence[str]) -> str:
    more = [f"{len(parts) - _SHOWN} more"] if len(parts) > _SHOWN else []
    return ", ".join([*parts[:_SHOWN], *more])
