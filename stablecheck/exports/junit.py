"""A run as JUnit XML, which every build server reads."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from stablecheck.exports.findings import finding
from stablecheck.exports.naming import LANGUAGE
from stablecheck.exports.repository import Repository, Spot
from stablecheck.report.cleaning import clean
from stablecheck.report.view.checks import CheckRow, row_of
from stablecheck.report.view.context import Context, context_of
from stablecheck.result import REASONS, CheckResult
from stablecheck.store import FinishedRun

_ELEMENTS = {"fail": "failure", "inconclusive": "error", "error": "error", "waived": "skipped"}


def junit(run: FinishedRun, repository: Repository) -> str:
    """One suite for the run, one case a check.

    A failing check is a failure; one that is inconclusive or was not evaluated, an error; a waived
    one, skipped. The properties of the suite hold the verdict.

    GitLab shows the text of a failure and not its message, so the text says all of it; GitLab and
    reporters on GitHub read ``file`` and ``line``, which Jenkins passes over.
    """
    context = context_of(run, LANGUAGE)
    suite = ET.Element("testsuite", _attributes(context))
    _properties(suite, context)
    for check in run.result.checks:
        _case(suite, check, context, repository.spot(check, run.result))
    root = ET.Element("testsuites", {k: v for k, v in suite.attrib.items() if k in _TOTALS})
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


_TOTALS = ("name", "tests", "failures", "errors", "time")


def _attributes(context: Context) -> dict[str, str]:
    result = context.result
    elements = [_ELEMENTS.get(check.outcome, "") for check in result.checks]
    return {
        "name": clean(result.checklist.name),
        "tests": str(len(elements)),
        "failures": str(elements.count("failure")),
        "errors": str(elements.count("error")),
        "skipped": str(elements.count("skipped")),
        "time": f"{result.run.seconds:.3f}",
        "timestamp": clean(result.run.started).partition("+")[0].rstrip("Z"),
    }


def _properties(suite: ET.Element, context: Context) -> None:
    result = context.result
    named = {
        "verdict": result.verdict.decision,
        "checklist.version": result.checklist.version,
        "checklist.sha256": result.checklist.sha256,
        "run": result.run.id,
        "trials": str(len(result.trials)),
    }
    properties = ET.SubElement(suite, "properties")
    for name, value in named.items():
        ET.SubElement(properties, "property", {"name": name, "value": clean(value)})


def _case(suite: ET.Element, check: CheckResult, context: Context, spot: Spot) -> None:
    row = row_of(check, context)
    name = {"name": row.id, "classname": f"{suite.attrib['name']}.{check.severity}"}
    case = ET.SubElement(suite, "testcase", {**name, **_place(spot)})
    element = _ELEMENTS.get(check.outcome)
    if element is not None:
        said = finding(check, context)
        kind = {} if element == "skipped" else {"type": REASONS[check.outcome]}
        found = ET.SubElement(case, element, {"message": said, **kind})
        found.text = "\n".join([said, *_details(row)])
    else:
        ET.SubElement(case, "system-out").text = "\n".join(_details(row))


def _place(spot: Spot) -> dict[str, str]:
    return {"file": spot.file} | ({} if spot.line is None else {"line": str(spot.line)})


def _details(row: CheckRow) -> Sequence[str]:
    because = [row.because] if row.because else []
    return [row.require, f"{row.found}, {row.n}", *row.remarks, *because]
