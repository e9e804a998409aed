"""Change the optimiser: would another one, or other settings, do as well?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from stablecheck.probes.variants import NAMED, Variants
from stablecheck.recipe import Optimizer, Recipe


class OptimizerChoice(Variants):
    """Train with other optimisers, everything else equal."""

    question: ClassVar[str] = "How much does the score rest on the choice of optimiser?"
    adoptable: ClassVar[bool] = True
    usual_id: ClassVar[str] = "opt"
    example: ClassVar[str] = "{adam: {name: adam, lr: 0.001}}"

    kind: Literal["optimizer"]
    variants: dict[str, Optimizer] = Field(
        min_length=1,
        description="Whole optimizer sections to put in place of the candidate's, by a name.",
        json_schema_extra=NAMED,
    )

    def changes(self, candidate: Recipe, name: str) -> Mapping[str, Any]:
        return {"optimizer": self.variants[name]}
