"""Trials in this very process, one after the other: for debugging and for notebooks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from stablecheck.executors.base import Examination, Executor, PilotFigures, Settings
from stablecheck.executors.machine import cores
from stablecheck.plan import TrialSpec
from stablecheck.recipe import Recipe
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.record import Trial
from stablecheck.way import Way


class InlineExecutor(Executor):
    """Runs the candidate's code in the calling process; a hang or a crash there is one here."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, Way(together=False, workers=1, threads=cores()))

    # jobs imports torch, so it is imported when the first job runs.
    def examine(self, candidate: Recipe, timeout: float) -> Examination:
        from stablecheck.executors import jobs

        return self.remember(
            jobs.examine_candidate(candidate, self.settings.folders, self.settings.device)
        )

    def pilot(self, spec: TrialSpec) -> PilotFigures:
        from stablecheck.executors import jobs

        return jobs.run_pilot(spec, self.task())

    def trials(self, specs: Sequence[TrialSpec], deadline: float) -> Iterator[Trial]:
        from stablecheck.executors import jobs

        for spec in specs:
            if self.stopped or time.monotonic() > deadline:
                return
            yield jobs.run_spec(spec, self.task(), EndPoints(self.settings.end_points))

    def close(self) -> None:
        """Nothing to end."""
