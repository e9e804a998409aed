"""What an executor is: it examines a candidate and runs the trials of a plan."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from pydantic import Field
from typing_extensions import Self

from stablecheck.checklist.schema import Resources
from stablecheck.plan import TrialSpec
from stablecheck.recipe import CandidateFacts, Recipe
from stablecheck.section import Section
from stablecheck.trial.record import Trial
from stablecheck.trial.snapshot_limits import DEFAULT, SnapshotLimits
from stablecheck.way import Way


@dataclass(frozen=True)
class Settings:
    """Where and how an executor works.

    Args:
        folders: Where the candidate's files are looked up.
        device: As the checklist asks: auto, cpu, cuda, cuda:1, mps.
        workers: Number of worker processes; None lets the executor choose.
        end_points: Folder for end points that trials share.
        output: File that takes what the candidate prints; None drops it.
        resources: What one trial takes of a cluster.
        snapshots: What the snapshots of all workers may take.
    """

    folders: tuple[Path, ...]
    device: str
    workers: int | None
    end_points: Path
    output: Path | None = None
    resources: Resources = field(default_factory=Resources)
    snapshots: SnapshotLimits = DEFAULT


@dataclass(frozen=True)
class Task:
    """Where and how a worker computes trials; travels to it.

    Args:
        folders: Where the candidate's files are looked up.
        device: As the checklist asks.
        threads: Processor threads to use.
        captured: Whether steps of ensembles are captured as a CUDA graph and replayed.
        data_sha256: What the data was when the candidate was examined; None before that.
        snapshots: What the snapshots of this worker may take.
    """

    folders: tuple[Path, ...]
    device: str
    threads: int
    captured: bool = False
    data_sha256: str | None = None
    snapshots: SnapshotLimits = DEFAULT


@dataclass(frozen=True)
class Declined:
    """Trials that were not computed together.

    Args:
        why: Part of a sentence.
        too_many: Whether fewer of them might be.
    """

    why: str
    too_many: bool = False


class Examination(Section):
    """A candidate that was loaded and tried for one step."""

    facts: CandidateFacts
    device: str
    device_name: str
    remarks: tuple[str, ...] = Field((), description="What somebody should be told of it.")
    packages: dict[str, str] = Field(
        default_factory=dict,
        description="Versions of what the code imports; of a command, of what it may import.",
    )
    devices: tuple[str, ...] = Field(
        (), description="Devices that the trials of a command may be spread over."
    )


class PilotFigures(Section):
    """What a short pilot measured on the candidate."""

    step_seconds: float
    gradient_seconds: float
    companion_seconds: dict[str, float] = Field(
        default_factory=dict, description="Of one trial, by group of costly measures."
    )
    snapshot_bytes: int
    peak_memory_bytes: int


class Pace(Section):
    """How fast one process computed trials."""

    steps_per_second: float = Field(description="Gradient steps of all its trials together.")
    began: float = Field(description="When it was timed, a reading of time.monotonic.")
    ended: float = Field(description="Until when.")


class Timing(Section):
    """A way that was tried on the candidate."""

    way: Way
    steps_per_second: float = Field(description="Gradient steps of all processes together.")
    seconds: float = Field(description="What all trainings would take at that pace.")


class Choice(Section):
    """The way that trials are to be computed, and what it was chosen from."""

    way: Way
    timings: tuple[Timing, ...] = Field((), description="The ways that were timed, if any.")
    why_not_together: str | None = Field(
        None, description="Why trials cannot be computed together; continues 'because'."
    )
    why_not_captured: str | None = Field(
        None, description="Why their steps cannot be captured and replayed; continues 'because'."
    )

    @property
    def steps_per_second(self) -> float | None:
        """Gradient steps of all processes together; None where nothing was timed."""
        for timing in self.timings:
            if timing.way.model_copy(update={"members": self.way.members}) == self.way:
                return timing.steps_per_second
        return None


class Executor(ABC):
    """Runs trials somewhere; used as a context manager, so that nothing stays behind.

    Attributes:
        settings: Where and how it works.
        way: How it computes trials; set it to what ``choose`` chose, or to an earlier run's way.
        examination: What was found of the candidate once it was examined.
        remarks: What somebody should be told of how trials were computed; each once.
        stopped: Whether no more trials are wanted.
    """

    def __init__(self, settings: Settings, way: Way) -> None:
        self.settings = settings
        self.way = way
        self.examination: Examination | None = None
        self.remarks: list[str] = []
        self.stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @abstractmethod
    def examine(self, candidate: Recipe, timeout: float) -> Examination:
        """Load the candidate and try one step, within ``timeout`` seconds where that can be kept.

        Raises:
            CandidateError: Something in it cannot be used.
            CandidateLostError: Its code ended the process.
            WorkersLostError: No process could be started.
        """

    def remember(self, found: Examination) -> Examination:
        """Keep what was found of the candidate: what is examined first, before other arms."""
        self.examination = self.examination or found
        return found

    @property
    def facts(self) -> CandidateFacts | None:
        """What is known of the candidate once it was examined."""
        return self.examination.facts if self.examination else None

    @property
    def rows(self) -> int:
        """Training rows of the candidate, which was examined before; 1 where they are not known."""
        return (self.facts.n_train if self.facts else None) or 1

    def task(self, way: Way | None = None) -> Task:
        """What a worker has to know to compute a trial, the way that was chosen or another."""
        way = way or self.way
        return Task(
            folders=self.settings.folders,
            device=self.settings.device,
            threads=way.threads,
            captured=way.captured,
            data_sha256=self.facts.data_sha256 if self.facts else None,
            snapshots=self.settings.snapshots.shared_by(way.workers),
        )

    def choose(self, specs: Sequence[TrialSpec]) -> Choice:
        """How the trials of a plan are best computed; the candidate was examined before."""
        return Choice(way=self.way)

    def remark(self, text: str) -> None:
        """Take down what somebody should be told, once."""
        if text not in self.remarks:
            self.remarks.append(text)

    @abstractmethod
    def pilot(self, spec: TrialSpec) -> PilotFigures:
        """Time a few steps and gradients of one trial.

        Raises:
            DivergedError: The candidate diverged in those few steps.
            CandidateError, CandidateLostError, WorkersLostError: As ``examine``.
        """

    def stop(self) -> None:
        """Let ``trials`` start nothing more, end what runs and yield only what is finished."""
        self.stopped = True

    @abstractmethod
    def trials(self, specs: Sequence[TrialSpec], deadline: float) -> Iterator[Trial]:
        """Run trials and yield each as it finishes, in any order.

        A trial whose ``cross_seed`` names another one in ``specs``, which stands before it there,
        is measured after that one was trained. None starts after ``deadline``, a reading of
        ``time.monotonic``; those left out are not yielded.
        """

    @abstractmethod
    def close(self) -> None:
        """End every process that belongs to the executor."""
