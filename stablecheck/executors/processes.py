"""Trials in warm worker processes of this machine, one by one or as ensembles."""

from __future__ import annotations

import concurrent.futures
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future
from pathlib import Path
from typing import Any, ClassVar

from stablecheck.executors.base import (
    Choice,
    Declined,
    Examination,
    Executor,
    PilotFigures,
    Settings,
    Task,
)
from stablecheck.executors.grouping import Job, jobs
from stablecheck.executors.machine import cores, shares_an_accelerator
from stablecheck.executors.pool import Pool
from stablecheck.executors.recovery import Outcome, outcome_of
from stablecheck.plan import TrialSpec
from stablecheck.recipe import Recipe
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.record import Trial
from stablecheck.way import Way


class ProcessExecutor(Executor):
    """A pool of processes, started once; each computes one job at a time.

    A candidate that hangs, exits or exhausts memory costs its trial: the worker is replaced and the
    others go on. On a CPU each worker computes with its equal share of the cores.
    """

    grace: ClassVar[float] = 0.0
    """Seconds that a worker has beyond the limit of its trial, to end what it started itself."""

    def __init__(self, settings: Settings) -> None:
        workers = settings.workers or _default_workers(settings.device)
        super().__init__(settings, one_by_one(workers))
        self.pool = self._pool_of(workers)

    def _pool_of(self, workers: int) -> Pool:
        return Pool(workers, self.way.threads, self.settings.output)

    def grow(self, workers: int) -> None:
        """Have at least so many processes; where that is more than there are, all start anew."""
        if workers > self.pool.workers:
            self.renew(workers)

    def renew(self, workers: int) -> None:
        """Have so many new processes instead of those there are, of which none computes."""
        self.pool.close()
        self.pool = self._pool_of(workers)

    def examine(self, candidate: Recipe, timeout: float) -> Examination:
        arguments = (candidate, self.settings.folders, self.settings.device)
        found: Examination = self.pool.call(
            "loading the candidate", _examine, *arguments, timeout=timeout
        )
        return self.remember(found)

    def choose(self, specs: Sequence[TrialSpec]) -> Choice:
        """One by one, with no more workers than trials: fewer get more threads each."""
        return Choice(way=one_by_one(min(self.way.workers, len(specs))))

    def pilot(self, spec: TrialSpec) -> PilotFigures:
        figures: PilotFigures = self.pool.call(
            "the pilot", _pilot, spec, self.task(), timeout=spec.timeout
        )
        return figures

    def trials(self, specs: Sequence[TrialSpec], deadline: float) -> Iterator[Trial]:
        self.grow(self.way.workers)
        waiting = jobs(specs, self.way, self.rows)
        running: dict[Future[Any], Job] = {}
        for spec in specs:
            self._end_points.forget(spec.id)
        while waiting or running:
            if self.stopped or time.monotonic() > deadline:
                self._give_up(waiting)
            if self.stopped:
                self._end(running)
            self._start_ready(waiting, running)
            done, _ = concurrent.futures.wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                job = running.pop(future)
                with self.pool.needed():
                    found = outcome_of(future, job)
                waiting[:0] = found.again  # first: a running job may wait for what they keep
                self._tell(found)
                yield from found.trials

    def _give_up(self, waiting: list[Job]) -> None:
        """Start none of these; whoever waits for what one of them would leave waits no longer."""
        for job in waiting:
            for spec in job:
                if spec.keeps_end_point:
                    self._end_points.keep(spec.id, None)
        waiting.clear()

    @property
    def _end_points(self) -> EndPoints:
        return EndPoints(self.settings.end_points)

    def _end(self, running: dict[Future[Any], Job]) -> None:
        for future in running:
            future.cancel()  # which ends its worker
        running.clear()

    def _tell(self, found: Outcome) -> None:
        """Pass on why trials are computed again, and that lost ones keep no end point."""
        if found.why_again is not None:
            self.remark(found.why_again)
        for trial in found.trials:
            if trial.status in ("failed", "timeout"):
                self._end_points.keep(trial.id, None)

    def _start_ready(self, waiting: list[Job], running: dict[Future[Any], Job]) -> None:
        """Keep every worker busy with a job whose controls' trials are finished or under way.

        A trial by itself starts when that trial is finished; an ensemble, which is measured only at
        its end, as soon as it is under way.
        """
        for job in list(waiting):
            if len(running) == self.way.workers:
                return
            unstarted = {spec.id for other in waiting if other is not job for spec in other}
            under_way = {spec.id for other in running.values() for spec in other}
            awaited = {spec.cross_seed for spec in job if spec.cross_seed} & under_way
            if unstarted & {spec.cross_seed for spec in job} or (len(job) == 1 and awaited):
                continue
            waiting.remove(job)
            running[self._submit(job, frozenset(awaited))] = job

    def _submit(self, job: Job, awaited: frozenset[str]) -> Future[Any]:
        limit = max(spec.timeout for spec in job)
        end_points = EndPoints(self.settings.end_points, awaited, patience=limit)
        timeout = limit + self.grace
        return self.pool.submit(_run, job, self.task_of(job), end_points, timeout=timeout)

    def task_of(self, job: Job) -> Task:
        """Where and how a job is computed; all alike."""
        return self.task()

    def close(self) -> None:
        self.pool.close()


def one_by_one(workers: int) -> Way:
    """Trials one by one in so many processes, which share the cores equally."""
    return Way(together=False, workers=workers, threads=max(1, cores() // workers))


def _default_workers(device: str) -> int:
    """One per core on a CPU; one alone where trials share an accelerator."""
    return 1 if shares_an_accelerator(device) else cores()


def _examine(candidate: Recipe, folders: tuple[Path, ...], device: str) -> Examination:
    from stablecheck.executors.jobs import examine_candidate

    return examine_candidate(candidate, folders, device)


def _pilot(spec: TrialSpec, task: Task) -> PilotFigures:
    from stablecheck.executors.jobs import run_pilot

    return run_pilot(spec, task)


def _run(job: Job, task: Task, end_points: EndPoints) -> Sequence[Trial] | Declined:
    from stablecheck.executors.jobs import run_job, run_spec

    if len(job) == 1:
        return [run_spec(job[0], task, end_points)]
    return run_job(job, task, end_points)
