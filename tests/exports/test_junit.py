"""JUnit XML, as a build server reads it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from stablecheck.exports.junit import junit as written
from stablecheck.exports.repository import Repository

NOWHERE = Repository(Path("/nonexistent"), Path("/nonexistent"))
ELEMENTS = {"fail": "failure", "inconclusive": "error", "error": "error", "waived": "skipped"}


def junit(run, repository=NOWHERE):
    return written(run, repository)


def test_every_check_is_a_case_with_the_element_of_its_outcome(any_run):
    suite = ET.fromstring(junit(any_run).encode()).find("testsuite")
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert list(cases) == [check.id for check in any_run.result.checks]
    for check in any_run.result.checks:
        found = {child.tag for child in cases[check.id]} - {"system-out"}
        assert found == ({ELEMENTS[check.outcome]} if check.outcome in ELEMENTS else set())


def test_the_totals_are_those_of_the_cases(any_run):
    suite = ET.fromstring(junit(any_run).encode()).find("testsuite")
    for attribute, element in (
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ):
        assert int(suite.get(attribute)) == len(suite.findall(f"testcase/{element}"))
    assert int(suite.get("tests")) == len(suite.findall("testcase"))


@pytest.mark.parametrize("name", ["go", "conditional", "no_go", "inconclusive"])
def test_the_verdict_is_a_property(run_of, name):
    suite = ET.fromstring(junit(run_of(name)).encode()).find("testsuite")
    values = {p.get("name"): p.get("value") for p in suite.iter("property")}
    assert values["verdict"] == run_of(name).result.verdict.decision
    assert values["checklist.sha256"] == run_of(name).result.checklist.sha256


def test_a_failure_says_what_is_wrong_and_where(run_of):
    suite = ET.fromstring(junit(run_of("no_go")).encode()).find("testsuite")
    case = next(case for case in suite.iter("testcase") if case.find("failure") is not None)
    assert (case.get("file"), case.get("line")) == ("churn.yaml", "42")
    assert "even the lower bound" in case.find("failure").get("message")
    assert case.find("failure").get("type") == "CHECK_FAILS"
    text = case.find("failure").text
    assert text.startswith(case.find("failure").get("message"))  # what GitLab shows of it
    assert "share(all.diverged) <= 0.06" in text


def test_a_case_stands_where_the_repository_has_it(run_of, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "churn.yaml").touch()
    text = junit(run_of("no_go"), Repository.around(tmp_path / "models"))
    files = {case.get("file") for case in ET.fromstring(text.encode()).iter("testcase")}
    assert files == {"models/churn.yaml"}


def test_no_two_cases_have_one_name_because_gitlab_shows_the_first_alone(any_run):
    cases = ET.fromstring(junit(any_run).encode()).iter("testcase")
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(names)) == len(names)


def test_parts_of_a_case_stand_in_the_order_that_jenkins_schema_has(any_run):
    order = ["skipped", "error", "failure", "system-out", "system-err"]
    suite = ET.fromstring(junit(any_run).encode()).find("testsuite")
    assert [child.tag for child in suite] == ["properties"] + ["testcase"] * int(suite.get("tests"))
    for case in suite.iter("testcase"):
        places = [order.index(child.tag) for child in case]
        assert places == sorted(places)


def test_hostile_text_is_escaped_and_control_characters_are_gone(run_of):
    text = junit(run_of("hostile"))
    assert "<script>" not in text
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e]", text)
    assert ET.fromstring(text.encode()).tag == "testsuites"
