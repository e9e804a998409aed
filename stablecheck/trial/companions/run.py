"""Run groups of companions so that one that fails costs only its own measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stablecheck.candidate.importing import describe
from stablecheck.candidate.randomness import seeded
from stablecheck.measures import MEASURES
from stablecheck.trial.companions import GROUPS
from stablecheck.trial.companions.context import Context, Findings


@dataclass(frozen=True)
class CompanionFindings:
    """What all groups asked for found.

    Args:
        measures: Numbers by the names of their measures; NaN where undefined or not to be had.
        record: Fields of the path's record.
        notes: The groups that failed and why, a line each.
    """

    measures: dict[str, float]
    record: dict[str, Any]
    notes: tuple[str, ...]


def run_companion(group: str, context: Context) -> Findings:
    """Take the measures of one group; every random state is given back.

    Raises:
        Exception: whatever the candidate's own code raises, or torch on its behalf.
    """
    with seeded(context.subject.spec.seeds.measure):
        return GROUPS[group].measure(context)


def run_companions(context: Context) -> CompanionFindings:
    """Take the measures of every group that the trial was asked for, failing ones noted."""
    measures: dict[str, float] = {}
    record: dict[str, Any] = {}
    notes = []
    for group in context.subject.spec.measuring.companions:
        try:
            found = run_companion(group, context)
        except Exception as error:  # a model may lack a second derivative, a device the memory
            notes.append(f"{group} was not measured: {describe(error)}")
            measures |= dict.fromkeys(measures_of(group), float("nan"))
        else:
            measures |= found.measures
            record |= found.record
    return CompanionFindings(measures, record, tuple(notes))


def measures_of(group: str) -> tuple[str, ...]:
    """Names of the measures that need a group."""
    return tuple(name for name, measure in MEASURES.items() if measure.companion == group)
