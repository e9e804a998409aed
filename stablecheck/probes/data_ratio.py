"""Take data away: is there enough of it for the dimension, and what would more of it bring?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Literal

from pydantic import Field, model_validator
from typing_extensions import Self

from stablecheck.errors import UndefinedEstimateError
from stablecheck.evidence.estimate import Estimate
from stablecheck.probes.base import Arm, Probe, ProbeOutcomes, Summary
from stablecheck.recipe import CandidateFacts, Recipe, Treatment

FEWEST_ROWS = 8
"""A share of the training rows with fewer is too small to train on."""


# SciPy is imported when a summary is computed, so that validating a checklist stays fast.
def _gain_from_doubling(
    outcomes: ProbeOutcomes, _arguments: tuple[float, ...], confidence: float
) -> Estimate:
    from stablecheck.evidence.learning_curve import gain_from_doubling

    # Where rows are not known, their shares give the same gain: the law has no scale of its own.
    rows = outcomes.facts.n_train or 1
    scores = {(arm.value or 0.0) * rows: arm.score for arm in outcomes.arms}
    return gain_from_doubling(scores, confidence, higher_is_better=outcomes.higher_is_better)


def _known(facts: CandidateFacts, name: str) -> float:
    """A fact; what a command does not tell is undefined."""
    value: float | None = getattr(facts, name)
    if value is None:
        raise UndefinedEstimateError(f"{name} of the candidate is not known")
    return value


def _fact(
    number: Callable[[CandidateFacts], float],
) -> Callable[[ProbeOutcomes, tuple[float, ...], float], Estimate]:
    """A number that is known of the data before anything trains."""

    def compute(
        outcomes: ProbeOutcomes, _arguments: tuple[float, ...], confidence: float
    ) -> Estimate:
        value = number(outcomes.facts)
        return Estimate(value, value, value, confidence, outcomes.facts.n_train or 0, "exact")

    return compute


def _rows_per(
    divisor: Callable[[CandidateFacts], float],
) -> Callable[[ProbeOutcomes, tuple[float, ...], float], Estimate]:
    return _fact(lambda facts: _known(facts, "n_train") / divisor(facts))


def _dimension_and_classes(facts: CandidateFacts) -> float:
    dimension = _known(facts, "dimension")
    if facts.classes is None:
        raise UndefinedEstimateError(
            "the candidate has no number of classes: a regression has none, and those of streamed "
            "data, of several labels or places a row, and of a command are not counted"
        )
    return dimension * facts.classes


class DataRatio(Probe):
    """Train on nested shares of the training rows, each class kept in proportion."""

    question: ClassVar[str] = "Is there enough data for the dimension, and would more help?"
    usual_id: ClassVar[str] = "data"
    summaries: ClassVar[Mapping[str, Summary]] = {
        "gain_from_doubling": Summary(
            (),
            "Gain in score that the learning curve a − b·n^(−c) predicts from twice the data.",
            "score",
            "power-law learning curve; Hestness et al. 2017, arXiv 1712.00409",
            _gain_from_doubling,
        ),
        "n_per_dimension": Summary(
            (),
            "Training rows per input dimension, n/d.",
            "rows", "Nakkiran et al. 2020, arXiv 1912.02292",
            _rows_per(lambda facts: _known(facts, "dimension")),
            facts=("dimension",),
        ),
        "n_per_dimension_class": Summary(
            (),
            "Training rows per input dimension and class, n/(d·classes): rows for each weight of a "
            "linear model. Undefined where classes are not counted, as in a regression.",
            "rows", "Nakkiran et al. 2020, arXiv 1912.02292",
            _rows_per(_dimension_and_classes),
            facts=("dimension", "classes"),
        ),
        "n_per_effective_dimension": Summary(
            (),
            "Training rows per effective input dimension, n/d_eff with d_eff = (Σλ)²/Σλ².",
            "rows", "participation ratio of the input covariance",
            _rows_per(lambda facts: _known(facts, "effective_dimension")),
            facts=("effective_dimension",),
        ),
        "n_per_parameter": Summary(
            (),
            "Training rows per trainable parameter, n/D.",
            "rows", "Nakkiran et al. 2020, arXiv 1912.02292",
            _rows_per(lambda facts: _known(facts, "parameters")),
            facts=("parameters",),
        ),
        "dimension": Summary(
            (),
            "Numbers per input, d; tokens count one-hot, a number for each that occurs at a place.",
            "dimensions", "shape of the training inputs",
            _fact(lambda facts: float(_known(facts, "dimension"))),
            facts=("dimension",),
        ),
        "effective_dimension": Summary(
            (),
            "Directions that the training inputs vary in, d_eff = (Σλ)²/Σλ² with the eigenvalues λ "
            "of their covariance; d where all vary alike, 1 where one has all the variance.",
            "dimensions", "participation ratio of the input covariance",
            _fact(lambda facts: _known(facts, "effective_dimension")),
            facts=("effective_dimension",),
        ),
    }  # fmt: skip

    kind: Literal["data_ratio"]
    fractions: tuple[float, ...] = Field(
        (0.125, 0.25, 0.5, 1.0), min_length=3, description="Shares of the training rows; 1 is one."
    )
    hold: Literal["steps", "epochs"] = Field(
        "steps",
        description="What stays equal over the arms: gradient steps (only the data differs), or "
        "epochs (fewer rows also mean fewer steps).",
    )

    @model_validator(mode="after")
    def _has_reference(self) -> Self:
        if any(not 0 < fraction <= 1 for fraction in self.fractions):
            raise ValueError("fractions must lie in (0, 1]; expected e.g. [0.25, 0.5, 1]")
        if 1.0 not in self.fractions or len({f"{f:g}" for f in self.fractions}) != len(
            self.fractions
        ):
            raise ValueError(
                "fractions must be distinct and hold 1, the reference; expected e.g. [0.25, 0.5, 1]"
            )
        return self

    def arms(self, candidate: Recipe, incumbent: Recipe | None = None) -> tuple[Arm, ...]:
        return tuple(
            Arm(
                f"{fraction:g}",
                candidate,
                value=fraction,
                reference=fraction == 1.0,
                treatment=Treatment(
                    data_fraction=fraction,
                    step_fraction=1.0 if self.hold == "steps" else fraction,
                ),
            )
            for fraction in sorted(self.fractions)
        )
