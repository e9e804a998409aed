"""Workflow commands, read as GitHub's runner reads them."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from pathlib import Path

import pytest

from stablecheck.errors import Place, Problem
from stablecheck.exports.github import check_annotations, outputs, problem_annotations
from stablecheck.exports.repository import Repository

NOWHERE = Repository(Path("/nonexistent"), Path("/nonexistent"))
KINDS = {"blocker": "error", "major": "warning", "minor": "notice"}
COMMAND = re.compile(r"::(\w+) ([^\n]*?)::([^\n]*)")
ESCAPES = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


def unescaped(text):
    return re.sub("|".join(ESCAPES), lambda found: ESCAPES[found.group()], text)


def read(line):
    """Kind, properties and message of a command."""
    kind, properties, message = COMMAND.fullmatch(line).groups()
    pairs = (one.split("=", 1) for one in properties.split(","))
    return kind, {name: unescaped(value) for name, value in pairs}, unescaped(message)


def read_outputs(text):
    """A file of outputs, as the runner reads it."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, delimiter = line.split("<<")
        value = []
        while (inner := next(lines)) != delimiter:
            value.append(inner)
        found[name] = "\n".join(value)
    return found


def test_every_check_that_does_not_pass_is_annotated_by_its_severity(any_run):
    expected = Counter(
        "notice" if check.outcome == "waived" else KINDS[check.severity]
        for check in any_run.result.checks
        if check.outcome != "pass"
    )
    found = Counter(read(line)[0] for line in check_annotations(any_run, NOWHERE))
    assert found == expected
    assert max(expected.values(), default=0) <= 10  # or else the next test says what happens


def test_of_each_kind_there_are_ten_at_most(run_of):
    run = run_of("no_go")
    failing = next(check for check in run.result.checks if check.outcome == "fail")
    checks = tuple(
        failing.model_copy(update={"id": f"{severity}-{n}", "severity": severity})
        for severity in KINDS
        for n in range({"blocker": 12, "major": 10, "minor": 3}[severity])
    )
    result = run.result.model_copy(update={"checks": checks})
    found = Counter(
        read(line)[0]
        for line in check_annotations(dataclasses.replace(run, result=result), NOWHERE)
    )
    assert found == {"error": 10, "warning": 10, "notice": 3}


def test_an_annotation_says_where_what_and_why(run_of):
    kind, properties, message = read(next(check_annotations(run_of("no_go"), NOWHERE)))
    assert kind == "error"
    assert properties == {
        "file": "churn.yaml",
        "line": "42",
        "col": "14",
        "title": "blocker no-divergence fails",
    }
    assert "even the lower bound" in message


def test_a_waived_check_is_a_notice(run_of):
    (notice,) = [read(line) for line in check_annotations(run_of("waived"), NOWHERE)]
    assert notice[0] == "notice"
    assert "j.doe" in notice[2]


def test_hostile_text_ends_no_command_and_begins_none(run_of):
    lines = list(check_annotations(run_of("hostile"), NOWHERE))
    assert lines
    for line in lines:
        assert "\n" not in line
        assert "\r" not in line
        assert read(line)[0] in KINDS.values()


@pytest.mark.parametrize(
    "text", ["a\n::error::b", "a\r::set-output name=verdict::GO", "100% 50%0A", "x,file=/etc::y"]
)
def test_a_problem_of_any_text_and_place_stays_one_command(text):
    (line,) = problem_annotations([Problem(Place(text, 3, 7), text)], NOWHERE)
    kind, properties, message = read(line)
    assert (kind, message) == ("error", text)
    assert properties == {"file": text, "line": "3", "col": "7", "title": "invalid checklist"}


def test_no_value_of_an_output_sets_another():
    hostile = "GO\nGUESS\nexit-code<<GUESS\n0\nGUESS"
    text = outputs({"verdict": hostile, "exit-code": "99"}, "unguessable")
    assert read_outputs(text) == {"verdict": hostile, "exit-code": "99"}


def test_paths_are_from_the_root_of_the_repository(run_of, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "churn.yaml").touch()
    lines = check_annotations(run_of("no_go"), Repository.around(tmp_path / "a"))
    assert {read(line)[1]["file"] for line in lines} == {"a/churn.yaml"}
