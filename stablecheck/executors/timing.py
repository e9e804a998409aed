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
from stablecheck.errors import DivergedError, NotVectorizableError
from stablecheck.executors import jobs
from stablecheck.executors.base import Declined, Pace, Task
from stablecheck.plan import TrialSpec
from stablecheck.trial.ensemble import train_together
from stablecheck.trial.loop import Training, begin, train, training_data

WARM_UP = 5
FIRST = 10
SECONDS = 0.25

Member = tuple[Prepared, TrialSpec]


def pace(job: Sequence[TrialSpec], task: Task) -> Pace | Declined:
    """Gradient steps a second of trials, computed together where there are several.

    Data and models are made before the clock starts; a training that diverges ends early and
    counts as if it had gone on, which is what its way would gain. Whatever stands against this way
    of computing them is an answer too.
    """
    try:
        return Pace(steps_per_second=_steps_per_second(job, task))
    except NotVectorizableError as error:
        return Declined(str(error))
    except torch.OutOfMemoryError:
        torch.cuda.empty_cache()
        return Declined(f"{len(job)} at once exceed the device's memory", too_many=True)
    except (Exception, SystemExit) as error:  # the candidate's own code may raise anything
        return Declined(f"a few steps of them raised {describe(error)}")


def _steps_per_second(job: Sequence[TrialSpec], task: Task) -> float:
    members = [(jobs.prepared_for(spec, task), _sparse(spec)) for spec in job]
    trainings = _begun(members, task)
    _seconds(members, trainings, WARM_UP)
    steps, taken = FIRST, _seconds(members, trainings, FIRST)
    if taken < SECONDS / 2:
        steps = round(FIRST * SECONDS / taken)
        taken = _seconds(members, trainings, steps)
    return len(members) * steps / taken


def _sparse(spec: TrialSpec) -> TrialSpec:
    measuring = spec.measuring.model_copy(update={"snapshots": 2, "companions": ()})
    return spec.model_copy(update={"measuring": measuring})


def _begun(members: Sequence[Member], task: Task) -> list[Training]:
    """A training of each member; the model is built once, since that may take long."""
    prepared, spec = members[0]
    device = jobs.ready_device(spec, task)
    with seeded(spec.seeds.init):
        first = begin(prepared, spec, device)
    return [replace(first, data=training_data(*member, device)) for member in members]


def _seconds(members: Sequence[Member], trainings: Sequence[Training], steps: int) -> float:
    fresh = [replace(one, model=copy.deepcopy(one.model), steps=steps) for one in trainings]
    prepared, specs = zip(*members, strict=True)
    started = time.perf_counter()
    if len(members) > 1:
        train_together(prepared, specs, fresh)
    else:
        with seeded(specs[0].seeds.dropout), contextlib.suppress(DivergedError):
            train(prepared[0], specs[0], fresh[0])
    return time.perf_counter() - started
