"""Ensembles in worker processes: the same trials as one by one, whatever stands against them."""

import shutil

import pytest

from stablecheck.executors.ensembles import MOST_MEMBERS, EnsembleExecutor
from stablecheck.executors.inline import InlineExecutor
from stablecheck.executors.processes import ProcessExecutor
from stablecheck.recipe import Optimizer

FOREVER = float("inf")
PLAIN_MODEL = """
import os
from pathlib import Path
from torch import nn

class Plain(nn.Linear):
    calls = 0
    def forward(self, x):
        self.calls += 1
        {act}
        return super().forward(x)

def build():
    return Plain(64, 10)
"""
ONCE = """if self.calls > 3 and not Path('{folder}/killed').exists():
            Path('{folder}/killed').touch()
            os.kill(os.getpid(), 9)"""


@pytest.fixture
def run_as_ensembles(settings, make_candidate):
    """Run trials as ensembles; gives them by name, and what the executor had to say."""

    def run(specs, members):
        with EnsembleExecutor(settings) as executor:
            executor.examine(specs[0].candidate, 60.0)
            way = executor.choose(specs).way
            assert way.together
            executor.way = way.model_copy(update={"members": members, "threads": 1})
            return {trial.id: trial for trial in executor.trials(specs, FOREVER)}, executor.remarks

    return run


def one_by_one(settings, specs):
    with InlineExecutor(settings) as executor:
        found = {trial.id: trial for trial in executor.trials(specs, FOREVER)}
    shutil.rmtree(settings.end_points)
    return found


def chain(make_candidate, make_spec, count, **changes):
    """Trials each of which is the control of the next one."""
    specs = []
    for seed in range(count):
        before = specs[-1].id if specs else None
        specs.append(
            make_spec(
                make_candidate(**({"steps": 10} | changes)),
                seed,
                cross_seed=before,
                keeps_end_point=True,
            )
        )
    return specs


def own_model(folder, act, **changes):
    (folder / "own.py").write_text(PLAIN_MODEL.format(act=act))
    return {"model": "own.py:build", "model_args": {}} | changes


@pytest.mark.slow
def test_ensembles_give_the_trials_that_each_alone_gives(
    settings, run_as_ensembles, make_candidate, make_spec
):
    specs = chain(make_candidate, make_spec, 5)
    expected = one_by_one(settings, specs)
    found, remarks = run_as_ensembles(specs, members=3)
    assert remarks == []
    assert sorted(trial.together for trial in found.values()) == [2, 2, 3, 3, 3]
    for spec in specs:
        one, other = found[spec.id], expected[spec.id]
        assert (one.status, one.key, one.steps) == ("ok", other.key, other.steps)
        assert one.score == pytest.approx(other.score, abs=0.01)  # three or four rows of 360
        assert one.loss == pytest.approx(other.loss, rel=1e-5)
        assert one.measures.keys() == other.measures.keys()
        assert one.path.cross_seed_trial == spec.cross_seed
        for name, value in other.measures.items():
            assert one.measures[name] == pytest.approx(value, rel=1e-3, abs=1e-5), name


@pytest.mark.slow
def test_a_diverged_member_is_a_record_and_the_others_are_whole(
    run_as_ensembles, make_candidate, make_spec
):
    wild = make_candidate(steps=30, optimizer=Optimizer(name="sgd", lr=1e5, momentum=0.9))
    specs = [make_spec(make_candidate(steps=30), seed) for seed in range(3)]
    found, _ = run_as_ensembles([*specs, make_spec(wild, 3)], members=4)
    assert [found[f"seeds-base-s{seed}"].status for seed in range(4)] == ["ok"] * 3 + ["diverged"]
    assert {trial.together for trial in found.values()} == {2}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "why"),
    [
        ("x = x if x.sum() > -1e9 else -x", "its forward pass branches on data (own.py:10)"),
        ("x = x * float(x.new_ones(()).item())", "takes a number out of a tensor (own.py:10)"),
    ],
)
def test_what_cannot_be_computed_together_is_computed_one_by_one_and_said_once(
    run_as_ensembles, make_candidate, make_spec, tmp_path, act, why
):
    specs = chain(make_candidate, make_spec, 4, **own_model(tmp_path, act))
    found, (remark,) = run_as_ensembles(specs, members=2)
    assert {(trial.status, trial.together) for trial in found.values()} == {("ok", 1)}
    assert remark.startswith("trials are computed one by one, because ")
    assert why in remark


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_no_trial(
    run_as_ensembles, make_candidate, make_spec, tmp_path
):
    act = ONCE.format(folder=tmp_path)
    specs = chain(make_candidate, make_spec, 4, **own_model(tmp_path, act))
    found, (remark,) = run_as_ensembles(specs, members=4)
    assert {trial.status for trial in found.values()} == {"ok"}
    assert "one by one, because the ensemble was killed" in remark


@pytest.mark.slow
def test_a_candidate_that_ends_every_process_fails_trial_by_trial(
    run_as_ensembles, make_candidate, make_spec, tmp_path
):
    act = "if self.calls > 3: os._exit(3)"
    specs = chain(make_candidate, make_spec, 3, **own_model(tmp_path, act))
    found, _ = run_as_ensembles(specs, members=3)
    assert {trial.status for trial in found.values()} == {"failed"}
    assert all("ended its process with exit code 3" in t.message for t in found.values())


def test_an_ensemble_is_never_larger_than_memory_and_patience_allow(
    settings, make_candidate, make_spec
):
    specs = [make_spec(make_candidate(), seed) for seed in range(400)]
    with EnsembleExecutor(settings) as executor:
        found = executor.examine(specs[0].candidate, 60.0)
        assert executor.ensembles(specs, 2).members == MOST_MEMBERS
        large = found.facts.model_copy(update={"parameters": 10**12})
        executor.examination = found.model_copy(update={"facts": large})
        assert not executor.ensembles(specs, 2).together


@pytest.mark.slow
@pytest.mark.parametrize("kind", [InlineExecutor, ProcessExecutor])
def test_a_stopped_executor_ends_what_runs_and_starts_nothing(
    settings, kind, make_candidate, make_spec, tmp_path
):
    slow = make_candidate(**own_model(tmp_path, "__import__('time').sleep(0.5)"), steps=200)
    specs = [make_spec(make_candidate(steps=5), 0)]
    specs += [make_spec(slow, seed, timeout=200.0) for seed in range(1, 4)]
    with kind(settings) as executor:
        trials = executor.trials(specs, FOREVER)
        assert next(trials).id == specs[0].id
        executor.stop()
        assert list(trials) == []
