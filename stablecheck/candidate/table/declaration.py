"""What a recipe declares of a table."""

from __future__ import annotations

from pydantic import Field

from stablecheck.recipe import Candidate, Columns, Missing, Validation
from stablecheck.section import Section


class Declaration(Section):
    """The fields of a recipe that say how a table is read."""

    target: str | tuple[str, ...] | None = Field(
        None,
        description="What to predict: one column gives targets of shape [n], a tuple of them "
        "[n, k]; None is for data without columns.",
    )
    columns: Columns = Field(default_factory=Columns, description="What the others hold.")
    missing: Missing = Field(default_factory=Missing, description="What becomes of gaps.")
    validation: Validation = Field(
        default_factory=Validation, description="How the table is split."
    )

    @property
    def targets(self) -> tuple[str, ...]:
        """The columns to predict."""
        return (self.target,) if isinstance(self.target, str) else self.target or ()


def declaration_of(recipe: Candidate) -> Declaration:
    """What a recipe declares, with what it leaves out."""
    return Declaration(
        target=recipe.target,
        columns=recipe.columns or Columns(),
        missing=recipe.missing or Missing(),
        validation=recipe.validation,
    )
