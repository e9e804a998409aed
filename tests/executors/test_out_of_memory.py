"""A device without room: fewer at once, then one by one, then a clear record."""

import pytest
import torch

from stablecheck.executors import jobs
from stablecheck.executors.base import Declined, Task
from stablecheck.executors.grouping import jobs as jobs_of
from stablecheck.executors.jobs import run_job, run_spec
from stablecheck.executors.processes import ProcessExecutor
from stablecheck.trial.draft import OUT_OF_MEMORY
from stablecheck.trial.end_points import EndPoints
from stablecheck.way import Way

HUNGRY = """
import torch
from torch import nn

class Hungry(nn.Linear):
    def forward(self, x):
        if not self.training:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return super().forward(x)

def build():
    return Hungry(64, 10)
"""


@pytest.fixture
def hungry(tmp_path, make_candidate, make_spec):
    """Trials whose model finds no memory when it is scored."""
    (tmp_path / "hungry.py").write_text(HUNGRY)
    candidate = make_candidate(model="hungry.py:build", model_args={}, steps=3)
    return [make_spec(candidate, seed) for seed in range(3)]


@pytest.fixture
def task(tmp_path):
    return Task((tmp_path,), "cpu", threads=1)


def test_in_company_it_asks_for_fewer_at_once(hungry, task, tmp_path):
    found = run_job(hungry, task, EndPoints(tmp_path))
    assert found == Declined("3 at once exceed the device's memory", too_many=True)


def test_alone_the_record_says_what_to_do(hungry, task, tmp_path):
    trial = run_spec(hungry[0], task, EndPoints(tmp_path))
    assert trial.status == "failed"
    assert trial.message == (
        f"{OUT_OF_MEMORY} (OutOfMemoryError: CUDA out of memory (hungry.py:8))"
    )


def test_too_little_memory_while_training_asks_for_fewer_too(
    make_candidate, make_spec, task, tmp_path, monkeypatch
):
    def full(*_arguments):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(jobs, "run_together", full)
    specs = [make_spec(make_candidate(), seed) for seed in range(4)]
    found = run_job(specs, task, EndPoints(tmp_path))
    assert found == Declined("4 at once exceed the device's memory", too_many=True)


@pytest.mark.slow
def test_an_ensemble_is_halved_and_then_computed_one_by_one(hungry, settings):
    with ProcessExecutor(settings) as executor:
        executor.way = Way(together=True, workers=1, threads=1, members=4)
        specs = [*hungry, hungry[0].model_copy(update={"id": "fourth", "seed": 4})]
        assert [len(job) for job in jobs_of(specs, executor.way, 1437)] == [4]
        trials = list(executor.trials(specs, float("inf")))
    assert {trial.status for trial in trials} == {"failed"}
    assert len(trials) == 4
    assert executor.remarks == [
        "trials are computed in two halves, because 4 at once exceed the device's memory",
        "trials are computed one by one, because 2 at once exceed the device's memory",
    ]


def test_nobody_waits_for_trials_that_are_given_up(
    make_candidate, make_spec, settings, monkeypatch
):
    def waited(_seconds):
        raise AssertionError("somebody waits")

    spec = make_spec(make_candidate(), keeps_end_point=True)
    waiting = [(spec,)]
    with ProcessExecutor(settings) as executor:
        executor._give_up(waiting)
        monkeypatch.setattr("stablecheck.trial.end_points.time.sleep", waited)
        there = EndPoints(settings.end_points, frozenset({spec.id}), patience=60.0)
        assert there.find(spec.id) is None
    assert waiting == []


def test_what_was_given_up_is_waited_for_when_it_is_begun_again(tmp_path):
    points = EndPoints(tmp_path, frozenset({"a"}), patience=0.0)
    points.keep("a", None)
    points.forget("a")
    assert not list(tmp_path.iterdir())
    points.forget("a")  # nothing is known of it any more, and that is no error
