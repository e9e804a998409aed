"""The incumbent as a whole recipe: the candidate with what differs put in its place."""

from __future__ import annotations

import json
from typing import Any

from stablecheck.recipe import Candidate, Incumbent

_SECTIONS = ("optimizer", "schedule")


def incumbent_recipe(candidate: Candidate, incumbent: Incumbent) -> Candidate:
    """The recipe that the candidate would replace.

    ``model_args`` change key by key, and so do optimizer and schedule unless they have another
    name. A budget replaces the candidate's, whichever unit either is in.

    Raises:
        pydantic.ValidationError: The two do not make a recipe together; locations are those of a
            candidate.
    """
    recipe = candidate.model_dump(mode="json")
    changes = incumbent.model_dump(mode="json", exclude_defaults=True)
    if "epochs" in changes or "steps" in changes:
        recipe |= {"epochs": None, "steps": None}
    for section in _SECTIONS:
        if section in changes:
            changes[section] = _changed(recipe[section], changes[section])
    if "model_args" in changes and "model" not in changes:
        changes["model_args"] = recipe["model_args"] | changes["model_args"]
    elif "model" in changes:
        changes.setdefault("model_args", {})
    return Candidate.model_validate_json(json.dumps(recipe | changes))


def _changed(section: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    other = changes.get("name", section["name"]) != section["name"]
    return changes if other else section | changes
