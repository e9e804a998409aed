"""What every executor is tried on, and a Ray cluster of two nodes on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stablecheck.executors.base import Settings

TWO_NODES = Path(__file__).resolve().parents[2] / "examples" / "ray" / "two_nodes.py"


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
