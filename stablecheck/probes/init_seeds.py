"""Train the same recipe again and again: what would a retraining give?"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator
from typing_extensions import Self

from stablecheck.probes.base import Arm, Probe
from stablecheck.recipe import Candidate


class InitSeeds(Probe):
    """Retrain with fresh initialisations, data orders and dropout masks."""

    question: ClassVar[str] = "Does a retraining reach the target without a lucky seed?"
    usual_id: ClassVar[str] = "seeds"

    kind: Literal["init_seeds"]
    seeds: int = Field(14, ge=1, le=10_000, description="Number of retrainings.")
    max_seeds: int | None = Field(
        None, ge=1, le=10_000, description="Upper limit when decision.until_decided adds trials."
    )

    @model_validator(mode="after")
    def _room_to_grow(self) -> Self:
        if self.max_seeds is not None and self.max_seeds < self.seeds:
            raise ValueError(f"max_seeds is below seeds; expected at least {self.seeds}")
        return self

    @property
    def most_seeds(self) -> int:
        return self.max_seeds or self.seeds

    def arms(self, candidate: Candidate, incumbent: Candidate | None = None) -> tuple[Arm, ...]:
        return (Arm("base", candidate, reference=True),)
