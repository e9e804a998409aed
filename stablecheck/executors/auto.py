"""The fastest way to compute trials on this machine, found by trying a few steps of each."""

from __future__ import annotations

import concurrent.futures
import math
from collections.abc import Iterator, Sequence
from concurrent.futures import Future

from stablecheck.errors import CandidateError, CandidateLostError
from stablecheck.executors.base import Choice, Declined, Pace, Settings, Task, Timing
from stablecheck.executors.ensembles import EnsembleExecutor
from stablecheck.executors.grouping import Job, largest_group
from stablecheck.executors.machine import cores, shares_an_accelerator
from stablecheck.executors.processes import one_by_one
from stablecheck.plan import TrialSpec
from stablecheck.way import Way

PATIENCE = 300.0
"""Seconds that one ensemble may take, about: its trials are only kept when all are finished."""
MOST_ON_AN_ACCELERATOR = 4
"""Processes that are tried on one; each keeps some memory of it."""
TRIES = 3
"""How often a way is tried in several processes until they were timed at once."""
WORTH_TRYING = 20.0
"""Seconds that all trials must take before more processes on an accelerator are tried."""


class AutoExecutor(EnsembleExecutor):
    """Times ensembles, processes with equal shares of the cores, and one process with all.

    Where trials share an accelerator one process is tried first, on CUDA with the steps of
    ensembles captured too, and then more processes while they are faster and the run is long.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.way = one_by_one(self._most())  # the pool stays small until more have proved faster

    @property
    def _shared(self) -> bool:
        """Whether trials share an accelerator: known once the candidate was examined there."""
        if self.examination is not None:
            return self.examination.device != "cpu"
        return shares_an_accelerator(self.settings.device)

    def _most(self) -> int:
        """Processes that may be used."""
        most = min(cores(), MOST_ON_AN_ACCELERATOR) if self._shared else cores()
        return self.settings.workers or most

    def choose(self, specs: Sequence[TrialSpec]) -> Choice:
        """The way that would be through with all trials first; one by one where none was timed."""
        most = min(self._most(), len(specs))
        few = 1 if self._shared else most
        alone = [self._timed(one_by_one(workers), specs) for workers in sorted({few, 1})[::-1]]
        together = self._together(specs, few)
        captured = self._captured(together, specs)
        found = _timings((*alone, together, captured))
        if self._shared and found:
            found += tuple(self._with_more_processes(_best(found), specs, most))
        if not found:
            return Choice(way=one_by_one(few))
        best = _best(found)
        if self._shared and self.pool.workers > best.way.workers:
            self.renew(best.way.workers)  # the others would keep their part of the device's memory
        return Choice(
            way=self._patient(best, specs),
            timings=found,
            why_not_together=_why(together),
            why_not_captured=_why(captured),
        )

    def _together(self, specs: Sequence[TrialSpec], workers: int) -> Timing | Declined | None:
        """Ensembles as large as the device has room for; None where no two trials are alike."""
        way = self.ensembles(specs, workers)
        return self._fitting(way, specs) if way.together else None

    def _fitting(self, way: Way, specs: Sequence[TrialSpec]) -> Timing | Declined:
        """Ensembles that are halved until the device has room for them."""
        found = self._timed(way, specs)
        while isinstance(found, Declined) and found.too_many and way.members > 2:
            way = way.model_copy(update={"members": max(2, way.members // 2)})
            found = self._timed(way, specs)
        return found

    def _captured(
        self, together: Timing | Declined | None, specs: Sequence[TrialSpec]
    ) -> Timing | Declined | None:
        """The same ensembles with their steps captured; None where no device does that."""
        on_cuda = self.examination is not None and self.examination.device.startswith("cuda")
        if not on_cuda or not isinstance(together, Timing):
            return None
        found = self._fitting(together.way.model_copy(update={"captured": True}), specs)
        if isinstance(found, Declined):
            self.renew(self.pool.workers)  # whatever a failed capture left behind
        return found

    def _with_more_processes(
        self, best: Timing, specs: Sequence[TrialSpec], most: int
    ) -> Iterator[Timing]:
        """The best way so far in twice as many processes, again and again while that is faster."""
        while best.seconds > WORTH_TRYING and _can_double(best.way, most):
            found = self._timed(_doubled(best.way), specs)
            if not isinstance(found, Timing):
                return
            yield found
            if found.seconds >= best.seconds:
                return
            best = found

    def _timed(self, way: Way, specs: Sequence[TrialSpec]) -> Timing | Declined:
        """Try a few steps in every process at once, since they share caches and memory.

        They are tried again where one was late, because it had to load first.
        """
        self.grow(way.workers)
        job = largest_group(specs, self.rows)[: way.members]
        paces = self._paces(job, way)
        for _ in range(TRIES - 1):
            if isinstance(paces, Declined) or _at_once(paces):
                break
            paces = self._paces(job, way)
        if isinstance(paces, Declined):
            return paces
        rate = sum(pace.steps_per_second for pace in paces)
        return Timing(way=way, steps_per_second=rate, seconds=self._steps(specs) / rate)

    def _paces(self, job: Job, way: Way) -> list[Pace] | Declined:
        futures = [
            self.pool.submit(_pace, job, self.task(way), timeout=job[0].timeout)
            for _ in range(way.workers)
        ]
        concurrent.futures.wait(futures)
        paces = []
        for future in futures:
            found = self._answer(future)
            if isinstance(found, Declined):
                return found
            paces.append(found)
        return paces

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


def _at_once(paces: Sequence[Pace]) -> bool:
    """Whether all were timed together for half of the longest time at least."""
    together = min(pace.ended for pace in paces) - max(pace.began for pace in paces)
    return together >= max(pace.ended - pace.began for pace in paces) / 2


def _timings(found: Sequence[Timing | Declined | None]) -> tuple[Timing, ...]:
    return tuple(one for one in found if isinstance(one, Timing))


def _best(timings: Sequence[Timing]) -> Timing:
    return min(timings, key=lambda timing: timing.seconds)


def _why(found: Timing | Declined | None) -> str | None:
    return found.why if isinstance(found, Declined) else None


def _can_double(way: Way, most: int) -> bool:
    return 2 * way.workers <= most and (way.members >= 4 or not way.together)


def _doubled(way: Way) -> Way:
    """The same trials in twice as many processes, so that ensembles have half the members."""
    threads = max(1, way.threads // 2)
    members = math.ceil(way.members / 2)
    return way.model_copy(
        update={"workers": 2 * way.workers, "threads": threads, "members": members}
    )


def _pace(job: Job, task: Task) -> Pace | Declined:
    from stablecheck.executors.timing import pace

    return pace(job, task)
