"""What went in, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stablecheck.changes import Changes, InputChange, InputKind, KeyChange, KeyKind
from stablecheck.exports.compared.lines import Group, Line
from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.spelling import digest, spelt

_SIGNS: Mapping[KeyKind, str] = {"added": "+", "removed": "\N{MINUS SIGN}", "changed": " "}
_HEADINGS: Mapping[InputKind, str] = {
    "code": "code",
    "data": "data",
    "candidate": "candidate",
    "package": "packages",
    "device": "device",
    "computing": "computing",
    "platform": "machine",
}
_LABELS: Mapping[str, str] = {
    "code_sha256": "SHA-256",
    "data_sha256": "SHA-256",
    "n_train": "training rows",
    "n_heldout": "held-out rows",
    "steps": "gradient steps",
}


def went_in(changes: Changes) -> Iterator[Group]:
    """The keys of the checklist that differ, then the other inputs by their kind."""
    if changes.checklist:
        yield Group("checklist", tuple(_key(change) for change in changes.checklist))
    for kind, heading in _HEADINGS.items():
        own = tuple(_input(change) for change in changes.inputs if change.kind == kind)
        if own:
            yield Group(heading, own)


def _key(change: KeyChange) -> Line:
    return Line(
        label=clamp(clean(change.path), 80),
        before="" if change.kind == "added" else spelt(_essence(change.before)),
        after="" if change.kind == "removed" else spelt(_essence(change.after)),
        mark=_SIGNS[change.kind],
    )


def _essence(value: Any) -> Any:
    """A whole check that is new or gone without its reasons, which are long."""
    if isinstance(value, Mapping):
        return {key: item for key, item in value.items() if key != "because"}
    return value


def _input(change: InputChange) -> Line:
    told = digest if change.name.endswith("_sha256") else spelt
    label = _LABELS.get(change.name, clean(change.name).replace("_", " "))
    return Line(label, told(change.before), told(change.after))
