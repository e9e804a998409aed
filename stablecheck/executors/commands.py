"""Trials of a command: each a process of its own that a worker starts, on a device of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from stablecheck.executors.base import Choice, Settings, Task
from stablecheck.executors.grouping import Job
from stablecheck.executors.machine import cores
from stablecheck.executors.processes import ProcessExecutor, one_by_one
from stablecheck.plan import TrialSpec
from stablecheck.trial.record import Trial


class CommandExecutor(ProcessExecutor):
    """One worker a GPU, or one a core; where there are more workers than GPUs, they share them.

    A worker ends a command that takes too long itself, so that its output and children are seen to.
    """

    grace: ClassVar[float] = 60.0

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._device_of: dict[str, str] = {}

    def choose(self, specs: Sequence[TrialSpec]) -> Choice:
        """As many at a time as there are GPUs, or cores; nothing is tried."""
        accelerated = self._devices != ("cpu",)
        most = self.settings.workers or (len(self._devices) if accelerated else cores())
        return Choice(way=one_by_one(min(most, len(specs))))

    @property
    def _devices(self) -> tuple[str, ...]:
        return (self.examination.devices if self.examination else ()) or (self.settings.device,)

    def task_of(self, job: Job) -> Task:
        """On the device that fewest of the trials under way use."""
        used = Counter(self._device_of.values())
        device = min(self._devices, key=lambda device: used[device])
        self._device_of[job[0].id] = device
        return replace(self.task(), device=device)

    def trials(self, specs: Sequence[TrialSpec], deadline: float) -> Iterator[Trial]:
        for trial in super().trials(specs, deadline):
            self._device_of.pop(trial.id, None)
            yield trial
