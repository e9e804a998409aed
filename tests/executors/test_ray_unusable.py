"""A cluster that is not there, or not as it is asked for: one line at once."""

from __future__ import annotations

import dataclasses
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import ray

from stablecheck.checklist.loader import load
from stablecheck.checklist.schema import Resources
from stablecheck.errors import ClusterError
from stablecheck.executors.ray_cluster import address as address_module
from stablecheck.executors.ray_cluster.executor import RayExecutor
from stablecheck.pipeline.options import Options
from stablecheck.pipeline.run import run

CLOSED_PORT = "127.0.0.1:1"


def test_a_cluster_without_the_gpus_that_are_asked_for_is_refused_at_once(settings, cluster):
    asking = dataclasses.replace(settings, resources=Resources(gpus=1))
    with pytest.raises(
        ClusterError, match=r"the Ray cluster has no GPU \(2 nodes, each with 1 CPU"
    ):
        RayExecutor(asking)
    assert not ray.is_initialized()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            CLOSED_PORT,
            f"no Ray cluster answers at {CLOSED_PORT}; start one with `ray start --head`",
        ),
        ("local", "no Ray cluster answers at local; start one"),
        ("nonsense", "no Ray cluster answers at nonsense; start one"),
        ("ray://head:10001", "Ray's client protocol is not supported; run stablecheck on a node"),
    ],
)
def test_a_cluster_that_cannot_be_reached_is_one_line_and_leaves_no_run(
    project, monkeypatch, address, message
):
    monkeypatch.setenv("RAY_ADDRESS", address)
    with pytest.raises(ClusterError, match=message) as caught:
        run(load(project / "on-ray.yaml"), Options(output=project / "runs"))
    assert "\n" not in str(caught.value)
    assert list((project / "runs").iterdir()) == []


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH_9.2\r\n"], ids=["mute", "other"])
def test_what_is_no_cluster_does_not_hold_up_a_run(settings, monkeypatch, greeting):
    monkeypatch.setattr(address_module, "CONNECT_SECONDS", 0.2)
    with socket.create_server(("", 0)) as server, ThreadPoolExecutor() as threads:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setenv("RAY_ADDRESS", address)
        threads.submit(greet, server, greeting)
        with pytest.raises(ClusterError, match=f"no Ray cluster answers at {address}; start one"):
            RayExecutor(settings)


def greet(server, greeting):
    """Say something to whoever comes, and wait until they have gone."""
    connection, _ = server.accept()
    with connection:
        connection.sendall(greeting)
        connection.recv(1)


def test_a_machine_without_a_cluster_is_told_how_to_start_one(settings, monkeypatch):
    def none_runs(asked):
        raise ConnectionError

    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setattr(address_module, "_resolved", none_runs)
    with pytest.raises(ClusterError, match="was found on this machine; start one with `ray start"):
        RayExecutor(settings)


def test_a_missing_ray_is_one_line_with_its_pip_command(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ClusterError, match=r"not installed: pip install 'stablecheck\[ray\]'"):
        RayExecutor(settings)


def test_a_process_that_is_connected_already_is_not_taken_over(settings, monkeypatch):
    monkeypatch.setattr(ray, "is_initialized", lambda: True)
    with pytest.raises(ClusterError, match="connected to Ray already; call"):
        RayExecutor(settings)
