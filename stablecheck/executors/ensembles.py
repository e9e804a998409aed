"""Trials of one shape as ensembles, in warm worker processes of this machine."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stablecheck.executors.base import Choice
from stablecheck.executors.grouping import largest_group
from stablecheck.executors.machine import memory
from stablecheck.executors.processes import ProcessExecutor, one_by_one
from stablecheck.plan import TrialSpec
from stablecheck.way import Way

MOST_MEMBERS = 64
"""Beyond this an ensemble only takes longer until its first result."""
_COPIES = 6
"""Numbers kept per parameter: itself, gradient, two of the optimiser's, and room to work."""


class EnsembleExecutor(ProcessExecutor):
    """Computes trials of one shape together, and others one by one."""

    def choose(self, specs: Sequence[TrialSpec]) -> Choice:
        """Ensembles, whatever they cost."""
        return Choice(way=self.ensembles(specs, self.way.workers))

    def ensembles(self, specs: Sequence[TrialSpec], workers: int) -> Way:
        """Ensembles over so many workers, as large as memory allows."""
        alone = one_by_one(min(workers, len(specs)))
        largest = len(largest_group(specs, self.rows))
        members = min(self._most_members(workers), math.ceil(largest / alone.workers))
        return alone.model_copy(update={"together": members > 1, "members": max(1, members)})

    def _most_members(self, workers: int) -> int:
        """As many as fill a quarter of this machine's memory with parameters, in all workers."""
        each = 4 * _COPIES * ((self.facts.parameters if self.facts else None) or 1)
        return max(1, min(MOST_MEMBERS, memory() // 4 // workers // each))
