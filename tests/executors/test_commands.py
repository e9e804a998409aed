"""How commands are spread over workers and devices."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest

from stablecheck.executors import commands
from stablecheck.executors.base import Examination, Settings
from stablecheck.executors.command_jobs import examine
from stablecheck.executors.commands import CommandExecutor
from stablecheck.recipe import CandidateFacts, CommandCandidate, ReportedScore


@pytest.fixture
def specs(make_spec):
    score = ReportedScore(name="accuracy", higher_is_better=True)
    candidate = CommandCandidate(command="true {seed}", score=score)
    return [make_spec(candidate, seed) for seed in range(6)]


@pytest.fixture
def make_executor(tmp_path: Path):
    """An executor that found such devices; it is closed at the end."""
    made = []

    def make(*devices: str, workers: int | None = None) -> CommandExecutor:
        executor = CommandExecutor(Settings((tmp_path,), "auto", workers, tmp_path / "end-points"))
        made.append(executor)
        executor.remember(
            Examination(facts=CandidateFacts(), device=devices[0], device_name="", devices=devices)
        )
        return executor

    yield make
    for executor in made:
        executor.close()


def test_there_is_a_worker_for_every_gpu(make_executor, specs):
    assert make_executor("cuda:0", "cuda:1", "cuda:2").choose(specs).way.workers == 3


def test_there_is_a_worker_for_every_core_where_there_is_no_gpu(make_executor, specs, monkeypatch):
    monkeypatch.setattr(commands, "cores", lambda: 4)
    assert make_executor("cpu").choose(specs).way.workers == 4


def test_workers_that_are_asked_for_win_but_no_more_than_there_are_trials(make_executor, specs):
    assert make_executor("cuda:0", "cuda:1", workers=4).choose(specs).way.workers == 4
    assert make_executor("cpu", workers=50).choose(specs).way.workers == 6


def test_commands_under_way_are_spread_evenly_over_the_devices(make_executor, specs):
    executor = make_executor("cuda:0", "cuda:1")
    asked = [executor.task_of((spec,)).device for spec in specs[:4]]
    assert asked == ["cuda:0", "cuda:1", "cuda:0", "cuda:1"]


@pytest.mark.parametrize(
    ("program", "expected"), [("python", {"lightning", "transformers"}), ("sh", set())]
)
def test_packages_are_recorded_for_a_program_of_this_python_alone(tmp_path, program, expected):
    score = ReportedScore(name="accuracy", higher_is_better=True)
    candidate = CommandCandidate(command=f"{program} train {{seed}}", score=score)
    found = examine(candidate, tmp_path, "cpu").packages
    assert expected <= set(found)
    assert bool(found) is bool(expected)
    assert all(version == importlib.metadata.version(name) for name, version in found.items())
