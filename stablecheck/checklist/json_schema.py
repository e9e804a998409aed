"""The JSON Schema of the checklist, for editors and other tools."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from stablecheck.checklist.problems.outline import checklist_schema

_REQUIRED = {"": ("schema",), "Check": ("id",), "Waiver": ("check",)}


def json_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a checklist file.

    It accepts whatever can be loaded. As any part may come from what a file extends, it requires
    little; ``stablecheck validate`` knows what is missing once everything is merged.
    """
    schema = copy.deepcopy(dict(checklist_schema()))
    for name, part in {"": schema, **schema["$defs"]}.items():
        part["required"] = [
            key for key in part.get("required", ()) if key in _REQUIRED.get(name, ())
        ]
    _allow_inherited_kinds(schema["properties"]["probes"])
    _tell_candidates_apart(schema["properties"]["candidate"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:stablecheck:checklist:1",
        **schema,
        "title": "stablecheck checklist, stablecheck/1",
        "description": "A pre-deployment checklist for a trained model. Parts that are not here "
        "come from what the checklist extends.",
    }


def json_schema_text() -> str:
    """The JSON Schema as it is published, without a last line break."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False)


def _allow_inherited_kinds(probes: Mapping[str, Any]) -> None:
    """A probe whose kind is inherited fits several kinds, which ``oneOf`` would refuse."""
    for probe in probes["patternProperties"].values():
        probe["anyOf"] = probe.pop("oneOf")
        del probe["discriminator"]


def _tell_candidates_apart(candidate: dict[str, Any]) -> None:
    """By the key that only one kind has, so that an error is one of that kind.

    Where neither is there, it is inherited, and both kinds will do.
    """
    both = candidate.pop("oneOf")
    model, command = both
    inherited = {"if": {"required": ["model"]}, "then": model, "else": {"anyOf": both}}
    candidate |= {"if": {"required": ["command"]}, "then": command, "else": inherited}
