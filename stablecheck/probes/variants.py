"""What probes with named variants of one part of the recipe share."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import model_validator
from pydantic.config import JsonDict
from typing_extensions import Self

from stablecheck.probes.base import Arm, Probe, Summary
from stablecheck.probes.comparison import WORST_DROP
from stablecheck.recipe import Recipe

BASE = "base"
"""The arm of the candidate as it is, wherever arms have names."""

# Names of arms become parts of trial ids, and so of file names.
_NAME = r"^[a-z0-9][a-z0-9_.-]{0,31}$"
NAMED: JsonDict = {"propertyNames": {"pattern": _NAME}}
"""For the JSON Schema: how variants may be named."""


class Variants(Probe):
    """The candidate as it is, and once with each named change of one part."""

    summaries: ClassVar[Mapping[str, Summary]] = WORST_DROP
    example: ClassVar[str]

    variants: Mapping[str, Any]

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        seen: dict[str, Any] = {}
        for name, change in self.variants.items():
            self._check_name(name)
            if not change:
                raise ValueError(f"variant {name!r} changes nothing; expected e.g. {self.example}")
            twin = next((before for before, known in seen.items() if known == change), None)
            if twin is not None:
                raise ValueError(f"variants {twin!r} and {name!r} are equal; leave one out")
            seen[name] = change
        return self

    def _check_name(self, name: str) -> None:
        if re.fullmatch(_NAME, name) is None:
            raise ValueError(
                f"{name!r} cannot name a variant; expected lower-case letters, digits, _ . and -, "
                "starting with a letter or digit, at most 32"
            )
        if name == BASE:
            raise ValueError(f"{BASE!r} is the candidate itself; expected another variant name")

    def arms(self, candidate: Recipe, incumbent: Recipe | None = None) -> tuple[Arm, ...]:
        changed = ((name, self.changes(candidate, name)) for name in self.variants)
        others = (Arm(name, candidate.model_copy(update=update)) for name, update in changed)
        return (Arm(BASE, candidate, reference=True), *others)

    @abstractmethod
    def changes(self, candidate: Recipe, name: str) -> Mapping[str, Any]:
        """The fields of the candidate that a variant replaces, with their new values."""
