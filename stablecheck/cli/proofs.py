"""What the n of each probe can prove."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stablecheck.checklist.loader import LoadedChecklist
from stablecheck.evidence.shares import share
from stablecheck.pipeline.growth import growth_of
from stablecheck.pipeline.preview import Preview


@dataclass(frozen=True)
class Proof:
    """What n trainings prove when all of them go well: α^(1/n), Clopper–Pearson's bound.

    Args:
        n: Trainings of a reference arm at the last look.
        confidence: The level of that look.
        share: Of future trainings that go well, at least.
        probes: Those with so many.
    """

    n: int
    confidence: float
    share: float
    probes: tuple[str, ...]


def proofs(loaded: LoadedChecklist, shown: Preview) -> Iterator[Proof]:
    """One for each number of trainings, the largest first."""
    for (n, level), probes in sorted(_by_size(loaded, shown).items(), reverse=True):
        yield Proof(n, level, share(n, n, level).low or 0.0, tuple(probes))


def _by_size(loaded: LoadedChecklist, shown: Preview) -> dict[tuple[int, float], list[str]]:
    """Probes by the trainings of their reference arm at the last look, and by its confidence."""
    growth, plain = growth_of(loaded.checklist), loaded.checklist.decision.confidence
    levels = growth.confidences(growth.looks()[-1])
    found: dict[tuple[int, float], list[str]] = {}
    for probe_id, probe in shown.most.probes.items():
        for arm in probe.arms:
            if arm.reference:
                key = (len(arm.trials), levels.get(probe_id, plain))
                found.setdefault(key, []).append(probe_id)
    return found
