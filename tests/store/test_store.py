"""The run folder: whole files or none, one writer, refusals in one line."""

import errno
import hashlib
import os
import re
from pathlib import Path

import pytest

from stablecheck import store
from stablecheck.errors import NotARunError, OutputFolderError, RunLockedError
from stablecheck.trial.record import Trial
from tests.comparison.made_up import as_json, made_up


@pytest.fixture
def folder(tmp_path):
    return store.create(tmp_path / "runs", "Churn / v3", "ab" * 32, "name: x\n")


def trial(name="seeds-base-s0", **changes):
    fields = {
        "id": name,
        "key": "k",
        "probe": "seeds",
        "arm": "base",
        "seed": 0,
        "status": "failed",
    }
    return Trial(**(fields | changes))


def test_a_new_folder_carries_a_safe_name_the_time_and_the_checklists_hash(folder):
    assert folder.id.startswith("Churn-v3-")
    assert folder.id.split("-")[-1].startswith("ababab")
    assert (folder.path / "checklist.yaml").read_text() == "name: x\n"


@pytest.mark.parametrize("name", ["../../etc", "<b>", "名前", "a" * 300, "‮rtl", "CON.txt"])
def test_no_name_leaves_the_output_folder(tmp_path, name):
    made = store.create(tmp_path, name, "0" * 64, "")
    assert made.path.parent == tmp_path
    assert len(made.id) < 100


def test_a_trial_is_read_back_as_it_was_written(folder):
    written = trial(status="ok", score=0.1 + 0.2, measures={"path.rsi": float("nan")}, message="é")
    folder.write_trial(written)
    assert folder.trials() == {written.id: written}
    assert written.measures["path.rsi"] is None
    content = (folder.path / "trials" / f"{written.id}.json").read_bytes()
    assert folder.trial_digest(written.id) == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"id": "seeds-base-s0"}', b"\xff\xfe"])
def test_a_torn_or_foreign_trial_file_is_no_trial(folder, content):
    (folder.path / "trials" / "seeds-base-s0.json").write_bytes(content)
    assert folder.trials() == {}


def test_a_trial_under_another_trials_name_is_no_trial(folder):
    folder.write_trial(trial())
    source = folder.path / "trials" / "seeds-base-s0.json"
    source.rename(source.with_name("seeds-base-s1.json"))
    assert folder.trials() == {}


def test_a_full_disk_leaves_the_old_file_and_no_torn_one(folder, monkeypatch):
    folder.write("result.json", b"old")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputFolderError, match=r"the disk is full; free some space.*--resume"):
        folder.write("result.json", b"new")
    assert (folder.path / "result.json").read_bytes() == b"old"
    assert [path.name for path in folder.path.glob(".*unfinished")] == []


def test_an_output_that_is_a_file_is_refused_in_one_line(tmp_path):
    (tmp_path / "runs").write_text("I am a file")
    for output in (tmp_path / "runs", tmp_path / "runs" / "inner"):
        with pytest.raises(
            OutputFolderError,
            match=rf"^no run folder can be made in {re.escape(str(output))}: a file is in the way; "
            r"choose another folder with --output$",
        ):
            store.create(output, "x", "0" * 64, "")


def test_an_output_where_no_folder_can_be_made_is_refused_in_one_line(tmp_path, monkeypatch):
    """As /proc answers; nothing is said of trials, for there are none."""

    def refused(path, **_):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(
        OutputFolderError,
        match=r"^no run folder can be made in runs: the file system takes nothing there; choose "
        r"another folder with --output$",
    ):
        store.create(Path("runs"), "x", "0" * 64, "")


def test_a_second_writer_is_refused(folder):
    with (
        folder.locked(),
        pytest.raises(RunLockedError, match="being written by another stablecheck run"),
        store.RunFolder(folder.path).locked(),
    ):
        pass


def test_a_lock_is_given_back(folder):
    with folder.locked():
        pass
    with folder.locked():
        pass


def test_only_an_unfinished_run_of_the_same_checklist_is_resumed(tmp_path):
    text = "name: x\n"
    sha = hashlib.sha256(text.encode()).hexdigest()
    assert store.unfinished(tmp_path, sha) is None
    made = store.create(tmp_path, "x", sha, text)
    assert store.unfinished(tmp_path, sha).path == made.path
    assert store.unfinished(tmp_path, "0" * 64) is None
    made.write("result.json", b'{"run": {"complete": false}}')
    assert store.unfinished(tmp_path, sha).path == made.path
    made.write("result.json", b'{"run": {"complete": true}}')
    assert store.unfinished(tmp_path, sha) is None


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(NotARunError, match=r"not a finished run: no readable result\.json"):
        store.read(tmp_path)
    with pytest.raises(NotARunError, match=r"not a finished run"):
        store.read(Path("/nonexistent"))


def test_end_points_go_when_they_are_no_longer_needed(folder):
    folder.end_points.mkdir()
    (folder.end_points / "a.npy").write_bytes(b"x")
    folder.drop_end_points()
    assert not folder.end_points.exists()
    folder.drop_end_points()


@pytest.mark.parametrize("field", ["started", "finished"])
def test_a_result_with_a_time_that_is_none_is_refused_with_the_field(field):
    run = made_up()
    times = run.result.run.model_copy(update={field: "yesterday"})
    content = as_json(run.result.model_copy(update={"run": times}))
    with pytest.raises(ValueError, match=rf"run\.{field}.*'yesterday' is no time stamp"):
        store.parse_result(content)
