"""The schema in the repository, and the line with which a checklist names it to an editor."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from stablecheck.checklist.json_schema import json_schema_text
from stablecheck.checklist.yaml.reader import read_yaml
from stablecheck.resources import shipped_checklists

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FILE = shipped_checklists() / "stablecheck-1.schema.json"
CHECKLISTS = sorted([*shipped_checklists().glob("*.yaml"), *EXAMPLES.glob("*/*.yaml")])
LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


def name_of(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def test_the_published_schema_is_that_of_the_code():
    assert FILE.read_text("utf-8") == f"{json_schema_text()}\n", "write it again: make schema"


@pytest.mark.parametrize("file", CHECKLISTS, ids=name_of)
def test_the_first_line_of_every_checklist_leads_to_the_published_schema(file: Path):
    found = LINE.match(file.read_text("utf-8"))
    assert found is not None, f"{file} does not begin with {LINE.pattern}"
    assert (file.parent / found.group(1)).resolve() == FILE.resolve()


@pytest.mark.parametrize("file", CHECKLISTS, ids=name_of)
def test_every_checklist_fits_the_published_schema(file: Path):
    validator = Draft202012Validator(json.loads(FILE.read_text("utf-8")))
    errors = validator.iter_errors(read_yaml(file.read_bytes(), file.name).plain())
    assert [error.message for error in errors] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("epochs:", "epoch:"),
        ("severity: blocker", "severity: blocking"),
        ("kind: init_seeds", "kind: init_seed"),
        ("schema: stablecheck/1", "schema: 1"),
    ],
)
def test_a_slip_in_the_quick_start_does_not_fit_it(old: str, new: str):
    text = (shipped_checklists() / "quickstart.yaml").read_text("utf-8")
    standard = (shipped_checklists() / "standard.yaml").read_text("utf-8")
    text = text if old in text else standard
    assert old in text
    validator = Draft202012Validator(json.loads(FILE.read_text("utf-8")))
    assert not validator.is_valid(read_yaml(text.replace(old, new).encode(), "slip").plain())
