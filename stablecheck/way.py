"""How the trials of a run are computed: together or one by one, and on how much of the machine."""

from __future__ import annotations

from pydantic import Field

from stablecheck.section import Section


class Way(Section):
    """One way to compute the trials of a run.

    Trials computed another way differ in the last digits of their sums, which a long training
    amplifies: ``together`` and ``threads`` belong to what determines a trial.
    """

    together: bool = Field(description="Whether trials of one shape are computed as one ensemble.")
    workers: int = Field(ge=1, description="Processes that compute at the same time.")
    threads: int = Field(ge=1, description="Processor threads of each.")
    members: int = Field(1, ge=1, description="Trials in one ensemble, at most.")
    captured: bool = Field(
        False, description="Whether its steps are captured as a CUDA graph and replayed."
    )

    def __str__(self) -> str:
        """As people are told of it.

        >>> str(Way(together=True, workers=2, threads=1, members=25))
        'ensembles of up to 25, 2 processes of 1 thread'
        """
        how = f"ensembles of up to {self.members}" if self.together else "one by one"
        how += ", steps captured" if self.captured else ""
        processes = f"{self.workers} process{'es' if self.workers > 1 else ''}"
        return f"{how}, {processes} of {self.threads} thread{'s' if self.threads > 1 else ''}"
