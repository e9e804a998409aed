"""The incumbent as a whole recipe: the candidate with what differs put in its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from pydantic import TypeAdapter

from stablecheck.checklist.merging import merge
from stablecheck.checklist.yaml.node import Node, node_of
from stablecheck.recipe import Incumbent, Recipe

_CANDIDATE = ("candidate",)
_BUDGETS = ("epochs", "steps")
_RECIPE: TypeAdapter[Recipe] = TypeAdapter(Recipe)


def incumbent_node(candidate: Node, incumbent: Node) -> Node:
    """The incumbent as a candidate of its own, by the rules of ``extends``.

    A budget replaces the candidate's, whichever unit either is in. Places are those of what counts.
    """
    assert isinstance(candidate.content, Mapping)
    if any(incumbent.child(budget) is not None for budget in _BUDGETS):
        kept = {key: node for key, node in candidate.content.items() if key not in _BUDGETS}
        candidate = replace(candidate, content=kept)
    return merge(candidate, incumbent, _CANDIDATE)


def incumbent_recipe(candidate: Recipe, incumbent: Incumbent) -> Recipe:
    """The recipe that the candidate would replace.

    Raises:
        pydantic.ValidationError: The two do not make a recipe together.
    """
    own = node_of(candidate.model_dump(mode="json"))
    changes = node_of(incumbent.model_dump(mode="json", exclude_defaults=True))
    return _RECIPE.validate_json(json.dumps(incumbent_node(own, changes).plain()))
