"""An existing Ray cluster: entered, asked to compute, and left. None is ever started here."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stablecheck.errors import ClusterError
from stablecheck.executors.ray_cluster.address import answers, reachable_address
from stablecheck.executors.ray_cluster.capacity import Capacity, Share
from stablecheck.executors.ray_cluster.remote import Answer, Started, execute

HEAD_SECONDS = 20.0
"""A head node that is started anew may be away for so long."""

_WITH_ITS_NODE = "was lost with its node"


@dataclass(eq=False)
class Flight:
    """Something that a cluster was asked to compute.

    Args:
        stream: What Ray gives its answers through.
        limit: Seconds that it may take.
        began: When it began, a reading of ``time.monotonic``; None while it waits for its turn.
        node: The node that it runs on.
        outcome: How it ended, or None as long as it has not.
    """

    stream: Any
    limit: float
    began: float | None = None
    node: str | None = None
    outcome: Answer | Lost | Overdue | None = None

    @property
    def is_overdue(self) -> bool:
        """Whether it has taken longer than it may."""
        return self.began is not None and time.monotonic() > self.began + self.limit


@dataclass(frozen=True)
class Lost:
    """Its worker or its node did not survive it."""

    why: str


@dataclass(frozen=True)
class Overdue:
    """It was ended, because it took longer than its limit."""


class Cluster:
    """The cluster that RAY_ADDRESS names, or the one that runs on this machine.

    Attributes:
        address: Its ``HOST:PORT``.

    Raises:
        ClusterError: Ray is not installed, or no cluster can be reached.
    """

    def __init__(self) -> None:
        self._ray = _imported()
        self.address = reachable_address()

    def enter(self, package: Path | None) -> None:
        """Connect this process to it.

        Args:
            package: An archive; workers start in the folder that it unpacks to.

        Raises:
            ClusterError: The cluster does not want this process.
        """
        os.environ.setdefault("RAY_OVERRIDE_JOB_RUNTIME_ENV", "1")  # under `ray job submit`
        environment = {} if package is None else {"working_dir": str(package)}
        try:
            with _own_signals():
                self._ray.init(
                    address=self.address,
                    runtime_env=environment,
                    log_to_driver=False,
                    logging_level=logging.CRITICAL,
                )
        except Exception as error:  # Ray documents none of them
            self._ray.shutdown()
            raise ClusterError(
                f"the Ray cluster at {self.address} cannot be used: {_first_line(error)}"
            ) from error

    def leave(self) -> None:
        """End what still runs, and disconnect."""
        self._ray.shutdown()

    @property
    def capacity(self) -> Capacity:
        """What the nodes that are there have."""
        alive = (node["Resources"] for node in self._ray.nodes() if node["Alive"])
        return Capacity(tuple((node.get("CPU", 0.0), node.get("GPU", 0.0)) for node in alive))

    def submit(self, limit: float, share: Share, *arguments: Any) -> Flight:
        """Ask for ``execute(*arguments)`` on some node that has room for it.

        Ray is not asked to retry: it would count the time from the first try on.
        """
        wanted = self._ray.remote(
            num_cpus=share.cpus,
            num_gpus=share.gpus,
            num_returns="streaming",
            max_retries=0,
        )
        return Flight(wanted(execute).remote(*arguments), limit)

    def landed(self, flights: Sequence[Flight], patience: float) -> list[Flight]:
        """The flights that are over, or overdue and ended; waits so many seconds for one at most.

        Raises:
            ClusterError: It cannot do what was asked of it, or is gone.
        """
        streams = {flight.stream: flight for flight in flights}
        ready, _ = self._ray.wait(list(streams), timeout=patience, fetch_local=False)
        for stream in ready:
            self._advance(streams[stream])
        if not ready:
            self._await_head()
        lost = set() if ready else self._dead_nodes()
        for flight in flights:
            if flight.outcome is None and (flight.is_overdue or flight.node in lost):
                self.end(flight)
                flight.outcome = Lost(_WITH_ITS_NODE) if flight.node in lost else Overdue()
        return [flight for flight in flights if flight.outcome is not None]

    def _await_head(self) -> None:
        """Give a head node that is silent some time; Ray would end this process after a minute."""
        until = time.monotonic() + HEAD_SECONDS
        while not answers(self.address):
            if time.monotonic() > until:
                raise ClusterError(
                    f"the Ray cluster at {self.address} no longer answers; finished trials are "
                    "kept; continue with --resume when it is back"
                )
            time.sleep(1.0)

    def _dead_nodes(self) -> set[str]:
        """Nodes that are known to be gone; a task there may be silent for long."""
        return {node["NodeID"] for node in self._ray.nodes() if not node["Alive"]}

    def _advance(self, flight: Flight) -> None:
        """Take in what a flight has to say."""
        errors = self._ray.exceptions
        try:
            said = self._ray.get(next(flight.stream))
        except (errors.RuntimeEnvSetupError, errors.TaskUnschedulableError) as error:
            raise ClusterError(
                f"the Ray cluster could not start a worker: {_first_line(error)}"
            ) from error
        except errors.RayTaskError as error:
            raise ClusterError(
                f"a worker of the Ray cluster failed: {_last_line(error)}; every node needs Python "
                "with the packages of `pip install 'stablecheck[ray]'` and those of the candidate"
            ) from error
        except errors.RayError as error:
            flight.outcome = Lost(self._how(error))
        else:
            if isinstance(said, Started):
                flight.began, flight.node = time.monotonic(), said.node
            else:
                flight.outcome = said

    def _how(self, error: BaseException) -> str:
        """How a flight was lost, part of a sentence."""
        if isinstance(error, self._ray.exceptions.OutOfMemoryError):
            return "was ended by Ray, because its node was short of memory"
        if isinstance(error, self._ray.exceptions.WorkerCrashedError):
            return "ended its process, or was killed, probably for want of memory"
        return _WITH_ITS_NODE

    def end(self, flight: Flight) -> None:
        """End a flight, whatever its code is doing."""
        self._ray.cancel(flight.stream, force=True)


def look() -> str:
    """What the cluster is and has, for people.

    Raises:
        ClusterError: Ray is not installed, or no cluster can be used.
    """
    cluster = Cluster()
    cluster.enter(None)
    try:
        return f"cluster at {cluster.address}, {cluster.capacity}"
    finally:
        cluster.leave()


def _imported() -> Any:
    # Ray reads this when it is imported: without it, it prints what becomes of workers and nodes.
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")
    try:
        import ray
    except ImportError as error:
        raise ClusterError(
            "executor ray needs Ray, which is not installed: pip install 'stablecheck[ray]'"
        ) from error
    if ray.is_initialized():
        raise ClusterError("this process is connected to Ray already; call ray.shutdown() before")
    return ray


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep what SIGTERM means here; Ray gives it another meaning."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if before is not signal.getsignal(signal.SIGTERM):
            signal.signal(signal.SIGTERM, before)


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__).strip().rstrip(".")


def _last_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1].strip()
