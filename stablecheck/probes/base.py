"""What a probe is: settings in, arms out, and the summaries that only it can give."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pydantic import Field, model_validator
from typing_extensions import Self

from stablecheck.evidence.estimate import Estimate
from stablecheck.recipe import PLAIN, CandidateFacts, Recipe, Treatment
from stablecheck.section import Section


@dataclass(frozen=True)
class Arm:
    """One setting inside a probe.

    Args:
        name: Short, unique in the probe, used in trial ids (``x1.4``, ``0.25``).
        candidate: The recipe of this arm.
        value: The number that orders the arms (a factor, a fraction), where there is one.
        reference: Whether the other arms are compared with this one.
        treatment: What is done to its trainings beside the recipe.
    """

    name: str
    candidate: Recipe
    value: float | None = None
    reference: bool = False
    treatment: Treatment = PLAIN


@dataclass(frozen=True)
class ArmOutcomes:
    """What came out of one arm, by seed; None where a trial diverged, failed or ran out of time."""

    arm: str
    value: float | None
    reference: bool
    score: Mapping[int, float | None] = field(default_factory=dict)
    loss: Mapping[int, float | None] = field(default_factory=dict)
    initial_loss: Mapping[int, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class ProbeOutcomes:
    """What came out of one probe: its arms in their order, and the candidate's facts."""

    arms: Sequence[ArmOutcomes]
    facts: CandidateFacts
    higher_is_better: bool


@dataclass(frozen=True)
class Reach:
    """What a number can be at all, whatever comes out of the trials.

    Args:
        least: Its least value.
        greatest: Its greatest value.
        farther: What to change in the probe to lift that, where anything can.
    """

    least: float = -math.inf
    greatest: float = math.inf
    farther: str | None = None


def _anything(_: Probe) -> Reach:
    return Reach()


@dataclass(frozen=True)
class Summary:
    """A number that a probe as a whole gives, such as ``lr.headroom(0.01)``.

    Args:
        parameters: Names of the arguments a requirement passes.
        definition: One sentence for ``stablecheck explain``.
        unit: Unit of the number.
        source: Where the definition comes from.
        compute: ``(outcomes, arguments, confidence) -> Estimate``.
        reach: What it can be, by the settings of a probe of its kind.
        facts: Of the candidate's, those it is nothing without.
    """

    parameters: tuple[str, ...]
    definition: str
    unit: str
    source: str
    compute: Callable[[ProbeOutcomes, tuple[float, ...], float], Estimate]
    reach: Callable[[Any], Reach] = _anything
    facts: tuple[str, ...] = ()


class Probe(Section):
    """Settings of one probe; each kind is a subclass with a literal ``kind``.

    ``question`` is what it answers, for the report; ``usual_id`` the id that examples give it.
    ``adoptable`` says whether an arm is a recipe that could take the candidate's place.
    """

    summaries: ClassVar[Mapping[str, Summary]] = {}
    question: ClassVar[str] = ""
    adoptable: ClassVar[bool] = False
    usual_id: ClassVar[str] = ""

    kind: str
    seeds: int = Field(5, ge=1, le=10_000, description="Trials per arm, paired by seed.")

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
        """Trials per arm at most, where seeds are added until the checks are decided."""
        return self.max_seeds or self.seeds

    @property
    def varied(self) -> tuple[str, ...]:
        """Placeholders of ``command/settings.py`` without which a command has no arms."""
        return ()

    @abstractmethod
    def arms(self, candidate: Recipe, incumbent: Recipe | None = None) -> tuple[Arm, ...]:
        """The arms in the order they are shown; exactly one is the reference, save in controls.

        Args:
            candidate: The recipe under test.
            incumbent: The recipe it would replace, where the checklist names one.
        """
