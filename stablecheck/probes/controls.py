"""Train what cannot generalise: which of the path's numbers look good all the same?"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from stablecheck.probes.base import Arm, Probe
from stablecheck.recipe import Recipe, Treatment


class Controls(Probe):
    """The candidate on shuffled labels, and along random directions; planned, never listed.

    Neither is an alternative to the candidate, so there is no reference arm: ``random-labels`` can
    only memorise, and ``noise-gradients`` does not even descend.
    """

    question: ClassVar[str] = "Would a training that learns nothing look the same?"
    usual_id: ClassVar[str] = "controls"

    kind: Literal["controls"]
    seeds: int = Field(3, ge=1, le=10_000, description="Trials per control.")

    def arms(self, candidate: Recipe, incumbent: Recipe | None = None) -> tuple[Arm, ...]:
        return (
            Arm("random-labels", candidate, treatment=Treatment(label_noise=1.0)),
            Arm("noise-gradients", candidate, treatment=Treatment(gradients="noise")),
        )
