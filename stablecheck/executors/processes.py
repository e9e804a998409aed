"""Trials in warm worker processes of this machine."""

from __future__ import annotations

import concurrent.futures
import logging
import multiprocessing
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool

from stablecheck.errors import CandidateError, CandidateLostError, WorkersLostError
from stablecheck.executors.base import Examination, Executor, PilotFigures, Settings
from stablecheck.plan import TrialSpec
from stablecheck.recipe import Candidate
from stablecheck.trial.record import Trial
from stablecheck.trial.specified import failed_trial


class ProcessExecutor(Executor):
    """A pool of processes, started once; each runs one trial at a time.

    A candidate that hangs, exits or exhausts memory costs its trial: the worker is replaced and the
    others go on. On a CPU each worker computes with its equal share of the cores.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._workers = settings.workers or _default_workers(settings.device)
        logging.getLogger("pebble").setLevel(logging.CRITICAL)
        threads = max(1, _cores() // self._workers)
        self._pool = ProcessPool(
            max_workers=self._workers,
            context=multiprocessing.get_context("spawn"),
            initializer=_start,
            initargs=(threads, settings.output, tuple(sys.path)),
        )

    @property
    def workers(self) -> int:
        return self._workers

    def examine(self, candidate: Candidate, timeout: float) -> Examination:
        arguments = (candidate, self.settings.folders, self.settings.device)
        with _workers_needed(self.settings.output):
            future = self._pool.schedule(_examine, args=arguments, timeout=timeout)
            found: Examination = _answer(future, "loading the candidate")
        self.data_sha256 = found.facts.data_sha256
        return found

    def pilot(self, spec: TrialSpec) -> PilotFigures:
        arguments = (spec, self.settings.folders, self.settings.device)
        with _workers_needed(self.settings.output):
            future = self._pool.schedule(_pilot, args=arguments, timeout=spec.timeout)
            figures: PilotFigures = _answer(future, "the pilot")
        return figures

    def trials(self, specs: Sequence[TrialSpec], deadline: float) -> Iterator[Trial]:
        waiting = list(specs)
        running: dict[Future[Any], TrialSpec] = {}
        while waiting or running:
            if time.monotonic() > deadline:
                waiting.clear()
            with _workers_needed(self.settings.output):
                self._start_ready(waiting, running)
            done, _ = concurrent.futures.wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                with _workers_needed(self.settings.output):
                    trial = _outcome(future, running.pop(future))
                yield trial

    def _start_ready(self, waiting: list[TrialSpec], running: dict[Future[Any], TrialSpec]) -> None:
        """Keep every worker busy with a trial whose control's trial is finished."""
        unfinished = {spec.id for spec in (*waiting, *running.values())}
        ready = [spec for spec in waiting if spec.cross_seed not in unfinished]
        for spec in ready[: self._workers - len(running)]:
            waiting.remove(spec)
            running[self._submit(spec)] = spec

    def _submit(self, spec: TrialSpec) -> Future[Any]:
        settings = self.settings
        arguments = (
            spec, settings.folders, settings.device, settings.end_points, self.data_sha256
        )  # fmt: skip
        return self._pool.schedule(_run, args=arguments, timeout=spec.timeout)

    def close(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _default_workers(device: str) -> int:
    """One per core on a CPU; one alone where trials share an accelerator."""
    if device.startswith(("cuda", "mps")) or (device == "auto" and _accelerated()):
        return 1
    return _cores()


def _accelerated() -> bool:
    """Whether an accelerator is likely here, without importing torch."""
    return shutil.which("nvidia-smi") is not None or sys.platform == "darwin"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _start(threads: int, output: Path | None, path: tuple[str, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process decides what Ctrl-C means
    sys.path[:] = path
    target = os.open(output or os.devnull, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    from stablecheck.executors.jobs import start_worker

    start_worker(threads)


def _examine(candidate: Candidate, folders: tuple[Path, ...], device: str) -> Examination:
    from stablecheck.executors.jobs import examine_candidate

    return examine_candidate(candidate, folders, device)


def _pilot(spec: TrialSpec, folders: tuple[Path, ...], device: str) -> PilotFigures:
    from stablecheck.executors.jobs import run_pilot

    return run_pilot(spec, folders, device)


def _run(
    spec: TrialSpec,
    folders: tuple[Path, ...],
    device: str,
    end_points: Path,
    data_sha256: str | None,
) -> Trial:
    from stablecheck.executors.jobs import run_spec

    return run_spec(spec, folders, device, end_points, data_sha256)


def _answer(future: Future[Any], doing: str) -> Any:
    try:
        return future.result()
    except concurrent.futures.TimeoutError as error:
        message = f"{doing} took longer than run.trial_timeout; load less, or raise that limit"
        raise CandidateError(("candidate", "model"), message) from error
    except ProcessExpired as error:
        raise CandidateLostError(f"{doing} {_ended(error)}") from error
    except SystemExit as error:
        raise CandidateLostError(f"{doing} called sys.exit({error.code})") from error


def _outcome(future: Future[Any], spec: TrialSpec) -> Trial:
    try:
        trial: Trial = future.result()
    except concurrent.futures.TimeoutError:
        message = f"ended after {spec.timeout:g} s, the limit run.trial_timeout"
        changed = {"status": "timeout", "message": message, "seconds": spec.timeout}
        return failed_trial(spec, message).model_copy(update=changed)
    except ProcessExpired as error:
        return failed_trial(spec, f"the training {_ended(error)}")
    return trial


@contextmanager
def _workers_needed(output: Path | None) -> Iterator[None]:
    """Tell a pool that could not start from a candidate that failed."""
    try:
        yield
    except BrokenProcessPool as error:
        seen = f"; see {output}" if output else ""
        raise WorkersLostError(
            f"the worker processes could not be started: {error}{seen}. `stablecheck doctor` "
            "checks what they need; a script of your own needs `if __name__ == '__main__':`"
        ) from error


def _ended(error: ProcessExpired) -> str:
    code = error.exitcode
    if code == -signal.SIGKILL:
        return "was killed by the system, probably for want of memory"
    return f"ended its process with exit code {code}"
