"""What runs where the candidate's code runs. Only workers (and the inline executor) import this."""

from __future__ import annotations

import contextlib
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from threadpoolctl import threadpool_limits

from stablecheck.candidate.data import load_dataset
from stablecheck.candidate.examination import examine
from stablecheck.candidate.importing import describe
from stablecheck.candidate.prepared import Prepared, prepare
from stablecheck.candidate.randomness import seeded
from stablecheck.errors import (
    CandidateError,
    NotCapturableError,
    NotVectorizableError,
    OutputFolderError,
)
from stablecheck.executors import command_jobs
from stablecheck.executors.base import Declined, Examination, PilotFigures, Task
from stablecheck.fingerprint import versions_in_use
from stablecheck.plan import Measuring, TrialSpec
from stablecheck.recipe import PLAIN, Candidate, CommandCandidate, Recipe
from stablecheck.trial.companions import GROUPS
from stablecheck.trial.companions.context import make_context
from stablecheck.trial.companions.run import run_companion
from stablecheck.trial.descent import captured
from stablecheck.trial.device import device_name, make_current, resolve_device, set_arithmetic
from stablecheck.trial.end_points import EndPointStore
from stablecheck.trial.loop import Trained, begin, train
from stablecheck.trial.path import measure_path
from stablecheck.trial.record import Trial
from stablecheck.trial.run import run_trial
from stablecheck.trial.together import run_together

PILOT_STEPS = 60
CHANGING_DATA = (
    "loading the data twice gave different data, so that trainings could not be compared; seed "
    "every random number in it, e.g. numpy.random.default_rng(0)"
)
PILOT_SNAPSHOTS = 5
PILOT_BATCHES = 8


def examine_candidate(candidate: Recipe, folders: tuple[Path, ...], asked: str) -> Examination:
    """Load the candidate and try one step of it; a command is only looked for."""
    if isinstance(candidate, CommandCandidate):
        return command_jobs.examine(candidate, folders[0], asked)
    device = resolve_device(asked)
    make_current(device)
    set_arithmetic(candidate.precision, device)
    with seeded(0):
        facts = examine(prepare(candidate, folders))
    if load_dataset(candidate, folders).sha256 != facts.data_sha256:
        raise CandidateError(("candidate", "data"), CHANGING_DATA)
    return Examination(
        facts=facts,
        device=str(device),
        device_name=device_name(device),
        packages=versions_in_use(),
    )


def run_spec(spec: TrialSpec, task: Task, end_points: EndPointStore) -> Trial:
    """Run one trial.

    Raises:
        CandidateError: As ``prepared_for``.
    """
    if isinstance(spec.candidate, CommandCandidate):
        return command_jobs.run(spec, task, end_points)
    device = ready_device(spec, task)
    return run_trial(prepared_for(spec, task), spec, device, end_points, task.snapshots)


def ready_device(spec: TrialSpec, task: Task) -> torch.device:
    """The device of a trial, with the threads and the arithmetic that it is computed with."""
    torch.set_num_threads(task.threads)
    device = resolve_device(task.device)
    make_current(device)
    set_arithmetic(model_of(spec).precision, device)
    return device


def run_job(
    specs: Sequence[TrialSpec], task: Task, end_points: EndPointStore
) -> list[Trial] | Declined:
    """Run trials together; whatever stands against that, each can still be run alone.

    Raises:
        CandidateError: As ``prepared_for``.
        OutputFolderError: The run folder cannot be written.
    """
    device = ready_device(specs[0], task)
    members = [(prepared_for(spec, task), spec) for spec in specs]
    try:
        if task.captured:
            with contextlib.suppress(NotCapturableError):  # the numbers are the same without
                return run_together(members, device, end_points, task.snapshots, captured)
        return run_together(members, device, end_points, task.snapshots)
    except OutputFolderError:
        raise
    except NotVectorizableError as error:
        return Declined(str(error))
    except torch.OutOfMemoryError:
        torch.cuda.empty_cache()
        return Declined(f"{len(specs)} at once exceed the device's memory", too_many=True)
    except (Exception, SystemExit) as error:  # alone it says more, and costs one trial
        return Declined(f"together they raised {describe(error)}")


def prepared_for(spec: TrialSpec, task: Task) -> Prepared:
    """The candidate of a trial.

    Raises:
        CandidateError: The data is not what it was when the candidate was examined: arms would
            differ in more than what the probe varies.
    """
    prepared = prepare(model_of(spec), task.folders)
    if task.data_sha256 not in (None, prepared.dataset.sha256):
        raise CandidateError(("candidate", "data"), CHANGING_DATA)
    return prepared


def model_of(spec: TrialSpec) -> Candidate:
    """The candidate of a trial that is trained in this process."""
    assert isinstance(spec.candidate, Candidate)  # a command trains in a process of its own
    return spec.candidate


def run_pilot(spec: TrialSpec, task: Task) -> PilotFigures:
    """Time some steps, some measured gradients and every group of companions of one trial."""
    device = ready_device(spec, task)
    candidate = model_of(spec).model_copy(update={"steps": PILOT_STEPS, "epochs": None})
    prepared = prepare(candidate, task.folders)
    short = _measuring(spec, snapshots=PILOT_SNAPSHOTS, batches=PILOT_BATCHES).model_copy(
        update={"treatment": PLAIN}
    )
    with seeded(spec.seeds.init):
        train(prepared, short, begin(prepared, short, device))  # warms caches; not timed
        training = begin(prepared, short, device)
        started = time.perf_counter()
        trained = train(prepared, short, training)
        trained_at = time.perf_counter()
        measure_path(prepared, _measuring(short, companions=()), trained, None)
        measured_at = time.perf_counter()
        companions = _companion_seconds(prepared, short, trained, spec.measuring)
    in_all = len(training.data) // training.batch_size
    return PilotFigures(
        step_seconds=(trained_at - started) / PILOT_STEPS,
        gradient_seconds=(measured_at - trained_at)
        / short.measuring.gradients(PILOT_STEPS, in_all),
        companion_seconds=companions,
        snapshot_bytes=trained.snapshots[0].parameters.numel() * 4,
        peak_memory_bytes=_peak_memory(device),
    )


def _measuring(spec: TrialSpec, **changes: Any) -> TrialSpec:
    measuring = spec.measuring.model_copy(update=changes)
    return spec.model_copy(update={"measuring": measuring})


def _companion_seconds(
    prepared: Prepared, spec: TrialSpec, trained: Trained, measuring: Measuring
) -> dict[str, float]:
    """Seconds of each group in one trial, in proportion to its work; one that fails costs none."""
    context, found = make_context(prepared, spec, trained), {}
    for group in measuring.companions:
        work = GROUPS[group].work
        started = time.perf_counter()
        with contextlib.suppress(Exception):  # the trial itself will say so
            run_companion(group, context)
        taken = time.perf_counter() - started
        found[group] = taken * work(measuring) / work(spec.measuring)
    return found


def _peak_memory(device: torch.device) -> int:
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def start_worker(threads: int) -> None:
    """Give a worker its share of the cores, in torch and in whatever NumPy computes with."""
    torch.set_num_threads(threads)
    threadpool_limits(threads)
