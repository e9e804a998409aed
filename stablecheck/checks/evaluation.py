"""The outcome of every check, errors and multiplicity included."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stablecheck.checklist.requirement import Requirement
from stablecheck.checklist.schema import Check
from stablecheck.checks.decision import Decided, level, outcome, side
from stablecheck.checks.outcomes import RunOutcomes
from stablecheck.checks.quantities import (
    Evidence,
    NoEvidenceError,
    gather,
    probe_of,
    unit_of,
)
from stablecheck.errors import Place, UndefinedEstimateError
from stablecheck.evidence.estimate import Estimate
from stablecheck.evidence.needs import Levels
from stablecheck.result import CheckResult, ErrorCode


@dataclass(frozen=True)
class _Item:
    """A check with its evidence and what that said at the run's own confidence."""

    check: Check
    requirement: Requirement
    evidence: Evidence
    first: Estimate
    confidence: float

    def at(self, confidence: float) -> Estimate:
        return self.evidence.at(level(self.requirement.operator, confidence))

    def outcome(self, estimate: Estimate) -> Decided:
        return outcome(estimate, self.requirement.operator, self.requirement.threshold)


@dataclass(frozen=True)
class _Decision:
    outcome: Decided
    estimate: Estimate
    levels: Levels


def evaluate(
    checks: Sequence[Check],
    requirements: Mapping[str, Requirement],
    outcomes: RunOutcomes,
    confidence: float,
    *,
    places: Mapping[str, Place],
    confidences: Mapping[str, float] | None = None,
) -> tuple[CheckResult, ...]:
    """The result of every check that is not off, in the checklist's order.

    A check passes at ``confidence``: GO claims that all requirements hold, and a claim that holds
    only if every part does needs no correction (intersection-union). NO-GO claims that some blocker
    does not hold, and any of them may bring it about by chance; so blockers fail by Holm's
    step-down rule, each at level 1 − α/m with m blockers not yet failed. A blocker that neither
    passes nor fails is inconclusive, with its bounds at the level that left it open. Numbers
    without an interval decide at once and do not count in m; nor do blockers that could not be
    evaluated.

    Args:
        checks: The checklist's checks.
        requirements: Their parsed requirements, by check id.
        outcomes: What came out of the run.
        confidence: Level of each one-sided bound.
        places: Where the requirements stand, by check id, where known.
        confidences: Level by the probe a requirement rests on, where it is not ``confidence``: a
            probe that is looked at several times spends its α over the looks.

    Source: Berger 1982, Technometrics 24(4); Holm 1979, Scand. J. Stat. 6(2).
    """

    def level_of(check: Check) -> float:
        return (confidences or {}).get(probe_of(requirements[check.id]), confidence)

    results: dict[str, CheckResult] = {}
    items: list[_Item] = []
    active = [check for check in checks if check.severity != "off"]
    for check in active:
        try:
            items.append(_item(check, requirements[check.id], outcomes, level_of(check)))
        except NoEvidenceError as lacking:
            results[check.id] = _error(
                check, requirements[check.id], outcomes, level_of(check), lacking
            )
    for check_id, (item, decision) in _decide(items).items():
        results[check_id] = _result(item, decision, outcomes)
    return tuple(_placed(results[check.id], places.get(check.id)) for check in active)


def _placed(result: CheckResult, place: Place | None) -> CheckResult:
    if place is None:
        return result
    return result.model_copy(update={"place": f"{place.file}:{place.line}", "column": place.column})


def _item(
    check: Check, requirement: Requirement, outcomes: RunOutcomes, confidence: float
) -> _Item:
    evidence = gather(requirement, outcomes)
    try:
        first = evidence.at(level(requirement.operator, confidence))
    except UndefinedEstimateError as undefined:
        raise NoEvidenceError("UNDEFINED") from undefined
    if any(map(math.isnan, (first.value, first.low, first.high))):
        raise NoEvidenceError("UNDEFINED")
    return _Item(check, requirement, evidence, first, confidence)


def _decide(items: Sequence[_Item]) -> dict[str, tuple[_Item, _Decision]]:
    family = [
        item for item in items if item.check.severity == "blocker" and item.first.method != "exact"
    ]
    decided = {
        item.check.id: (item, _Decision(item.outcome(item.first), item.first, _plain(item)))
        for item in items
        if item not in family
    }
    return decided | _holm(family)


def _plain(item: _Item) -> Levels:
    return Levels(item.confidence, item.confidence)


def _shared(item: _Item, count: int) -> Levels:
    """The levels of one of ``count`` blockers that may fail: each gets its share of the α."""
    return Levels(item.confidence, 1 - (1 - item.confidence) / count)


def _holm(family: Sequence[_Item]) -> dict[str, tuple[_Item, _Decision]]:
    decided: dict[str, tuple[_Item, _Decision]] = {}
    remaining = list(family)
    while remaining:
        levels = {item.check.id: _shared(item, len(remaining)) for item in remaining}
        estimates = {item.check.id: item.at(levels[item.check.id].missed) for item in remaining}
        failed = [item for item in remaining if item.outcome(estimates[item.check.id]) == "fail"]
        for item in failed:
            id_ = item.check.id
            decided[id_] = (item, _Decision("fail", estimates[id_], levels[id_]))
        remaining = [item for item in remaining if item not in failed]
        if not failed:
            return decided | {
                item.check.id: (item, _left_open(item, estimates[item.check.id], levels))
                for item in remaining
            }
    return decided


def _left_open(item: _Item, strict: Estimate, levels: Mapping[str, Levels]) -> _Decision:
    mine = levels[item.check.id]
    if item.outcome(item.first) == "pass":
        return _Decision("pass", item.first, mine)
    return _Decision("inconclusive", strict, mine)


def _result(item: _Item, decision: _Decision, outcomes: RunOutcomes) -> CheckResult:
    estimate, operator = decision.estimate, item.requirement.operator
    open_ = decision.outcome == "inconclusive" and side(operator) is not None
    return CheckResult(
        **_given(item.check, item.requirement, outcomes),
        outcome=decision.outcome,
        estimate=estimate.value,
        low=estimate.low,
        high=estimate.high,
        confidence=estimate.confidence,
        n=estimate.n,
        needs=item.evidence.needs(decision.levels) if open_ else None,
        method=estimate.method,
        note=estimate.note,
    )


def _error(
    check: Check,
    requirement: Requirement,
    outcomes: RunOutcomes,
    confidence: float,
    lacking: NoEvidenceError,
) -> CheckResult:
    code: ErrorCode = lacking.code
    return CheckResult(
        **_given(check, requirement, outcomes),
        outcome="error",
        estimate=None,
        low=None,
        high=None,
        confidence=confidence,
        n=len(outcomes.finished(probe_of(requirement))),
        needs=None,
        method=None,
        error=code,
    )


def _given(check: Check, requirement: Requirement, outcomes: RunOutcomes) -> dict[str, Any]:
    """What a result takes from the checklist as it stands."""
    return {
        "id": check.id,
        "require": check.require,
        "severity": check.severity,
        "because": check.because,
        "operator": requirement.operator,
        "threshold": requirement.threshold,
        "unit": unit_of(requirement, outcomes),
    }
