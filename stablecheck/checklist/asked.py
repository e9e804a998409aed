"""Which measures a checklist asks for, so that nothing costly is measured for nobody."""

from __future__ import annotations

from collections.abc import Iterator

from stablecheck.checklist.requirement import ALL, CONTROLS, ProbeSummary, Quantity
from stablecheck.checklist.requirement.parser import parse_quantity, parse_requirement
from stablecheck.checklist.schema import Checklist
from stablecheck.measures import MEASURES


def shown_measures(checklist: Checklist) -> tuple[Quantity, ...]:
    """What the report shows beside its checks, in its order."""
    return tuple(dict.fromkeys(map(parse_quantity, checklist.report.measures)))


def companions_of(checklist: Checklist, probe: str) -> tuple[str, ...]:
    """Groups of costly measurements that a check or the report asks of a probe, by name."""
    meant = (probe,) if probe == CONTROLS else (probe, ALL)
    wanted = {
        MEASURES[quantity.measure].companion
        for quantity in _asked(checklist)
        if quantity.probe in meant
    }
    return tuple(sorted(name for name in wanted if name is not None))


def asked_measures(checklist: Checklist) -> set[str]:
    """Every measure that a check or the report asks for, by name."""
    return {quantity.measure for quantity in _asked(checklist)}


def _asked(checklist: Checklist) -> Iterator[Quantity]:
    yield from shown_measures(checklist)
    for check in checklist.checks:
        if check.severity != "off":
            left = parse_requirement(check.require).left
            if not isinstance(left, ProbeSummary):
                yield left.quantity
