"""The parts of a comparison put together."""

from __future__ import annotations

from stablecheck.changes import Changes, Cost, CostChange, VerdictChange
from stablecheck.comparison.checks import check_changes
from stablecheck.comparison.inputs import input_changes
from stablecheck.comparison.keys import key_changes
from stablecheck.comparison.old_rules import ByOldRules, by_old_rules
from stablecheck.comparison.order import verdict_direction
from stablecheck.comparison.scores import score_change
from stablecheck.comparison.trainings import trainings_change
from stablecheck.result import Result
from stablecheck.store import DecidedRun


def compare(before: DecidedRun, after: DecidedRun) -> Changes:
    """What changed from one run to another, whichever checklists they are of."""
    inputs = tuple(input_changes(before.result, after.result))
    by_old = by_old_rules(before, after)
    return Changes(
        checklist=tuple(key_changes(before.checklist, after.checklist)),
        inputs=inputs,
        verdict=_verdict(before.result, after.result, by_old),
        checks=tuple(check_changes(before.result, after.result, by_old.outcomes)),
        score=score_change(before, after),
        trainings=trainings_change(before, after, inputs),
        cost=CostChange(before=_cost(before.result), after=_cost(after.result)),
    )


def _verdict(before: Result, after: Result, by_old: ByOldRules) -> VerdictChange:
    was, is_now = before.verdict.decision, after.verdict.decision
    return VerdictChange(
        before=was,
        after=is_now,
        direction=verdict_direction(was, is_now),
        by_old_checks=by_old.verdict,
    )


def _cost(result: Result) -> Cost:
    return Cost(
        trainings=len(result.trials),
        planned_trainings=result.run.planned_trials,
        seconds=result.run.seconds,
        trial_seconds=result.run.trial_seconds,
    )
