"""Spoil some of the labels: how fast does the score fall with them?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field, model_validator
from typing_extensions import Self

from stablecheck.probes.base import Arm, Probe, Summary
from stablecheck.probes.comparison import WORST_DROP
from stablecheck.recipe import Recipe, Treatment


class LabelNoise(Probe):
    """Shuffle the targets of a share of the training rows among themselves.

    Every value stays as frequent as it was, so class balance and regression targets are kept. Of a
    share p, fewer labels are wrong: p·(1 − Σ q_c²) of all rows, with class shares q_c, because a
    row may get a label equal to its own. The held-out part is never touched.
    """

    question: ClassVar[str] = "How well does the recipe bear wrong labels?"
    usual_id: ClassVar[str] = "labels"
    summaries: ClassVar[Mapping[str, Summary]] = WORST_DROP

    kind: Literal["label_noise"]
    shares: tuple[float, ...] = Field(
        (0.0, 0.1, 0.2),
        min_length=2,
        description="Shares of the training rows whose targets are shuffled; 0 is one. A share p "
        "makes p·(1 − Σ q_c²) of the labels wrong, q_c being the share of each class.",
    )

    @model_validator(mode="after")
    def _has_reference(self) -> Self:
        if any(not 0 <= share <= 1 for share in self.shares):
            raise ValueError("shares must lie in [0, 1]; expected e.g. [0, 0.1, 0.2]")
        if 0.0 not in self.shares or len({f"{s:g}" for s in self.shares}) != len(self.shares):
            raise ValueError(
                "shares must be distinct and hold 0, the reference; expected e.g. [0, 0.1, 0.2]"
            )
        return self

    def arms(self, candidate: Recipe, incumbent: Recipe | None = None) -> tuple[Arm, ...]:
        return tuple(
            Arm(
                f"{share:g}",
                candidate,
                value=share,
                reference=share == 0.0,
                treatment=Treatment(label_noise=share),
            )
            for share in sorted(self.shares)
        )
