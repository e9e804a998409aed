"""A run as SARIF 2.1.0, which code scanning, editors and security dashboards read.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, 2020.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

from stablecheck.checklist.schema import Severity
from stablecheck.exports.findings import facts, finding
from stablecheck.exports.naming import LANGUAGE
from stablecheck.exports.repository import Repository, Spot
from stablecheck.report.cleaning import clean
from stablecheck.report.stamps import instant
from stablecheck.report.view.context import Context, context_of
from stablecheck.report.view.reasons import line_of
from stablecheck.result import CheckResult, Outcome
from stablecheck.store import FinishedRun, slug

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"

Level = Literal["error", "warning", "note"]
LEVELS: Mapping[Severity, Level] = {
    "blocker": "error",
    "major": "warning",
    "minor": "note",
    "off": "note",
}
# "open": evaluated, with too little information to tell whether there is a problem.
_KINDS: Mapping[Outcome, str] = {
    "pass": "pass",
    "fail": "fail",
    "inconclusive": "open",
    "error": "open",
}


def sarif(run: FinishedRun, repository: Repository) -> str:
    """One rule and one result a check, passes and waived ones included.

    Only a failing check has a level other than ``none``, as the standard asks: one that is not
    decided is of the kind ``open``.
    """
    context = context_of(run, LANGUAGE)
    results = [_result(check, context, repository) for check in context.result.checks]
    return _log(context, results)


def code_scanning(run: FinishedRun, repository: Repository) -> str:
    """The checks that neither pass nor are waived, each a problem.

    GitHub's code scanning takes every result for an alert, whatever its kind, and shows suppressed
    ones; so what needs nobody's attention is left out, and what is not decided has a level.
    """
    context = context_of(run, LANGUAGE)
    checks = [c for c in context.result.checks if c.outcome not in ("pass", "waived")]
    results = [_result(check, context, repository) for check in checks]
    for check, result in zip(checks, results, strict=True):
        result |= {"kind": "fail", "level": LEVELS[check.severity]}
    return _log(context, results)


def _log(context: Context, results: list[dict[str, Any]]) -> str:
    result = context.result
    driver = {
        "name": "stablecheck",
        "semanticVersion": result.tool["version"],
        "rules": [_rule(check, context) for check in result.checks],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"stablecheck/{slug(result.checklist.name)}/{result.run.id}"},
        "invocations": [_invocation(context)],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The root of the repository the checklist lies in."}}
        },
        "results": results,
        "properties": _properties(context),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(check: CheckResult, context: Context) -> dict[str, Any]:
    requirement = f"{context.requirement(check)}."
    because = clean(check.because or "")
    explained = (requirement, because, clean(check.require))
    return {
        "id": check.id,
        "shortDescription": {"text": requirement},
        "fullDescription": {"text": because or requirement},
        "help": {"text": "\n\n".join(text for text in explained if text)},
        "defaultConfiguration": {"level": LEVELS[check.severity]},
        "properties": {"severity": check.severity, "tags": ["stablecheck", check.severity]},
    }


def _result(check: CheckResult, context: Context, repository: Repository) -> dict[str, Any]:
    kind = _KINDS[check.waived_from or check.outcome]
    ids = [other.id for other in context.result.checks]
    found = {
        "ruleId": check.id,
        "ruleIndex": ids.index(check.id),
        "kind": kind,
        "level": LEVELS[check.severity] if kind == "fail" else "none",
        "message": {"text": finding(check, context)},
        "locations": [_location(check, repository.spot(check, context.result))],
        "partialFingerprints": _fingerprints(check, context),
        "properties": facts(check),
    }
    if check.outcome == "waived":
        found["suppressions"] = [_suppression(check, context)]
    return found


def _location(check: CheckResult, spot: Spot) -> dict[str, Any]:
    region = {"startLine": spot.line or 1}
    if spot.column is not None:
        region["startColumn"] = spot.column
    absolute = spot.file.startswith("/")
    uri = quote(spot.file)
    artifact = {"uri": f"file://{uri}"} if absolute else {"uri": uri, "uriBaseId": _ROOT}
    return {
        "physicalLocation": {"artifactLocation": artifact, "region": region},
        "logicalLocations": [{"fullyQualifiedName": f"checks/{check.id}", "kind": "object"}],
    }


def _fingerprints(check: CheckResult, context: Context) -> dict[str, str]:
    """The same for every run of a checklist, so that a moved line or a new figure is no new alert.

    ``primaryLocationLineHash`` is the name that GitHub looks for.
    """
    named = f"{context.result.checklist.name}\0{check.id}"
    digest = hashlib.sha256(named.encode()).hexdigest()
    return {"stablecheckCheck/v1": digest, "primaryLocationLineHash": f"{digest[:16]}:1"}


def _suppression(check: CheckResult, context: Context) -> dict[str, Any]:
    waiver = context.waiver(check)
    if waiver is None:
        return {"kind": "external", "status": "accepted"}
    return {
        "kind": "external",
        "status": "accepted",
        "justification": clean(waiver.reason),
        "properties": {"owner": clean(waiver.owner), "expires": waiver.expires.isoformat()},
    }


def _invocation(context: Context) -> dict[str, Any]:
    """When it ran, and what is to be said of it as a whole, such as that trials are missing."""
    run = context.result.run
    times = {"startTimeUtc": _utc(run.started), "endTimeUtc": _utc(run.finished)}
    about = [reason for reason in context.result.verdict.reasons if reason.check is None]
    lines = [(reason, line_of(reason, context)) for reason in about]
    return {
        "executionSuccessful": True,
        **{name: time for name, time in times.items() if time is not None},
        "toolExecutionNotifications": [
            {
                "descriptor": {"id": reason.code},
                "level": "warning",
                "message": {"text": f"{line.lead} {line.detail}"},
            }
            for reason, line in lines
        ],
    }


def _utc(text: str) -> str | None:
    when = instant(text)
    return when.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def _properties(context: Context) -> dict[str, Any]:
    result = context.result
    return {
        "verdict": result.verdict.decision,
        "checklist": clean(result.checklist.name),
        "checklistVersion": clean(result.checklist.version),
        "checklistSha256": result.checklist.sha256,
        "resultSha256": hashlib.sha256(context.run.result_bytes).hexdigest(),
        "trials": len(result.trials),
        "plannedTrials": result.run.planned_trials,
        "complete": result.run.complete,
    }
