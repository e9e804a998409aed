"""What an export says of one check: a sentence with its numbers, and the facts behind it."""

from __future__ import annotations

from typing import Any

from stablecheck.report.view.context import Context
from stablecheck.report.view.reasons import line_of
from stablecheck.result import REASONS, CheckResult, Reason


def finding(check: CheckResult, context: Context) -> str:
    """What was required and what was found, in one line."""
    line = line_of(Reason(code=REASONS[check.outcome], check=check.id), context)
    return f"{line.lead} {line.detail}"


def facts(check: CheckResult) -> dict[str, Any]:
    """The numbers of a check as ``result.json`` has them; undefined ones are left out."""
    known = {
        "outcome": check.outcome,
        "severity": check.severity,
        "require": check.require,
        "estimate": check.estimate,
        "low": check.low,
        "high": check.high,
        "threshold": check.threshold,
        "confidence": check.confidence,
        "n": check.n,
    }
    return {name: value for name, value in known.items() if value is not None}
