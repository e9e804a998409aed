"""JUnit XML: one test case a check, for the tools that show test results."""

from __future__ import annotations

from xml.etree import ElementTree

from stablecheck.report.cleaning import clean
from stablecheck.report.view.checks import CheckRow, groups
from stablecheck.report.view.context import context_of
from stablecheck.store import FinishedRun

_TAGS = {"fail": "failure", "inconclusive": "error", "error": "error", "waived": "skipped"}


def junit(run: FinishedRun) -> str:
    """The checks of a run as one test suite.

    A failing check is a failure, one that is undecided or was not evaluated an error, a waived one
    skipped. The verdict and the checklist's version and digest are the suite's properties.
    """
    result = run.result
    rows = [row for group in groups(context_of(run)) for row in group.rows]
    counts = {
        tag: sum(_TAGS.get(row.outcome) == tag for row in rows)
        for tag in ("failure", "error", "skipped")
    }
    suite = ElementTree.Element(
        "testsuite",
        name=clean(result.checklist.name),
        tests=str(len(rows)),
        failures=str(counts["failure"]),
        errors=str(counts["error"]),
        skipped=str(counts["skipped"]),
        time=f"{result.run.seconds:.3f}",
        timestamp=result.run.started,
    )
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in _properties(run).items():
        ElementTree.SubElement(properties, "property", name=name, value=clean(value))
    for row in rows:
        _case(suite, row, clean(result.checklist.name))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    text = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _properties(run: FinishedRun) -> dict[str, str]:
    result = run.result
    return {
        "verdict": result.verdict.decision,
        "run": result.run.id,
        "checklist.version": result.checklist.version,
        "checklist.sha256": result.checklist.sha256,
        "stablecheck.version": result.tool["version"],
    }


def _case(suite: ElementTree.Element, row: CheckRow, suite_name: str) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", name=row.id, classname=f"{suite_name}.{row.severity}"
    )
    found = f"{row.value} ({row.interval})" if row.interval else row.value
    message = f"{row.requirement}: {row.word}, {found}, {row.n}"
    if row.outcome in _TAGS:
        problem = ElementTree.SubElement(case, _TAGS[row.outcome], message=message)
        problem.text = "\n".join((row.require, *row.remarks, row.place))
    else:
        ElementTree.SubElement(case, "system-out").text = message
