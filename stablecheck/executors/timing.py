"""How fast trials are computed one way: a few steps, in a worker. Only workers import this."""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Sequence
from dataclasses import replace

import torch

from stablecheck.candidate.importing import describe
from stablecheck.candidate.prepared import Prepared
from stablecheck.candidate.randomness import seeded
from stablecheck.errors import DivergedError, NotCapturableError, NotVectorizableError
from stablecheck.executors import jobs
from stablecheck.executors.base import Declined, Pace, Task
from stablecheck.plan import TrialSpec
from stablecheck.trial.descent import Descending, as_it_comes, captured
from stablecheck.trial.ensemble import train_together
from stablecheck.trial.loop import Training, begin, train
from stablecheck.trial.training_data import training_data

WARM_UP = 5
FIRST = 10
SECONDS = 0.125
"""What is timed lasts at least that long."""
MOST = 10_000
"""Steps of a training that diverges, and so never lasts."""

Member = tuple[Prepared, TrialSpec]


def pace(job: Sequence[TrialSpec], task: Task) -> Pace | Declined:
    """Gradient steps a second of trials, computed together where there are several.

    What comes before the second step counts for nothing, since a training has thousands. One that
    diverges ends early and counts as if it had gone on, which is what its way would gain. Whatever
    stands against this way of computing them is an answer too.
    """
    try:
        return _paced(job, task)
    except (NotVectorizableError, NotCapturableError) as error:
        return Declined(str(error))
    except torch.OutOfMemoryError:
        torch.cuda.empty_cache()
        return Declined(f"{len(job)} at once exceed the device's memory", too_many=True)
    except (Exception, SystemExit) as error:  # the candidate's own code may raise anything
        return Declined(f"a few steps of them raised {describe(error)}")
    finally:
        if task.device != "cpu" and torch.cuda.is_available():
            torch.cuda.empty_cache()  # other processes are tried on the same device


def _paced(job: Sequence[TrialSpec], task: Task) -> Pace:
    members = [(jobs.prepared_for(spec, task), _sparse(spec)) for spec in job]
    trainings = _begun(members, task)
    descending = captured if task.captured else as_it_comes
    _seconds(members, trainings, WARM_UP, descending)
    begun = _seconds(members, trainings, 1, descending)
    steps = FIRST
    while True:
        began = time.monotonic()
        taken = _seconds(members, trainings, steps, descending) - begun
        if taken >= SECONDS or steps >= MOST:
            rate = len(members) * (steps - 1) / max(taken, 1e-6)
            return Pace(steps_per_second=rate, began=began, ended=time.monotonic())
        steps *= 4


def _sparse(spec: TrialSpec) -> TrialSpec:
    measuring = spec.measuring.model_copy(update={"snapshots": 2, "companions": ()})
    return spec.model_copy(update={"measuring": measuring})


def _begun(members: Sequence[Member], task: Task) -> list[Training]:
    """A training of each member; the model is built once, since that may take long."""
    prepared, spec = members[0]
    device = jobs.ready_device(spec, task)
    with seeded(spec.seeds.init):
        first = begin(prepared, spec, device)
    limits = task.snapshots
    return [replace(first, data=training_data(*one, device), limits=limits) for one in members]


def _seconds(
    members: Sequence[Member], trainings: Sequence[Training], steps: int, descending: Descending
) -> float:
    fresh = [replace(one, model=copy.deepcopy(one.model), steps=steps) for one in trainings]
    prepared, specs = zip(*members, strict=True)
    started = time.perf_counter()
    if len(members) > 1:
        train_together(prepared, specs, fresh, descending)
    else:
        with seeded(specs[0].seeds.dropout), contextlib.suppress(DivergedError):
            train(prepared[0], specs[0], fresh[0])
    return time.perf_counter() - started
