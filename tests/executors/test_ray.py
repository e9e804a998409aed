"""What becomes of trials on a cluster whose workers are lost, and of those nobody waits for."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from stablecheck.executors.base import Settings
from stablecheck.executors.ray_cluster import executor as executor_module
from stablecheck.executors.ray_cluster.executor import RayExecutor

FOREVER = float("inf")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, acts):
    """Where the candidate's file is, until it was sent; and what it notes, wherever it runs."""
    made = tmp_path_factory.mktemp("ray")
    (made / "acts.py").write_text(acts.format(folder=str(made)))
    return made


@pytest.fixture(scope="module")
def executor(folder, two_nodes):
    """Shared, because its workers start slowly."""
    settings = Settings((folder,), "cpu", 2, folder / "run" / "end-points")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_ADDRESS", two_nodes)
        with RayExecutor(settings) as executor:
            (folder / "acts.py").unlink()
            yield executor


@pytest.fixture
def calls(folder):
    """What candidates noted in this test."""
    notes = folder / "calls.txt"
    notes.write_text("")
    return lambda: notes.read_text().splitlines()


@pytest.mark.slow
def test_nodes_need_no_file_of_the_candidates(executor, make_candidate, calls):
    found = executor.examine(make_candidate(model="acts.py:works", model_args={}), 60.0)
    assert found.facts.parameters == 650
    assert set(calls()) == {"works"}


@pytest.mark.slow
def test_lost_workers_are_tried_again_and_the_candidates_own_errors_are_not(
    executor, make_trial, calls, monkeypatch
):
    monkeypatch.setattr(executor_module, "TRIES", 2)  # each begins in a new process
    acts = [make_trial("exits"), make_trial("raises"), make_trial("hangs", timeout=2.0)]
    trials = {trial.id: trial for trial in executor.trials([*acts, make_trial("works")], FOREVER)}
    assert trials["exits-0"].status == "failed"
    assert trials["exits-0"].message == (
        "the training ended its process, or was killed, probably for want of memory, in each of "
        "2 tries"
    )
    assert trials["raises-0"].status == "failed"
    assert "raised KeyError: 'k' (acts.py:18)" in trials["raises-0"].message
    assert trials["hangs-0"].status == "timeout"
    assert trials["hangs-0"].message == "ended after 2 s, the limit run.trial_timeout"
    assert trials["works-0"].status == "ok"
    assert Counter(call.split()[0] for call in calls()) == {
        "exits": 2, "raises": 1, "hangs": 1, "works": 1
    }  # fmt: skip


@pytest.mark.slow
def test_a_caller_that_stops_asking_ends_the_trials_that_run(executor, make_trial, calls, wait_for):
    trials = executor.trials([make_trial("works"), make_trial("hangs")], FOREVER)
    assert next(trials).id == "works-0"
    process = wait_for(lambda: pids(calls()))[0]
    trials.close()
    wait_for(lambda: not is_alive(process))
    (again,) = executor.trials([make_trial("works", 1)], FOREVER)
    assert again.status == "ok"


def pids(lines):
    return [int(line.split()[1]) for line in lines if line.startswith("hangs ")]


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
