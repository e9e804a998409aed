"""A cluster that loses a node or its head, and a run that loses its main process."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter

import pytest

from stablecheck.errors import ClusterError
from stablecheck.executors.ray_cluster import cluster as cluster_module
from stablecheck.executors.ray_cluster.executor import RayExecutor

FOREVER = float("inf")


@pytest.fixture
def calls(tmp_path, acts):
    """What candidates noted, wherever they ran; every node is on this machine."""
    (tmp_path / "acts.py").write_text(acts.format(folder=str(tmp_path)))
    return lambda: (tmp_path / "calls.txt").read_text().splitlines()


@pytest.mark.slow
def test_trials_of_a_node_that_is_lost_go_on_elsewhere(
    settings, start_two_nodes, monkeypatch, make_trial, calls
):
    with start_two_nodes(RAY_health_check_period_ms="500") as address:
        monkeypatch.setenv("RAY_ADDRESS", address)
        specs = [make_trial("ends_its_node", seed) for seed in range(2)]
        with RayExecutor(settings) as executor:
            trials = list(executor.trials(specs, FOREVER))
    assert [trial.status for trial in trials] == ["ok", "ok"]
    assert Counter(calls()) == {"ends its node": 1, "works": 2}


@pytest.mark.slow
def test_a_cluster_that_no_longer_answers_ends_the_run_in_one_line(
    settings, cluster, make_trial, calls, monkeypatch
):
    monkeypatch.setattr(cluster_module, "HEAD_SECONDS", 0.0)
    with RayExecutor(settings) as executor:
        monkeypatch.setattr(cluster_module, "answers", lambda address: False)
        with pytest.raises(ClusterError, match="no longer answers; finished trials are kept; cont"):
            list(executor.trials([make_trial("hangs")], FOREVER))


@pytest.mark.slow
def test_a_run_whose_main_process_was_killed_is_resumed(project, cluster, wait_for):
    command = [sys.executable, "-m", "stablecheck", "run", "on-ray.yaml"]
    first = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL)
    wait_for(lambda: len(list(project.glob("stablecheck-runs/*/trials/*.json"))) >= 1)
    first.send_signal(signal.SIGKILL)
    first.wait()
    kept = {path: path.read_bytes() for path in project.glob("stablecheck-runs/*/trials/*.json")}
    assert len(kept) < 4
    script = (
        "import sys\nfrom stablecheck.cli import main\n"
        "sys.argv = ['stablecheck', 'run', 'on-ray.yaml', '--resume']\n"
        "try:\n    main()\nfinally:\n    print('torch' in sys.modules)"
    )
    second = subprocess.run(
        [sys.executable, "-c", script], cwd=project, capture_output=True, text=True, timeout=120
    )
    assert second.returncode in (0, 97, 99), second.stdout + second.stderr
    assert f"resumed: {len(kept)} trials are already there" in second.stdout
    assert second.stdout.splitlines()[-1] == "False"
    assert second.stderr == ""
    trials = set(project.glob("stablecheck-runs/*/trials/*.json"))
    assert len(trials) == 4
    assert all(path.read_bytes() == content for path, content in kept.items())
