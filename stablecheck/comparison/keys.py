"""Which keys of two resolved checklists differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stablecheck.changes import KeyChange, KeyKind
from stablecheck.checklist.schema import Checklist

_NAMED_BY: Mapping[str, str] = {"checks": "id", "waivers": "check"}
"""Lists whose records have a name, so that one more of them is not a change of all."""


def key_changes(before: Checklist, after: Checklist) -> Iterator[KeyChange]:
    """Every key that was added, removed or given another value, in the later checklist's order.

    The order of checks and probes counts for nothing, and so do keys that say nothing.
    """
    yield from _differences((), _document(before), _document(after))


def _document(checklist: Checklist) -> dict[str, Any]:
    document = checklist.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude={"schema_", "extends"}
    )
    return {key: _by_name(value, _NAMED_BY.get(key)) for key, value in document.items()}


def _by_name(value: Any, named_by: str | None) -> Any:
    """A list of records as a mapping by their names, where each has one of its own."""
    if named_by is None:
        return value
    named = {record[named_by]: record for record in value}
    if len(named) < len(value):
        return value
    return {name: _without(record, named_by) for name, record in named.items()}


def _without(record: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != key}


def _differences(path: tuple[str, ...], before: Any, after: Any) -> Iterator[KeyChange]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in (*after, *(key for key in before if key not in after)):
            yield from _differences((*path, str(key)), before.get(key), after.get(key))
        return
    yield KeyChange(path=".".join(path), kind=_kind(before, after), before=before, after=after)


def _kind(before: Any, after: Any) -> KeyKind:
    if before is None:
        return "added"
    return "removed" if after is None else "changed"
