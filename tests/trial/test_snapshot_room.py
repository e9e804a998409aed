"""Snapshots beyond a limit of memory: on disk, the same numbers, and nothing left behind."""

import errno
import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from stablecheck.candidate.prepared import prepare
from stablecheck.errors import OutputFolderError
from stablecheck.executors.base import Settings
from stablecheck.executors.inline import InlineExecutor
from stablecheck.trial import snapshot_room
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.ensemble import train_together
from stablecheck.trial.loop import train
from stablecheck.trial.run import run_trial
from stablecheck.trial.snapshot_limits import DEFAULT, SnapshotLimits
from stablecheck.trial.snapshot_room import Room
from stablecheck.trial.together import run_together
from tests.trial.ensembles import CPU, HERE, begun, varied

FOREVER = float("inf")


@pytest.fixture
def on_disk(tmp_path):
    """No memory at all for snapshots."""
    folder = tmp_path / "run"
    folder.mkdir()
    return SnapshotLimits(0, folder)


def test_vectors_within_the_limit_stay_the_very_tensors_that_they_are(tmp_path):
    room = Room(2, SnapshotLimits(2 * 3 * 4, tmp_path))
    vector = torch.ones(3)
    assert room.keep(vector) is vector


def test_vectors_beyond_it_are_copied_to_disk_each_to_a_place_of_its_own(tmp_path):
    room = Room(3, SnapshotLimits(3 * 3 * 4 - 1, tmp_path))
    vectors = [torch.rand(3) for _ in range(3)]
    kept = [room.keep(vector) for vector in vectors]
    assert all(torch.equal(one, other) for one, other in zip(kept, vectors, strict=True))
    vectors[0].zero_()
    assert kept[0].count_nonzero() == 3


def test_a_vector_that_is_given_back_makes_room_for_another(tmp_path):
    room = Room(2, SnapshotLimits(0, tmp_path))
    first, second = room.keep(torch.ones(3)), room.keep(2 * torch.ones(3))
    room.give_back(first)
    assert room.keep(3 * torch.ones(3)).data_ptr() == first.data_ptr()
    assert second.tolist() == [2, 2, 2]


@pytest.mark.parametrize("allocates", [True, False])
def test_the_file_has_its_whole_size_at_once_and_no_name(tmp_path, monkeypatch, allocates):
    if not allocates:
        monkeypatch.delattr(os, "posix_fallocate")
    kept = Room(5, SnapshotLimits(0, tmp_path)).keep(torch.ones(10**6))
    assert kept.untyped_storage().nbytes() == 5 * 4 * 10**6
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_too_small_is_one_line_before_anything_is_written(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OutputFolderError, match="cannot write: the disk is full; free some space"):
        Room(5, SnapshotLimits(0, tmp_path)).keep(torch.ones(10))


def content(trial):
    return trial.model_dump(exclude={"seconds", "measuring_seconds"})


def test_a_path_is_measured_from_disk_as_it_is_from_memory(
    make_candidate, make_spec, tmp_path, on_disk
):
    asked = {"sources": ("train", "heldout", "full"), "companions": ("updates", "averaging")}
    spec = make_spec(make_candidate(), measuring=asked)
    prepared, end_points = prepare(spec.candidate, ()), EndPoints(tmp_path / "ends")
    in_memory = run_trial(prepared, spec, CPU, end_points)
    from_disk = run_trial(prepared, spec, CPU, end_points, on_disk)
    assert from_disk.path is not None
    assert content(from_disk) == content(in_memory)


def test_an_ensemble_is_measured_from_disk_as_it_is_from_memory(
    make_candidate, make_spec, tmp_path, on_disk
):
    specs = varied(make_candidate, make_spec, (0.05, 0.1, 0.02))
    members = [(prepare(spec.candidate, HERE), spec) for spec in specs]
    end_points = EndPoints(tmp_path / "ends")
    in_memory = run_together(members, CPU, end_points)
    from_disk = run_together(members, CPU, end_points, on_disk)
    assert [content(trial) for trial in from_disk] == [content(trial) for trial in in_memory]


def test_an_ensembles_members_share_the_limit(make_candidate, make_spec, tmp_path, monkeypatch):
    """Four members of 5 snapshots of 12 · 64 + 12 + 24 + 10 · 12 + 10 numbers."""
    written = []
    monkeypatch.setattr(
        snapshot_room, "_on_disk", lambda *asked: written.append(asked) or torch.zeros(asked[:2])
    )
    specs = varied(make_candidate, make_spec, (0.05, 0.1, 0.02, 0.05))
    numbers = 5 * 934
    for memory, members in ((4 * 4 * numbers, 0), (4 * 4 * numbers - 1, 4)):
        written.clear()
        limits = SnapshotLimits(memory, tmp_path)
        trainings = [replace(one, limits=limits) for one in begun(specs)]
        train_together([prepare(s.candidate, HERE) for s in specs], specs, trainings)
        assert written == [(5, 934, tmp_path)] * members


def test_only_what_is_trained_is_kept(make_candidate, make_spec):
    """Adapters of a thousand numbers on a base of a million that is not trained."""
    (spec,) = varied(make_candidate, make_spec, (0.05,), model="models.py:low_rank")
    (training,) = begun([spec])
    trained = train(prepare(spec.candidate, HERE), spec, training)
    assert sum(p.numel() for p in trained.model.parameters()) > 10**6
    for snapshot in trained.snapshots:
        assert snapshot.kept.untyped_storage().nbytes() == 4 * 1176
        assert snapshot.buffers == {}


KILLED = """
import os, sys, torch
from pathlib import Path
from stablecheck.trial.snapshot_limits import SnapshotLimits
from stablecheck.trial.snapshot_room import Room
kept = Room(4, SnapshotLimits(0, Path(sys.argv[1]))).keep(torch.ones(1000))
print("mapped", flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.mark.slow
def test_a_worker_that_is_killed_leaves_no_file(tmp_path):
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "mapped\n")
    assert list(tmp_path.iterdir()) == []


def test_the_limit_of_a_run_is_shared_by_its_workers(settings_of):
    settings = settings_of(SnapshotLimits(1000, None))
    with InlineExecutor(settings) as executor:
        way = executor.way.model_copy(update={"workers": 4})
        assert executor.task().snapshots == SnapshotLimits(1000, None)
        assert executor.task(way).snapshots == SnapshotLimits(250, None)
    assert SnapshotLimits(2**30, None) == DEFAULT


@pytest.fixture
def settings_of(tmp_path):
    def make(snapshots):
        return Settings((tmp_path,), "cpu", 1, tmp_path / "ends", snapshots=snapshots)

    return make
