"""The candidate beside the model that it would replace: what differs, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stablecheck.checklist.incumbent import incumbent_recipe
from stablecheck.checklist.requirement import ProbeSummary
from stablecheck.report.cleaning import clean
from stablecheck.report.spelling import spelt
from stablecheck.report.view.context import Context
from stablecheck.report.view.spoken import spoken

_LONGEST = 120


@dataclass(frozen=True)
class Difference:
    """One setting of the recipe and its two values."""

    setting: str
    candidate: str
    incumbent: str


@dataclass(frozen=True)
class AgainstIncumbent:
    """What differs from the incumbent, and what the checks on it found, each thing once."""

    differences: tuple[Difference, ...]
    found: tuple[str, ...]


def against_incumbent(context: Context) -> AgainstIncumbent | None:
    """The comparison; None where the checklist names no incumbent."""
    checklist = context.run.checklist
    if checklist.incumbent is None:
        return None
    own = dict(_leaves(checklist.candidate.model_dump(mode="json")))
    other = dict(
        _leaves(incumbent_recipe(checklist.candidate, checklist.incumbent).model_dump(mode="json"))
    )
    settings = [name for name in own | other if own.get(name) != other.get(name)]
    differences = (
        Difference(clean(name), spelt(own.get(name), _LONGEST), spelt(other.get(name), _LONGEST))
        for name in settings
    )
    return AgainstIncumbent(tuple(differences), tuple(dict.fromkeys(_found(context))))


def _found(context: Context) -> Iterator[str]:
    for check in context.result.checks:
        left = context.requirements[check.id].left
        kind = context.wording.kinds.get(left.probe, "") if isinstance(left, ProbeSummary) else ""
        if kind == "incumbent" and check.severity != "off":
            yield spoken(check, context)


def _leaves(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        name = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            yield from _leaves(value, name)
        else:
            yield name, value
