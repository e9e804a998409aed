"""What pydantic finds wrong, in the words of somebody who writes checklists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stablecheck.checklist.problems.outline import keys_at, schema_at, sections_with
from stablecheck.checklist.problems.suggestion import did_you_mean
from stablecheck.checklist.problems.wording import describe, phrase, remedy
from stablecheck.checklist.yaml.node import Node, Path
from stablecheck.errors import Place, Problem
from stablecheck.probes import KINDS
from stablecheck.recipe import Candidate

_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
    "date_type": "a date as YYYY-MM-DD",
    "date_parsing": "a date as YYYY-MM-DD",
    "date_from_datetime_parsing": "a date as YYYY-MM-DD",
    "date_from_datetime_inexact": "a date as YYYY-MM-DD",
}
_LIMITS = {
    "greater_than": ("gt", "a number above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "a number below"),
    "less_than_equal": ("le", "at most"),
}
_NAME = "lower-case letters, digits, _ and -, starting with a letter, at most 64"

Explanation = Callable[["Complaint", Node], tuple[Place, str]]


@dataclass(frozen=True)
class Complaint:
    """One error of pydantic's, with its place in the document as a path."""

    type: str
    path: Path
    message: str
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_type(self) -> bool:
        """Whether the value as a whole was not what was expected."""
        return self.type in _TYPES or self.type == "literal_error"


def explain(first: Complaint, group: Sequence[Complaint], root: Node) -> Problem:
    """One problem out of all complaints about one value, those of its alternatives together."""
    if len(group) > 1 and all(one.is_type for one in group):
        expected = " or ".join(dict.fromkeys(_expected(one) for one in group))
        node = root.nearest(first.path)
        return Problem(node.place, f"expected {expected}, found {describe(node.content)}")
    furthest = next((one for one in group if not one.is_type), first)
    explanation = _EXPLANATIONS.get(furthest.type, _other)
    place, message = explanation(furthest, root)
    return Problem(place, message)


def more_could_mend(complaint: Complaint, root: Node) -> bool:
    """Whether it might be right with what a base that could not be read adds to the document."""
    node = root.nearest(complaint.path)
    return (
        complaint.type == "missing"
        or (complaint.type == "union_tag_not_found" and node.child("kind") is None)
        or (complaint.type == "too_short" and len(complaint.path) == 1)
        or (complaint.type == "value_error" and isinstance(node.content, Mapping))
    )


def _expected(complaint: Complaint) -> str:
    return _TYPES.get(complaint.type) or " or ".join(_choices(complaint))


def _choices(complaint: Complaint) -> list[str]:
    expected = str(complaint.context.get("expected", ""))
    return re.findall(r"'([^']*)'", expected) or [expected.lower()]


def _wrong_type(complaint: Complaint, root: Node) -> tuple[Place, str]:
    node, expected = root.nearest(complaint.path), _TYPES[complaint.type]
    message = f"expected {expected}, found {describe(node.content)}"
    return node.place, message + remedy(expected, node)


def _unknown_key(complaint: Complaint, root: Node) -> tuple[Place, str]:
    key, parent = str(complaint.path[-1]), complaint.path[:-1]
    known = keys_at(root, parent) or ()
    if is_of_a_model(root, complaint.path):
        message = f"{key!r} has no meaning beside 'command', which trains in its own way"
        return root.nearest(complaint.path).label(), f"{message}; leave one of them out"
    message = f"unknown key {key!r}; expected one of {', '.join(known)}"
    hint = did_you_mean(key, known)
    if not hint and (elsewhere := sections_with(key)):
        hint = f"; it belongs in {' or '.join(elsewhere)}"
    elif not hint and re.search(r"[^\w-]", key):
        hint = "; text with ',' or ':' needs quotes"
    return root.nearest(complaint.path).label(), message + hint


def is_of_a_model(root: Node, path: Path) -> bool:
    """Whether a key belongs to a candidate with a model, and stands in one with a command."""
    *parent, key = path
    return (
        parent == ["candidate"]
        and root.at((*parent, "command")) is not None
        and (key in Candidate.model_fields)
    )


def _missing(complaint: Complaint, root: Node) -> tuple[Place, str]:
    key, parent = complaint.path[-1], complaint.path[:-1]
    place = root.nearest(parent).label()
    if isinstance(key, int):
        found = root.nearest(parent).content
        count = len(found) if isinstance(found, tuple) else 0
        return place, f"expected more than {_entries(count)}"
    schema = schema_at(root, complaint.path) or {}
    choices = schema.get("enum") or [value for value in (schema.get("const"),) if value]
    expected = ", ".join(choices) or phrase(schema.get("description", ""))
    message = f"missing {key!r}; expected {'one of ' if len(choices) > 1 else ''}{expected}"
    return place, message


def _not_a_choice(complaint: Complaint, root: Node) -> tuple[Place, str]:
    node, choices = root.nearest(complaint.path), _choices(complaint)
    expected = f"one of {', '.join(choices)}" if len(choices) > 1 else choices[0]
    hint = did_you_mean(node.content, choices) if isinstance(node.content, str) else ""
    return node.place, f"expected {expected}, found {describe(node.content)}{hint}"


def _unknown_kind(complaint: Complaint, root: Node) -> tuple[Place, str]:
    kind = root.nearest((*complaint.path, "kind"))
    message = f"unknown probe kind {kind.content!r}; expected one of {', '.join(KINDS)}"
    return kind.place, message + did_you_mean(str(kind.content), KINDS)


def _no_kind(complaint: Complaint, root: Node) -> tuple[Place, str]:
    kinds = ", ".join(KINDS)
    probe = root.nearest(complaint.path)
    kind = probe.child("kind")
    if kind is None:
        return probe.label(), f"missing 'kind'; expected one of {kinds}"
    return kind.place, f"expected one of {kinds}, found {describe(kind.content)}"


def _out_of_range(complaint: Complaint, root: Node) -> tuple[Place, str]:
    key, words = _LIMITS[complaint.type]
    node = root.nearest(complaint.path)
    limit = complaint.context[key]
    return node.place, f"expected {words} {limit:g}, found {describe(node.content)}"


def _too_short(complaint: Complaint, root: Node) -> tuple[Place, str]:
    node = root.nearest(complaint.path)
    least, found = complaint.context["min_length"], complaint.context["actual_length"]
    return node.label(), f"expected at least {_entries(least)}, found {found or 'none'}"


def _too_long(complaint: Complaint, root: Node) -> tuple[Place, str]:
    node = root.nearest(complaint.path)
    most, found = complaint.context["max_length"], complaint.context["actual_length"]
    return node.label(), f"expected at most {_entries(most)}, found {found}"


def _wrong_form(complaint: Complaint, root: Node) -> tuple[Place, str]:
    """Text that does not match a pattern: a name, or a setting with a description."""
    node = root.nearest(complaint.path)
    described = (schema_at(root, complaint.path) or {}).get("description", "")
    if complaint.context["pattern"].startswith("^[a-z]"):
        is_key = len(complaint.path) == 2 and complaint.path[0] == "probes"
        name = complaint.path[-1] if is_key else node.content
        return (node.label() if is_key else node.place), f"{name!r} is not a name; expected {_NAME}"
    return node.place, f"expected {phrase(described)}, found {describe(node.content)}"


def _refused(complaint: Complaint, root: Node) -> tuple[Place, str]:
    node = root.nearest(complaint.path)
    place = node.place if isinstance(node.content, str) else node.label()
    return place, str(complaint.context["error"])


def _empty(complaint: Complaint, root: Node) -> tuple[Place, str]:
    return root.nearest(complaint.path).place, "expected text, found empty text"


def _other(complaint: Complaint, root: Node) -> tuple[Place, str]:
    node = root.nearest(complaint.path)
    expected = complaint.message.replace("Input should be", "expected")
    return node.place, f"{expected}, found {describe(node.content)}"


def _entries(count: int) -> str:
    return f"{count} entr{'y' if count == 1 else 'ies'}"


_EXPLANATIONS: Mapping[str, Explanation] = {
    **dict.fromkeys(_TYPES, _wrong_type),
    **dict.fromkeys(_LIMITS, _out_of_range),
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "literal_error": _not_a_choice,
    "union_tag_invalid": _unknown_kind,
    "union_tag_not_found": _no_kind,
    "too_short": _too_short,
    "too_long": _too_long,
    "string_pattern_mismatch": _wrong_form,
    "string_too_short": _empty,
    "value_error": _refused,
}
