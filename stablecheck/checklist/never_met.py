"""Requirements that no run of a checklist can meet, by what it declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stablecheck.checklist.cross_checks import located_requirements
from stablecheck.checklist.planned import most_trials, planned_probes
from stablecheck.checklist.requirement import ProbeSummary, Requirement, Statistic
from stablecheck.checklist.requirement.parser import Located
from stablecheck.checklist.schema import Checklist
from stablecheck.checklist.yaml.node import Node
from stablecheck.errors import Problem
from stablecheck.probes.base import Reach


def never_met(checklist: Checklist, arms: Mapping[str, int], root: Node) -> Iterator[Problem]:
    """Every requirement whose threshold lies outside of what its number can be.

    Args:
        checklist: A checklist that fits the schema; what does not fit each other is passed over.
        arms: The number of arms of each planned probe.
        root: Its document.
    """
    for check, (node, parsed) in zip(checklist.checks, located_requirements(root), strict=True):
        if check.severity != "off" and isinstance(parsed, Located):
            wrong = _wrong(parsed.requirement, _reach(parsed.requirement, checklist, arms))
            if wrong is not None:
                yield Problem(node.place, wrong)


def _reach(requirement: Requirement, checklist: Checklist, arms: Mapping[str, int]) -> Reach:
    left = requirement.left
    name = left.probe if isinstance(left, ProbeSummary) else left.quantity.probe
    probe = planned_probes(checklist).get(name)
    if probe is None:
        return Reach()
    if isinstance(left, ProbeSummary):
        summary = probe.summaries.get(left.name)
        return summary.reach(probe) if summary is not None else Reach()
    if isinstance(left, Statistic) and left.name == "count":
        return Reach(0, arms[name] * most_trials(checklist, probe), f"give {name} more seeds")
    return Reach()


def _wrong(requirement: Requirement, reach: Reach) -> str | None:
    operator, threshold = requirement.operator, requirement.threshold
    written = requirement.text.rpartition(operator)[0].strip()
    never = f"and never {operator} {threshold:g}"
    if operator not in ("<", "<=", "!=") and _is_beyond(reach.greatest, operator, threshold):
        remedy = "; lower the threshold" + (f", or {reach.farther}" if reach.farther else "")
        return f"{written} is at most {reach.greatest:g} here {never}{remedy}"
    if operator not in (">", ">=", "!=") and _is_beyond(-reach.least, operator, -threshold):
        return f"{written} is at least {reach.least:g} {never}; raise the threshold"
    return None


def _is_beyond(greatest: float, operator: str, threshold: float) -> bool:
    return greatest < threshold or (operator in "<>" and greatest == threshold)
