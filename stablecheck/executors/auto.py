"""The fastest way to compute trials on this machine, found by trying a few steps of each."""

from __future__ import annotations

import concurrent.futures
import math
from collections.abc import Sequence
from concurrent.futures import Future

from stablecheck.errors import CandidateError, CandidateLostError
from stablecheck.executors.base import Choice, Declined, Pace, Task, Timing
from stablecheck.executors.ensembles import EnsembleExecutor
from stablecheck.executors.grouping import Job, largest_group
from stablecheck.executors.processes import one_by_one
from stablecheck.plan import TrialSpec
from stablecheck.way import Way

PATIENCE = 300.0
"""Seconds that one ensemble may take, about: its trials are only kept when all are finished."""


class AutoExecutor(EnsembleExecutor):
    """Times ensembles, processes with equal shares of the cores, and one process with all."""

    def choose(self, specs: Sequence[TrialSpec]) -> Choice:
        """The way that would be through with all trials first; one by one where none was timed."""
        alone = one_by_one(min(self.way.workers, len(specs)))
        ways = [alone] if alone.workers == 1 else [alone, one_by_one(1)]
        found = [*(self._timed(way, specs) for way in ways), self._together(specs)]
        timings = tuple(one for one in found if isinstance(one, Timing))
        if not timings:
            return Choice(way=alone)
        best = min(timings, key=lambda timing: timing.seconds)
        why_not = found[-1].why if isinstance(found[-1], Declined) else None
        return Choice(way=self._patient(best, specs), timings=timings, why_not_together=why_not)

    def _together(self, specs: Sequence[TrialSpec]) -> Timing | Declined | None:
        """Ensembles as large as the device has room for; None where no two trials are alike."""
        way = self.ensembles(specs)
        if not way.together:
            return None
        found = self._timed(way, specs)
        while isinstance(found, Declined) and found.too_many and way.members > 2:
            way = way.model_copy(update={"members": way.members // 2})
            found = self._timed(way, specs)
        return found

    def _timed(self, way: Way, specs: Sequence[TrialSpec]) -> Timing | Declined:
        """Try a few steps in every process at once, since they share caches and memory."""
        job = largest_group(specs, self.rows)[: way.members]
        futures = [
            self.pool.submit(_pace, job, self.task(way), timeout=job[0].timeout)
            for _ in range(way.workers)
        ]
        concurrent.futures.wait(futures)
        rate = 0.0
        for future in futures:
            found = self._answer(future)
            if isinstance(found, Declined):
                return found
            rate += found.steps_per_second
        return Timing(way=way, steps_per_second=rate, seconds=self._steps(specs) / rate)

    def _answer(self, future: Future[Pace | Declined]) -> Pace | Declined:
        try:
            found: Pace | Declined = self.pool.answer(future, "a few steps of them")
        except (CandidateError, CandidateLostError) as error:
            return Declined(str(error))
        return found

    def _steps(self, specs: Sequence[TrialSpec]) -> int:
        return sum(spec.treatment.steps(spec.candidate, self.rows) for spec in specs)

    def _patient(self, best: Timing, specs: Sequence[TrialSpec]) -> Way:
        """The best way, its ensembles small enough to be through in good time."""
        way = best.way
        longest = max(spec.treatment.steps(spec.candidate, self.rows) for spec in specs)
        each = longest * way.workers / best.steps_per_second
        members = math.floor(min(PATIENCE, specs[0].timeout / 2) / each)
        return way.model_copy(update={"members": min(way.members, max(2, members))})


def _pace(job: Job, task: Task) -> Pace | Declined:
    from stablecheck.executors.timing import pace

    return pace(job, task)
