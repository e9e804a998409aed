"""Trials in this very process, one after the other: for debugging and for notebooks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from stablecheck.executors.base import Examination, Executor, PilotFigures
from stablecheck.plan import TrialSpec
from stablecheck.recipe import Candidate
from stablecheck.trial.record import Trial


class InlineExecutor(Executor):
    """Runs the candidate's code in the calling process; a hang or a crash there is one here."""

    # jobs imports torch, so it is imported when the first job runs.
    @property
    def workers(self) -> int:
        return 1

    def examine(self, candidate: Candidate, timeout: float) -> Examination:
        from stablecheck.executors import jobs

        found = jobs.examine_candidate(candidate, self.settings.folders, self.settings.device)
        self.data_sha256 = found.facts.data_sha256
        return found

    def pilot(self, spec: TrialSpec) -> PilotFigures:
        from stablecheck.executors import jobs

        return jobs.run_pilot(spec, self.settings.folders, self.settings.device)

    def trials(self, specs: Sequence[TrialSpec], deadline: float) -> Iterator[Trial]:
        from stablecheck.executors import jobs

        settings = self.settings
        for spec in specs:
            if time.monotonic() > deadline:
                return
            yield jobs.run_spec(
                spec, settings.folders, settings.device, settings.end_points, self.data_sha256
            )

    def close(self) -> None:
        """Nothing to end."""
