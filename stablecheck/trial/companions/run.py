"""Run groups of companions so that one that fails costs only its own measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stablecheck.candidate.importing import describe
from stablecheck.candidate.randomness import seeded
from stablecheck.measures import MEASURES
from stablecheck.trial.companions import GROUPS
from stablecheck.trial.companions.context import Context, Findings, nothing_found


@dataclass(frozen=True)
class CompanionFindings:
    """What all groups asked for found.

    Args:
        measures: Numbers by the names of their measures; NaN where undefined or not to be had.
        record: Fields of the path's record.
        notes: The groups that were not measured and why, a line each.
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
        found = _attempt(group, context)
        measures |= found.measures
        record |= found.record
        if found.why_not is not None:
            notes.append(f"{group} was not measured: {found.why_not}")
    return CompanionFindings(measures, record, tuple(notes))


def _attempt(group: str, context: Context) -> Findings:
    try:
        return run_companion(group, context)
    except Exception as error:  # a model may lack a second derivative, a device the memory
        return nothing_found(measures_of(group), describe(error))


def measures_of(group: str) -> tuple[str, ...]:
    """Names of the measures that need a group."""
    return tuple(name for name, measure in MEASURES.items() if measure.companion == group)
