"""What a person sees while trials run: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from stablecheck.checklist.loader import LoadedChecklist
from stablecheck.cli import notes
from stablecheck.executors.base import Examination
from stablecheck.pipeline.options import Observer
from stablecheck.plan import Plan, PlannedProbe
from stablecheck.result import Result
from stablecheck.trial.record import Trial

NOTHING_TO_RESUME = "nothing to resume for this checklist; starting a new run"


@contextmanager
def observer_for(loaded: LoadedChecklist, *, quiet: bool) -> Iterator[Observer]:
    """Bars where standard output is a terminal, lines where it is not, nothing when quiet."""
    console = Console(highlight=False)
    if quiet:
        yield Observer()
    elif console.file.isatty() and not console.is_dumb_terminal:
        with _progress(console) as progress:
            bars = Bars(loaded, progress)
            try:
                yield bars
            finally:
                bars.close()
    else:
        yield Lines(loaded)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("  {task.description:<8}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[count]}", style="green"),
        TextColumn("{task.fields[note]}"),
        console=console,
    )


def headline(loaded: LoadedChecklist, plan: Plan, examination: Examination) -> str:
    """Name, version, number of trials and device."""
    checklist = loaded.checklist
    device = examination.device_name
    if examination.device not in device.lower():
        device = f"{examination.device} {device}"
    parts = [f"{checklist.name} {checklist.version}", f"{len(plan.trials)} trials", device]
    if plan.way is not None and plan.way.together:
        parts.append(f"ensembles of up to {plan.way.members}")
    return " · ".join(parts)


class Bars(Observer):
    """One bar a probe, with its running score, and the time left."""

    def __init__(self, loaded: LoadedChecklist, progress: Progress) -> None:
        self._loaded = loaded
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._probes: Mapping[str, PlannedProbe] = {}
        self._trials: list[Trial] = []
        self._kept = 0
        self._waiting: TaskID | None = None

    def nothing_to_resume(self) -> None:
        """Say so."""
        self._progress.console.print(NOTHING_TO_RESUME)

    def loading(self) -> None:
        """Show that something goes on before the first trial."""
        self._wait("loading the candidate")

    def choosing(self) -> None:
        """Show that something goes on before the first trial."""
        self.close()
        self._wait("trying the fastest way to train")

    def remarked(self, text: str) -> None:
        """Print it above the bars."""
        self._progress.console.print(Text(text))

    def reporting(self) -> None:
        """Show that something goes on after the last trial."""
        self._wait("writing the report")

    def _wait(self, note: str) -> None:
        self._waiting = self._progress.add_task("", total=None, note=note, count="")

    def close(self) -> None:
        """Take the waiting bar away, where there is one."""
        if self._waiting is not None:
            self._progress.remove_task(self._waiting)
            self._waiting = None

    def planned(
        self, plan: Plan, kept: Sequence[Trial], examination: Examination, folder: Path
    ) -> None:
        """Show the headline and one bar a probe."""
        self.close()
        console = self._progress.console
        console.print(Text(headline(self._loaded, plan, examination)), style="bold")
        if kept:
            console.print(Text(f"resumed: {len(kept)} trials are already there"))
        console.print()
        self._probes = plan.probes
        for probe_id, probe in plan.probes.items():
            total = len(probe.trials)
            self._tasks[probe_id] = self._progress.add_task(
                probe_id, total=total, note="", count=f" 0/{total}"
            )
        self._kept = len(kept)
        for trial in kept:
            self.finished(trial)

    def grown(self, plan: Plan, kept: Sequence[Trial]) -> None:
        """Make the bars of probes with more seeds longer."""
        self._probes = plan.probes
        for probe_id, probe in plan.probes.items():
            self._progress.update(self._tasks[probe_id], total=len(probe.trials))
        known = {trial.id for trial in self._trials}
        for trial in kept:
            if trial.id not in known:
                self.finished(trial)
        for probe_id in self._probes:
            self._show(probe_id)

    def finished(self, trial: Trial) -> None:
        """Move every bar the trial counts for."""
        self._trials.append(trial)
        for probe_id, probe in self._probes.items():
            if trial.id in probe.trials:
                self._show(probe_id)

    def decided(self, result: Result) -> None:
        """Say beside every bar what the probe found."""
        for probe_id, probe in self._probes.items():
            found = notes.answer(probe, self._mine(probe), result.probes[probe_id])
            self._progress.update(self._tasks[probe_id], note=found)

    def _mine(self, probe: PlannedProbe) -> list[Trial]:
        ids = probe.trials
        return [one for one in self._trials if one.id in ids]

    def _show(self, probe_id: str) -> None:
        probe = self._probes[probe_id]
        total, mine = len(probe.trials), self._mine(probe)
        note = notes.running(probe, mine) + self._time_left(total - len(mine))
        count = f"{len(mine):>2}/{total}"
        task = self._tasks[probe_id]
        self._progress.update(task, completed=len(mine), note=note, count=count)

    def _time_left(self, missing: int) -> str:
        """From the pace of this session alone; trials of an earlier one cost nothing now."""
        now_done = len(self._trials) - self._kept
        elapsed = self._progress.tasks[0].elapsed or 0.0
        if not missing or not now_done:
            return ""
        return f" · {elapsed / now_done * missing:.0f} s left"


class Lines(Observer):
    """One plain line a trial, for logs and pipes."""

    def __init__(self, loaded: LoadedChecklist) -> None:
        self._loaded = loaded
        self._total = 0
        self._done = 0
        self._widest = 0

    def nothing_to_resume(self) -> None:
        """Say so."""
        click.echo(NOTHING_TO_RESUME)

    def planned(
        self, plan: Plan, kept: Sequence[Trial], examination: Examination, folder: Path
    ) -> None:
        """Print the headline."""
        self._total, self._done = len(plan.trials), len(kept)
        self._widest = max(len(spec.id) for spec in plan.trials)
        click.echo(headline(self._loaded, plan, examination))
        if kept:
            click.echo(f"resumed: {len(kept)} trials are already there")

    def remarked(self, text: str) -> None:
        """Say it."""
        click.echo(text)

    def grown(self, plan: Plan, kept: Sequence[Trial]) -> None:
        """Say how many trials there are now."""
        self._total = len(plan.trials)
        click.echo(f"not decided yet; going on to {self._total} trials")

    def finished(self, trial: Trial) -> None:
        """Print one trial."""
        self._done += 1
        if trial.status == "ok" and trial.score is not None:
            what = f"score {trial.score:.4g}"
        else:
            what = f"{trial.status}: {trial.message}"
        name = f"{trial.id:<{self._widest}}"
        click.echo(f"{self._done:>4}/{self._total} {name} {trial.seconds:6.1f} s  {what}")
