"""One contract for every executor: same plan, same trials; a bad candidate costs one trial."""

import functools
import shutil
import time

import pytest

from stablecheck.errors import CandidateError, CandidateLostError
from stablecheck.executors import EXECUTORS
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

def exit_at_once():
    os._exit(7)
"""


@pytest.fixture(params=["processes", "ray"])
def make_executor(request, settings):
    """Makes an executor that computes elsewhere than in this process."""
    if request.param == "ray":
        request.getfixturevalue("cluster")
    return functools.partial(EXECUTORS[request.param], settings)


def one_thread(executor):
    """Sums in one order, whatever the executor."""
    executor.way = executor.way.model_copy(update={"threads": 1})
    return executor


def content(trials):
    times = {"seconds", "measuring_seconds"}
    return {trial.id: trial.model_dump(exclude=times) for trial in trials}


@pytest.mark.slow
def test_every_executor_gives_the_same_trials(settings, make_executor, specs):
    with one_thread(InlineExecutor(settings)) as inline:
        expected = content(inline.trials(specs, FOREVER))
    shutil.rmtree(settings.end_points)
    with one_thread(make_executor()) as executor:
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
def test_a_candidate_that_ends_the_process_while_loading_is_named(
    make_executor, make_candidate, tmp_path
):
    (tmp_path / "bad.py").write_text(BAD.format(act="pass"))
    bad = make_candidate(model="bad.py:exit_at_once", model_args={})
    with (
        make_executor() as executor,
        pytest.raises(CandidateLostError, match="loading the candidate ended its process"),
    ):
        executor.examine(bad, 60.0)


@pytest.mark.slow
def test_a_candidates_mistake_crosses_the_process_boundary_with_its_field(
    make_executor, make_candidate
):
    with (
        make_executor() as executor,
        pytest.raises(CandidateError, match="no scorer 'nonsense'") as caught,
    ):
        executor.examine(make_candidate(score="nonsense"), 60.0)
    assert caught.value.field == ("candidate", "score")


def test_no_trial_starts_after_the_deadline(settings, specs):
    with InlineExecutor(settings) as executor:
        assert list(executor.trials(specs, time.monotonic() - 1)) == []


@pytest.mark.slow
def test_what_a_candidate_prints_goes_to_its_own_file(
    settings, make_executor, make_candidate, make_spec, tmp_path, capfd
):
    (tmp_path / "loud.py").write_text(
        "from torch import nn\ndef build():\n    print('hello from the model')\n"
        "    return nn.Linear(64, 10)\n"
    )
    spec = make_spec(make_candidate(model="loud.py:build", model_args={}, steps=3))
    with make_executor() as executor:
        (trial,) = executor.trials([spec], FOREVER)
    assert trial.status == "ok"
    assert "hello from the model" in settings.output.read_text()
    assert "hello" not in "".join(capfd.readouterr())
