"""One contract for every executor: same plan, same trials; a bad candidate costs one trial."""

import time

import pytest

from stablecheck.errors import CandidateError, CandidateLostError
from stablecheck.executors import EXECUTORS
from stablecheck.executors.base import Settings
from stablecheck.executors.inline import InlineExecutor
from stablecheck.executors.processes import ProcessExecutor

FOREVER = float("inf")
BAD = """
import os, sys, time
from torch import nn

class Bad(nn.Linear):
    calls = 0
    def forward(self, x):
        self.calls += 1
        if self.calls > 5:
            {act}
        return super().forward(x)

def build():
    return Bad(64, 10)
"""
OWN = """
import os
from torch import nn

def loud():
    print('hello from the model')
    return nn.Linear(64, 10)

def exits():
    os._exit(7)
"""


@pytest.fixture(scope="module", params=["processes", "ray"])
def executor(request, tmp_path_factory):
    """One that computes elsewhere than here; shared, because its workers start slowly."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "own.py").write_text(OWN)
    settings = Settings((folder,), "cpu", 2, folder / "run" / "end-points", folder / "output.txt")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "ray":
            patch.setenv("RAY_ADDRESS", request.getfixturevalue("two_nodes"))
            patch.setattr("stablecheck.executors.ray_cluster.executor.TRIES", 2)
        with EXECUTORS[request.param](settings) as executor:
            yield one_thread(executor)


def one_thread(executor):
    """Sums in one order, whatever the executor."""
    executor.way = executor.way.model_copy(update={"threads": 1})
    return executor


def content(trials):
    times = {"seconds", "measuring_seconds"}
    return {trial.id: trial.model_dump(exclude=times) for trial in trials}


@pytest.mark.slow
def test_every_executor_gives_the_same_trials(settings, executor, specs):
    with one_thread(InlineExecutor(settings)) as inline:
        expected = content(inline.trials(specs, FOREVER))
    found = content(executor.trials(specs, FOREVER))
    examination = executor.examine(specs[0].candidate, 60.0)
    assert found == expected
    assert all(trial["status"] == "ok" for trial in found.values())
    for seed in (1, 2):
        assert found[f"seeds-base-s{seed}"]["path"]["cross_seed_trial"] == f"seeds-base-s{seed - 1}"
    assert examination.facts.n_train == 1437
    assert (examination.device, examination.device_name) == ("cpu", "CPU")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "status", "message"),
    [
        ("os._exit(3)", "failed", "ended its process with exit code 3"),
        ("os.kill(os.getpid(), 9)", "failed", "killed by the system, probably for want of memory"),
        ("time.sleep(60)", "timeout", "ended after 5 s, the limit run.trial_timeout"),
        ("sys.exit(0)", "failed", "SystemExit: 0 (bad.py:10)"),
        ("raise KeyError('k')", "failed", "KeyError: 'k' (bad.py:10)"),
    ],
)
def test_a_bad_trial_is_recorded_and_the_others_are_unharmed(
    settings, specs, make_candidate, make_spec, tmp_path, act, status, message
):
    (tmp_path / "bad.py").write_text(BAD.format(act=act))
    bad = make_candidate(model="bad.py:build", model_args={})
    worse = make_spec(bad, 9, timeout=5.0)
    with ProcessExecutor(settings) as executor:
        trials = content(executor.trials([worse, *specs], FOREVER))
    assert trials[worse.id]["status"] == status
    assert message in trials[worse.id]["message"]
    assert [trials[spec.id]["status"] for spec in specs] == ["ok"] * 3


@pytest.mark.slow
def test_a_candidates_mistake_crosses_the_process_boundary_with_its_field(executor, make_candidate):
    with pytest.raises(CandidateError, match="no scorer 'nonsense'") as caught:
        executor.examine(make_candidate(score="nonsense"), 60.0)
    assert caught.value.field == ("candidate", "score")


@pytest.mark.slow
def test_no_trial_starts_after_the_deadline(executor, specs):
    assert list(executor.trials(specs, time.monotonic() - 1)) == []


def test_no_trial_starts_inline_after_the_deadline(settings, specs):
    with InlineExecutor(settings) as inline:
        assert list(inline.trials(specs, time.monotonic() - 1)) == []


@pytest.mark.slow
def test_what_a_candidate_prints_goes_to_its_own_file(executor, make_candidate, make_spec, capfd):
    spec = make_spec(make_candidate(model="own.py:loud", model_args={}, steps=3))
    (trial,) = executor.trials([spec], FOREVER)
    assert trial.status == "ok"
    assert "hello from the model" in executor.settings.output.read_text()
    assert "hello" not in "".join(capfd.readouterr())


@pytest.mark.slow
def test_a_candidate_that_ends_the_process_while_loading_is_named(executor, make_candidate):
    bad = make_candidate(model="own.py:exits", model_args={})
    with pytest.raises(CandidateLostError, match="loading the candidate ended its process"):
        executor.examine(bad, 60.0)
