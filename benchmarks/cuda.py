"""The checklist of 59 trainings on a CUDA device, and how long the device stands idle meanwhile.

    python -m benchmarks.cuda [--repeats 5] [--steps 2000] [--sample 2]

One side is all of `stablecheck run`; the other is the paper's method, one training after the other
on the same device, on a sample of the 59 and scaled. Where there is no CUDA it says so and ends.

The idle share is of one worker's first job, done again in this process without start and report:
one minus the time in which the device computes or copies, by torch.profiler, over the time that the
job takes unprofiled.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import click
import torch
from torch.autograd import DeviceType
from torch.profiler import ProfilerActivity, profile

from benchmarks.checklist import TRAININGS, described, ours, scaled
from benchmarks.loops import Digits, papers_method
from benchmarks.recipes import MODELS
from benchmarks.tables import keep, machine, table
from stablecheck.executors.base import Declined, Task
from stablecheck.executors.grouping import Job, jobs
from stablecheck.executors.jobs import run_job, run_spec
from stablecheck.plan import Plan
from stablecheck.trial.device import device_name
from stablecheck.trial.end_points import EndPoints

TARGET = 25.0
"""How much faster than the paper's method it is to be."""


def covered(spans: Iterable[tuple[float, float]]) -> float:
    """Length of the union of spans, each from a start to an end; streams may overlap."""
    length, reached = 0.0, float("-inf")
    for start, end in sorted(spans):
        length += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return length


def do(job: Job, task: Task) -> float:
    """Seconds of one worker's job."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        if len(job) == 1:
            run_spec(job[0], task, EndPoints(Path(folder)))
        else:
            found = run_job(job, task, EndPoints(Path(folder)))
            assert not isinstance(found, Declined), found
        return time.perf_counter() - started


def busy(job: Job, task: Task) -> float:
    """Seconds in which the device computes or copies during a job."""
    with profile(activities=[ProfilerActivity.CUDA]) as profiler:
        do(job, task)
    return 1e-6 * covered(
        (event.time_range.start, event.time_range.end)
        for event in profiler.events()
        if event.device_type == DeviceType.CUDA and not event.is_user_annotation
    )


def idle(plan: Plan, rows: int, device: torch.device, repeats: int) -> tuple[int, float]:
    """Trials of the first job, and the share of its time that the device stands idle."""
    job = jobs(plan.trials, plan.way, rows)[0]
    threads = plan.way.threads
    task = Task(folders=(), device=str(device), threads=threads, captured=plan.way.captured)
    do(job, task)  # loads data and kernels; not counted
    taken = statistics.median(do(job, task) for _ in range(repeats))
    return len(job), 1 - busy(job, task) / taken


def row(model: str, steps: int, repeats: int, sample: int, device: torch.device) -> list[str]:
    """Both sides in turn, then the idle share of the way that was chosen last."""
    digits, found = Digits(device), []
    papers_method(model, 5, 0, digits)  # loads kernels; not counted
    for number in range(repeats):
        seeds = range(number * sample, (number + 1) * sample)
        seconds, plan = ours(model, steps, str(device))
        found.append((seconds, scaled(papers_method, model, steps, seeds, digits)))
        click.echo(f"{model} round {number + 1}: {found[-1]}, {described(plan)}", err=True)
    taken, papers = (statistics.median(side) for side in zip(*found, strict=True))
    gain = statistics.median(paper / one for one, paper in found)
    members, share = idle(plan, len(digits.x), device, repeats)
    verdict = "met" if gain >= TARGET else "missed"
    said = [f"{gain:.1f} ({verdict}: {TARGET:g})", described(plan), str(members), f"{share:.0%}"]
    return [model, str(steps), f"{taken:.1f}", f"{papers:.1f}", *said]


@click.command(help=__doc__)
@click.option("--repeats", default=5, show_default=True)
@click.option("--steps", default=2000, show_default=True)
@click.option("--sample", default=2, show_default=True)
def main(repeats: int, steps: int, sample: int) -> None:
    if not torch.cuda.is_available():
        click.echo("There is no CUDA device here: nothing measured.")
        return
    device = torch.device("cuda:0")
    found = [row(model, steps, repeats, sample, device) for model in MODELS]
    heads = [
        "model", "steps", "`stablecheck run`, s", "paper's method, s", "× faster (target)",
        "way chosen (processes × threads)", "trials of the profiled job", "device idle in it",
    ]  # fmt: skip
    said = (
        f"Medians of {repeats} rounds; the paper's method on {sample} trainings a round, scaled to "
        f"{TRAININGS}. {machine(device_name(device))}."
    )
    keep("cuda", f"{said}\n\n{table(heads, found)}")


if __name__ == "__main__":
    main()
