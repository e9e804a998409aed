"""Move the learning rate: how far from the edge does the recipe sit?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field, model_validator
from typing_extensions import Self

from stablecheck.evidence.estimate import Estimate
from stablecheck.probes.base import Arm, Probe, ProbeOutcomes, Reach, Summary
from stablecheck.recipe import Recipe


# SciPy is imported when a summary is computed, so that validating a checklist stays fast.
def _headroom(outcomes: ProbeOutcomes, arguments: tuple[float, ...], confidence: float) -> Estimate:
    from stablecheck.evidence.learning_rate import headroom

    scores = {arm.value or 0.0: arm.score for arm in outcomes.arms}
    (delta,) = arguments
    return headroom(scores, delta, confidence, higher_is_better=outcomes.higher_is_better)


def _sensitivity(
    outcomes: ProbeOutcomes, _arguments: tuple[float, ...], confidence: float
) -> Estimate:
    from stablecheck.evidence.learning_rate import sensitivity

    losses = {arm.value or 0.0: arm.loss for arm in outcomes.arms}
    initial = {arm.value or 0.0: arm.initial_loss for arm in outcomes.arms}
    return sensitivity(losses, initial, confidence)


def _headroom_reach(probe: LrJitter) -> Reach:
    """From 1 to the farthest factor; of the two directions the nearer one counts."""
    upwards, downwards = max(probe.factors), 1.0 / min(probe.factors)
    greatest = min(end for end in (upwards, downwards) if end > 1.0)
    return Reach(1.0, greatest, "let its factors reach that far up and down")


class LrJitter(Probe):
    """Multiply the learning rate by each factor, everything else equal."""

    question: ClassVar[str] = "How much may the learning rate be off before the score suffers?"
    adoptable: ClassVar[bool] = True
    usual_id: ClassVar[str] = "lr"
    summaries: ClassVar[Mapping[str, Summary]] = {
        "headroom": Summary(
            ("delta",),
            "Largest factor by which the learning rate may be multiplied or divided, as far as the "
            "grid tries both, while the mean score stays within delta of the candidate's.",
            "factor",
            "fixed-sequence test over paired seeds; see the report's method section",
            _headroom,
            _headroom_reach,
        ),
        "sensitivity": Summary(
            (),
            "Mean over the learning-rate grid of min(loss(η), loss_0) minus the best loss; a "
            "diverged trial counts as loss_0, the loss before training.",
            "loss",
            "Wortsman et al. 2023, arXiv 2309.14322",
            _sensitivity,
            lambda _probe: Reach(least=0.0),
        ),
    }

    kind: Literal["lr_jitter"]
    factors: tuple[float, ...] = Field(
        (0.5, 0.7, 1.0, 1.4, 2.0),
        min_length=2,
        description="Factors on the learning rate; 1 is one.",
    )

    @model_validator(mode="after")
    def _has_reference(self) -> Self:
        if any(factor <= 0 for factor in self.factors):
            raise ValueError("factors must be positive; expected e.g. [0.5, 1, 2]")
        if 1.0 not in self.factors or len({f"{f:g}" for f in self.factors}) != len(self.factors):
            raise ValueError(
                "factors must be distinct and hold 1, the reference; expected e.g. [0.5, 1, 2]"
            )
        return self

    @property
    def varied(self) -> tuple[str, ...]:
        return ("lr",)

    def arms(self, candidate: Recipe, incumbent: Recipe | None = None) -> tuple[Arm, ...]:
        return tuple(self._arm(candidate, factor) for factor in sorted(self.factors))

    def _arm(self, candidate: Recipe, factor: float) -> Arm:
        assert candidate.optimizer is not None  # a command that varies it declares it
        optimizer = candidate.optimizer.model_copy(update={"lr": candidate.optimizer.lr * factor})
        changed = candidate.model_copy(update={"optimizer": optimizer})
        return Arm(f"x{factor:g}", changed, value=factor, reference=factor == 1.0)
