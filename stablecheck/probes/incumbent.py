"""Train what the candidate would replace: is the candidate at least as good?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from stablecheck.probes.base import Arm, Probe, Summary
from stablecheck.probes.comparison import AGAINST_INCUMBENT
from stablecheck.recipe import Recipe


class AgainstIncumbent(Probe):
    """Candidate and incumbent, paired by seed.

    A firm claim about which is better in most trainings takes some 29 pairs (Bouthillier 2021).
    """

    question: ClassVar[str] = "Is the candidate at least as good as what it would replace?"
    adoptable: ClassVar[bool] = True
    usual_id: ClassVar[str] = "incumbent"
    summaries: ClassVar[Mapping[str, Summary]] = AGAINST_INCUMBENT

    kind: Literal["incumbent"]

    def arms(self, candidate: Recipe, incumbent: Recipe | None = None) -> tuple[Arm, ...]:
        own = Arm("candidate", candidate, reference=True)
        return (own,) if incumbent is None else (own, Arm("incumbent", incumbent))
