"""Change the model: does the recipe rest on one layer, such as a normalisation or a skip?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from stablecheck.probes.variants import NAMED, Variants
from stablecheck.recipe import Recipe


class Architecture(Variants):
    """Give the model other arguments, everything else equal."""

    question: ClassVar[str] = "Which parts of the model does the score rest on?"
    adoptable: ClassVar[bool] = True
    usual_id: ClassVar[str] = "arch"
    example: ClassVar[str] = "{no-skip: {skip: false}}"

    kind: Literal["architecture"]
    variants: dict[str, dict[str, Any]] = Field(
        min_length=1,
        description="Model arguments that differ from candidate.model_args, by a name.",
        json_schema_extra=NAMED,
    )

    def changes(self, candidate: Recipe, name: str) -> Mapping[str, Any]:
        return {"model_args": candidate.model_args | self.variants[name]}
