"""One trial from its specification to its record, whatever happens in it."""

from __future__ import annotations

import time
from dataclasses import replace

import torch

from stablecheck.candidate.prepared import Prepared
from stablecheck.errors import DivergedError
from stablecheck.plan import TrialSpec
from stablecheck.trial.draft import Draft, Ending, reference_of
from stablecheck.trial.end_points import EndPointStore
from stablecheck.trial.loop import Training, begin, train
from stablecheck.trial.path import measure_path
from stablecheck.trial.record import Trial
from stablecheck.trial.snapshot_limits import DEFAULT, SnapshotLimits


def run_trial(
    prepared: Prepared,
    spec: TrialSpec,
    device: torch.device,
    end_points: EndPointStore,
    limits: SnapshotLimits = DEFAULT,
) -> Trial:
    """Train, score and measure one trial, its snapshots within limits.

    A training that diverges or raises is a record too: its status and message say what happened.
    """
    started = measuring = time.perf_counter()
    draft = Draft(prepared, spec)
    with draft.attempting():
        training = replace(begin(prepared, spec, device), limits=limits)
        ending = _trained(prepared, spec, training)
        draft.end(training, ending, end_points)
        measuring = time.perf_counter()
        if not isinstance(ending, DivergedError):
            other = reference_of(spec, ending, end_points)
            draft.take_in(measure_path(prepared, spec, ending, other))
    ended = time.perf_counter()
    draft.close(end_points)
    return draft.trial(ended - started, ended - measuring)


def _trained(prepared: Prepared, spec: TrialSpec, training: Training) -> Ending:
    try:
        return train(prepared, spec, training)
    except DivergedError as error:
        return error
