"""The schema applied to a document: a typed checklist, or what is wrong and where."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stablecheck.checklist.problems.complaints import (
    Complaint,
    explain,
    is_of_a_model,
    more_could_mend,
)
from stablecheck.checklist.problems.outline import keys_at
from stablecheck.checklist.problems.suggestion import closest
from stablecheck.checklist.schema import Checklist
from stablecheck.checklist.yaml.node import Node, Path
from stablecheck.errors import Problem

_LEFT_TO_EXTENDING = ("name", "candidate", "probes", "checks")


@dataclass(frozen=True)
class Validated:
    """What the schema says of a document.

    Args:
        checklist: The typed checklist; None where anything is wrong.
        root: The document without its unknown keys, those that are probably misspelt put right,
            so that further errors can be looked for.
        problems: Everything that is wrong.
        certain: What of that is wrong whatever a base that could not be read adds.
        preset: Whether it has neither a name nor a candidate, and so is made to be extended.
    """

    checklist: Checklist | None
    root: Node
    problems: tuple[Problem, ...]
    certain: tuple[Problem, ...]
    preset: bool


def validate(root: Node) -> Validated:
    """Check a document against the schema."""
    unknown_keys: list[Problem] = []
    checklist, complaints = _checked(root)
    while unknown := [one for one in complaints if one.type == "extra_forbidden"]:
        for complaint in unknown:
            unknown_keys.append(explain(complaint, [complaint], root))
        for complaint in unknown:
            root = _put_right(root, complaint.path)
        checklist, complaints = _checked(root)
    preset = root.child("name") is None and root.child("candidate") is None
    if preset:
        complaints = [one for one in complaints if not _is_left_open(one)]
    groups = tuple(_by_path(complaints))
    problems = (*unknown_keys, *_explained(groups, root))
    lasting = [group for group in groups if not more_could_mend(group[0], root)]
    certain = (*unknown_keys, *_explained(lasting, root))
    return Validated(None if problems else checklist, root, problems, certain, preset)


def _explained(groups: Iterable[list[Complaint]], root: Node) -> Iterator[Problem]:
    return (explain(group[0], group, root) for group in groups)


def _checked(root: Node) -> tuple[Checklist | None, list[Complaint]]:
    try:
        # Read as JSON: lists become tuples and text becomes dates, and nothing else is converted.
        return Checklist.model_validate_json(json.dumps(root.plain())), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        return None, [_complaint(detail, root) for detail in details]


def _complaint(detail: ErrorDetails, root: Node) -> Complaint:
    return Complaint(
        detail["type"],
        _document_path(detail, root),
        detail["msg"],
        detail.get("ctx", {}),
    )


def _document_path(detail: ErrorDetails, root: Node) -> Path:
    """Where in the document an error lies: its location without the names of alternatives."""
    path: list[str | int] = []
    node = root
    for index, part in enumerate(detail["loc"]):
        child = node.child(part)
        # The third part of a probe's location is its kind, and a key may have the same name.
        if child is not None and not (index == 2 and path[0] == "probes"):
            path.append(part)
            node = child
    if detail["type"] == "missing":
        path.append(detail["loc"][-1])
    return tuple(path)


def _put_right(root: Node, path: Path) -> Node:
    """Rename a misspelt key to what it was probably meant to be, or leave it out."""
    *parent, key = path
    known = () if is_of_a_model(root, path) else keys_at(root, tuple(parent)) or ()
    meant = closest(str(key), known)
    return _renamed(root, tuple(parent), str(key), meant)


def _renamed(node: Node, parent: Path, key: str, meant: str | None) -> Node:
    if parent:
        first, *rest = parent
        return _with_child(node, first, lambda child: _renamed(child, tuple(rest), key, meant))
    assert isinstance(node.content, Mapping)  # only a mapping has unknown keys
    content = dict(node.content)
    value = content.pop(key)
    if meant is not None and meant not in content:
        content[meant] = value
    return replace(node, content=content)


def _with_child(node: Node, part: str | int, change: Callable[[Node], Node]) -> Node:
    child = node.child(part)
    assert child is not None
    if isinstance(node.content, Mapping):
        changed = {key: change(item) if key == part else item for key, item in node.content.items()}
        return replace(node, content=changed)
    assert isinstance(node.content, tuple)
    items = [change(item) if index == part else item for index, item in enumerate(node.content)]
    return replace(node, content=tuple(items))


def _is_left_open(complaint: Complaint) -> bool:
    return complaint.type == "missing" and complaint.path in [(n,) for n in _LEFT_TO_EXTENDING]


def _by_path(complaints: Sequence[Complaint]) -> Iterator[list[Complaint]]:
    """Complaints about one value together; of alternatives, those that got furthest."""
    groups: dict[tuple[Path, bool], list[Complaint]] = {}
    for one in complaints:
        superseded = one.is_type or one.type == "too_short"
        if not (superseded and any(_is_below(other.path, one.path) for other in complaints)):
            groups.setdefault((one.path, one.type == "missing"), []).append(one)
    yield from groups.values()


def _is_below(path: Path, other: Path) -> bool:
    return len(path) > len(other) and path[: len(other)] == other
