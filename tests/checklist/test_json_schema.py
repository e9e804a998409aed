"""The JSON Schema accepts what can be loaded."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from stablecheck.checklist.json_schema import json_schema
from stablecheck.checklist.loader import load
from stablecheck.checklist.yaml.reader import read_yaml
from stablecheck.resources import shipped_checklists, shipped_names

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def errors(document: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(document)]


def test_it_is_a_valid_schema_that_names_itself():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {"$id", "title", "description"} <= set(SCHEMA)


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_checklist_fits(name: str):
    file = shipped_checklists() / f"{name}.yaml"
    assert errors(read_yaml(file.read_bytes(), name).plain()) == []


def test_a_resolved_checklist_fits():
    assert errors(yaml.safe_load(load("quickstart").text)) == []


@pytest.mark.parametrize(
    "part",
    [
        {"probes": {"seeds": {"seeds": 20}}},
        {"checks": [{"id": "spread", "severity": "off"}]},
        {"candidate": {"optimizer": {"weight_decay": 0.1}}},
        {"rollout": None},
    ],
    ids=lambda part: next(iter(part)),
)
def test_a_part_whose_rest_is_inherited_fits(part: dict[str, Any]):
    assert errors({"schema": "stablecheck/1", "extends": ["base.yaml"], **part}) == []


@pytest.mark.parametrize(
    "part",
    [
        {"nmae": "x"},
        {"run": {"workers": "some"}},
        {"probes": {"seeds": {"kind": "init_seed"}}},
        {"checks": [{"severity": "off"}]},
        {"schema": "stablecheck/2"},
        {"candidate": {"optimizer": {"lr": "0.05"}}},
    ],
    ids=lambda part: next(iter(part)),
)
def test_what_is_wrong_in_itself_does_not_fit(part: dict[str, Any]):
    assert errors({"schema": "stablecheck/1", **part}) != []


def described(schema: dict[str, Any]) -> list[str]:
    return [key for key, part in schema["properties"].items() if not description(part)]


def description(part: dict[str, Any]) -> str | None:
    """A part's own, or that of the section it refers to."""
    referred = SCHEMA["$defs"].get(part.get("$ref", "").rpartition("/")[2], {})
    return part.get("description") or referred.get("description")


@pytest.mark.parametrize("name", ["Check", "Run", "Rollout", "Optimizer", "LrJitter"])
def test_fields_are_described_where_an_editor_shows_them(name: str):
    undescribed = set(described(SCHEMA["$defs"][name])) - {"kind", "name"}
    assert undescribed == set()
