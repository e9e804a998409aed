"""Change the arithmetic: does the score survive half the digits?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field, model_validator
from typing_extensions import Self

from stablecheck.probes.base import Arm, Probe, Summary
from stablecheck.probes.comparison import WORST_DROP
from stablecheck.recipe import Precision as Arithmetic
from stablecheck.recipe import Recipe


class Precision(Probe):
    """Train in each precision, everything else equal."""

    question: ClassVar[str] = "Does the score survive another arithmetic?"
    adoptable: ClassVar[bool] = True
    usual_id: ClassVar[str] = "precision"
    summaries: ClassVar[Mapping[str, Summary]] = WORST_DROP

    kind: Literal["precision"]
    precisions: tuple[Arithmetic, ...] = Field(
        ("fp32", "bf16"), min_length=2, description="Precisions; the candidate's is among them."
    )

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len(set(self.precisions)) != len(self.precisions):
            raise ValueError("precisions must be distinct; expected [fp32, bf16]")
        return self

    @property
    def varied(self) -> tuple[str, ...]:
        return ("precision",)

    def arms(self, candidate: Recipe, incumbent: Recipe | None = None) -> tuple[Arm, ...]:
        return tuple(
            Arm(
                precision,
                candidate.model_copy(update={"precision": precision}),
                reference=precision == candidate.precision,
            )
            for precision in self.precisions
        )
