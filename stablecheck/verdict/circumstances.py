"""What a verdict needs to know beside the outcomes of the checks."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from stablecheck.checklist.requirement import Requirement
from stablecheck.checklist.schema import Rollout
from stablecheck.checks.outcomes import RunOutcomes


@dataclass(frozen=True)
class Circumstances:
    """The run and the checklist's other sections.

    Args:
        outcomes: What came out of the run.
        requirements: Parsed requirements by check id.
        learning_rate: The candidate's own peak learning rate; None where a command declares none.
        rollout: The staged rollout, where the checklist has one.
        today: The day the verdict is given, against which waivers expire.
        aborted_by: The check whose failure ended the run, if one did.
    """

    outcomes: RunOutcomes
    requirements: Mapping[str, Requirement]
    learning_rate: float | None
    rollout: Rollout | None
    today: datetime.date
    aborted_by: str | None = None
