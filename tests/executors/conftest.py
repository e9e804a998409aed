"""What every executor is tried on, and a Ray cluster of two nodes on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stablecheck.executors.base import Settings

TWO_NODES = Path(__file__).resolve().parents[2] / "examples" / "ray" / "two_nodes.py"
ACTS = """
import os, pathlib, time
import ray
from torch import nn

FOLDER = pathlib.Path({folder!r})

def note(what):
    with (FOLDER / "calls.txt").open("a") as file:
        file.write(what + "\\n")

def on_the_first_node():
    me = ray.get_runtime_context().get_node_id()
    (mine,) = [node for node in ray.nodes() if node["NodeID"] == me]
    return "node:__internal_head__" in mine["Resources"]

def exits(): note("exits"); os._exit(3)
def raises(): note("raises"); raise KeyError("k")
def hangs(): note(f"hangs {{os.getpid()}}"); time.sleep(600)
def works(): note("works"); return nn.Linear(64, 10)
def ends_its_node():
    if not on_the_first_node():
        note("ends its node")
        os.kill(os.getppid(), 9)
        time.sleep(600)
    return works()
"""
CHECKLIST = """
schema: stablecheck/1
name: on-ray
run: {executor: ray}
candidate:
  model: model.py:build
  data: sklearn:digits
  task: classification
  loss: cross_entropy
  score: accuracy
  optimizer: {name: sgd, lr: 0.05}
  steps: 500
probes:
  seeds: {kind: init_seeds, seeds: 4}
checks:
  - {id: learns, require: "median(seeds.score) >= 0.5"}
"""
MODEL = "from torch import nn\ndef build():\n    return nn.Linear(64, 10)\n"


@pytest.fixture
def settings(tmp_path):
    return Settings((tmp_path,), "cpu", 2, tmp_path / "end-points", tmp_path / "output.txt")


@pytest.fixture
def specs(make_candidate, make_spec):
    """Three trials of one arm, each but the first with the one before it as its control."""
    candidate = make_candidate(steps=10)
    first = make_spec(candidate, 0, keeps_end_point=True)
    second = make_spec(candidate, 1, cross_seed=first.id, keeps_end_point=True)
    return [first, second, make_spec(candidate, 2, cross_seed=second.id)]


def _address_of(nodes: subprocess.Popen[str]) -> str:
    """What the example's script prints once both nodes are there."""
    assert nodes.stdout is not None
    for line in nodes.stdout:
        if line.startswith("export RAY_ADDRESS="):
            return line.strip().partition("=")[2]
    raise AssertionError("the cluster did not start")


@contextmanager
def _two_nodes(**settings: str) -> Iterator[str]:
    """Address of a cluster that ends with its input, and thus with this process at the latest.

    Args:
        settings: Of Ray, as environment variables.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, str(TWO_NODES)],
        stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, **settings},
    ) as nodes:  # fmt: skip
        yield _address_of(nodes)
        nodes.communicate("\n", timeout=60)


@pytest.fixture
def start_two_nodes():
    """Starts a cluster of one's own."""
    return _two_nodes


@pytest.fixture(scope="package")
def two_nodes():
    """Address of a cluster that all tests share."""
    with _two_nodes() as address:
        yield address


@pytest.fixture
def cluster(two_nodes, monkeypatch):
    """The shared cluster is the one that this process finds."""
    monkeypatch.setenv("RAY_ADDRESS", two_nodes)
    return two_nodes


@pytest.fixture(scope="session")
def acts():
    """Source of candidates that do what their names say, and note it in a folder to fill in."""
    return ACTS


@pytest.fixture
def make_trial(make_candidate, make_spec):
    """A trial of such a candidate; seed 0 unless another is given."""

    def make(act, seed=0, **changes):
        candidate = make_candidate(model=f"acts.py:{act}", model_args={}, steps=3)
        return make_spec(candidate, seed, id=f"{act}-{seed}", **changes)

    return make


@pytest.fixture
def project(tmp_path):
    """A folder with a checklist that asks for a cluster."""
    (tmp_path / "on-ray.yaml").write_text(CHECKLIST)
    (tmp_path / "model.py").write_text(MODEL)
    return tmp_path


@pytest.fixture
def wait_for():
    """What a condition gives, as soon as it gives something."""

    def wait(condition):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = condition()
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError("it did not happen within a minute")

    return wait
