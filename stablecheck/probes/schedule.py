"""Change the learning-rate schedule: does the score rest on its shape?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from stablecheck.probes.variants import NAMED, Variants
from stablecheck.recipe import Recipe, Schedule


class ScheduleChoice(Variants):
    """Train with other learning-rate schedules, everything else equal."""

    question: ClassVar[str] = "How much does the score rest on the learning-rate schedule?"
    adoptable: ClassVar[bool] = True
    usual_id: ClassVar[str] = "schedule"
    example: ClassVar[str] = "{linear: {name: linear, warmup: 0.05}}"

    kind: Literal["schedule"]
    variants: dict[str, Schedule] = Field(
        min_length=1,
        description="Whole schedule sections to put in place of the candidate's, by a name.",
        json_schema_extra=NAMED,
    )

    def changes(self, candidate: Recipe, name: str) -> Mapping[str, Any]:
        return {"schedule": self.variants[name]}
