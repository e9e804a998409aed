"""What a caller may choose, and how it is told what goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stablecheck.executors.base import Examination
from stablecheck.plan import Plan
from stablecheck.result import Result
from stablecheck.trial.record import Trial

DEFAULT_OUTPUT = Path("stablecheck-runs")


@dataclass(frozen=True)
class Options:
    """What a caller may choose beside the checklist; None leaves the checklist's own choice.

    Args:
        output: Folder that holds the run folders.
        device: Overrides ``run.device``.
        executor: Overrides ``run.executor``.
        workers: Overrides ``run.workers``.
        max_cost: Overrides ``run.max_cost``, such as "30min".
        resume: Go on with the newest run of this very checklist that is not complete.
    """

    output: Path = DEFAULT_OUTPUT
    device: str | None = None
    executor: str | None = None
    workers: int | None = None
    max_cost: str | None = None
    resume: bool = False


class Observer:
    """Is told how a run goes on, and says nothing; ``cli/progress.py`` has those that do."""

    def nothing_to_resume(self) -> None:
        """No unfinished run of this checklist was found; a new one begins."""

    def loading(self) -> None:
        """The candidate is being loaded and tried."""

    def choosing(self) -> None:
        """The fastest way to compute the trials is being tried out."""

    def remarked(self, text: str) -> None:
        """Something of how the trials are computed that somebody may want to know."""

    def planned(
        self, plan: Plan, kept: Sequence[Trial], examination: Examination, folder: Path
    ) -> None:
        """The plan stands; ``kept`` trials were finished by an earlier run."""

    def grown(self, plan: Plan, kept: Sequence[Trial]) -> None:
        """Something is left open, so the plan has more seeds now; ``kept`` trials are there."""

    def finished(self, trial: Trial) -> None:
        """One more trial is written."""

    def decided(self, result: Result) -> None:
        """Every trial is there that will be, and the verdict stands."""

    def reporting(self) -> None:
        """The report is being written."""
