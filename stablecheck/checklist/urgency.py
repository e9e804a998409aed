"""Which probes a verdict hangs on most, so that their trials are run first."""

from __future__ import annotations

from collections.abc import Mapping

from stablecheck.checklist.requirement import ProbeSummary
from stablecheck.checklist.requirement.parser import parse_requirement
from stablecheck.checklist.schema import SEVERITIES, Check, Checklist

LEAST = 2 * len(SEVERITIES)
MAY_END = range(len(SEVERITIES))
"""The places of probes on which a check rests that may end the run."""


def urgency(checklist: Checklist) -> Mapping[str, int]:
    """For each probe that a check names, its place in line: 0 first, ``LEAST`` for all others.

    Checks that may end the run come before the others, and blockers before major ones.
    """
    found: dict[str, int] = {}
    for check in checklist.checks:
        if check.severity != "off":
            left = parse_requirement(check.require).left
            probe = left.probe if isinstance(left, ProbeSummary) else left.quantity.probe
            found[probe] = min(_place(check), found.get(probe, LEAST))
    return found


def _place(check: Check) -> int:
    place = SEVERITIES.index(check.severity)
    return place if check.abort_on_fail else len(SEVERITIES) + place
