"""Seeds that are added until a run is decided: how many at each look, and how sure it must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stablecheck.checklist.requirement import ALL, Requirement
from stablecheck.checklist.schema import Checklist
from stablecheck.checks.quantities import probe_of
from stablecheck.evidence.spending import Look, looks
from stablecheck.result import LookFacts, Result, VerdictWord


@dataclass(frozen=True)
class Growth:
    """The looks at a run; one alone, at the checklist's own confidence, where nothing grows.

    Args:
        probes: For each probe that grows, its looks in their order.
    """

    probes: Mapping[str, tuple[Look, ...]]

    def looks(self) -> range:
        """The looks at most, by their number from 0."""
        return range(max(map(len, self.probes.values()), default=1))

    def seeds(self, look: int) -> dict[str, int]:
        """Trials per arm of each growing probe."""
        return {probe: one.n for probe, one in self._at(look).items()}

    def confidences(self, look: int) -> dict[str, float]:
        """Confidence of a bound by the probe it rests on, for probes that grow.

        What rests on every trial is as strict as the strictest of them.
        """
        found = {probe: one.confidence for probe, one in self._at(look).items()}
        return {**found, ALL: max(found.values())} if found else {}

    def facts(self, look: int, decision: VerdictWord) -> LookFacts:
        """What the result says of a look."""
        confidence = self.confidences(look).get(ALL)
        return LookFacts(seeds=self.seeds(look), confidence=confidence, decision=decision)

    def is_settled(self, result: Result, requirements: Mapping[str, Requirement]) -> bool:
        """Whether further seeds would be of no use.

        They are not where a blocker fails, where the run ended before all its trials did, and where
        no blocker or major check on a growing probe is left open.
        """
        if result.verdict.decision == "NO_GO" or not result.run.complete:
            return True
        open_ = (
            check.id
            for check in result.checks
            if check.outcome == "inconclusive" and check.severity in ("blocker", "major")
        )
        growing = {*self.probes, ALL}
        return not any(probe_of(requirements[id_]) in growing for id_ in open_)

    def _at(self, look: int) -> dict[str, Look]:
        return {probe: mine[min(look, len(mine) - 1)] for probe, mine in self.probes.items()}


def growth_of(checklist: Checklist) -> Growth:
    """The looks a checklist asks for."""
    if not checklist.decision.until_decided:
        return Growth({})
    confidence = checklist.decision.confidence
    return Growth(
        {
            probe_id: looks(probe.seeds, probe.most_seeds, confidence)
            for probe_id, probe in checklist.probes.items()
            if probe.most_seeds > probe.seeds
        }
    )
