"""What an executor is: it examines a candidate and runs the trials of a plan."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from pydantic import Field
from typing_extensions import Self

from stablecheck.plan import TrialSpec
from stablecheck.recipe import Candidate, CandidateFacts
from stablecheck.section import Section
from stablecheck.trial.record import Trial


@dataclass(frozen=True)
class Settings:
    """Where and how an executor works.

    Args:
        folders: Where the candidate's files are looked up.
        device: As the checklist asks: auto, cpu, cuda, cuda:1, mps.
        workers: Number of worker processes; None lets the executor choose.
        end_points: Folder for end points that trials share.
        output: File that takes what the candidate prints; None drops it.
    """

    folders: tuple[Path, ...]
    device: str
    workers: int | None
    end_points: Path
    output: Path | None = None


class Examination(Section):
    """A candidate that was loaded and tried for one step."""

    facts: CandidateFacts
    device: str
    device_name: str
    threads: int = Field(description="Processor threads of one training; sums depend on them.")


class PilotFigures(Section):
    """What a short pilot measured on the candidate."""

    step_seconds: float
    gradient_seconds: float
    companion_seconds: dict[str, float] = Field(
        default_factory=dict, description="Of one trial, by group of costly measures."
    )
    snapshot_bytes: int
    peak_memory_bytes: int


class Executor(ABC):
    """Runs trials somewhere; used as a context manager, so that nothing stays behind."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.data_sha256: str | None = None  # known once the candidate was examined

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    @abstractmethod
    def workers(self) -> int:
        """Trials that run at the same time."""

    @abstractmethod
    def examine(self, candidate: Candidate, timeout: float) -> Examination:
        """Load the candidate and try one step, within ``timeout`` seconds where that can be kept.

        Raises:
            CandidateError: Something in it cannot be used.
            CandidateLostError: Its code ended the process.
            WorkersLostError: No process could be started.
        """

    @abstractmethod
    def pilot(self, spec: TrialSpec) -> PilotFigures:
        """Time a few steps and gradients of one trial.

        Raises:
            DivergedError: The candidate diverged in those few steps.
            CandidateError, CandidateLostError, WorkersLostError: As ``examine``.
        """

    @abstractmethod
    def trials(self, specs: Sequence[TrialSpec], deadline: float) -> Iterator[Trial]:
        """Run trials and yield each as it finishes, in any order.

        A trial whose ``cross_seed`` names another one in ``specs``, which stands before it there,
        runs after that one. None starts
        after ``deadline``, a reading of ``time.monotonic``; those left out are not yielded.
        """

    @abstractmethod
    def close(self) -> None:
        """End every process that belongs to the executor."""
