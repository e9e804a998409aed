"""What a command tells of its model and data in its trainings, as facts of the candidate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stablecheck.plan import Plan
from stablecheck.recipe import PLAIN, CandidateFacts, Recipe
from stablecheck.trial.record import Trial


def completed(
    facts: CandidateFacts, candidate: Recipe, plan: Plan, trials: Mapping[str, Trial]
) -> CandidateFacts:
    """The facts, with what every training of the candidate as it is told alike.

    Of a model all is known before, and nothing changes.

    Args:
        facts: What was known before anything trained.
        candidate: The recipe as it is.
        plan: What was to be trained.
        trials: What was trained, by id.
    """
    own = (
        spec.id for spec in plan.trials if (spec.candidate, spec.treatment) == (candidate, PLAIN)
    )
    told = [_told(trials[id_]) for id_ in own if id_ in trials and trials[id_].facts is not None]
    unknown = [name for name, value in facts if value is None]
    found = {name: {one[name] for one in told if one.get(name)} for name in unknown}
    agreed = {name: values.pop() for name, values in found.items() if len(values) == 1}
    return facts.model_copy(update=agreed)


def _told(trial: Trial) -> dict[str, Any]:
    facts = trial.facts.model_dump() if trial.facts is not None else {}
    return facts | {"steps": trial.steps if trial.status == "ok" else None}
