"""Trials on the nodes of a Ray cluster that somebody else keeps."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from stablecheck.errors import CandidateError, CandidateLostError, ClusterError, StablecheckError
from stablecheck.executors.base import Choice, Examination, Executor, PilotFigures, Settings
from stablecheck.executors.ray_cluster import remote
from stablecheck.executors.ray_cluster.cluster import Cluster, Flight, Lost, Overdue
from stablecheck.executors.ray_cluster.remote import Answer, Order
from stablecheck.executors.ray_cluster.shipping import pack
from stablecheck.plan import TrialSpec
from stablecheck.recipe import Recipe
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.record import Trial
from stablecheck.trial.snapshot_limits import SnapshotLimits
from stablecheck.trial.specified import failed_trial
from stablecheck.way import Way

TRIES = 3
"""How often the work of a worker that was lost is begun, in all."""


class RayExecutor(Executor):
    """Each trial is a task of Ray's with the processors that ``run.resources`` gives it.

    The nodes get the candidate's files and the end points they need through Ray, and share no file
    system. Whatever they find comes back to this process, which alone writes the run folder. A
    trial whose worker or node is lost is begun again; what the candidate raises never is.
    """

    def __init__(self, settings: Settings) -> None:
        self._cluster = Cluster()
        with tempfile.TemporaryDirectory() as folder:
            package = Path(folder) / "candidate.zip"
            runs = settings.end_points.parent.parent
            self._shipped = pack(settings.folders, runs, package)
            self._cluster.enter(package)
        try:
            capacity = self._cluster.capacity
            self._share = capacity.share(settings.resources, settings.device)
            self._neighbours = capacity.fits_one_node(self._share)
        except ClusterError:
            self._cluster.leave()
            raise
        room = capacity.fits(self._share)
        workers, threads = min(room, settings.workers or room), max(1, int(self._share.cpus))
        super().__init__(settings, Way(together=False, workers=workers, threads=threads))

    def examine(self, candidate: Recipe, timeout: float) -> Examination:
        found: Examination = self._call("loading the candidate", timeout, remote.examine, candidate)
        return self.remember(found)

    def choose(self, specs: Sequence[TrialSpec]) -> Choice:
        """One by one, as many at a time as the cluster has room for."""
        workers = max(1, min(self.way.workers, len(specs)))
        return Choice(way=self.way.model_copy(update={"workers": workers}))

    def pilot(self, spec: TrialSpec) -> PilotFigures:
        figures: PilotFigures = self._call("the pilot", spec.timeout, remote.pilot, spec)
        return figures

    def trials(self, specs: Sequence[TrialSpec], deadline: float) -> Iterator[Trial]:
        waiting, flying = list(specs), dict[Flight, TrialSpec]()
        losses = Counter[str]()
        try:
            while (waiting or flying) and not self.stopped:
                if time.monotonic() > deadline:
                    waiting.clear()
                    self._end_unstarted(flying)
                self._start_ready(waiting, flying)
                for flight in self._landed(flying):
                    spec = flying.pop(flight)
                    losses[spec.id] += isinstance(flight.outcome, Lost)
                    if isinstance(flight.outcome, Lost) and losses[spec.id] < TRIES:
                        waiting.insert(0, spec)
                    else:
                        yield self._trial(spec, flight)
        finally:
            for flight in flying:
                self._cluster.end(flight)

    def _start_ready(self, waiting: list[TrialSpec], flying: dict[Flight, TrialSpec]) -> None:
        """Ask for trials whose control's trial is finished, as many as there is room for."""
        unfinished = {spec.id for spec in (*waiting, *flying.values())}
        ready = [spec for spec in waiting if spec.cross_seed not in unfinished]
        for spec in ready[: self.way.workers - len(flying)]:
            waiting.remove(spec)
            reference = self._end_points.find(spec.cross_seed) if spec.cross_seed else None
            flying[self._submit(spec.timeout, remote.trial, spec, reference)] = spec

    def _end_unstarted(self, flying: dict[Flight, TrialSpec]) -> None:
        for flight in [one for one in flying if one.began is None]:
            self._cluster.end(flight)
            del flying[flight]

    def _landed(self, flying: Collection[Flight]) -> list[Flight]:
        """Those that are over; raises where none ever will be."""
        found = self._cluster.landed(list(flying), patience=1.0) if flying else []
        if flying and not found and not self._cluster.capacity.fits(self._share):
            raise ClusterError(
                f"the Ray cluster has lost every node with {self._share}; finished trials are "
                "kept; continue with --resume when it is back"
            )
        return found

    def _trial(self, spec: TrialSpec, flight: Flight) -> Trial:
        """The record of a trial that is over; keeps what it leaves for others."""
        outcome = flight.outcome
        if isinstance(outcome, Overdue):
            message = f"ended after {spec.timeout:g} s, the limit run.trial_timeout"
            changed = {"status": "timeout", "message": message, "seconds": spec.timeout}
            return failed_trial(spec, message).model_copy(update=changed)
        if isinstance(outcome, Lost):
            return failed_trial(spec, f"the training {outcome.why}, in each of {TRIES} tries")
        trial: Trial
        trial, end_points = self._value(flight)
        for owner, parameters in end_points.items():
            self._end_points.keep(owner, parameters)
        return trial

    def _call(self, doing: str, limit: float, function: Callable[..., Any], *arguments: Any) -> Any:
        """The answer of a function on some node.

        Raises:
            CandidateError: It took too long.
            CandidateLostError: It lost its worker again and again; begins with ``doing``.
        """
        for _ in range(TRIES):
            flight = self._submit(limit, function, *arguments)
            while not self._landed([flight]):
                pass  # as long as the cluster takes; Ctrl-C ends it
            if not isinstance(flight.outcome, Lost):
                break
        if isinstance(flight.outcome, Lost):
            raise CandidateLostError(f"{doing} {flight.outcome.why}, in each of {TRIES} tries")
        if isinstance(flight.outcome, Overdue):
            message = f"{doing} took longer than run.trial_timeout; load less, or raise that limit"
            raise CandidateError(("candidate", "model"), message)
        return self._value(flight)

    def _submit(self, limit: float, function: Callable[..., Any], *arguments: Any) -> Flight:
        task = dataclasses.replace(
            self.task(),
            folders=self._shipped,
            device=self._share.device,
            snapshots=self._snapshots,
        )
        order = Order(task, remote.versions())
        return self._cluster.submit(limit, self._share, function, order, *arguments)

    @property
    def _snapshots(self) -> SnapshotLimits:
        """Each node has the memory that the checklist allows, and a folder of its own."""
        together = max(1, min(self._neighbours, self.way.workers))
        return SnapshotLimits(self.settings.snapshots.memory).shared_by(together)

    def _value(self, flight: Flight) -> Any:
        """What came back; raises what was raised there, and keeps what was printed there."""
        answer = flight.outcome
        assert isinstance(answer, Answer)  # the caller has seen to the others
        if answer.printed and self.settings.output is not None:
            with self.settings.output.open("a", encoding="utf-8") as file:
                file.write(answer.printed)
        if isinstance(answer.value, StablecheckError):
            raise answer.value
        return answer.value

    @property
    def _end_points(self) -> EndPoints:
        return EndPoints(self.settings.end_points)

    def close(self) -> None:
        self._cluster.leave()
