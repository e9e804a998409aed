"""The later run decided afresh by the earlier run's rules: did the recipe change, or the limits?"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from stablecheck.checklist.planned import planned_probes
from stablecheck.checklist.requirement import ALL, Requirement
from stablecheck.checklist.requirement.parser import parse_requirement
from stablecheck.checklist.schema import Check, Checklist
from stablecheck.checks.evaluation import evaluate
from stablecheck.checks.outcomes import RunOutcomes
from stablecheck.checks.quantities import probe_of
from stablecheck.codes import Outcome, VerdictWord
from stablecheck.plan import PlannedProbe
from stablecheck.result import CheckResult, Result, TrialLine
from stablecheck.store import DecidedRun
from stablecheck.trial.record import Trial
from stablecheck.verdict import Circumstances, decide


@dataclass(frozen=True)
class ByOldRules:
    """What the earlier run's rules say of the later run's trainings.

    Args:
        outcomes: Of each earlier check that can be put to them, waivers left aside.
        verdict: With the earlier waivers; None where a check could not be put to them.
    """

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    verdict: VerdictWord | None = None


def by_old_rules(before: DecidedRun, after: DecidedRun) -> ByOldRules:
    """Decide the later run by the checks, the confidence and the waivers of the earlier one.

    Nothing is decided where none of these was edited. A check is left out whose probe the later
    run does not have, or that has no evidence there, such as a measure that was not taken.
    """
    if _rules(before.checklist) == _rules(after.checklist):
        return ByOldRules()
    active = [check for check in before.checklist.checks if check.severity != "off"]
    requirements = {check.id: parse_requirement(check.require) for check in active}
    known = [check for check in active if _can_be_put(requirements[check.id], after.result)]
    outcomes = _outcomes(after)
    found = evaluate(
        known,
        requirements,
        outcomes,
        before.checklist.decision.confidence,
        places={},
        confidences=_confidences(after.result),
    )
    told = {check.id: check.outcome for check in found if check.outcome != "error"}
    if len(told) < len(active):
        return ByOldRules(told)
    return ByOldRules(told, _verdict(found, requirements, outcomes, before, after))


def _rules(checklist: Checklist) -> tuple[object, ...]:
    return (frozenset(map(_rule, checklist.checks)), checklist.waivers, checklist.decision)


def _rule(check: Check) -> tuple[str, str, str]:
    return check.id, check.require, check.severity


def _can_be_put(requirement: Requirement, later: Result) -> bool:
    probe = probe_of(requirement)
    return probe == ALL or probe in later.probes


def _outcomes(run: DecidedRun) -> RunOutcomes:
    return RunOutcomes(
        trials={line.id: _trial(line) for line in run.result.trials},
        probes={
            probe_id: PlannedProbe.model_validate(
                probe.model_dump(include=set(PlannedProbe.model_fields))
            )
            for probe_id, probe in run.result.probes.items()
        },
        settings=planned_probes(run.checklist),
        facts=run.result.candidate,
        higher_is_better=run.checklist.candidate.higher_is_better,
    )


def _trial(line: TrialLine) -> Trial:
    """The training without its path and key, which no check asks for."""
    return Trial(**line.model_dump(include=set(Trial.model_fields)), key="")


def _confidences(later: Result) -> dict[str, float]:
    """The levels of the later run's last look, where seeds were added until it was decided."""
    if not later.looks or later.looks[-1].confidence is None:
        return {}
    return dict.fromkeys((*later.looks[-1].seeds, ALL), later.looks[-1].confidence)


def _verdict(
    found: tuple[CheckResult, ...],
    requirements: Mapping[str, Requirement],
    outcomes: RunOutcomes,
    before: DecidedRun,
    after: DecidedRun,
) -> VerdictWord:
    circumstances = Circumstances(
        outcomes=outcomes,
        requirements=requirements,
        learning_rate=after.checklist.candidate.learning_rate,
        rollout=None,
        today=_day(after.result.run.finished),
        aborted_by=after.result.run.aborted_by,
    )
    return decide(found, before.checklist.waivers, circumstances)[1].decision


def _day(moment: str) -> datetime.date:
    """The day of a time stamp; of one that is none, a day on which no waiver holds any more."""
    try:
        return datetime.date.fromisoformat(moment[:10])
    except ValueError:
        return datetime.date.max
