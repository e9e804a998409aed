"""What trainings rest on beside the checklist, and which of it differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stablecheck.changes import InputChange, InputKind
from stablecheck.result import Result

_ENVIRONMENT: Mapping[str, InputKind] = {
    "code_sha256": "code",
    "data_sha256": "data",
    "device": "device",
    "device_name": "device",
    "executor": "computing",
    "workers": "computing",
    "threads": "computing",
    "together": "computing",
    "platform": "platform",
    "cores": "platform",
}
_FREE = ("workers", "cores")
"""Trainings are the same however many of them are computed at a time."""


def input_changes(before: Result, after: Result) -> Iterator[InputChange]:
    """Every input that differs: code, data and candidate first, then packages and machine."""
    for name, kind in _ENVIRONMENT.items():
        yield from _change(kind, name, before.environment.get(name), after.environment.get(name))
        if kind == "data":
            yield from _mapping("candidate", _facts(before), _facts(after))
            yield from _mapping("package", _packages(before), _packages(after))


def determine_trainings(changes: Iterable[InputChange]) -> bool:
    """Whether any of the changes can make a training of the same recipe and seed come out anew."""
    return any(change.kind != "candidate" and change.name not in _FREE for change in changes)


def _facts(result: Result) -> dict[str, Any]:
    return result.candidate.model_dump(exclude={"data_sha256"})


def _packages(result: Result) -> Mapping[str, Any]:
    found = result.environment.get("packages")
    return found if isinstance(found, Mapping) else {}


def _mapping(
    kind: InputKind, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[InputChange]:
    for name in (*after, *(name for name in before if name not in after)):
        yield from _change(kind, name, before.get(name), after.get(name))


def _change(kind: InputKind, name: str, before: Any, after: Any) -> Iterator[InputChange]:
    if before != after:
        yield InputChange(kind=kind, name=name, before=before, after=after)
