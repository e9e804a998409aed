"""Change the batch size: does the score hold on other hardware?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from typing_extensions import Self

from stablecheck.probes.base import Arm, Probe, Summary
from stablecheck.probes.comparison import WORST_DROP
from stablecheck.recipe import PLAIN, Recipe, Treatment

_LR_FACTORS: Mapping[str, Callable[[float], float]] = {
    "keep": lambda _ratio: 1.0,
    "linear": lambda ratio: ratio,
    "sqrt": math.sqrt,
}


class BatchSize(Probe):
    """Train with each batch size and the candidate's own, which is the reference.

    Sources of the rules for the learning rate: Goyal et al. 2017, arXiv 1706.02677 (linear, for
    SGD); Malladi et al. 2022, arXiv 2205.10287 (square root, for Adam).
    """

    question: ClassVar[str] = "Does the score hold with other batch sizes?"
    adoptable: ClassVar[bool] = True
    usual_id: ClassVar[str] = "batch"
    summaries: ClassVar[Mapping[str, Summary]] = WORST_DROP

    kind: Literal["batch_size"]
    sizes: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (16, 64, 256),
        min_length=2,
        description="Rows per gradient step; the candidate's own is added where it is not listed.",
    )
    hold: Literal["epochs", "steps"] = Field(
        "epochs",
        description="What stays equal over the arms: passes over the data (larger batches mean "
        "fewer steps), or gradient steps. Incomplete last batches are dropped, so that larger "
        "batches may see a few per cent fewer rows in a pass.",
    )
    lr: Literal["keep", "linear", "sqrt"] = Field(
        "keep",
        description="How the learning rate follows the batch size: not at all, in proportion, or "
        "with its square root.",
    )

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len(set(self.sizes)) != len(self.sizes):
            raise ValueError("sizes must be distinct; expected e.g. [16, 64, 256]")
        return self

    @property
    def varied(self) -> tuple[str, ...]:
        return ("batch_size",) if self.lr == "keep" else ("batch_size", "lr")

    def arms(self, candidate: Recipe, incumbent: Recipe | None = None) -> tuple[Arm, ...]:
        own = candidate.batch_size
        assert own is not None  # a command that varies it declares it
        return tuple(self._arm(candidate, own, size) for size in sorted({*self.sizes, own}))

    def _arm(self, candidate: Recipe, own: int, size: int) -> Arm:
        optimizer = candidate.optimizer
        if optimizer is not None:
            rate = optimizer.lr * _LR_FACTORS[self.lr](size / own)
            optimizer = optimizer.model_copy(update={"lr": rate})
        return Arm(
            f"{size}",
            candidate.model_copy(update={"batch_size": size, "optimizer": optimizer}),
            value=float(size),
            reference=size == own,
            treatment=self._treatment(candidate, own, size),
        )

    def _treatment(self, candidate: Recipe, own: int, size: int) -> Treatment:
        budget = "epochs" if candidate.steps is None else "steps"
        # The reference is trained as it is, so that other probes can share its trials.
        if size == own or self.hold == budget:
            return PLAIN
        if self.hold == "epochs":
            return Treatment(step_fraction=own / size)
        return Treatment(epoch_batch_size=own)
