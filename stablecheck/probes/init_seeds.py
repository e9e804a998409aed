"""Train the same recipe again and again: what would a retraining give?"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from stablecheck.probes.base import Arm, Probe
from stablecheck.recipe import Recipe


class InitSeeds(Probe):
    """Retrain with fresh initialisations, data orders and dropout masks."""

    question: ClassVar[str] = "Does a retraining reach the target without a lucky seed?"
    usual_id: ClassVar[str] = "seeds"

    kind: Literal["init_seeds"]
    seeds: int = Field(14, ge=1, le=10_000, description="Number of retrainings.")

    def arms(self, candidate: Recipe, incumbent: Recipe | None = None) -> tuple[Arm, ...]:
        return (Arm("base", candidate, reference=True),)
