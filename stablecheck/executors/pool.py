"""Warm worker processes of this machine, and what becomes of work that they do not finish."""

from __future__ import annotations

import concurrent.futures
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool

from stablecheck import forkserver
from stablecheck.errors import CandidateError, CandidateLostError, WorkersLostError


class Pool:
    """Processes that are started once; one that dies is replaced.

    Args:
        workers: How many.
        threads: Processor threads of each, until a task asks for others.
        output: File that takes what they print; None drops it.

    Attributes:
        workers: How many.
    """

    def __init__(self, workers: int, threads: int, output: Path | None) -> None:
        logging.getLogger("pebble").setLevel(logging.CRITICAL)
        self.workers = workers
        self._output = output
        self._pool = ProcessPool(
            max_workers=workers,
            context=forkserver.context(),
            initializer=_start,
            initargs=(threads, output, tuple(sys.path), dict(os.environ)),
        )

    def submit(self, function: Callable[..., Any], *arguments: Any, timeout: float) -> Future[Any]:
        """Start a function of this package in a worker; it is ended after ``timeout`` seconds."""
        with self.needed():
            return self._pool.schedule(function, args=arguments, timeout=timeout)

    def call(
        self, doing: str, function: Callable[..., Any], *arguments: Any, timeout: float
    ) -> Any:
        """The answer of a function in a worker.

        Raises:
            CandidateError: It took too long.
            CandidateLostError: The candidate's code ended the process; begins with ``doing``.
            WorkersLostError: No process could be started.
        """
        return self.answer(self.submit(function, *arguments, timeout=timeout), doing)

    def answer(self, future: Future[Any], doing: str) -> Any:
        """The answer of a function that was submitted; raises as ``call`` does."""
        with self.needed():
            return _answer(future, doing)

    @contextmanager
    def needed(self) -> Iterator[None]:
        """Tell a pool that could not start from a candidate that failed."""
        try:
            yield
        except BrokenProcessPool as error:
            seen = f"; see {self._output}" if self._output else ""
            raise WorkersLostError(
                f"the worker processes could not be started: {error}{seen}. `stablecheck doctor` "
                "checks what they need; a script of your own needs `if __name__ == '__main__':`"
            ) from error

    def close(self) -> None:
        """End every process at once."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _answer(future: Future[Any], doing: str) -> Any:
    try:
        return future.result()
    except concurrent.futures.TimeoutError as error:
        message = f"{doing} took longer than run.trial_timeout; load less, or raise that limit"
        raise CandidateError(("candidate", "model"), message) from error
    except ProcessExpired as error:
        raise CandidateLostError(f"{doing} {ended(error)}") from error
    except SystemExit as error:
        raise CandidateLostError(f"{doing} called sys.exit({error.code})") from error


def ended(error: ProcessExpired) -> str:
    """How a process ended, part of a sentence."""
    if was_killed(error):
        return "was killed by the system, probably for want of memory"
    return f"ended its process with exit code {error.exitcode}"


def was_killed(error: ProcessExpired) -> bool:
    """Whether the system killed it."""
    return bool(error.exitcode == -signal.SIGKILL)


def _start(
    threads: int, output: Path | None, path: tuple[str, ...], environment: dict[str, str]
) -> None:
    """Make a new worker one of this run's: it may come from a process of an earlier run."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process decides what Ctrl-C means
    if hasattr(signal, "pthread_sigmask"):  # what the candidate starts is to hear of it again
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    sys.path[:] = path
    os.environ.clear()
    os.environ.update(environment)
    target = os.open(output or os.devnull, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    from stablecheck.executors.jobs import start_worker

    start_worker(threads)
