"""What a worker does with a command. Only workers (and the inline executor) load this."""

from __future__ import annotations

from pathlib import Path

from stablecheck.candidate.commanded import examine_command
from stablecheck.command.program import runs_this_python
from stablecheck.command.template import words
from stablecheck.executors.base import Examination, Task
from stablecheck.fingerprint import installed
from stablecheck.plan import TrialSpec
from stablecheck.recipe import CommandCandidate
from stablecheck.trial.device import all_devices, device_name, resolve_device
from stablecheck.trial.end_points import EndPointStore
from stablecheck.trial.external.run import Surroundings, run_command
from stablecheck.trial.record import Trial


def examine(candidate: CommandCandidate, folder: Path, asked: str) -> Examination:
    """Look for everything that the command names, and for the devices it may use."""
    device = resolve_device(asked)
    ours = runs_this_python(words(candidate.command)[0], folder)
    return Examination(
        facts=examine_command(candidate, folder),
        device=str(device),
        device_name=device_name(device),
        devices=all_devices(asked),
        packages=installed() if ours else {},
    )


def run(spec: TrialSpec, task: Task, end_points: EndPointStore) -> Trial:
    """Run the command of one trial."""
    device = str(resolve_device(task.device))
    return run_command(spec, Surroundings(task.folders[0], device, task.threads), end_points)
