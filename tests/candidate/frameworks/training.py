"""Trainings of candidates beside these tests, and what a loop of one's own needs to repeat them."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import torch

from stablecheck.candidate.examination import Examined, examine
from stablecheck.candidate.prepared import Prepared, prepare
from stablecheck.candidate.randomness import seeded
from stablecheck.candidate.samples import Batch
from stablecheck.plan import TrialSpec
from stablecheck.recipe import Candidate
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.loop import Trained, begin, train
from stablecheck.trial.order import batches
from stablecheck.trial.record import Trial
from stablecheck.trial.run import run_trial

CPU = torch.device("cpu")
HERE = (Path(__file__).parent,)


def prepared_here(candidate: Candidate) -> Prepared:
    return prepare(candidate, HERE)


def examined(candidate: Candidate) -> Examined:
    with seeded(0):
        return examine(prepared_here(candidate))


def trained(spec: TrialSpec) -> Trained:
    prepared = prepared_here(spec.candidate)
    with seeded(0):
        return train(prepared, spec, begin(prepared, spec, CPU))


def recorded(spec: TrialSpec, folder: Path) -> Trial:
    return run_trial(prepared_here(spec.candidate), spec, CPU, EndPoints(folder))


def batches_of(spec: TrialSpec) -> list[Batch]:
    """The batches of a training on all rows."""
    prepared = prepared_here(spec.candidate)
    data = prepared.dataset.train
    order = batches(len(data), prepared.batch_size, spec.seeds.order)
    subset = torch.arange(len(data))
    with seeded(0):
        subset = begin(prepared, spec, CPU).data.rows
    return [data.take(subset[rows]) for rows in islice(order, prepared.steps)]


def assert_same_weights(found: torch.nn.Module, expected: torch.nn.Module, tolerance=1e-6):
    state, wanted = found.state_dict(), expected.state_dict()
    assert state.keys() == wanted.keys()
    for name in wanted:
        torch.testing.assert_close(state[name], wanted[name], rtol=0, atol=tolerance)
